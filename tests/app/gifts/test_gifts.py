"""Gifts: given once, undone for a minute, withdrawable after a day, and never a cent made or lost."""

from datetime import datetime, timedelta

import pytest

from app.accounts.models import User
from app.bookings.models import Booking
from app.extensions import db
from app.gifts import finishing, jobs, queries
from app.gifts.limits import UNDO
from app.gifts.models import Gift, GiftState
from app.gifts.service import GiftDraft, give
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound, TooMany
from app.kernel.money import Money
from app.notifications.queries import latest
from app.payments import jobs as payment_jobs
from app.payments import ledger
from app.payments.models import PaymentState
from app.payments.payout_methods import add_payout_method
from app.payments.payouts import Withdrawal, withdraw
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.database


def draft(amount: str = "5", **extra) -> GiftDraft:
    return GiftDraft(amount, **{"ticket": "t1", **extra})


def money(gift: Gift) -> dict[str, int]:
    """Minor units by account, of the gift's own accounts."""
    names = {
        "held": ledger.held_for("gift", str(gift.id)),
        "tips": ledger.tips_of(gift.mentor_id),
        "available": ledger.available_to(gift.mentor_id),
        "fees": ledger.FEES,
    }
    assert ledger.imbalance() == {}
    return {name: ledger.balance(account, "USD").amount_minor for name, account in names.items()}


def sweep(moment: datetime) -> None:
    """Everything that is due at a moment."""
    with clock.stopped(moment):
        for job in (jobs.hear_money, jobs.finish_gifts, jobs.release_tips, jobs.give_up_unpaid):
            job()
        payment_jobs.reconcile_payments()
        payment_jobs.carry_out_refunds()


def test_a_gift_is_held_for_a_minute_then_the_mentors_and_a_day_later_withdrawable(taught: Booking) -> None:
    gift = give(taught.learner, taught.id, draft(), factories.UPI)
    assert gift.state is GiftState.ARRIVING
    assert money(gift) == {"held": 500, "tips": 0, "available": 0, "fees": 0}
    sweep(gift.undo_until - timedelta(milliseconds=1))
    assert gift.state is GiftState.ARRIVING
    sweep(gift.undo_until)
    assert gift.state is GiftState.FINAL
    assert money(gift) == {"held": 0, "tips": 500, "available": 0, "fees": 0}
    sweep(gift.available_at - timedelta(seconds=1))
    assert money(gift)["available"] == 0
    sweep(gift.available_at)
    sweep(gift.available_at)
    assert money(gift) == {"held": 0, "tips": 0, "available": 500, "fees": 0}


def test_a_card_is_charged_at_once_not_only_held(taught: Booking) -> None:
    gift = give(taught.learner, taught.id, draft(), factories.CARD)
    assert gift.payment.state is PaymentState.CAPTURED
    assert gift.undo_until - now() <= UNDO


def test_it_can_be_undone_until_the_minute_is_over_and_not_a_moment_longer(taught: Booking) -> None:
    gift = give(taught.learner, taught.id, draft(), factories.UPI)
    with clock.stopped(gift.undo_until), pytest.raises(Conflict, match="minute is over"):
        finishing.undo_gift(taught.learner, gift.id)
    with clock.stopped(gift.undo_until - timedelta(milliseconds=100)):
        finishing.undo_gift(taught.learner, gift.id)
        finishing.undo_gift(taught.learner, gift.id)
    sweep(gift.undo_until)
    assert gift.state is GiftState.UNDONE
    assert gift.payment.state is PaymentState.REFUNDED
    assert money(gift) == {"held": 0, "tips": 0, "available": 0, "fees": 0}


def test_undo_and_the_end_of_the_minute_at_the_same_moment_have_one_outcome(app, taught: Booking) -> None:
    gift = give(taught.learner, taught.id, draft(), factories.UPI)
    gift_id, giver_id, moment = gift.id, taught.learner_id, gift.undo_until
    db.session.remove()

    def both(number: int) -> None:
        if number % 2:
            finishing.undo_gift(db.session.get_one(User, giver_id), gift_id)
        else:
            finishing.make_final(gift_id)

    with clock.stopped(moment - timedelta(milliseconds=1)):
        at_once(app, *[lambda number=number: both(number) for number in range(6)])
    sweep(moment + timedelta(seconds=1))
    gift = db.session.get_one(Gift, gift_id)
    assert gift.state is GiftState.UNDONE
    assert money(gift) == {"held": 0, "tips": 0, "available": 0, "fees": 0}


