"""The form of Create Session: typed text in, a LessonDraft out."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, StringField
from wtforms.validators import Length, StopValidation, ValidationError

from app.accounts.models import User
from app.config import settings
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.money import Money, parse_money
from app.lessons.models import CancelPolicy
from app.lessons.series import MOST_TIMES, Repeat, Scope
from app.lessons.service import DURATIONS, LessonDraft, clean_topics
from app.web.cancel_words import CHOICES as POLICY_CHOICES
from app.web.cards import minutes_text
from app.web.forms import COMPLETE, AppForm, MomentField, PickField, Required, line_field, text_field, tidy
from app.web.uploads import is_stored, store_picture

LENGTHS = [(minutes, minutes_text(minutes)) for minutes in DURATIONS]
SEATS = [(1, "1 learner"), (2, "2 learners"), (3, "3 learners")]
FINDABLE = [("everybody", "Everybody"), ("link", "Only people with the link")]
REPEATS = [("0", "Does not repeat"), ("1", "Every week"), ("2", "Every two weeks"), ("4", "Every four weeks")]
TIMES = [(times, f"{times} times") for times in range(2, MOST_TIMES + 1)]
SCOPES = [(scope.value, scope.value) for scope in Scope]
POLICIES = [(value, name) for value, name, _sentence in POLICY_CHOICES]
LONGEST_TOPICS_TEXT = 600
PLEASE_ADD_TOPICS = "Please add topics"


def sensible_moment(form: AppForm, field: Field) -> None:
    """Years in which clocks make sense; whether the moment has passed is the use case's business."""
    if field.data is not None and abs(field.data.year - now().year) > 2:
        raise ValidationError("Choose a time within the next year.")


def amount(form: AppForm, field: Field) -> None:
    """Money as people type it."""
    if field.data:
        try:
            parse_money(field.data, settings().currency)
        except ValueError:
            raise ValidationError("Write an amount such as 18 or 18.50.") from None


def some_topics(form: AppForm, field: Field) -> None:
    """At least one topic with letters in it."""
    if not clean_topics(topics_of(field.data)):
        raise ValidationError(PLEASE_ADD_TOPICS)


def topics_of(text: str | None) -> tuple[str, ...]:
    """`Algebra, Sets` → the two of them."""
    return tuple(part for part in (tidy(part) for part in re.split(r"[,;\n]", text or "")) if part)


class PricedOrFree(Required):
    """Must be filled in unless the session is free; zero alone could be a slip."""

    def __call__(self, form: AppForm, field: Field) -> None:
        """Nothing typed is fine for a free session, and the other way round."""
        if not form.is_free.data:
            super().__call__(form, field)
        elif not field.data:
            raise StopValidation


class LessonForm(AppForm):
    """Create Session."""

    title = line_field("Title", shortest=4, longest=80, missing="Give your session a title.")
    description = text_field("Description", shortest=10, longest=4000, missing="Say what people will take away.")
    starts_at = MomentField("Date and time", [Required("Choose a date and a time."), sensible_moment])
    duration_minutes = PickField("Duration", LENGTHS, "Choose a length from the list.", default=60)
    price = StringField("Price", [PricedOrFree("Say what one seat costs."), amount], filters=[tidy])
    is_free = BooleanField("Free")
    capacity = PickField("Seats", SEATS, "Choose a number from the list.", default=1)
    topics = StringField("Topics covered", [Length(max=LONGEST_TOPICS_TEXT, message="Use fewer or shorter topics."), some_topics])
    findable = PickField("Who can find it", FINDABLE, "Choose one from the list.", default="everybody", may_lack=True)
    repeats = PickField("Repeats", REPEATS, "Choose one from the list.", default="0", may_lack=True)
    times = PickField("How often", TIMES, "Choose a number from the list.", default=4, may_lack=True)
    cancel_policy = PickField("If a learner cancels", POLICIES, "Choose one from the list.", default="flexible", may_lack=True)
    is_instant = BooleanField("Accept bookings at once")
    scope = PickField("What this changes", SCOPES, "Choose one from the list.", default=Scope.THIS.value, may_lack=True)
    thumbnail = FileField("Thumbnail")
    thumbnail_key = HiddenField()
    lesson_id = HiddenField()

    def take_picture(self) -> None:
        """Store an uploaded picture at once, so that it is kept when the rest needs mending; its fault goes on its field."""
        if self.thumbnail.data and self.thumbnail.data.filename:
            try:
                self.thumbnail_key.data = store_picture(self.thumbnail.data, "thumbnail", "thumbnail")
            except Invalid as fault:
                self.thumbnail_fault = fault
        self.thumbnail_key.data = self.picture or ""

    thumbnail_fault: Invalid | None = None

    @property
    def picture(self) -> str | None:
        """The key of the stored picture."""
        key = self.thumbnail_key.data
        return key if isinstance(key, str) and is_stored(key) else None

    @property
    def popup(self) -> str | None:
        """The pop-up of a form that came back: which one, letter for letter as planned."""
        faults = self.faults()
        if faults == {"topics": PLEASE_ADD_TOPICS}:
            return PLEASE_ADD_TOPICS
        return COMPLETE if self.is_incomplete or faults.get("topics") == PLEASE_ADD_TOPICS else None

    def validate(self, extra_validators: object = None) -> bool:
        """Every field, and the picture."""
        fits = super().validate(extra_validators)
        if self.thumbnail_fault is not None:
            self.accept(self.thumbnail_fault)
        return fits and self.thumbnail_fault is None

    def draft(self, mentor: User) -> LessonDraft:
        """What the use case takes; only after validate()."""
        return LessonDraft(
            title=self.title.data,
            description=self.description.data,
            starts_at=self.starts_at.data,
            timezone=mentor.timezone,
            duration_minutes=self.duration_minutes.data,
            price=parse_money(self.price.data or "0", settings().currency),
            is_free=bool(self.is_free.data),
            topics=topics_of(self.topics.data),
            capacity=self.capacity.data,
            thumbnail=self.picture,
            is_private=self.findable.data == "link",
            cancel_policy=CancelPolicy(self.cancel_policy.data),
            is_instant=bool(self.is_instant.data),
        )

    def repeat(self) -> Repeat | None:
        """How it repeats; None for one session."""
        weeks = int(self.repeats.data)
        return Repeat(weeks, self.times.data) if weeks else None

    @property
    def meant(self) -> Scope:
        """How much of its series an edit means; a word that is none means the least."""
        return Scope(self.scope.data) if self.scope.data in set(Scope) else Scope.THIS

    def typed_price(self) -> Money | None:
        """The price if it can be read already."""
        if self.is_free.data:
            return Money(0, settings().currency)
        try:
            return parse_money(self.price.data or "", settings().currency)
        except ValueError:
            return None

    def typed_start(self, zone: str) -> datetime | None:
        """The moment typed so far, in UTC."""
        wall = self.starts_at.data
        if wall is None or abs(wall.year - now().year) > 2:
            return None
        return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
