"""Use cases of lessons: publish one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotAllowed, NotFound
from app.kernel.ids import new_public_id
from app.kernel.money import Money, exponent
from app.kernel.transaction import transaction
from app.lessons import calendar
from app.lessons.events import LessonPublished
from app.lessons.models import CancelPolicy, Lesson, LessonTopic, Topic

DURATIONS = (15, 30, 45, 60, 90, 120, 180)
"""Minutes offered in the form."""
HORIZON = timedelta(days=365)
MOST_TOPICS, LONGEST_TOPIC = 12, 40
HIGHEST_PRICE = 1_000
"""Major units; more is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class LessonDraft:
    """What a mentor typed; starts_at is a wall-clock time in `timezone`, thumbnail the key of a stored picture."""

    title: str
    description: str
    starts_at: datetime
    timezone: str
    duration_minutes: int
    price: Money
    topics: tuple[str, ...]
    capacity: int = 1
    thumbnail: str | None = None
    is_free: bool = False
    """The mentor said so: a price of zero alone could be a slip."""
    is_private: bool = False
    cancel_policy: CancelPolicy = CancelPolicy.FLEXIBLE
    is_instant: bool = False


def publish_lesson(mentor: User, draft: LessonDraft, *, series_key: str | None = None) -> Lesson:
    """Offer a session; one that is private is found by its secret link only.

    Raises NotAllowed for somebody who does not teach, Invalid with the fields to mend, Conflict (CalendarClash) when the mentor
    has something else then.
    """
    if mentor.disabled_at is not None:
        raise NotAllowed("This account is closed.")
    if not mentor.is_mentor:
        raise NotAllowed("Turn on teaching in your settings first.")
    starts_at = calendar.moment_from_wall_clock(draft.starts_at, draft.timezone)
    fields = faults_of(draft, starts_at)
    if fields:
        raise Invalid(fields=fields)
    with transaction() as tx:
        lesson = _lesson_from(mentor, draft, starts_at)
        lesson.series_key = series_key
        db.session.add(lesson)
        db.session.flush()
        calendar.keep_free(mentor.id, lesson)
        record(mentor.id, AuditTag.LESSON_PUBLISHED, lesson)
        tx.publish(LessonPublished(lesson.id, mentor.id))
    return lesson


def renew_link(mentor: User, lesson_id: int) -> Lesson:
    """Give a private session a new secret link; the old one leads nowhere from now on. Raises NotFound unless it is theirs."""
    with transaction():
        lesson = db.session.get(Lesson, lesson_id, populate_existing=True, with_for_update={"of": Lesson})
        if lesson is None or lesson.mentor_id != mentor.id or lesson.link_token is None:
            raise NotFound("We could not find this session.")
        lesson.link_token = new_public_id()
        record(mentor.id, AuditTag.LESSON_LINK_RENEWED, lesson)
    return lesson


def faults_of(draft: LessonDraft, starts_at: datetime) -> dict[str, str]:
    """What is wrong with a draft, by field."""
    fields = {}
    if not clean_topics(draft.topics):
        fields["topics"] = "Please add topics"
    if starts_at < now():
        fields["starts_at"] = "This time has passed. Choose a later one."
    elif starts_at > now() + HORIZON:
        fields["starts_at"] = "Choose a time within the next year."
    if draft.duration_minutes not in DURATIONS:
        fields["duration_minutes"] = "Choose a length from the list."
    if draft.is_free != draft.price.is_zero:
        fields["price"] = "Choose Free if you mean it." if draft.price.is_zero else "A free session has no price."
    elif draft.price.currency != settings().currency or not 0 <= draft.price.amount_minor <= highest_price().amount_minor:
        fields["price"] = f"Choose a price up to {highest_price()}."
    return fields


def highest_price() -> Money:
    """The most one seat may cost in this instance's currency."""
    currency = settings().currency
    return Money(HIGHEST_PRICE * 10 ** exponent(currency), currency)


def clean_topics(names: tuple[str, ...]) -> tuple[str, ...]:
    """Trimmed, without repeats (capitals and accents do not count), at most MOST_TOPICS."""
    seen: dict[str, str] = {}
    for name in names:
        neat = " ".join(name.split())[:LONGEST_TOPIC]
        if neat and slug_of(neat):
            seen.setdefault(slug_of(neat), neat)
    return tuple(seen.values())[:MOST_TOPICS]


def slug_of(name: str) -> str:
    """The spelling-insensitive name of a topic: `Élan vital` → `elan-vital`; other scripts stay as they are."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^\w+#]+", "-", plain).strip("-_")[:60]


def search_text_of(*parts: str) -> str:
    """Folded text a search looks through: no capitals, no accents."""
    plain = unicodedata.normalize("NFKD", " ".join(parts).casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def write_words(lesson: Lesson, draft: LessonDraft) -> None:
    """Give a stored session what a draft says: words, topics and picture; joins the caller's transaction."""
    topics = topics_named(draft.topics)
    lesson.title, lesson.description, lesson.thumbnail = draft.title, draft.description, draft.thumbnail
    if [topic.id for topic in topics] != [topic.id for topic in lesson.topics]:
        lesson.lesson_topics = []
        db.session.flush()  # the old rows go first: one topic stands once in a session
        lesson.lesson_topics = [LessonTopic(topic=topic) for topic in topics]
    names = (topic.name for topic in topics)
    lesson.search_text = search_text_of(draft.title, *names, lesson.mentor.name, draft.description)


def _lesson_from(mentor: User, draft: LessonDraft, starts_at: datetime) -> Lesson:
    topics = topics_named(draft.topics)
    return Lesson(
        mentor=mentor,
        title=draft.title,
        description=draft.description,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=draft.duration_minutes),
        timezone=draft.timezone,
        duration_minutes=draft.duration_minutes,
        price_minor=draft.price.amount_minor,
        currency=draft.price.currency,
        capacity=draft.capacity,
        thumbnail=draft.thumbnail,
        cancel_policy=draft.cancel_policy,
        is_instant=draft.is_instant,
        is_listed=not draft.is_private,
        link_token=new_public_id() if draft.is_private else None,
        search_text=search_text_of(draft.title, *(topic.name for topic in topics), mentor.name, draft.description),
        created_at=now(),
        lesson_topics=[LessonTopic(topic=topic) for topic in topics],
    )


def topics_named(names: tuple[str, ...]) -> list[Topic]:
    """The topics of these names, in this order and without repeats; those nobody has named before are made."""
    slugs = {slug_of(name): name for name in clean_topics(names)}
    known = {topic.slug: topic for topic in db.session.scalars(select(Topic).where(Topic.slug.in_(slugs)))}
    return [known.get(slug) or _new_topic(name, slug) for slug, name in slugs.items()]


def _new_topic(name: str, slug: str) -> Topic:
    topic = Topic(name=name, slug=slug)
    try:
        with db.session.begin_nested():
            db.session.add(topic)
    except IntegrityError:  # another mentor named it first, a moment ago
        return db.session.scalars(select(Topic).where(Topic.slug == slug)).one()
    return topic