def test_pressing_send_twice_is_one_gift(app, taught: Booking) -> None:
    booking_id, giver_id = taught.id, taught.learner_id
    db.session.remove()
    at_once(app, *[lambda: give(db.session.get_one(User, giver_id), booking_id, draft(), factories.UPI)] * 4)
    [gift] = db.session.query(Gift).all()
    sweep(now())
    assert len(gift.payment.attempts) == 1
    assert money(gift)["held"] == 500


def test_the_same_ticket_for_another_session_is_refused(taught: Booking, mentor: User) -> None:
    give(taught.learner, taught.id, draft(), factories.UPI)
    with clock.stopped(now() - timedelta(hours=30)):
        other = factories.completed(taught.learner, factories.lesson(mentor, starts_in=timedelta(hours=1)))
    with pytest.raises(Conflict):
        give(taught.learner, other.id, draft(), factories.UPI)


def test_a_declined_gift_is_tried_again_as_the_same_gift(taught: Booking) -> None:
    gift = give(taught.learner, taught.id, draft(), factories.DECLINED_CARD)
    assert (gift.state, gift.payment.state) == (GiftState.STARTED, PaymentState.STARTED)
    again = give(taught.learner, taught.id, draft(), factories.DECLINED_CARD)
    assert (again.id, len(again.payment.attempts)) == (gift.id, 1)  # a late second tap is no second try
    done = give(taught.learner, taught.id, draft(tries=1), factories.UPI)
    assert (done.id, done.state) == (gift.id, GiftState.ARRIVING)
    assert money(done)["held"] == 500


def test_a_bank_that_does_not_answer_is_asked_again_and_nobody_pays_twice(taught: Booking) -> None:
    silent = factories.Choice(kind="upi", details={"upi_id": "timeout-after@upi"})
    gift = give(taught.learner, taught.id, draft(), silent)
    assert (gift.state, gift.payment.state) == (GiftState.STARTED, PaymentState.CHECKING)
    give(taught.learner, taught.id, draft(), silent)
    sweep(now() + timedelta(minutes=11))
    assert gift.state is GiftState.ARRIVING
    assert money(gift)["held"] == 500


def test_a_gift_nobody_pays_for_is_given_up(taught: Booking) -> None:
    gift = give(taught.learner, taught.id, draft(), factories.DECLINED_CARD)
    sweep(now() + timedelta(minutes=11))
    assert gift.state is GiftState.FAILED
    assert gift.payment.state is PaymentState.CANCELED
    assert latest(taught.lesson.mentor) == [] or all(not n.kind.startswith("gift") for n in latest(taught.lesson.mentor))


def test_money_on_its_way_that_fails_late_is_told_to_both(taught: Booking) -> None:
    late = factories.Choice(kind="bank", details={"account_number": "000123450000", "ifsc": "TEST0123456"})
    gift = give(taught.learner, taught.id, draft(), late)
    assert (gift.state, gift.undo_until) == (GiftState.ARRIVING, None)
    sweep(now() + timedelta(days=3))
    assert gift.state is GiftState.FAILED
    assert "gift.lost" in kinds(taught.lesson.mentor)
    assert "gift.failed" in kinds(taught.learner)
    sweep(now() + timedelta(days=4))
    assert money(gift) == {"held": 0, "tips": 0, "available": 0, "fees": 0}


def test_money_on_its_way_can_be_taken_back_before_it_arrives(taught: Booking) -> None:
    gift = give(taught.learner, taught.id, draft(), factories.BANK)
    assert gift.undo_until is None
    finishing.undo_gift(taught.learner, gift.id)
    for days in (1, 3, 4):
        sweep(now() + timedelta(days=days))
    assert gift.state is GiftState.UNDONE
    assert gift.payment.state in (PaymentState.CANCELED, PaymentState.REFUNDED)
    assert money(gift)["held"] == 0


def kinds(user: User) -> list[str]:
    return [notice.kind for notice in latest(user)]


