"""The past of everybody else: 140 taught sessions. Played through the use cases they would take half a minute."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import cycle

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.receipting import document_earnings
from app.demo.cast import LEARNER, Cast, Teacher
from app.demo.offers import ANNOUNCED, Known, price_of, publish
from app.demo.scenes import BOOKED
from app.demo.taught import Taught, write_taught
from app.demo.times import days_ago, morning_hour, on_day
from app.kernel import clock
from app.kernel.ids import new_public_id
from app.kernel.transaction import transaction
from app.payments.documents import document_payment
from app.payments.providers.base import Kind, Result
from app.payments.providers.registry import provider

STARS = ("5555", "55545", "554555", "5545", "545455", "54545", "5454", "554435", "54444", "55555", "45555")
"""What the mentors got, one after the other: means from 4.2 to 5."""
NEAREST, FURTHEST = 3, 48
"""Days ago; everything here is paid out."""


def write_archive(cast: Cast, people: dict[str, User], moment: datetime, known: Known) -> int:
    """Write what is missing, in one transaction; returns how many sessions that were."""
    missing = [taught for taught in _plan(cast, people, moment) if not known.has(taught.mentor, taught.offer)]
    charges = [_charge(taught) for taught in missing]  # first: the provider keeps its books on a connection of its own
    written = []
    with transaction():
        for taught, charge in zip(missing, charges, strict=True):
            with clock.stopped(taught.starts_at - ANNOUNCED):
                lesson = publish(taught.mentor, taught.offer, taught.starts_at)
            written.append(write_taught(taught, lesson, charge.provider_id))
    _write_documents(written)
    return len(missing)


def _write_documents(bookings: Iterable[Booking]) -> None:
    """Receipts and statements as they were issued then, the earliest with the lowest number; a sweep writes what is left out."""
    due: list[tuple[datetime, Callable[[int], None], int]] = []
    for booking in bookings:
        if booking.payment_id is not None and booking.released_at is not None:
            due.append((booking.created_at, document_payment, booking.payment_id))
            due.append((booking.released_at, document_earnings, booking.id))
    for at, document, number in sorted(due, key=lambda one: one[0]):
        with clock.stopped(at):
            document(number)


def _plan(cast: Cast, people: dict[str, User], moment: datetime) -> Iterator[Taught]:
    students = cycle(people[person.email] for person in cast.learners if person.email != LEARNER)
    instrument = provider().instrument(Kind.UPI, {"upi_id": "success@upi"})
    remarks = cast.remarks
    of_learners, general = cycle((*remarks.of_learners, *remarks.of_late_learners)), cycle(remarks.praise)
    texts = {4: cycle(remarks.good), 3: cycle(remarks.fair)}
    for number, teacher in enumerate(cast.teachers[1:]):
        special = iter(teacher.praise)
        for run, (star, starts_at) in enumerate(_runs(teacher, number, moment)):
            words = next(texts[star]) if star < 5 else next(special, None) or next(general)
            yield Taught(
                mentor=people[teacher.person.email],
                learner=next(students),
                offer=teacher.offers[run % len(teacher.offers)],
                starts_at=starts_at,
                stars=star,
                praise=words,
                reply=next(of_learners),
                key=new_public_id(),
                instrument=instrument,
            )


def _runs(teacher: Teacher, number: int, moment: datetime) -> Iterable[tuple[int, datetime]]:
    email, zone = teacher.person.email, teacher.person.timezone
    stars = STARS[number % len(STARS)]
    days = days_ago(email, len(stars), NEAREST, FURTHEST)
    starts = (on_day(moment, -day, morning_hour(email, run), zone) for run, day in enumerate(days))
    return zip(map(int, stars), starts, strict=True)


def _charge(taught: Taught) -> Result:
    """Take the money at the provider, at the moment of booking."""
    with clock.stopped(taught.starts_at - BOOKED):
        return provider().create_payment(price_of(taught.offer), taught.instrument, hold=False, key=taught.key)
