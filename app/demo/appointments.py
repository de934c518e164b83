"""Mentors who let learners choose the time: mentor@example.com and two more, with hours, a rule or two, and one offer each."""

from collections.abc import Sequence

from app.accounts.models import User
from app.demo.cast import Cast, Teacher
from app.demo.offers import price_of
from app.lessons.appointment_offers import OfferDraft, create_offer, offers_of
from app.lessons.availability import Rules, save_rules, save_week
from app.lessons.plan import Range

MORNING: Range = (9 * 60, 12 * 60)
AFTERNOON: Range = (14 * 60, 18 * 60)
EVENING: Range = (18 * 60, 21 * 60)
HOURS: tuple[Sequence[Range], ...] = ((MORNING, AFTERNOON), (EVENING,), (MORNING,))
"""On working days, by the mentor's own clock; one for each who does this."""


def open_hours(cast: Cast, people: dict[str, User]) -> None:
    """Hours and an offer for the first mentors of the cast; nothing for who has an offer already."""
    for number, (teacher, ranges) in enumerate(zip(cast.teachers, HOURS, strict=False)):
        mentor = people[teacher.person.email]
        if not offers_of(mentor.id):
            save_week(mentor, mentor.timezone, dict.fromkeys(range(5), ranges))
            save_rules(mentor, Rules(buffer_after=10, notice=12 * 60, horizon=30, daily_limit=4))
            create_offer(mentor, _draft(teacher, is_instant=number == 1))


def _draft(teacher: Teacher, *, is_instant: bool) -> OfferDraft:
    offer = teacher.offers[0]
    return OfferDraft(
        title=f"{offer.topics[0]}: bring your own question",
        description=f"An hour for what you are stuck on. {offer.about}",
        topics=offer.topics,
        duration_minutes=60,
        price=price_of(offer),
        is_instant=is_instant,
    )