def test_the_mentor_reads_who_gave_how_much_and_the_note(taught: Booking) -> None:
    give(taught.learner, taught.id, draft(note="Best hour!"), factories.UPI)
    [notice] = [one for one in latest(taught.lesson.mentor) if one.kind == "gift.given"]
    assert notice.title == "Thank you!"
    assert notice.body == "Lev Park gives you $5 for “Knots”. “Best hour!”"
    assert notice.sound == "confirmed"


def test_a_private_giver_is_somebody_and_no_booking_gives_them_away(taught: Booking) -> None:
    mentor = taught.lesson.mentor
    give(taught.learner, taught.id, draft(is_private=True), factories.UPI)
    [notice] = [one for one in latest(mentor) if one.kind == "gift.private"]
    assert notice.body == "Somebody gives you $5."
    [tip] = queries.tips_of(mentor)
    assert (tip.giver, tip.booking_id, tip.title) == ("Somebody", None, None)
    assert queries.open_gifts(mentor, [taught.id]) == {}


def test_sums_by_booking_and_in_all_are_after_fees_to_the_cent(taught: Booking, settings_with) -> None:
    mentor = taught.lesson.mentor
    settings_with(gift_fee_bps=333)
    shown = give(taught.learner, taught.id, draft("5"), factories.UPI)
    private = give(taught.learner, taught.id, draft("7.77", ticket="t2", is_private=True), factories.UPI)
    assert queries.sum_of(queries.open_gifts(mentor, [taught.id])[taught.id]) == Money(500 - 16, "USD")
    assert queries.tip_totals(mentor).arriving == Money(500 - 16 + 777 - 25, "USD")
    sweep(max(shown.undo_until, private.undo_until))
    assert queries.coming_tips(mentor) == Money(1236, "USD")
    totals = queries.tip_totals(mentor)
    assert (totals.arriving, totals.waiting, totals.in_all) == (Money(0, "USD"), Money(1236, "USD"), Money(1236, "USD"))
    assert money(shown)["fees"] == 41


def test_nobody_gives_before_the_session_begins_or_a_week_after_it(mentor: User, learner: User) -> None:
    offered = factories.lesson(mentor, starts_in=timedelta(hours=2))
    booking = factories.confirmed(learner, offered)
    with clock.stopped(offered.starts_at - timedelta(seconds=1)), pytest.raises(Conflict, match="has begun"):
        give(learner, booking.id, draft(), factories.UPI)
    with clock.stopped(offered.starts_at):
        assert give(learner, booking.id, draft(), factories.UPI).state is GiftState.ARRIVING
    with clock.stopped(offered.ends_at + timedelta(days=7)), pytest.raises(Conflict, match="seven days"):
        give(learner, booking.id, draft(ticket="t2"), factories.UPI)


def test_only_the_learner_of_the_booking_gives_for_it(taught: Booking) -> None:
    for stranger in (factories.learner("Ana Ruiz"), taught.lesson.mentor):
        with pytest.raises(NotFound):
            give(stranger, taught.id, draft(), factories.UPI)


def test_a_session_that_was_not_kept_earns_no_gift(mentor: User, learner: User) -> None:
    booking = factories.rejected(learner, factories.lesson(mentor))
    with clock.stopped(booking.lesson.ends_at), pytest.raises(Conflict):
        give(learner, booking.id, draft(), factories.UPI)


def test_a_suspended_mentor_is_given_nothing_new_but_keeps_what_was_given(taught: Booking) -> None:
    gift = give(taught.learner, taught.id, draft(), factories.UPI)
    with factories.transaction():
        db.session.get_one(User, gift.mentor_id).disabled_at = now()
    with pytest.raises(Conflict, match="at the moment"):
        give(taught.learner, taught.id, draft(ticket="t2"), factories.UPI)
    sweep(gift.undo_until)
    assert money(gift)["tips"] == 500


def test_money_does_not_come_from_where_the_mentors_money_goes(taught: Booking) -> None:
    mentor = factories.verified(taught.lesson.mentor)
    add_payout_method(mentor, "upi", {"upi_id": "success@upi"}, factories.PASSWORD)
    with pytest.raises(Invalid) as fault:
        give(taught.learner, taught.id, draft(), factories.UPI)
    assert "method" in fault.value.fields


