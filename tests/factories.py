"""People, sessions and bookings for tests, made through the real use cases."""

import itertools
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from flask.testing import FlaskClient

from app.accounts import service as accounts
from app.accounts.models import User
from app.bookings import moving, policies, queueing, receipting, rejecting, settlement
from app.bookings import queries as booking_queries
from app.bookings import service as bookings
from app.bookings.attendance_models import Closing, PresenceInterval
from app.bookings.models import Booking
from app.bookings.proposal_models import Proposal
from app.extensions import db
from app.gifts import receipting as gift_receipting
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.money import Money
from app.kernel.transaction import transaction
from app.lessons import appointment_offers as offers
from app.lessons import availability
from app.lessons import service as lessons
from app.lessons.appointment_offer_models import Offer
from app.lessons.appointment_offers import OfferDraft
from app.lessons.models import CancelPolicy, Lesson
from app.lessons.series import Repeat, publish_series
from app.live import service as live
from app.payments import documents
from app.payments.methods import Choice

PASSWORD = "four quiet geese"
UPI = Choice(kind="upi", details={"upi_id": "success@upi"})
DECLINED_UPI = Choice(kind="upi", details={"upi_id": "decline@upi"})
PENDING_UPI = Choice(kind="upi", details={"upi_id": "pending@upi"})
CARD = Choice(kind="card", details={"card_number": "4242 4242 4242 4242"})
DECLINED_CARD = Choice(kind="card", details={"card_number": "4000 0000 0000 0002"})
BANK = Choice(kind="bank", details={"account_number": "000123456789", "ifsc": "TEST0123456"})

HOURS_2 = timedelta(hours=2)

_count = itertools.count(1)


def upi(name: str) -> Choice:
    """A UPI ID whose name is a word of the rehearsal's script."""
    return Choice(kind="upi", details={"upi_id": f"{name}@upi"})


def person(name: str = "Noor Example", *, learns: bool = True, teaches: bool = False, timezone: str = "UTC") -> User:
    """Somebody new, whose password is PASSWORD."""
    draft = accounts.SignUpDraft(name, f"person{next(_count)}@example.com", PASSWORD, learns, teaches, timezone)
    return accounts.sign_up(draft)


def mentor(name: str = "Mira Holm") -> User:
    """Somebody who teaches."""
    return person(name, learns=False, teaches=True)


def learner(name: str = "Lev Park") -> User:
    """Somebody who learns."""
    return person(name)


def lesson(
    teacher: User,
    *,
    starts_in: timedelta = timedelta(days=1),
    minutes: int = 60,
    price: int = 1800,
    title: str = "",
    capacity: int = 1,
    topics: tuple[str, ...] = ("Knots", "Braids"),
    description: str = "Bring a rope of two metres.",
    is_free: bool = False,
    is_private: bool = False,
    policy: CancelPolicy = CancelPolicy.FLEXIBLE,
    is_instant: bool = False,
) -> Lesson:
    """A published session; price in minor units of the instance's currency."""
    starts_at = (now() + starts_in).replace(second=0, microsecond=0, tzinfo=None)
    currency = current_app.extensions["settings"].currency
    draft = lessons.LessonDraft(
        title=title or f"Knots and braids {next(_count)}",
        description=description,
        starts_at=starts_at,
        timezone="UTC",
        duration_minutes=minutes,
        price=Money(0 if is_free else price, currency),
        is_free=is_free,
        topics=topics,
        capacity=capacity,
        is_private=is_private,
        cancel_policy=policy,
        is_instant=is_instant,
    )
    return lessons.publish_lesson(teacher, draft)


def series(teacher: User, times: int = 4, *, starts_in: timedelta = timedelta(days=3), **changes) -> list[Lesson]:
    """Published together, an hour each week at the same time of the teacher's clock; the soonest first."""
    zone = ZoneInfo(teacher.timezone)
    wall = (now() + starts_in).astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)
    fields = {
        "title": f"Knots every week {next(_count)}", "description": "Bring a rope of two metres.", "starts_at": wall,
        "timezone": teacher.timezone, "duration_minutes": 60, "price": Money(1800, current_app.extensions["settings"].currency),
        "topics": ("Knots", "Braids"), **changes,
    }
    return list(publish_series(teacher, lessons.LessonDraft(**fields), Repeat(1, times)))


