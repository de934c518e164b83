"""One walk: two learners, a mentor, a session, and everything that they (or the provider's messages) may do next."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.bookings import attendance, dispute_queries, disputes, jobs, receipting, rejecting, service, settlement, waiting
from app.bookings.attendance_models import Closing
from app.bookings.cancelling import can_be_canceled, cancel_booking
from app.bookings.dispute_models import Dispute, DisputeKind
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.extensions import db
from app.gifts import finishing
from app.gifts import jobs as gift_jobs
from app.gifts.models import Gift, GiftState
from app.gifts.service import GiftDraft, give
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.money import Money
from app.lessons.models import Lesson
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments import service as payments
from app.payments.methods import Choice
from app.payments.models import NOT_REACHED, PaymentState
from app.payments.payout_methods import add_payout_method, payout_methods
from app.payments.payouts import Withdrawal, withdraw
from app.payments.providers.registry import PROVIDERS
from app.payments.providers.rehearsal_books import Books, events
from tests import factories
from tests.app.bookings.walk import prices, times, ways
from tests.post import hand_over

SWEEPS: tuple[Callable[[], None], ...] = tuple(
    one.function
    for one in (*jobs.PERIODIC, *payment_jobs.PERIODIC, *receipting.PERIODIC, *gift_jobs.PERIODIC)
    if "tell" not in one.name and one.name not in ("payments.rehearsal", "bookings.remind")
)
WAYS = [
    factories.UPI,
    factories.CARD,
    factories.BANK,
    factories.PENDING_UPI,
    factories.DECLINED_UPI,
    factories.DECLINED_CARD,
    *(factories.upi(word) for word in ("expire", "timeout-after", "timeout-before", "approve", "dispute", "dispute-won")),
    Choice(kind="bank", details={"account_number": "000123450000", "ifsc": "TEST0123456"}),
]
PLACES = (
    *[("upi", {"upi_id": "mentor@upi"})] * 2,
    ("bank", {"account_number": "000123450001", "ifsc": "TEST0123456"}),
    ("upi", {"upi_id": "timeout-after@upi"}),
    ("upi", {"upi_id": "timeout-before@upi"}),
)
Act = Callable[[], object]


class Walk:
    """The dice of one seed, and whom they are thrown for."""

    def __init__(self, seed: int) -> None:
        self.seed, self.dice = seed, random.Random(seed)
        mentor = factories.verified(factories.mentor(f"Mira {seed}"))
        self.mentor_id = mentor.id
        self.learner_ids = [factories.learner(f"{name} {seed}").id for name in ("Ana", "Bo")]
        kind, details = self.dice.choice(PLACES)
        add_payout_method(mentor, kind, details, factories.PASSWORD)
        hours, price = self.dice.choice([1, 1, 3, 30]), self.dice.choice([1, 7, 1800, 1999])
        capacity, self.is_instant = self.dice.choice([1, 1, 2]), self.dice.random() < 0.25
        self.code, is_free = prices.open_shop(mentor, self.dice)
        traits = {"price": price, "capacity": capacity, "is_free": is_free, "is_instant": self.is_instant}
        self.offer_id = factories.offer(mentor).id if self.dice.random() < 0.25 else None
        self.lesson_id = factories.lesson(mentor, starts_in=timedelta(hours=hours), **traits).id

    def next_step(self) -> Act:
        """What happens next: the dice say what sort of thing, and then which of those that are possible now."""
        sorts = {self._claims: 3, self._bookings: 9, self._lessons: 2, self._other_ways: 1, self._withdrawals: 8, self._messages: 1}
        while sorts:
            [sort] = self.dice.choices(list(sorts), list(sorts.values()))
            possible = list(sort(db.session.get_one(User, self.mentor_id)))
            if possible:
                return self.dice.choice(possible)
            del sorts[sort]
        return lambda: None

    def learners(self) -> list[User]:
        """The two who may want something of the mentor."""
        return [db.session.get_one(User, learner_id) for learner_id in self.learner_ids]

    def bookings(self) -> list[Booking]:
        """All claims on this mentor's time, old and new; only the newest ones are still of interest."""
        query = select(Booking).where(Booking.mentor_id == self.mentor_id).order_by(Booking.id.desc()).limit(6)
        return list(db.session.scalars(query).unique())

    def _claims(self, _mentor: User) -> Iterator[Act]:
        found = self.bookings()
        for learner in self.learners():
            if not any(booking.learner_id == learner.id and booking.is_live for booking in found):
                code = self.code if self.dice.random() < 0.7 else ""
                yield lambda who=learner, code=code: service.book(who, self.lesson_id, self.dice.choice(WAYS), code=code)

    def _bookings(self, mentor: User) -> Iterator[Act]:
        for booking in self.bookings():
            if booking.is_live or self.dice.random() < 0.5:
                yield from self._of_booking(booking, mentor)
                yield from times.of_booking(booking, mentor, self.dice)

    def _lessons(self, mentor: User) -> Iterator[Act]:
        yield from times.of_lesson(db.session.get_one(Lesson, self.lesson_id), mentor, self.learners(), self.dice)

    def _other_ways(self, mentor: User) -> Iterator[Act]:
        learners = self.learners()
        yield from ways.talks(mentor, learners, WAYS, self.dice)
        yield from ways.slots(self.offer_id, learners, WAYS, self.dice)
        yield from ways.closings([mentor, *learners], self.dice)

    def _of_booking(self, booking: Booking, mentor: User) -> Iterator[Act]:
        number, learner = booking.id, booking.learner
        if can_be_canceled(booking) and self.dice.random() < 0.5:
            yield lambda: cancel_booking(self.dice.choice([mentor, learner]), number)
        match booking.state:
            case BookingState.HELD:
                is_lost = booking.payment is not None and any(one.decline_code == NOT_REACHED for one in booking.payment.attempts)
                yield from [lambda: service.pay_again(learner, number, self.dice.choice(WAYS))] * (8 if is_lost else 2)
                if booking.payment is not None and booking.payment.state is PaymentState.REQUIRES_ACTION:
                    said, charge = self.dice.random() < 0.7, booking.payment.provider_payment_id or ""
                    yield from [lambda: PROVIDERS["rehearsal"].approve(charge, is_approved=said)] * 3
                    yield lambda: payments.stop_waiting(learner, booking.payment_id or 0)
            case BookingState.REQUESTED:
                yield from [lambda: service.accept_booking(mentor, number)] * 5
                yield lambda: rejecting.reject_booking(mentor, number)
            case BookingState.DECLINED if booking.undo_until is not None:
                yield from [lambda: rejecting.undo_reject(mentor, number)] * 2
            case BookingState.CONFIRMED:
                yield from [lambda: self._attend(booking)] * 5
                yield lambda: waiting.wait_longer(mentor, booking.lesson_id)
                yield from self._gifts(booking)
            case BookingState.COMPLETED | BookingState.MISSED | BookingState.CANCELED:
                yield from [lambda: settlement.release_earnings(number)] * 2
                yield from self._gifts(booking)
                yield from self._disputes(booking, mentor)

    def _attend(self, booking: Booking) -> None:
        """One of the two is there for a while (and the other may try in vain), or both all the time; then it may end for everybody."""
        lesson = booking.lesson
        both = self.dice.random() < 0.5
        people = [self.mentor_id, booking.learner_id] if both else [self.dice.choice([self.mentor_id, booking.learner_id])]
        begin = timedelta(minutes=0 if both else self.dice.randint(-5, 50))
        end = begin + timedelta(minutes=60 if both else self.dice.randint(1, 60))
        if not both and self.dice.random() < 0.3:
            with clock.stopped(max(now(), lesson.starts_at)):
                attendance.note_attempt(lesson.id, self.dice.choice([self.mentor_id, booking.learner_id]))
        for person in people:
            factories.stay(lesson, person, begin, end, self.dice.choice([Closing.LEFT, Closing.VANISHED, Closing.ENDED]))
        if self.dice.random() < 0.5:
            with clock.stopped(max(now(), lesson.starts_at + end)):
                settlement.settle_lesson(lesson.id)

    def _gifts(self, booking: Booking) -> Iterator[Act]:
        given = db.session.scalars(select(Gift).where(Gift.booking_id == booking.id)).all()
        draft = GiftDraft(self.dice.choice(["1", "5", "3.33"]), ticket=f"{len(given)}")
        if len(given) < 2:
            yield lambda: give(booking.learner, booking.id, draft, self.dice.choice(WAYS))
        for gift in given:
            if gift.state is GiftState.ARRIVING:
                yield from [lambda number=gift.id: finishing.undo_gift(booking.learner, number)] * 4
            if gift.state is GiftState.STARTED and gift.payment is not None:
                again = GiftDraft("1", ticket=gift.key.split("-", 1)[1], tries=len(gift.payment.attempts))
                yield lambda draft=again: give(booking.learner, booking.id, draft, self.dice.choice(WAYS))

    def _disputes(self, booking: Booking, mentor: User) -> Iterator[Act]:
        """The learner about money, the mentor about a strike; whoever did not open it answers."""
        learner, number = booking.learner, booking.id
        for person in (learner, mentor):
            if dispute_queries.may_open(person, booking) is not None:
                amount = Money(self.dice.randint(1, max(1, booking.kept.amount_minor)), booking.currency).plain()
                claim = disputes.Claim("other", "It was not like that.", amount)
                yield lambda who=person, claim=claim: disputes.open_dispute(who, number, claim)
        for dispute in db.session.scalars(select(Dispute).where(Dispute.booking_id == number)).all():
            if dispute.is_live:
                opener, other = (learner, mentor) if dispute.kind is DisputeKind.REFUND else (mentor, learner)
                offer = dispute_queries.standing_offer(dispute, by=opener.id)
                yield lambda who=other, one=dispute.id: disputes.speak(who, number, one, "It was.", "0.01")
                yield lambda who=opener, one=dispute.id: disputes.withdraw_dispute(who, number, one)
                if offer is not None:
                    yield lambda who=other, one=dispute.id, said=offer.id: disputes.accept_offer(who, number, one, said)

    def _withdrawals(self, mentor: User) -> Iterator[Act]:
        available = ledger.balance(ledger.available_to(mentor.id), "USD")
        if available.amount_minor > 0:
            wanted = Money(self.dice.randint(1, available.amount_minor), "USD").plain()
            method = payout_methods(mentor)[0].id
            yield lambda: withdraw(mentor, Withdrawal(wanted, method_id=method, ticket=str(self.dice.random())))

    def _messages(self, _mentor: User) -> Iterator[Act]:
        """The provider's post brings a message: any one, early, late, again, or never."""
        with Books() as books:
            rows = books.execute(select(events).order_by(events.c.id.desc()).limit(40)).all()
        if rows:
            yield lambda: hand_over(self.dice.choice(rows))
