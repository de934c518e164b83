"""What a session means for the money of its bookings: judged once per booking, from the presence rows, and carried out."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app.audit.service import record
from app.audit.tags import AuditTag
from app.bookings import attendance, meeting_again, policies, queries, removals, verdicts, witnesses
from app.bookings.attendance_models import JoinAttempt, PresenceInterval, Span
from app.bookings.events import BookingCompleted, BookingMissed, EarningsReleased
from app.bookings.models import Booking
from app.bookings.service import close
from app.bookings.settlement_models import Settlement, Verdict
from app.bookings.states import BookingState, require_move
from app.bookings.verdicts import Evidence, Outcome, Side, Stay, Try
from app.extensions import db
from app.kernel.clock import now
from app.kernel.money import Money, share
from app.kernel.transaction import Transaction, transaction
from app.lessons import calendar
from app.payments import ledger, receipts_wanted, refunds
from app.payments.models import PaymentState
from app.payments.receipt_models import ReceiptKind


def settle_lesson(lesson_id: int) -> None:
    """Settle every confirmed booking of a lesson whose room has ended. Does nothing the second time."""
    query = select(Booking.id).where(Booking.lesson_id == lesson_id, Booking.state == BookingState.CONFIRMED)
    for booking_id in db.session.scalars(query).all():
        settle(booking_id)


def settle(booking_id: int) -> None:
    """Judge a booking whose session is over: paid, partly or wholly given back. Once."""
    with transaction() as tx:
        booking = queries.locked(booking_id)
        if booking.state is BookingState.CONFIRMED:
            _carry_out(tx, booking, _judge(booking))


def decide_absence(booking_id: int) -> None:
    """Ten minutes after the start (later when somebody waits longer): end a booking to which somebody did not come. Once.

    Does nothing before that moment, when both have come, or while somebody's line is being mended.
    """
    with transaction() as tx:
        booking = queries.locked(booking_id)
        if booking.state is not BookingState.CONFIRMED or now() < decides_at(booking):
            return
        if verdicts.absence(evidence_of(booking)) is not None and not _is_coming_back(booking):
            _carry_out(tx, booking, _judge(booking))


def decides_at(booking: Booking) -> datetime:
    """When it is decided that somebody did not come."""
    usual = booking.lesson.starts_at + policies.NO_SHOW_AFTER
    return max(usual, booking.wait_until or usual)


def evidence_of(booking: Booking) -> Evidence:
    """Everything the room knows about a booking, up to now."""
    lesson = booking.lesson
    sides = _sides(booking, lesson.mentor_id, booking.learner_id)
    return Evidence(lesson.starts_at, lesson.ends_at, now(), *sides)


def release_earnings(booking_id: int) -> None:
    """Move what the mentor keeps to what they may withdraw, less the agreed fee; once, and not while it is disputed."""
    with transaction() as tx:
        booking = queries.locked(booking_id)
        db.session.refresh(booking, ["dispute"])  # opened or settled while we waited for the lock
        due = booking.release_at is not None and booking.release_at <= now() and booking.released_at is None
        if not due or booking.is_disputed or not _is_captured(booking):
            return
        kept, fee = booking.kept, fee_of(booking)
        held = ledger.held_for("booking", str(booking.id))
        mentor = ledger.available_to(booking.lesson.mentor_id)
        ledger.post("release", str(booking.id), {held: Money(0, kept.currency) - kept, mentor: kept - fee, ledger.FEES: fee})
        booking.released_at = now()
        receipts_wanted.want(ReceiptKind.STATEMENT, booking.id)
        tx.publish(EarningsReleased(booking.id, booking.lesson.mentor_id))


def fee_of(booking: Booking) -> Money:
    """The platform's part of what is kept, rounded down; the mentor gets the rest by one subtraction."""
    return share(booking.kept, booking.fee_bps)


def _judge(booking: Booking) -> Outcome:
    return verdicts.judge(evidence_of(booking), booking.price_minor, booking.no_show_refund_pct)