@pytest.mark.parametrize(
    "typed",
    ["", "0", "0.00", "-5", "5.555", "200.01", "0.99", "1e3", "NaN", "٥", "5 0", "1,000", "5.", "inf", "９", "999999999999999"],
)
def test_what_is_no_amount_is_refused_with_a_sentence(taught: Booking, typed: str) -> None:
    if typed == "5.":
        assert give(taught.learner, taught.id, draft(typed), factories.UPI).amount == Money(500, "USD")
        return
    with pytest.raises(Invalid) as fault:
        give(taught.learner, taught.id, draft(typed), factories.UPI)
    assert fault.value.fields["amount"].endswith((".", "0"))
    assert db.session.query(Gift).count() == 0


def test_a_day_has_a_limit_that_says_what_is_left(taught: Booking) -> None:
    for number, amount in enumerate(("200", "200", "60")):
        give(taught.learner, taught.id, draft(amount, ticket=f"d{number}"), factories.UPI)
    with pytest.raises(Invalid, match=r"up to \$40 more today"):
        give(taught.learner, taught.id, draft("41", ticket="d4"), factories.UPI)
    give(taught.learner, taught.id, draft("40", ticket="d5"), factories.UPI)
    with pytest.raises(TooMany):
        give(taught.learner, taught.id, draft("1", ticket="d6"), factories.UPI)


def test_ten_gifts_at_once_do_not_pass_the_days_limit(app, taught: Booking) -> None:
    booking_id, giver_id = taught.id, taught.learner_id
    db.session.remove()

    def one(number: int) -> None:
        give(db.session.get_one(User, giver_id), booking_id, draft("150", ticket=f"n{number}"), factories.UPI)

    at_once(app, *[lambda number=number: one(number) for number in range(10)])
    assert sum(gift.amount_minor for gift in db.session.query(Gift)) == 45_000


def test_what_was_given_can_be_withdrawn(taught: Booking) -> None:
    gift = give(taught.learner, taught.id, draft("20"), factories.UPI)
    mentor = factories.verified(taught.lesson.mentor)
    sweep(gift.undo_until)
    sweep(gift.available_at)
    bank = Withdrawal("20", kind="upi", details={"upi_id": "mira@upi"}, password=factories.PASSWORD)
    with clock.stopped(gift.available_at):
        withdraw(mentor, bank)
    assert money(gift)["available"] == 0
    assert ledger.balance(ledger.in_payout_of(mentor.id), "USD") == Money(2000, "USD")


@pytest.mark.parametrize(("currency", "typed", "minor"), [("JPY", "500", 500), ("KWD", "1.250", 1250), ("INR", "50", 5000)])
def test_every_currency_counts_in_its_own_units(app, settings_with, currency: str, typed: str, minor: int) -> None:
    settings_with(currency=currency)
    teacher, student = factories.mentor("Kei Sato"), factories.learner("Omar Said")
    offered = factories.lesson(teacher, price=1000, starts_in=timedelta(hours=1))
    booking = factories.confirmed(student, offered, factories.CARD)
    with clock.stopped(offered.starts_at):
        gift = give(student, booking.id, draft(typed), factories.CARD)
        too_fine = "5.5" if currency == "JPY" else "5.0001"
        with pytest.raises(Invalid, match="after the point"):
            give(student, booking.id, draft(too_fine, ticket="t2"), factories.CARD)
    assert gift.amount == Money(minor, currency)
    sweep(gift.undo_until)
    assert ledger.balance(ledger.tips_of(teacher.id), currency).amount_minor == minor
    assert ledger.imbalance() == {}


def test_a_crash_between_paid_and_told_is_healed(taught: Booking, monkeypatch) -> None:
    from app.reactions import gifts as reactions

    monkeypatch.setattr(reactions.service, "follow_money", lambda gift_id: None)
    gift = give(taught.learner, taught.id, draft(), factories.UPI)
    assert (gift.state, gift.payment.state) == (GiftState.STARTED, PaymentState.CAPTURED)
    monkeypatch.undo()
    sweep(now())
    assert gift.state is GiftState.ARRIVING
