"""A room that mentor@example.com and learner@example.com may both join at once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts.models import User
from app.bookings import policies
from app.bookings import queries as bookings
from app.demo import scenes
from app.demo.cast import LEARNER, MENTOR, Offer
from app.demo.load import DemoRefused, refuse_in_production
from app.demo.offers import publish
from app.demo.quiet import quietly
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.lessons import calendar
from app.lessons.models import Lesson
from app.live import service as live
from app.live.models import Room

MINUTES = (60, 45, 30, 15)
TRIAL = "A trial session: say hello, share a screen, leave a rating"
ABOUT = "Made by bin/flask demo room, so that both of the demo's people can walk in at once."


def joinable_room() -> Room:
    """A fresh room that both may join now; an earlier one stays open for whoever is in it.

    Raises DemoRefused before the demo is loaded, and in production.
    """
    refuse_in_production()
    mentor, learner = accounts.by_email(MENTOR), accounts.by_email(LEARNER)
    if mentor is None or learner is None:
        raise DemoRefused("The demo is not loaded yet: run bin/flask demo first.")
    with quietly():
        _forget_earlier_ones(mentor)
        starts_at, minutes = next(_free_slots(mentor, learner), None) or _made_slot(mentor, learner)
        offer = Offer(TRIAL, ABOUT, ("Trial session", "Getting started"), minutes, 10, seats=1)
        lesson = publish(mentor, offer, starts_at)
        scenes.confirmed(learner, lesson, hours_ago=0)
        return live.room_for(lesson.id)


def _forget_earlier_ones(mentor: User) -> None:
    """Earlier trials, and what somebody ended early, keep no hour of the calendar."""
    earlier = select(Lesson).join(Room, Room.lesson_id == Lesson.id).where(Lesson.mentor_id == mentor.id, Lesson.ends_at > now())
    with transaction():
        for lesson in db.session.scalars(earlier.where(Room.ended_at.is_not(None) | (Lesson.title == TRIAL))).all():
            calendar.set_free(mentor.id, lesson)
            for booking in bookings.meetings_of(lesson.id):
                calendar.set_free(booking.learner_id, lesson)


def _free_slots(mentor: User, learner: User) -> Iterator[tuple[datetime, int]]:
    """Starts within the time in which Join is open and both are free, the longest and soonest first."""
    for minutes in MINUTES:
        for ahead in range(1, int(policies.JOIN_OPENS / timedelta(minutes=1))):
            starts_at = (now() + timedelta(minutes=ahead)).replace(second=0, microsecond=0)
            ends_at = starts_at + timedelta(minutes=minutes)
            clashes = (calendar.clash_for(person.id, starts_at, ends_at) for person in (mentor, learner))
            if starts_at > now() and not any(clashes):
                yield starts_at, minutes


def _made_slot(mentor: User, learner: User) -> tuple[datetime, int]:
    """Both are busy for the whole quarter of an hour: in a demo they may put something else off."""
    starts_at, minutes = (now() + timedelta(minutes=1)).replace(second=0, microsecond=0) + timedelta(minutes=1), MINUTES[-1]
    with transaction():
        for person in (mentor, learner):
            while (busy := calendar.clash_for(person.id, starts_at, starts_at + timedelta(minutes=minutes))) is not None:
                calendar.set_free(person.id, busy)
    return starts_at, minutes
