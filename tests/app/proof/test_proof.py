"""The proof finds every way in which books can stop agreeing, names it, and says it once."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.bookings import service as service_of_bookings
from app.bookings.models import Booking
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.notifications.models import Mail, Notice
from app.payments import jobs as payment_jobs
from app.payments.providers import registry
from app.proof import jobs, service
from app.proof.models import Proof
from tests import factories, post
from tests.app.proof import house

pytestmark = pytest.mark.database

ENTRY = (
    "INSERT INTO ledger_entries (transaction_id, account, amount_minor, currency) VALUES ({number}, '{account}', {amount}, 'USD')"
)
CHARGE = (
    "INSERT INTO rehearsal_payments (provider_id, key, amount_minor, currency, status, decline_code, becomes, refunded_minor, hold, "
    "instrument, return_url) VALUES ('reh_stray', 'stray', 500, 'USD', 'succeeded', '', '', 0, '0', '', '')"
)
PAYOUT = (
    "INSERT INTO rehearsal_payouts (provider_id, key, amount_minor, currency, becomes, settles_at, is_told) "
    "VALUES ('rehpo_stray', 'stray', 500, 'USD', 'succeeded', '2026-01-01 00:00:00', '1')"
)


def posted(kind: str, *entries: tuple[str, int], reference: str = "4711") -> list[str]:
    """A transaction written past ledger.post."""
    head = (
        f"INSERT INTO ledger_transactions (id, kind, reference, at) VALUES (9999, '{kind}', '{reference}', '2026-01-01 00:00:00')"
    )
    return [head, *(ENTRY.format(number=9999, account=account, amount=amount) for account, amount in entries)]


STRAY = (
    "INSERT INTO stray_charges (payment_id, provider_payment_id, amount_minor, key, is_taken, state, found_at) "
    "SELECT payment_id, 'reh_stray', 500, 'stray-key', '1', '%s', created_at FROM bookings WHERE id = {confirmed}"
)
PAYMENT_OF = "(SELECT payment_id FROM bookings WHERE id = {%s})"
KEY_OF = "(SELECT key FROM payment_attempts WHERE payment_id = " + PAYMENT_OF + ")"
FAULTS = {
    "an entry alone": (posted("test", ("platform:fees", 5)), {"ledger.transactions", "ledger.currencies", "ledger.balances"}),
    "a transaction past the balances": (posted("test", ("platform:fees", 5), ("provider:x", -5)), {"ledger.balances"}),
    "a balance that drifted": (
        ["UPDATE account_balances SET amount_minor = amount_minor + 1 WHERE kind = '' AND account LIKE 'mentor:%%:available'"],
        {"ledger.balances"},
    ),
    "a sum by kind that drifted": (
        ["UPDATE account_balances SET amount_minor = 0 WHERE kind = 'payout_paid'"],
        {"ledger.balances"},
    ),
    "a mentor below zero": (posted("test", ("mentor:1:available", -90000), ("provider:x", 90000)), {"ledger.floors"}),
    "a held sum below zero": (posted("test", ("held:gift:7", -1), ("provider:x", 1)), {"ledger.floors"}),
    "a capture nobody knows": (posted("capture", ("held:booking:4711", 5), ("provider:x", -5)), {"payments.known"}),
    "a payment that forgot its capture": (
        ["UPDATE payments SET captured_at = NULL WHERE id = " + PAYMENT_OF % "confirmed"],
        {"payments.captured", "rehearsal.charges"},
    ),
    "more back than was taken": (
        ["UPDATE refunds SET amount_minor = amount_minor + 1 WHERE id = {refund}"],
        {"refunds.within", "refunds.entries", "rehearsal.refunds"},
    ),
    "a refund done without entries": (
        [
            "INSERT INTO refunds (payment_id, amount_minor, reason, key, state, wanted_at, due_at) SELECT payment_id, 5, 'why', 'k', "
            "'done', created_at, created_at FROM bookings WHERE id = {confirmed}"
        ],
        {"refunds.entries", "rehearsal.refunds", "bookings.held"},
    ),
    "a refund that lost its row": (
        ["DELETE FROM refunds WHERE id = {refund}"],
        {"refunds.known", "rehearsal.refunds_known"},
    ),
    "a withdrawal said to have come back": (
        ["UPDATE payouts SET state = 'returned' WHERE id = {paid}"],
        {"payouts.paid", "rehearsal.payouts"},
    ),
    "a withdrawal said to have arrived": (
        ["UPDATE payouts SET state = 'paid' WHERE id = {under_way}"],
        {"payouts.under_way", "payouts.paid"},
    ),
    "a withdrawal without its row": (["DELETE FROM payouts WHERE id = {paid}"], {"payouts.known", "rehearsal.payouts_known"}),
    "a withdrawal that took nothing": (
        [
            "INSERT INTO payouts (mentor_id, kind, label, token, amount_minor, currency, provider, key, state, reason, wanted_at, due_at) "
            "SELECT mentor_id, kind, label, token, 100, currency, provider, 'new', 'wanted', '', wanted_at, due_at FROM payouts "
            "WHERE id = {paid}"
        ],
        {"payouts.begun", "payouts.under_way"},
    ),
    "held after the end": (["UPDATE bookings SET state = 'declined' WHERE id = {confirmed}"], {"bookings.held"}),
    "a seat without all its money": (
        ["UPDATE bookings SET price_minor = price_minor + 1 WHERE id = {confirmed}"],
        {"bookings.paid"},
    ),
    "money without its booking": (
        ["UPDATE payments SET reference = '4711' WHERE id = " + PAYMENT_OF % "confirmed"],
        {"bookings.known"},
    ),
    "released, and nobody noted it": (
        ["UPDATE bookings SET released_at = NULL WHERE id = {released}"],
        {"bookings.released", "bookings.held"},
    ),
    "a fee nobody agreed to": (["UPDATE bookings SET fee_bps = 1300 WHERE id = {released}"], {"bookings.fees"}),
    "less back than was decided": (
        ["UPDATE settlements SET refund_minor = refund_minor + 1 WHERE booking_id = {cut_short}"],
        {"bookings.settled"},
    ),
    "a gift that is said to be over": (
        ["UPDATE gifts SET state = 'final' WHERE id = {arriving}"],
        {"gifts.held", "gifts.final", "gifts.fees"},
    ),
    "a gift the mentor did not get": (["UPDATE gifts SET released_at = available_at WHERE id = {gift}"], {"gifts.released"}),
    "money without its gift": (
        ["UPDATE payments SET reference = '4711' WHERE purpose = 'gift'  AND reference = '{gift}'"],
        {"gifts.known"},
    ),
    "a charge nobody asked for": ([CHARGE], {"rehearsal.known"}),
    "another amount at the provider": (
        ["UPDATE rehearsal_payments SET amount_minor = amount_minor + 1 WHERE key = " + KEY_OF % "confirmed"],
        {"rehearsal.charges"},
    ),
    "a hold that was never let go": (
        [
            "UPDATE rehearsal_payments SET status = 'authorized' WHERE key = " + KEY_OF % "rejected",
            "UPDATE payments SET captured_at = NULL WHERE id = " + PAYMENT_OF % "rejected",
        ],
        {"rehearsal.holds", "payments.captured"},
    ),
    "a refund the provider never saw": (
        ["DELETE FROM rehearsal_refunds WHERE key = (SELECT key FROM refunds WHERE id = {refund})"],
        {"rehearsal.refunds"},
    ),
    "a charge that lost count": (
        ["UPDATE rehearsal_payments SET refunded_minor = 1 WHERE key = " + KEY_OF % "confirmed"],
        {"rehearsal.own_sums"},
    ),
    "a stray charge that was not taken in": ([STRAY % "wanted"], {"payments.strays", "rehearsal.charges"}),
    "a stray charge that did not go back": ([STRAY % "done"], {"rehearsal.strays"}),
    "money under a name nobody asks after": (posted("test", ("held:nothing:7", 1), ("provider:x", -1)), {"ledger.names"}),
    "a stray charge that is none": (posted("stray", ("held:stray:4711", 1), ("provider:x", -1)), {"payments.strays_known"}),
    "a loss that nobody took back": (
        posted("chargeback", ("platform:losses", -1), ("provider:x", 1)),
        {"payments.chargebacks_known"},
    ),
    "a chargeback that is no loss": (
        ["UPDATE payments SET charged_back_minor = 5, charged_back_at = created_at WHERE id = " + PAYMENT_OF % "confirmed"],
        {"payments.chargebacks"},
    ),
    "money put back that was never lost": (
        ["UPDATE payments SET put_back_minor = 5, put_back_at = created_at WHERE id = " + PAYMENT_OF % "confirmed"],
        {"payments.put_back", "receipts.put_back"},
    ),
    "a dispute that is won, of which we know nothing": (
        [
            "UPDATE payments SET charged_back_minor = 5, charged_back_at = created_at WHERE id = " + PAYMENT_OF % "confirmed",
            "UPDATE rehearsal_payments SET becomes = 'won', settles_at = '2026-01-01 00:00:00' WHERE key = " + KEY_OF % "confirmed",
        ],
        {"payments.chargebacks", "rehearsal.put_back"},
    ),
    "a refund its bank had made, which covers nothing": (
        ["UPDATE refunds SET state = 'failed' WHERE id = {refund}"],
        {"refunds.covered", "refunds.entries"},
    ),
    "a chargeback only the provider saw": (
        [
            "UPDATE rehearsal_payments SET refunded_minor = amount_minor, settles_at = '2026-01-01 00:00:00' WHERE key = "
            + KEY_OF % "confirmed"
        ],
        {"rehearsal.chargebacks"},
    ),
    "money without its receipt": (
        ["INSERT INTO receipt_counters (series, last) VALUES ('R-1999', 1)"],
        {"receipts.numbers"},
    ),
    "a receipt that was forgotten": (
        [
            "INSERT INTO refunds (payment_id, amount_minor, reason, key, state, wanted_at, due_at) SELECT payment_id, 5, 'why', 'k', "
            "'done', created_at, created_at FROM bookings WHERE id = {confirmed}"
        ],
        {"receipts.credit"},
    ),
    "a capture without its receipt": (
        [
            "INSERT INTO payments (purpose, reference, payer_id, amount_minor, currency, provider, state, method_label, captured_at, "
            "created_at) SELECT 'gift', '4711', payer_id, 5, 'USD', 'rehearsal', 'captured', '', created_at, created_at FROM payments "
            "WHERE id = " + PAYMENT_OF % "confirmed"
        ],
        {"receipts.receipt"},
    ),
    "an earning without its statement": (
        ["UPDATE bookings SET released_at = created_at WHERE id = {confirmed}"],
        {"receipts.statement"},
    ),
    "a withdrawal without its document": (
        ["UPDATE payouts SET state = 'paid' WHERE id = {under_way}"],
        {"receipts.withdrawal"},
    ),
    "a gift without its statement": (["UPDATE gifts SET released_at = available_at WHERE id = {gift}"], {"receipts.tip"}),
    "a chargeback without its document": (
        ["UPDATE payments SET charged_back_minor = 5, charged_back_at = created_at WHERE id = " + PAYMENT_OF % "confirmed"],
        {"receipts.chargeback"},
    ),
    "a stray charge without its receipt": ([STRAY % "wanted"], {"receipts.stray"}),
    "a stray charge that is back without a word": ([STRAY % "done"], {"receipts.stray", "receipts.stray_back"}),
    "a refund only the provider saw": (
        ["INSERT INTO rehearsal_refunds (key, provider_id, amount_minor) VALUES ('stray', 'nowhere', 5)"],
        {"rehearsal.refunds_known"},
    ),
    "a payout the provider never saw": (
        ["DELETE FROM rehearsal_payouts WHERE key = (SELECT key FROM payouts WHERE id = {paid})"],
        {"rehearsal.payouts"},
    ),
    "a payout only the provider saw": ([PAYOUT], {"rehearsal.payouts_known"}),
    "more paid out than withdrawn": (
        ["UPDATE rehearsal_payouts SET amount_minor = 301 WHERE key = (SELECT key FROM payouts WHERE id = {paid})"],
        {"rehearsal.payout_amounts", "rehearsal.payouts"},
    ),
}


@pytest.fixture
def stands(app) -> house.House:
    """The house, all in order."""
    built = house.build()
    assert [check for check in service.check_all() if check.wrong] == []
    return built


def wrong() -> dict[str, str]:
    """Names of failed checks, with the first offender."""
    return {check.name: check.first[0].about for check in service.check_all() if check.wrong}


def test_the_proof_names_what_is_wrong(stands) -> None:
    db.session.commit()
    said = {fault: stands.wrong_after(*statements) for fault, (statements, _expected) in FAULTS.items()}
    missed = {fault: said[fault] for fault, (_statements, expected) in FAULTS.items() if not expected <= set(said[fault])}
    assert missed == {}
    assert said["held after the end"] == {"bookings.held": f"booking {stands.confirmed}"}
    assert said["a withdrawal said to have come back"]["payouts.paid"] == f"payout {stands.paid}"
    assert wrong() == {}, "and everything is as it was"


def test_every_check_has_been_seen_to_fail(stands) -> None:
    seen = set().union(*(expected for _statements, expected in FAULTS.values()))
    assert {check.name for check in service.check_all()} - seen == {"bookings.seats"}, "the database itself refuses that one"


def test_a_seat_taken_twice_is_named_where_the_guard_is_gone(stands) -> None:
    guard = next(index for index in Booking.__table__.indexes if index.name == "uq_bookings_live_seat")
    db.session.commit()
    guard.drop(db.engine)
    try:
        other = factories.confirmed(factories.learner("Two"), factories.lesson(factories.mentor(), starts_in=timedelta(days=9)))
        stands.break_with(
            f"UPDATE bookings SET lesson_id = (SELECT lesson_id FROM bookings WHERE id = {other.id}) WHERE id = {{confirmed}}"
        )
        assert "bookings.seats" in wrong()
        stands.break_with("UPDATE bookings SET state = 'missed' WHERE id = {confirmed}")
    finally:
        guard.create(db.engine)


def test_the_command_reports_by_group_and_ends_with_one_when_something_is_wrong(app, stands) -> None:
    run = app.test_cli_runner().invoke
    good = run(args=["money", "prove"])
    assert good.exit_code == 0, good.output
    assert "The books agree" in good.output
    assert "\nbookings\n  ok           Every booking holds the money its state says (4 looked at)" in good.output
    stands.break_with("UPDATE bookings SET state = 'declined' WHERE id = {confirmed}")
    bad = run(args=["money", "prove"])
    assert bad.exit_code == 1
    assert f"      booking {stands.confirmed}: expected $0, found $18" in bad.output
    assert "1 wrong: " in bad.output


def test_the_command_says_where_all_the_money_is_by_name(app, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson, factories.upi("dispute"))
    lost = service_of_bookings.book(factories.learner("Two"), factories.lesson(factories.mentor()).id, factories.upi("timeout-before"))
    payment_jobs.reconcile_payments()
    key = lost.payment.attempts[0].key
    service_of_bookings.pay_again(lost.learner, lost.id, factories.UPI)
    instrument = registry.provider().instrument("upi", {"upi_id": "success@upi"})
    registry.provider().create_payment(lost.price, instrument, hold=False, key=key)
    with clock.stopped(now() + timedelta(minutes=1)):
        post.hand_over_all()
    said = app.test_cli_runner().invoke(args=["money", "prove"]).output
    assert "         18.00 USD  stray charges on their way back\n" in said
    assert "         36.00 USD  held for bookings in 2 accounts\n" in said
    assert "        -18.00 USD  lost to chargebacks\n" in said
    assert "        -36.00 USD  at payment providers\n" in said
    assert "1 payment was taken back by the payers' banks" in said
    assert booking.payment.charged_back_at is not None


def test_a_provider_that_cannot_be_listed_is_not_called_right(app, stands, monkeypatch) -> None:
    monkeypatch.setitem(registry.PROVIDERS, "faraway", registry.provider())
    monkeypatch.setattr(registry.provider(), "name", "faraway")
    factories.request(factories.learner("Far"), factories.lesson(factories.mentor(), starts_in=timedelta(days=11)))
    said = app.test_cli_runner().invoke(args=["money", "prove"]).output
    assert "not checked  What faraway took and gave back" in said


def test_admins_hear_of_a_finding_once_by_notice_and_mail(stands, caplog) -> None:
    admin = factories.person("Ada Min")
    with factories.transaction():
        admin.is_admin = True
    stands.break_with("UPDATE bookings SET state = 'declined' WHERE id = {confirmed}")
    mails = db.session.scalar(select(func.count()).select_from(Mail))
    with caplog.at_level(logging.ERROR):
        for _night in range(2):
            service.prove()
    assert "the books do not agree" in caplog.text
    notices = db.session.scalars(select(Notice).where(Notice.kind == "money.mismatch")).all()
    assert [notice.user_id for notice in notices] == [admin.id]
    assert f"booking {stands.confirmed}: expected $0, found $18" in notices[0].body
    assert db.session.scalar(select(func.count()).select_from(Mail)) == mails + 1
    stands.break_with("UPDATE bookings SET fee_bps = 1300 WHERE id = {released}")
    service.prove()
    assert db.session.scalar(select(func.count()).where(Notice.kind == "money.mismatch")) == 2, "a new finding is news"


def test_every_night_has_one_proof_and_a_missed_one_is_made_up_for(stands) -> None:
    night = now().replace(hour=2, minute=59, second=0) + timedelta(days=10)
    counts = []
    for moment in (night, night + timedelta(minutes=2), night + timedelta(minutes=30), night + timedelta(days=2)):
        with clock.stopped(moment):
            jobs.prove_nightly()
        counts.append(db.session.scalar(select(func.count()).select_from(Proof)))
    assert counts == [1, 2, 2, 3]


def test_metrics_tell_what_the_last_proof_found(app, client, stands) -> None:
    stands.break_with("UPDATE bookings SET state = 'declined' WHERE id = {confirmed}")
    service.prove()
    said = client.get("/metrics").get_data(as_text=True)
    assert "peerlearn_money_findings 1.0" in said
    assert "peerlearn_money_proved_at" in said
    assert '"money' not in client.get("/readyz").get_data(as_text=True), "people are served while somebody looks into it"
