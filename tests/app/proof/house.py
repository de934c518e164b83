"""A small house in which money has gone every way: the ground on which the proof is tried."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select

from app.bookings import jobs as booking_jobs
from app.bookings import queries, settlement
from app.bookings.models import Booking
from app.extensions import db
from app.gifts import finishing
from app.gifts.service import GiftDraft, give
from app.kernel import clock
from app.kernel.clock import now
from app.payments import jobs
from app.payments.models import Refund
from app.payments.payout_methods import add_payout_method
from app.payments.payouts import Withdrawal, withdraw
from app.proof import service
from tests import factories

FEE_BPS = 1250


@dataclass(frozen=True, slots=True)
class House:
    """Ids of what stands in it."""

    released: int
    cut_short: int
    rejected: int
    confirmed: int
    paid: int
    returned: int
    under_way: int
    refund: int
    gift: int
    arriving: int

    def break_with(self, *statements: str) -> None:
        """Change rows behind everybody's back; `{released}` and so on stand for the ids."""
        with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
            self._execute(connection, statements)
        db.session.expire_all()

    def wrong_after(self, *statements: str) -> dict[str, str]:
        """What the proof would say of such changes, which are then undone: failed checks with their first offender."""
        with db.engine.connect().execution_options(writing=True) as connection, connection.begin() as undone:
            self._execute(connection, statements)
            checks = service.checks_on(connection)
            undone.rollback()
        return {check.name: check.first[0].about for check in checks if check.wrong}

    def _execute(self, connection: Connection, statements: tuple[str, ...]) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement.format(**{name: getattr(self, name) for name in self.__slots__}))


def build() -> House:
    """Taught and released with a fee, cut short, rejected, confirmed; withdrawals that arrived, came back and are on their way."""
    mentor = factories.verified(factories.mentor())
    upi = add_payout_method(mentor, "upi", {"upi_id": "success@upi"}, factories.PASSWORD).id
    closed_account = {"account_number": "000123450001", "ifsc": "TEST0123456"}
    bank = add_payout_method(mentor, "bank", closed_account, factories.PASSWORD).id
    released, cut_short = (_taught(mentor, minutes) for minutes in (60, 40))
    rejected = factories.rejected(factories.learner("Rea"), factories.lesson(mentor, starts_in=timedelta(days=3)))
    confirmed = factories.confirmed(factories.learner("Con"), factories.lesson(mentor, starts_in=timedelta(days=4)), factories.CARD)
    begins = now() + timedelta(days=3)
    with clock.stopped(begins):
        jobs.carry_out_refunds()
        booking_jobs.release_due_earnings()
        paid, returned = (withdraw(mentor, Withdrawal("3", method_id=method)).id for method in (upi, bank))
        jobs.carry_out_payouts()
    with clock.stopped(begins + timedelta(minutes=1)):
        jobs.carry_out_payouts()
        gift, arriving = (_given(booking_id) for booking_id in (released, cut_short))
        under_way = withdraw(mentor, Withdrawal("3", method_id=upi)).id
        jobs.carry_out_payouts()
    refund = db.session.scalar(
        select(Refund.id).join(Booking, Booking.payment_id == Refund.payment_id).where(Booking.id == rejected.id)
    )
    assert refund is not None
    with clock.stopped(begins + timedelta(minutes=2, seconds=1)):
        finishing.make_final(gift)
    return House(released, cut_short, rejected.id, confirmed.id, paid, returned, under_way, refund, gift, arriving)


def _given(booking_id: int) -> int:
    """$5 from the learner of a taught session, just now."""
    booking = queries.by_id(booking_id)
    return give(booking.learner, booking.id, GiftDraft("5", ticket=f"gift-{booking_id}"), factories.CARD).id


def _taught(mentor, minutes_of_mentor: int) -> int:
    """A session of an hour, the mentor there for this long."""
    lesson = factories.lesson(mentor, starts_in=timedelta(hours=1 if minutes_of_mentor == 60 else 4))
    booking = factories.confirmed(factories.learner(), lesson)
    with factories.transaction():
        booking.fee_bps = FEE_BPS
    factories.stay(lesson, booking.learner_id, timedelta(), timedelta(hours=1))
    factories.stay(lesson, mentor.id, timedelta(), timedelta(minutes=minutes_of_mentor))
    with clock.stopped(lesson.ends_at):
        settlement.settle(booking.id)
    return queries.by_id(booking.id).id