def request(student: User, offered: Lesson, choice: Choice = UPI) -> Booking:
    """A booking that waits for the mentor."""
    return bookings.book(student, offered.id, choice)


def confirmed(student: User, offered: Lesson, choice: Choice = UPI) -> Booking:
    """A booking the mentor has accepted."""
    booking = request(student, offered, choice)
    return bookings.accept_booking(offered.mentor, booking.id)


def rejected(student: User, offered: Lesson, choice: Choice = UPI) -> Booking:
    """A request the mentor rejected, ten seconds ago and more: final."""
    booking = request(student, offered, choice)
    rejecting.reject_booking(offered.mentor, booking.id)
    with clock.stopped(now() + policies.UNDO_REJECT):
        rejecting.finish_reject(booking.id)
    return booking_queries.by_id(booking.id)


def proposed(person: User, booking: Booking, by: timedelta = timedelta(days=1), note: str = "") -> Proposal:
    """Somebody would like to have a booking so much later (or earlier)."""
    starts_at = (booking.lesson.starts_at + by).replace(tzinfo=None)
    return moving.propose_move(person, booking.id, starts_at, "UTC", note)


def in_line(student: User, offered: Lesson) -> None:
    """Somebody waits for a seat of a full session."""
    queueing.join_line(student, offered.id)


def joinable(student: User, teacher: User, **extra) -> Booking:
    """A confirmed booking of a session that begins in five minutes, so that both may join now."""
    booking = confirmed(student, lesson(teacher, starts_in=timedelta(minutes=5), **extra))
    live.room_for(booking.lesson_id)  # a running site may have confirmed it before us, and be just about to make the room
    return booking


def completed(student: User, offered: Lesson, choice: Choice = UPI) -> Booking:
    """A booking whose two people met; time stands at the end of the session while it is settled."""
    booking = confirmed(student, offered, choice)
    meet(booking)
    with clock.stopped(offered.ends_at):
        settlement.settle(booking.id)
    return booking_queries.by_id(booking.id)


def meet(booking: Booking) -> None:
    """Both are in the room from the first minute to the last."""
    whole = timedelta(minutes=booking.lesson.duration_minutes)
    for user_id in (booking.learner_id, booking.lesson.mentor_id):
        stay(booking.lesson, user_id, timedelta(), whole, Closing.ENDED)


def stay(offered: Lesson, user_id: int, begin: timedelta, end: timedelta, closing: Closing = Closing.LEFT) -> None:
    """Somebody is in a session's room from one moment after its start to another, heard all the while."""
    with transaction():
        interval = PresenceInterval(
            lesson_id=offered.id,
            user_id=user_id,
            tab=f"tab-of-{user_id}",
            connection=f"connection-{user_id}-{next(_count)}",
            joined_at=offered.starts_at + begin,
            last_seen_at=offered.starts_at + end,
        )
        interval.close(offered.starts_at + end, closing)
        db.session.add(interval)


def verified(user: User) -> User:
    """The same person with a verified address."""
    with transaction():
        user.verified_at = now()
    return user


def signed_in(client: FlaskClient, user: User) -> FlaskClient:
    """The browser after its owner has signed in."""
    email = db.session.get_one(User, user.id).email
    answer = client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code in (200, 302, 303), answer.get_data(as_text=True)
    return client


def offer_draft(*, price: int = 1800, minutes: int = 60, topics: tuple[str, ...] = ("Knots",), is_instant: bool = False) -> OfferDraft:
    """What a mentor types to teach by appointment."""
    money = Money(price, current_app.extensions["settings"].currency)
    return OfferDraft("An hour of knots", "Bring a rope of two metres.", topics, minutes, money, is_instant=is_instant)


def offer(teacher: User, *, zone: str = "UTC", hours: tuple[tuple[int, int], ...] = ((540, 1020),), **extra) -> Offer:
    """Something by appointment, any day from nine to five."""
    availability.save_week(teacher, zone, dict.fromkeys(range(7), hours))
    return offers.create_offer(teacher, offer_draft(**extra))


def write_missing_documents() -> None:
    """The sweeps that write what a crash left out."""
    for write in (documents.write_missing, receipting.write_missing, gift_receipting.write_missing):
        write()
