"""Forms of the availability page: the week as rows of times, the rules, and days that differ."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from app.kernel.errors import Invalid
from app.lessons import availability as uses
from app.lessons.availability import DeviationDraft, Rules
from app.lessons.availability_models import Availability, DeviationKind
from app.lessons.explaining_slots import span
from app.lessons.hours import MOST_RANGES, clock_text, minute_of
from app.lessons.plan import Range
from app.web.cards import minutes_text
from app.web.forms import AppForm, PickField, Required, visible
from app.web.zones import ZoneField

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NEW_RANGE = ("09:00", "17:00")
MINUTES = [(minutes, "None" if minutes == 0 else span(minutes)) for minutes in uses.BUFFERS]
NOTICES = [(minutes, "None" if minutes == 0 else span(minutes)) for minutes in uses.NOTICES]
HORIZONS = [(days, f"{days} days") for days in uses.HORIZONS]
LIMITS = [(0, "As many as fit")] + [(count, f"At most {count}") for count in range(1, uses.MOST_A_DAY + 1)]
STEPS = [(minutes, f"Every {minutes_text(minutes)}") for minutes in uses.STEPS]


@dataclass(slots=True)
class DayRow:
    """A weekday as the form shows it: what was typed, and what is wrong with it."""

    weekday: int
    name: str
    ranges: list[tuple[str, str]]
    fault: str = ""


class WeekForm:
    """Seven days of from–until rows. Rows are added and removed by the server, so the page needs no script for it."""

    def __init__(self, days: list[DayRow]) -> None:
        self.days = days

    @classmethod
    def saved(cls, found: Availability | None) -> "WeekForm":
        """What is stored; before anything is, a usual week to begin with."""
        usual = {str(weekday): [list(one) for one in ranges] for weekday, ranges in uses.USUAL_WEEK.items()}
        weekly = usual if found is None else found.weekly
        rows = [[(clock_text(begins), clock_text(ends)) for begins, ends in weekly.get(str(day), [])] for day in range(7)]
        return cls([DayRow(day, WEEKDAYS[day], ranges) for day, ranges in enumerate(rows)])

    @classmethod
    def typed(cls, sent: MultiDict[str, str]) -> "WeekForm":
        """What was sent; a row with both fields empty is none."""
        days = []
        for day in range(7):
            pairs = zip(sent.getlist(f"from-{day}"), sent.getlist(f"until-{day}"), strict=False)
            ranges = [(begins[:8], ends[:8]) for begins, ends in pairs if begins or ends][: MOST_RANGES + 1]
            days.append(DayRow(day, WEEKDAYS[day], ranges))
        return cls(days)

    def change(self, what: str) -> None:
        """`add-2`, `remove-2-0`, `copy-2`: a row more, a row less, this day's rows on all days."""
        verb, *numbers = what.split("-")
        if not all(number.isascii() and number.isdigit() and len(number) < 3 for number in numbers) or not numbers:
            return
        day, *rest = (int(number) for number in numbers)
        if day > 6:
            return
        rows = self.days[day].ranges
        if verb == "add" and len(rows) < MOST_RANGES:
            rows.append(("", "") if rows else NEW_RANGE)
        if verb == "remove" and rest and rest[0] < len(rows):
            del rows[rest[0]]
        if verb == "copy":
            for other in self.days:
                other.ranges = list(rows)

    def read(self) -> dict[int, list[Range]]:
        """Minutes by weekday; raises Invalid after writing each fault beside its day."""
        week: dict[int, list[Range]] = {}
        for day in self.days:
            try:
                week[day.weekday] = [(minute_of(begins), minute_of(ends, is_end=True)) for begins, ends in day.ranges]
            except Invalid as fault:
                day.fault = fault.message
        if any(day.fault for day in self.days):
            raise Invalid("Some times cannot be read. Nothing is lost.")
        return week

    def accept(self, error: Invalid) -> None:
        """Put the use case's faults beside their days."""
        for day in self.days:
            day.fault = error.fields.get(f"day-{day.weekday}", day.fault)


class ZoneForm(AppForm):
    """The zone the hours are meant in."""

    timezone = ZoneField("Your hours are in")


class RulesForm(AppForm):
    """Buffers and limits."""

    notice = PickField("Notice you need", NOTICES, "Choose one from the list.", default=120)
    horizon = PickField("Bookable ahead", HORIZONS, "Choose one from the list.", default=60)
    buffer_before = PickField("Free before a session", MINUTES, "Choose one from the list.", default=0)
    buffer_after = PickField("Free after a session", MINUTES, "Choose one from the list.", default=0)
    daily_limit = PickField("Sessions a day", LIMITS, "Choose one from the list.", default=0)
    step = PickField("Sessions begin", STEPS, "Choose one from the list.", default=30)

    @classmethod
    def saved(cls, found: Availability | None) -> "RulesForm":
        """What is stored."""
        if found is None:
            return cls(formdata=None)
        data = {name: getattr(found, name) for name in ("notice", "horizon", "buffer_before", "buffer_after", "step")}
        return cls(formdata=None, data={**data, "daily_limit": found.daily_limit or 0})

    def rules(self) -> Rules:
        """What the use case takes."""
        return Rules(
            buffer_before=self.buffer_before.data,
            buffer_after=self.buffer_after.data,
            notice=self.notice.data,
            horizon=self.horizon.data,
            daily_limit=self.daily_limit.data or None,
            step=self.step.data,
        )


def a_clock(form: AppForm, field: Field) -> None:
    """A time as `<input type="time">` sends it; empty is fine."""
    if field.data:
        try:
            minute_of(field.data, is_end=field.name == "until")
        except Invalid as fault:
            raise ValidationError(fault.message) from None


class DaysForm(AppForm):
    """What two days have in common."""

    first_day = DateField("First day", [Required("Choose a day.")])
    last_day = DateField("Last day", [Required("Choose a day.")])

    kind: DeviationKind

    def draft(self) -> DeviationDraft:
        """What the use case takes."""
        return DeviationDraft(self.kind, self.first_day.data, self.last_day.data)


class HoursForm(DaysForm):
    """Other hours on some days, or none."""

    begins = StringField("From", [a_clock])
    until = StringField("Until", [a_clock])
    kind = DeviationKind.HOURS

    def draft(self) -> DeviationDraft:
        """Both times, or none at all: closed. Raises Invalid for half of it."""
        if bool(self.begins.data) != bool(self.until.data):
            raise Invalid(fields={"until": "Give both times, or none for a day without sessions."})
        ranges = ((minute_of(self.begins.data), minute_of(self.until.data, is_end=True)),) if self.begins.data else ()
        return DeviationDraft(self.kind, self.first_day.data, self.last_day.data, ranges=ranges)


class TravelForm(DaysForm):
    """The same hours, elsewhere."""

    timezone = ZoneField("Where you are then")
    kind = DeviationKind.TRAVEL

    def draft(self) -> DeviationDraft:
        """With the zone."""
        return DeviationDraft(self.kind, self.first_day.data, self.last_day.data, timezone=self.timezone.data)


class AwayForm(DaysForm):
    """Not at all."""

    message = TextAreaField("What learners read", [Length(max=280, message="Use at most 280 characters.")], filters=[visible])
    kind = DeviationKind.AWAY

    def draft(self) -> DeviationDraft:
        """With the words."""
        return DeviationDraft(self.kind, self.first_day.data, self.last_day.data, message=(self.message.data or "").strip())


FORMS: dict[str, type[DaysForm]] = {"hours": HoursForm, "travel": TravelForm, "away": AwayForm}
