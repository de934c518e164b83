"""What is going on now: requests that wait, sessions that are confirmed, a seat whose payment was declined."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from app.accounts.models import User
from app.bookings import service as bookings
from app.demo import scenes
from app.demo.cast import LEARNER, MENTOR, Cast
from app.demo.times import dice_for
from app.kernel.errors import DomainError
from app.lessons.models import Lesson

AT_MENTORS = (
    (1, "Aisha Khan", scenes.confirmed, 30.0),
    (5, "Inês Carvalho", scenes.confirmed, 28.0),
    (1, "Ben Carter", scenes.confirmed, 26.0),
    (0, "Leo Marques", scenes.confirmed, 20.0),
    (5, "Pablo Herrera", scenes.waiting, 11.0),
    (3, "Jamal Brooks", scenes.waiting, 7.0),
    (2, "Faisal Al-Amin", scenes.waiting, 3.0),
    (4, "Wanjiru Kamau", scenes.waiting, 0.7),
)
"""Bookings of mentor@example.com's sessions: which offer, who, what, how many hours ago."""

OF_LEARNER = (("Ewan Campbell", 2, scenes.confirmed, 29.0), ("Lucía Fernández", 2, scenes.waiting, 5.0))
"""Bookings of learner@example.com elsewhere: with whom, which offer, what, how many hours ago."""
DECLINED_AT = ("Haruka Sato", 0)
"""Where learner@example.com holds a seat whose payment was declined: there is a Retry to try."""

HOW_MANY = 0.11
"""The part of everybody else's sessions that have bookings."""
LEFT_FREE = timedelta(hours=6)
"""What starts sooner stays free, so that a newcomer finds something to book at once."""

Act = Callable[[], object]


def play_present(cast: Cast, people: dict[str, User], ahead: dict[str, Lesson], moment: datetime) -> int:
    """Make the bookings that are under way; returns how many there are. What exists already is left as it is."""
    made = 0
    for act in (*_at_mentors(cast, people, ahead), *_of_learner(cast, people, ahead), *_of_others(cast, people, ahead, moment)):
        try:
            act()
        except DomainError:  # booked by an earlier load, or somebody cannot be in two places
            continue
        made += 1
    return made


def _at_mentors(cast: Cast, people: dict[str, User], ahead: dict[str, Lesson]) -> Iterator[Act]:
    named = {person.name: people[person.email] for person in cast.learners}
    for which, name, scene, hours_ago in AT_MENTORS:
        yield partial(scene, named[name], ahead[cast.teachers[0].offers[which].title], hours_ago=hours_ago)


def _of_learner(cast: Cast, people: dict[str, User], ahead: dict[str, Lesson]) -> Iterator[Act]:
    offers = {teacher.person.name: teacher.offers for teacher in cast.teachers}
    learner = people[LEARNER]
    for name, which, scene, hours_ago in OF_LEARNER:
        yield partial(scene, learner, ahead[offers[name][which].title], hours_ago=hours_ago)
    name, which = DECLINED_AT
    yield partial(bookings.book, learner, ahead[offers[name][which].title].id, scenes.DECLINED)


def _of_others(cast: Cast, people: dict[str, User], ahead: dict[str, Lesson], moment: datetime) -> Iterator[Act]:
    students = [people[person.email] for person in cast.learners if person.email != LEARNER]
    dice = dice_for("everybody", "bookings under way")
    told = {offer.title for teacher in cast.teachers if teacher.person.email == MENTOR for offer in teacher.offers}
    for lesson in ahead.values():
        if lesson.title in told or lesson.starts_at < moment + LEFT_FREE or dice.random() > HOW_MANY:
            continue
        for student in dice.sample(students, dice.randint(1, lesson.capacity)):
            scene = scenes.confirmed if dice.random() < 0.7 else scenes.waiting
            choice = scenes.CARD if dice.random() < 0.4 else scenes.UPI
            yield partial(scene, student, lesson, hours_ago=dice.uniform(3, 20), choice=choice)
