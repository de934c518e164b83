"""The earnings table: gifts that stand for themselves, sums only where they differ, and as many rows as there are."""

from datetime import timedelta

from app.gifts.service import GiftDraft, give
from app.kernel import clock
from app.kernel.clock import now
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


def test_the_file_holds_every_session_gift_and_withdrawal(client, mentor, learner, monkeypatch) -> None:
    monkeypatch.setattr(paging, "MOST", 1)
    for number in range(2):
        booking = taught(learner, mentor, number)
        give(learner, booking.id, GiftDraft(amount="9", ticket=f"ticket-{number}"), factories.UPI)
    lines = factories.signed_in(client, mentor).get(f"{PAGE}.csv").get_data().decode("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == ["Gift", "Gift", "Session", "Session"]
