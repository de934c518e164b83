"""The past of the two people a newcomer signs in as: everything that can become of a booking, told through the use cases."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import cycle

from app.accounts.models import User
from app.demo import scenes
from app.demo.cast import LEARNER, MENTOR, Cast, Offer
from app.demo.offers import Known
from app.demo.scenes import Verdict
from app.demo.times import on_day
from app.kernel.errors import DomainError

OF_MENTOR = ((26, 5), (23, 5), (20, 4), (17, 5), (14, 5), (12, 5), (9, 4), (6, 5), (3, 5))
"""When mentor@example.com taught (days ago) and the stars she got."""

OF_LEARNER = (
    (21, "Ewan Campbell", 0, scenes.taught),
    (18, "Lucía Fernández", 0, scenes.taught),
    (15, "Freya Lindqvist", 2, scenes.declined),
    (13, "Hannah Goldberg", 1, scenes.canceled),
    (11, "Oluwaseun Adeyemi", 0, scenes.missed),
    (8, "Ewan Campbell", 1, scenes.taught),
    (5, "Hannah Goldberg", 4, scenes.unanswered),
    (2, "Lucía Fernández", 1, scenes.taught),
)
"""What learner@example.com did: days ago, with whom, which of their offers, and what became of it."""


def play_history(cast: Cast, people: dict[str, User], moment: datetime, known: Known) -> int:
    """Play all of it in the order of time; returns how many bookings there were."""
    plays = sorted([*_of_mentor(cast, people, moment), *_of_learner(cast, people, moment)], key=lambda play: play[0])
    return sum(_played(play, known) for play in plays)


Play = tuple[datetime, User, Offer, Callable[[], object]]


def _of_mentor(cast: Cast, people: dict[str, User], moment: datetime) -> list[Play]:
    teacher, mentor = cast.teachers[0], people[MENTOR]
    students = cycle(people[person.email] for person in cast.learners)
    words = iter((*teacher.praise, *cast.remarks.praise))
    plays: list[Play] = []
    for number, (days, stars) in enumerate(OF_MENTOR):
        offer = teacher.offers[number % len(teacher.offers)]
        starts_at = on_day(moment, -days, time(16 + number % 3), mentor.timezone)
        comment = next(words) if stars == 5 else cast.remarks.good[number]
        verdicts = Verdict(stars, comment), Verdict(5, cast.remarks.of_learners[number])
        plays.append(_taught(mentor, next(students), offer, starts_at, *verdicts))
    plays.append(_taught(mentor, people[LEARNER], teacher.offers[1], _yesterday(moment, mentor.timezone)))
    return plays


def _yesterday(moment: datetime, zone: str) -> datetime:
    """Less than a day ago, at an hour of the day: paid, not released yet, and learner@example.com has not rated it."""
    evening = on_day(moment, -1, time(20), zone)
    return evening if moment - evening < timedelta(hours=20) else on_day(moment, 0, time(9), zone)


def _of_learner(cast: Cast, people: dict[str, User], moment: datetime) -> list[Play]:
    learner, teachers = people[LEARNER], {teacher.person.name: teacher for teacher in cast.teachers}
    plays: list[Play] = []
    for number, (days, name, which, scene) in enumerate(OF_LEARNER):
        teacher = teachers[name]
        mentor, offer = people[teacher.person.email], teacher.offers[which]
        starts_at = on_day(moment, -days, time(15, 30), mentor.timezone)
        if scene is scenes.taught:
            verdicts = Verdict(5, teacher.praise[-1 - number % 2]), Verdict(5, cast.remarks.of_learners[-1 - number])
            plays.append(_taught(mentor, learner, offer, starts_at, *verdicts))
        else:
            plays.append((starts_at, mentor, offer, _call(scene, mentor, learner, offer, starts_at)))
    return plays


def _taught(mentor: User, learner: User, offer: Offer, starts_at: datetime, *verdicts: Verdict) -> Play:
    return starts_at, mentor, offer, _call(scenes.taught, mentor, learner, offer, starts_at, *verdicts)


def _call(scene: Callable[..., object], *arguments: object) -> Callable[[], object]:
    return lambda: scene(*arguments)


def _played(play: Play, known: Known) -> bool:
    _starts_at, mentor, offer, tell = play
    if known.has(mentor, offer):
        return False
    try:
        tell()
    except DomainError:  # a clock that runs beside us was quicker with one of the steps
        return False
    return True
