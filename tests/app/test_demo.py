"""The demo: loaded once, true to the use cases, and alive on every page."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts import passwords
from app.accounts.models import User
from app.accounts.queries import by_email
from app.bookings import queries as bookings
from app.bookings.earnings import snapshot
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.community.models import Review
from app.community.queries import ratings_of
from app.demo import load, rooms
from app.demo.cast import LEARNER, MENTOR, cast
from app.demo.people import PASSWORD
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.kernel.model import Model
from app.lessons.appointment_offer_models import Offer as AppointmentOffer
from app.lessons.appointment_offers import calendar_of
from app.lessons.models import Lesson
from app.lessons.queries import Search, search, starting_soon
from app.live import queries as live_queries
from app.live import service as live
from app.notifications.models import Mail, Notice
from app.payments import ledger
from app.payments.models import LedgerEntry, LedgerTransaction, Payment
from app.payments.refunds import wanted
from app.proof.service import check_all
from tests import factories


@pytest.fixture
def demo(app: Flask) -> load.Loaded:
    """A house with the demo in it."""
    return load.load()


def test_the_whole_demo(demo: load.Loaded, app: Flask) -> None:
    """One load (it takes seconds), many looks at it."""
    assert (demo.mentors, demo.lessons) == (30, 200)
    _a_second_load_adds_nothing()
    _the_books_balance()
    _nobody_was_written_to(app)
    _the_three_accounts_can_sign_in()
    _bookings_stand_in_every_state()
    _mentors_are_rated_between_4_2_and_5()
    _every_page_has_something_to_show()
    _three_mentors_let_learners_choose_the_time()
    _both_may_join_and_a_stranger_may_not()
    _written_history_looks_like_played_history()


def _a_second_load_adds_nothing() -> None:
    before = _row_counts()
    assert load.load() == load.Loaded()
    assert _row_counts() == before


def _the_books_balance() -> None:
    assert ledger.imbalance() == {}
    assert {check.title: check.first for check in check_all() if check.wrong} == {}
    assert wanted() == []
    held = select(func.sum(LedgerEntry.amount_minor)).where(LedgerEntry.account.startswith("held:"))
    paid = (BookingState.REQUESTED, BookingState.CONFIRMED, BookingState.COMPLETED)
    open_bookings = db.session.scalars(select(Booking).where(Booking.state.in_(paid), Booking.released_at.is_(None))).unique()
    assert db.session.scalar(held) == sum(b.price_minor for b in open_bookings if b.payment and b.payment.captured_at)


def _nobody_was_written_to(app: Flask) -> None:
    assert db.session.scalar(select(func.count()).select_from(Mail)) == 0
    assert app.extensions["jobs"].jobs == []


def _the_three_accounts_can_sign_in() -> None:
    for email in (MENTOR, LEARNER, "admin@example.com"):
        user = by_email(email)
        assert user is not None
        assert user.is_verified
        assert passwords.verify_password(user.password_hash, PASSWORD)
        assert passwords.objection_to(PASSWORD, name=user.name, email=user.email) is None


def _bookings_stand_in_every_state() -> None:
    states = Counter(db.session.scalars(select(Booking.state)))
    expected = set(BookingState) - {BookingState.RELEASED}  # the held one becomes that in ten minutes
    assert expected <= set(states), states


def _mentors_are_rated_between_4_2_and_5() -> None:
    mentors = list(db.session.scalars(select(User.id).where(User.is_mentor)))
    ratings = ratings_of(mentors)
    assert set(ratings) == set(mentors)
    assert all(4.2 <= rating.mean <= 5 and rating.count >= 4 for rating in ratings.values())
    assert max(Counter(db.session.scalars(select(Review.comment))).values()) < 30


def _every_page_has_something_to_show() -> None:
    mentor, learner = by_email(MENTOR), by_email(LEARNER)
    assert mentor
    assert learner
    ahead = bookings.ahead_of_mentor(mentor)
    assert len(ahead.requests) == 4
    assert len(ahead.accepted) == 4
    assert len(bookings.past_for_mentor(mentor)) == 10
    upcoming = [booking.state for booking in bookings.upcoming_for_learner(learner)]
    assert Counter(upcoming) == {"confirmed": 2, "requested": 1, "held": 1}
    assert upcoming[0] is BookingState.CONFIRMED
    assert len(bookings.past_for_learner(learner)) >= 8
    money = snapshot(mentor)
    assert money.held.amount_minor > 0
    assert money.available.amount_minor > 0
    assert starting_soon(1)[0].starts_at < now() + timedelta(minutes=30)
    assert search(Search()).total > 150
    assert search(Search(text="guitar")).total >= 4
    assert db.session.scalar(select(func.count()).where(Notice.user_id == mentor.id)) >= 15


def _three_mentors_let_learners_choose_the_time() -> None:
    found = db.session.scalars(select(AppointmentOffer)).all()
    assert len(found) == 3
    for one in found:
        calendar = calendar_of(one.mentor_id)
        assert calendar is not None
        assert calendar.slots(one.duration_minutes)


def _both_may_join_and_a_stranger_may_not() -> None:
    room = rooms.joinable_room()
    for email in (MENTOR, LEARNER):
        assert live_queries.visit(by_email(email), room.public_id).phase is live_queries.Phase.OPEN
    with pytest.raises(NotFound):
        live_queries.visit(factories.learner(), room.public_id)
    minutes = room.lesson.duration_minutes
    another = rooms.joinable_room()
    assert another.id != room.id, "fresh each time"
    assert another.lesson.duration_minutes >= minutes, "and as long"
    assert live_queries.visit(by_email(LEARNER), room.public_id).phase is live_queries.Phase.OPEN, "whoever is in one may stay"
    live.close(another.id)
    with clock.stopped(now() + timedelta(days=3)):
        later = rooms.joinable_room()
        assert live_queries.visit(by_email(LEARNER), later.public_id).phase is live_queries.Phase.OPEN


def _written_history_looks_like_played_history() -> None:
    """What taught.py writes as rows has the same shape as what the use cases leave behind."""
    completed = db.session.scalars(select(Booking).where(Booking.state == BookingState.COMPLETED, Booking.released_at.is_not(None)))
    mentor, *others = cast().teachers
    by_person: dict[bool, list[Booking]] = {True: [], False: []}
    emails = {teacher.person.email for teacher in others if teacher.person.name not in ("Ewan Campbell", "Lucía Fernández")}
    for booking in completed.unique():
        if booking.lesson.mentor.email == MENTOR and booking.payment and booking.payment.method_label.startswith("UPI"):
            by_person[True].append(booking)
        elif booking.lesson.mentor.email in emails:
            by_person[False].append(booking)
    played, written = by_person[True][0], by_person[False][0]
    assert mentor.person.email == MENTOR
    assert _shape(played) == _shape(written)


def _shape(booking: Booking) -> dict[str, object]:
    payment = booking.payment
    assert payment is not None
    (attempt,) = payment.attempts
    lesson, people = booking.lesson, {booking.learner_id, booking.lesson.mentor_id}
    presence = [row for row in live_queries.attendance.intervals(lesson.id) if row.user_id in people]
    entries = select(LedgerTransaction).where(
        ((LedgerTransaction.kind == "capture") & (LedgerTransaction.reference == str(payment.id)))
        | ((LedgerTransaction.kind == "release") & (LedgerTransaction.reference == str(booking.id)))
    )
    moves = db.session.scalars(entries.order_by(LedgerTransaction.kind)).all()
    return {
        "booking": _set_fields(booking),
        "payment": _set_fields(payment),
        "attempt": (_set_fields(attempt), attempt.outcome, attempt.kind),
        "room": _set_fields(live_queries.room_of(lesson.id)),
        "presence": [(_set_fields(row), row.closing) for row in presence],
        "taught": booking.taught_seconds - (lesson.duration_minutes - 1) * 60,
        "moments": [
            (moment - lesson.starts_at if moment else None)
            for moment in (booking.created_at, booking.held_until, booking.decide_by, booking.accepted_at, payment.captured_at)
        ],
        "afterwards": [moment - lesson.ends_at for moment in (booking.closed_at, booking.settled_at, booking.release_at)],
        "released": booking.released_at - lesson.ends_at,
        "moves": [
            (move.kind, sorted((e.account.split(":")[0], e.amount_minor * 100 // booking.price_minor) for e in move.entries))
            for move in moves
        ],
    }


def _set_fields(row: Model) -> set[str]:
    return {column.key for column in row.__table__.columns if getattr(row, column.key) is not None}


def test_the_tables_hold_thirty_mentors_and_two_hundred_sessions(app: Flask) -> None:
    teachers = cast().teachers
    assert len(teachers) == 30
    assert sum(len(teacher.offers) for teacher in teachers) == 200
    titles = [offer.title for teacher in teachers for offer in teacher.offers]
    assert len(set(titles)) == 200
    assert max(map(len, titles)) <= 80
    assert all(3 <= len(offer.topics) <= 5 for teacher in teachers for offer in teacher.offers)
    assert sum(offer.seats > 1 for teacher in teachers for offer in teacher.offers) > 40


def test_production_is_refused_in_one_line(app: Flask, production: None) -> None:
    runner = app.test_cli_runner()
    for words in (["demo"], ["demo", "room"]):
        answer = runner.invoke(args=words)
        assert answer.exit_code == 1
        assert answer.output == "Error: The demo is not for production: its password is known to everybody.\n"
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_a_room_before_the_demo_is_refused_in_one_line(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["demo", "room"])
    assert (answer.exit_code, answer.output) == (1, "Error: The demo is not loaded yet: run bin/flask demo first.\n")


def test_an_interrupted_load_is_finished_by_the_next(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as during:
        during.setattr(load, "play_present", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            load.load()
    db.session.rollback()
    assert not load.is_loaded()
    load.load()
    assert db.session.scalar(select(func.count()).where(Lesson.starts_at > now())) == 200
    assert len(bookings.ahead_of_mentor(by_email(MENTOR)).requests) == 4
    assert ledger.imbalance() == {}
    assert app.test_cli_runner().invoke(args=["demo"]).output == "The demo is here already; nothing was added.\n"


@pytest.fixture
def production(app: Flask) -> Iterator[None]:
    """The same app under a production environment."""
    real = app.extensions["settings"]
    app.extensions["settings"] = replace(real, env="production")
    yield
    app.extensions["settings"] = real


def _interrupt(*_arguments: object) -> int:
    raise KeyboardInterrupt


def _row_counts() -> dict[str, int]:
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in Model.metadata.sorted_tables
    } | {"payments by state": len(set(db.session.scalars(select(Payment.state))))}
