"""The earnings table: gifts that stand for themselves, sums only where they differ, and as many rows as there are."""

from datetime import timedelta

import pytest

from app.extensions import db
from app.gifts import jobs as gift_jobs
from app.gifts.service import GiftDraft, give
from app.kernel import clock
from app.kernel.clock import now
from app.payments.receipt_models import Receipt, ReceiptKind
from app.web import paging
from tests import factories
from tests.blueprints.learner.test_payments import address_of, titles
from tests.blueprints.reading import by_id, read, text_of

PAGE = "/dashboard/mentor/earnings"


def taught(learner, mentor, number: int = 0):
    """A session that is over; the higher the number, the later it was."""
    with clock.stopped(now() - timedelta(hours=14 - 2 * number)):
        return factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=1), title=f"Number {number}"))


def test_a_private_gift_is_a_row_of_its_own_among_all_others_and_names_nobody(client, mentor, learner) -> None:
    booking = taught(learner, mentor)
    give(learner, booking.id, GiftDraft(amount="9", is_private=True, ticket="one"), factories.UPI)
    mira = factories.signed_in(client, mentor)
    rows = [node.text for node in read(mira.get(PAGE)).all() if node.tag == "tr" and "id" in node.attributes]
    assert len(rows) == 2
    assert "A gift Somebody" in rows[0]
    assert "Lev" not in rows[0]
    assert "$9" not in rows[1]


def test_an_open_gift_is_part_of_its_sessions_net(client, mentor, learner) -> None:
    booking = taught(learner, mentor)
    mira = factories.signed_in(client, mentor)
    assert _left_out(mira, booking) == ["Gross", "Fee", "Tip"]
    give(learner, booking.id, GiftDraft(amount="9", ticket="one"), factories.UPI)
    assert _left_out(mira, booking) == ["Fee"]
    assert "$18 – $9 $27" in by_id(mira.get(PAGE), f"earning-{booking.id}").text


def _left_out(browser, booking) -> list[str]:
    """The cells a phone does not show, because they say nothing."""
    row = by_id(browser.get(PAGE), f"earning-{booking.id}")
    return [cell.attributes["data-label"] for cell in row.all() if "cell-empty" in cell.attributes.get("class", "")]


def test_show_more_mixes_sessions_and_private_gifts_and_keeps_the_filter(client, mentor, learner, monkeypatch) -> None:
    monkeypatch.setattr(paging, "STEP", 2)
    for number in range(3):
        booking = taught(learner, mentor, number)
        give(learner, booking.id, GiftDraft(amount="9", is_private=True, ticket=f"ticket-{number}"), factories.UPI)
        with clock.stopped(booking.release_at):
            factories.settlement.release_earnings(booking.id)
    mira = factories.signed_in(client, mentor)
    rows, answer = 0, mira.get(PAGE)
    while True:
        rows += sum(node.tag == "tr" and node.attributes.get("id", "").startswith("earning-") for node in read(answer).all())
        if "Show more" not in text_of(answer):
            break
        answer = mira.get(address_of(answer, "Show more"))
    assert rows == 6
    more = address_of(mira.get(f"{PAGE}?show=available"), "Show more")
    assert titles(mira.get(more)) == ["Number 0"]


@pytest.mark.parametrize("is_private", [False, True], ids=["open", "private"])
def test_a_gift_has_its_statement_in_its_row(client, mentor, learner, is_private: bool) -> None:
    booking = taught(learner, mentor, 0)
    give(learner, booking.id, GiftDraft(amount="9", ticket="ticket", is_private=is_private), factories.UPI)
    for later in (timedelta(minutes=2), timedelta(days=2)):
        with clock.stopped(now() + later):
            gift_jobs.finish_gifts()
            gift_jobs.release_tips()
    [statement] = db.session.scalars(db.select(Receipt).where(Receipt.kind == ReceiptKind.TIP))
    browser, link = factories.signed_in(client, mentor), f'href="/receipts/{statement.number}"'
    for show in ("tips", "all"):
        assert link in browser.get(f"{PAGE}?show={show}").get_data(as_text=True), show
    page = browser.get(f"/bookings/{booking.id}").get_data(as_text=True)
    assert (link in page) is not is_private, "beside its session a private one would tell who gave it"
    assert "To your earnings" in browser.get(f"/receipts/{statement.number}").get_data(as_text=True)
    learners = factories.signed_in(client.application.test_client(), learner)
    [receipt] = db.session.scalars(db.select(Receipt).where(Receipt.about == "gift", Receipt.person_id == learner.id))
    for page in ("/dashboard/learner/payments", f"/bookings/{booking.id}"):
        assert f'href="/receipts/{receipt.number}"' in learners.get(page).get_data(as_text=True), page
    assert learners.get(f"/receipts/{statement.number}").status_code == 404


def test_the_file_holds_every_session_gift_and_withdrawal(client, mentor, learner, monkeypatch) -> None:
    monkeypatch.setattr(paging, "MOST", 1)
    for number in range(2):
        booking = taught(learner, mentor, number)
        give(learner, booking.id, GiftDraft(amount="9", ticket=f"ticket-{number}"), factories.UPI)
    lines = factories.signed_in(client, mentor).get(f"{PAGE}.csv").get_data().decode("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == ["Gift", "Gift", "Session", "Session"]
