"""Reporting somebody from a room: admins hear of it at once, and what the reporter paid is not released before one has decided."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import blocks
from app.accounts import queries as accounts
from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import dispute_queries, disputes
from app.bookings import queries as bookings
from app.bookings.models import Booking
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.schedule import for_each
from app.kernel.transaction import transaction
from app.live import queries
from app.live.events import PersonReported
from app.live.models import Room
from app.live.report_models import PersonReport, ReportReason

LONGEST_WORDS = 2_000
STATEMENT = "Reported from the live session. We are looking into it."
"""What the other side reads of it: the reporter's own words are for admins alone."""


def report(user: User, public_id: str, person_id: int, *, reason: str, words: str = "", block: bool = False) -> PersonReport:
    """Report somebody of this room, during the session or after it; with `block`, nothing more to do with them either.

    Raises NotFound for a stranger to the room or somebody who is not in it, Invalid ("reason", "words"), Conflict the second time.
    """
    visit = queries.visit(user, public_id)
    if person_id == user.id or person_id not in bookings.ids_of_room(visit.room.lesson_id):
        raise NotFound("We could not find this person in this session.")
    said = _checked(reason, words)
    try:
        with transaction() as tx:
            row = PersonReport(
                room_id=visit.room.id,
                booking_id=visit.seat.booking_id if person_id == visit.room.lesson.mentor_id else None,
                reporter_id=user.id,
                person_id=person_id,
                reason=ReportReason(reason),
                words=said,
                created_at=now(),
            )
            db.session.add(row)
            db.session.flush()
            if block:
                blocks.block(user, person_id)
            record(user.id, AuditTag.PERSON_REPORTED, row, person=person_id, reason=reason)
            tx.publish(PersonReported(row.id))
    except IntegrityError as error:
        raise Conflict("You have reported this already. We are looking into it.", code="reported_already") from error
    return row


def keep_held() -> None:
    """The sweep: as soon as the outcome of a reported booking is measured, its money is held until an admin has decided."""
    over = Booking.state.in_(dispute_queries.OVER)
    theirs = select(PersonReport.id).join(Booking, Booking.id == PersonReport.booking_id)
    for_each(db.session.scalars(theirs.where(PersonReport.handed_at.is_(None), over)).all(), keep_held_for)


def keep_held_of(lesson_id: int) -> None:
    """The same for one lesson, at once."""
    of_lesson = select(PersonReport.id).join(Room, Room.id == PersonReport.room_id).where(Room.lesson_id == lesson_id)
    for report_id in db.session.scalars(of_lesson.where(PersonReport.handed_at.is_(None))).all():
        keep_held_for(report_id)


def keep_held_for(report_id: int) -> None:
    """Hand one reported booking to the admins as a dispute, once; nothing before it is over, or when nothing is held."""
    with transaction() as tx:
        row = db.session.get_one(PersonReport, report_id)
        if row.booking_id is None or row.handed_at is not None:
            return
        booking = bookings.locked(row.booking_id)
        if booking.state not in dispute_queries.OVER:
            return
        row.handed_at = now()
        disputes.open_for_admins(tx, row.reporter, booking, STATEMENT)


def close_report(admin: User, report_id: int) -> PersonReport:
    """An admin has seen to it. Raises NotFound for everybody else."""
    with transaction():
        row = report_by_id(report_id)
        if not admin.is_admin or admin.disabled_at is not None:
            raise NotFound("We could not find this report.")
        row.closed_at = row.closed_at or now()
        record(admin.id, AuditTag.REPORT_CLOSED, row)
    return row


def report_by_id(report_id: int) -> PersonReport:
    """A report, for admins; NotFound when there is none."""
    row = db.session.get(PersonReport, report_id)
    if row is None:
        raise NotFound("We could not find this report.")
    return row


def open_reports() -> Sequence[PersonReport]:
    """What nobody has seen to, the oldest first."""
    return db.session.scalars(select(PersonReport).where(PersonReport.closed_at.is_(None)).order_by(PersonReport.id)).all()


def admins_to_tell(row: PersonReport) -> list[User]:
    """Every admin but the two it is about."""
    return [admin for admin in accounts.admins() if admin.id not in (row.reporter_id, row.person_id)]


def _checked(reason: str, words: str) -> str:
    faults: dict[str, str] = {}
    if reason not in set(ReportReason):
        faults["reason"] = "Choose what was wrong."
    if len(words.strip()) > LONGEST_WORDS:
        faults["words"] = f"Use at most {LONGEST_WORDS:,} characters."
    if faults:
        raise Invalid(fields=faults)
    return words.strip()