def _carry_out(tx: Transaction, booking: Booking, outcome: Outcome) -> None:
    who = (booking.id, booking.lesson_id, booking.learner_id, booking.lesson.mentor_id)
    _write_down(booking, outcome)
    booking.taught_seconds, booking.settled_at = outcome.both_seconds, now()
    is_kept_in_part = outcome.refund_minor < booking.price_minor
    if outcome.verdict in (Verdict.TAUGHT, Verdict.CUT_SHORT) and (is_kept_in_part or booking.is_free):
        _complete(booking)
        tx.publish(BookingCompleted(*who))
    else:
        _miss(booking)
        tx.publish(BookingMissed(*who))
    if outcome.verdict is Verdict.TECHNICAL:
        meeting_again.wait_for_another_time(booking)
    elif outcome.refund_minor and booking.payment_id is not None:
        refunds.want_refund(booking.payment_id, outcome.refund_minor, outcome.verdict.value)
    if is_kept_in_part:
        both_there = outcome.both_seconds > 0
        booking.release_at = now() + (policies.RELEASE_AFTER if both_there else policies.RELEASE_AFTER_ABSENCE)


def _write_down(booking: Booking, outcome: Outcome) -> None:
    lesson = booking.lesson
    settled = Settlement(
        booking_id=booking.id,
        mentor_id=lesson.mentor_id,
        verdict=outcome.verdict,
        duration_seconds=int((lesson.ends_at - lesson.starts_at).total_seconds()),
        both_seconds=outcome.both_seconds,
        mentor_away_seconds=outcome.mentor_away_seconds,
        technical_seconds=outcome.technical_seconds,
        removed_seconds=outcome.removed_seconds,
        lost_seconds=outcome.lost_seconds,
        price_minor=booking.price_minor,
        refund_minor=outcome.refund_minor,
        currency=booking.currency,
        is_strike=outcome.is_strike,
        decided_at=now(),
    )
    db.session.add(settled)
    db.session.flush()
    db.session.refresh(booking, ["settlement"])


def _complete(booking: Booking) -> None:
    require_move(booking.state, BookingState.COMPLETED)
    booking.state, booking.closed_at = BookingState.COMPLETED, now()
    calendar.set_free(booking.learner_id, booking.lesson)
    record(None, AuditTag.BOOKING_COMPLETED, booking, taught_seconds=booking.taught_seconds)


def _miss(booking: Booking) -> None:
    close(booking, BookingState.MISSED)
    record(None, AuditTag.BOOKING_MISSED, booking)


def _sides(booking: Booking, *people: int) -> list[Side]:
    known = witnesses.witnessed(booking.lesson_id)
    rows, tries = attendance.intervals(booking.lesson_id), attendance.attempts(booking.lesson_id)
    if booking.moved_at is not None:  # who met at the old time has not come to the new one
        rows = [row for row in rows if row.joined_at >= booking.moved_at]
        tries = [attempt for attempt in tries if attempt.at >= booking.moved_at]
        known = [one for one in known if one.gap.start >= booking.moved_at]
    measured = witnesses.credits(known, people[0], people[1:])
    return [
        Side(
            stays=[Stay(row.span(now()), row.closing) for row in rows if row.user_id == person],
            tries=[Try(attempt.at, attempt.entered_at) for attempt in tries if attempt.user_id == person],
            measured=measured,
            put_out=_put_out(booking, rows, tries) if person == booking.learner_id else (),
        )
        for person in people
    ]


def _put_out(booking: Booking, rows: Iterable[PresenceInterval], tries: Iterable[JoinAttempt]) -> list[Span]:
    came = [row.joined_at for row in rows if row.user_id == booking.learner_id]
    tried = [attempt.at for attempt in tries if attempt.user_id == booking.learner_id]
    return removals.spans_out(booking, [*came, *tried], booking.lesson.ends_at)


def _is_coming_back(booking: Booking) -> bool:
    """Somebody who was in lost the line less than a minute ago: the clock waits for them."""
    people = {booking.lesson.mentor_id, booking.learner_id}
    rows, gaps = attendance.intervals(booking.lesson_id), witnesses.gaps(booking.lesson_id)
    return bool(people & attendance.vanished_of(rows, attendance.RETURN_PATIENCE, gaps))


def _is_captured(booking: Booking) -> bool:
    return booking.payment is not None and booking.payment.state is PaymentState.CAPTURED
