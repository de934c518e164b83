"""Sessions of the demo: what was offered in the past and what can be booked now."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.accounts.models import User
from app.config import settings
from app.demo.cast import Cast, Offer
from app.demo.times import starts_ahead
from app.extensions import db
from app.kernel import clock
from app.kernel.money import Money, exponent
from app.kernel.transaction import transaction
from app.lessons.models import Lesson
from app.lessons.service import LessonDraft, highest_price, publish_lesson

ANNOUNCED = timedelta(days=4)
"""How long before its start a past session was published."""


class Known:
    """What an earlier, perhaps interrupted, load has already put on: every offer is counted off before it is made again."""

    def __init__(self) -> None:
        query = select(Lesson.mentor_id, Lesson.title, func.count()).group_by(Lesson.mentor_id, Lesson.title)
        self._left = Counter({(mentor_id, title): count for mentor_id, title, count in db.session.execute(query)})

    def has(self, mentor: User, offer: Offer) -> bool:
        """Whether the next one of these exists already."""
        key = (mentor.id, offer.title)
        self._left[key] -= 1
        return self._left[key] >= 0


def price_of(offer: Offer) -> Money:
    """Its price in this instance's currency, kept within what that allows."""
    currency = settings().currency
    return min(Money(offer.price * 10 ** exponent(currency), currency), highest_price())


def publish(mentor: User, offer: Offer, starts_at: datetime) -> Lesson:
    """Offer it, through the use case."""
    draft = LessonDraft(
        title=offer.title,
        description=offer.about,
        starts_at=starts_at.astimezone(ZoneInfo(mentor.timezone)).replace(tzinfo=None),
        timezone=mentor.timezone,
        duration_minutes=offer.minutes,
        price=price_of(offer),
        topics=offer.topics,
        capacity=offer.seats,
    )
    return publish_lesson(mentor, draft)


def publish_ahead(cast: Cast, people: dict[str, User], moment: datetime, known: Known) -> dict[str, Lesson]:
    """Everything that can be booked, by title; published over the last days, in one transaction."""
    with transaction():
        for number, (teacher, offer, starts_at) in enumerate(starts_ahead(cast, moment)):
            mentor = people[teacher.person.email]
            if not known.has(mentor, offer):
                with clock.stopped(moment - ANNOUNCED + timedelta(minutes=7 * number)):
                    publish(mentor, offer, starts_at)
    mentors = [people[teacher.person.email].id for teacher in cast.teachers]
    ahead = select(Lesson).where(Lesson.mentor_id.in_(mentors), Lesson.starts_at > moment)
    return {lesson.title: lesson for lesson in db.session.scalars(ahead)}
