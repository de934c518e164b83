"""What the dialog behind Reschedule shows, and its form."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from wtforms import Field
from wtforms.validators import ValidationError

from app.accounts.models import User
from app.bookings import moving
from app.bookings.free_times import free_for_both
from app.bookings.meeting_again import money_back_at
from app.bookings.models import Booking
from app.bookings.proposals import open_of
from app.bookings.settlement_models import Verdict
from app.kernel.clock import now
from app.web.filters import plural, their_clock, when, when_inside, zone_name
from app.web.forms import AppForm, MomentField, Required, line_field


def sensible(form: AppForm, field: Field) -> None:
    """Years in which clocks make sense; whether the moment fits is the use case's business."""
    if field.data is not None and abs(field.data.year - now().year) > 2:
        raise ValidationError("Choose a time within the next year.")


class MoveForm(AppForm):
    """Another time, typed or one of those suggested."""

    starts_at = MomentField("New time", [Required("Choose a date and a time."), sensible])
    suggested = MomentField("Suggested time", [sensible])
    note = line_field("A word with it", longest=moving.LONGEST_NOTE)

    @classmethod
    def fresh(cls, booking: Booking, person: User) -> "MoveForm":
        """Filled in with the time it has now, so that only what changes is typed."""
        form = cls(formdata=None)
        form.starts_at.data = wall_clock(booking.lesson.starts_at, person.timezone)
        return form

    @classmethod
    def sent(cls) -> "MoveForm":
        """What was sent; a tap on a suggestion counts more than what stands in the field."""
        form = cls()
        if form.suggested.data is not None:
            form.starts_at.data, form.starts_at.raw_data, form.starts_at.process_errors = form.suggested.data, None, []
        return form


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A time that suits both: its value for the form, on the viewer's clock, and on the other's where it differs."""

    value: str
    mine: str
    theirs: str | None


@dataclass(frozen=True, slots=True)
class MoveDialog:
    """The dialog for one booking and one of its people; with an obstacle it only says why not."""

    booking_id: int
    title: str
    first: str
    zone: str
    old_time: str
    old_time_there: str | None
    is_past: bool
    waits: str
    left_text: str
    suggestions: tuple[Suggestion, ...]
    obstacle: str


@dataclass(frozen=True, slots=True)
class Move:
    """What a booking's page offers: to propose another time; after technical trouble that or the money back, later to book anew.

    `again_until` is empty unless the two may still choose.
    """

    may_propose: bool
    again_until: str
    back_url: str | None
    again_url: str | None


def move_of(booking: Booking, viewer: User) -> Move:
    """What this viewer can do about the time of a booking."""
    technical = booking.settlement is not None and booking.settlement.verdict is Verdict.TECHNICAL
    is_learner, by = viewer.id == booking.learner_id, money_back_at(booking)
    mentor_url = url_for("visitor.mentor", mentor_id=booking.lesson.mentor_id)
    return Move(
        may_propose=moving.may_propose(booking) and not open_of([booking.id]),
        again_until=when_inside(by) if by is not None else "",
        back_url=url_for("booking.want_money_back", booking_id=booking.id) if by is not None and is_learner else None,
        again_url=mentor_url if technical and is_learner else None,
    )


def move_dialog_of(booking: Booking, viewer: User) -> MoveDialog:
    """The dialog as this viewer reads it."""
    lesson = booking.lesson
    other = booking.learner if viewer.id == lesson.mentor_id else lesson.mentor
    first, by, left = other.name.split()[0], money_back_at(booking), moving.proposals_left(booking.id)
    obstacle = _obstacle(booking, left)
    moments = [] if obstacle else free_for_both(booking, viewer.timezone)
    return MoveDialog(
        booking_id=booking.id,
        title=lesson.title,
        first=first,
        zone=viewer.timezone.replace("_", " "),
        old_time=f"{when_inside(lesson.starts_at)} {zone_name(lesson.starts_at, viewer.timezone)}",
        old_time_there=their_clock(lesson.starts_at, other.timezone),
        is_past=by is not None,
        waits=f"It stays there until {first} agrees." if by is None else f"Everything waits here until {when_inside(by)}.",
        left_text=f"The two of you can propose {plural(left, 'time')}." if left < moving.MOST_PROPOSALS else "",
        suggestions=tuple(_suggestion(moment, viewer, other) for moment in moments),
        obstacle=obstacle,
    )


def wall_clock(moment: datetime, zone: str) -> datetime:
    """What a clock on the wall of a zone shows, without the zone, as datetime-local fields have it."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)


def _suggestion(moment: datetime, viewer: User, other: User) -> Suggestion:
    value = wall_clock(moment, viewer.timezone).isoformat(timespec="minutes")
    return Suggestion(value, when(moment), their_clock(moment, other.timezone))


def _obstacle(booking: Booking, left: int) -> str:
    if not moving.may_propose(booking):
        return "This booking cannot be moved any more."
    if open_of([booking.id]):
        return "Another time is proposed already. It needs an answer first."
    return "" if left else "Three other times were proposed for this booking already."
