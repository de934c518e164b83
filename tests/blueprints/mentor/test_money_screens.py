"""The mentor's money: every row explains itself, each figure opens its lines, and Withdrawals is a place of its own."""

from datetime import timedelta

from app.bookings import disputes, jobs
from app.bookings.disputes import Claim
from app.gifts.service import GiftDraft, give
from app.kernel import clock
from app.payments import payouts
from tests import factories


def text_of(answer) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def test_a_filter_shows_what_it_says_and_earlier_rows_are_one_tap_away(client, mentor, learner) -> None:
    for number in range(3):
        factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(days=1 + number), title=f"Held knots {number}"))
    browser = factories.signed_in(client, mentor)
    page = text_of(browser.get("/dashboard/mentor/earnings?show=held"))
    assert page.count("Held knots") == 3
    for word in ("Gross", "Fee", "Tip", "Net", "Yours "):
        assert word in page
    for show in ("available", "tips", "refunded"):
        assert "Nothing here yet." in text_of(browser.get(f"/dashboard/mentor/earnings?show={show}"))
    assert browser.get("/dashboard/mentor/earnings?show=nonsense&rows=-5").status_code == 200


def test_a_disputed_session_says_that_nothing_is_released(client, mentor, learner, lesson) -> None:
    booking = factories.completed(learner, lesson)
    with clock.stopped(booking.settled_at + timedelta(hours=1)):
        disputes.open_dispute(learner, booking.id, Claim("other", "No.", "9"))
        assert "Nothing is released until it is settled" in text_of(
            factories.signed_in(client, mentor).get("/dashboard/mentor/earnings")
        )
        other = client.application.test_client()
        assert "In dispute" in text_of(factories.signed_in(other, learner).get("/dashboard/learner/payments"))


def test_each_figure_opens_its_lines_and_a_stranger_sees_none_of_them(client, mentor, learner, lesson) -> None:
    booking = factories.completed(learner, lesson)
    with clock.stopped(booking.release_at):
        jobs.release_due_earnings()
    browser = factories.signed_in(client, mentor)
    page = text_of(browser.get("/dashboard/mentor/earnings/figures/available"))
    assert "Released to you after a session" in page
    assert "+$18" in page
    for figure in ("in-payout", "paid"):
        assert "Nothing has moved here yet." in text_of(browser.get(f"/dashboard/mentor/earnings/figures/{figure}"))
    assert browser.get("/dashboard/mentor/earnings/figures/held").location == "/dashboard/mentor/earnings?show=held"
    assert browser.get("/dashboard/mentor/earnings/figures/other").status_code == 404
    other = factories.signed_in(client.application.test_client(), factories.mentor("Sam Other"))
    assert "Released to you" not in text_of(other.get("/dashboard/mentor/earnings/figures/available"))


def test_withdrawals_stand_after_earnings_in_both_bars(client, mentor) -> None:
    page = text_of(factories.signed_in(client, mentor).get("/dashboard/mentor/withdrawals"))
    labels = ["Home", "Create Session", "Earnings", "Withdrawals", "Profile"]
    places = [page.index(f">{label}</span>") for label in labels]
    assert places == sorted(places)
    assert '<span class="phone-label">Withdraw</span>' in page


def test_a_learners_file_holds_prices_and_what_came_back(client, mentor, learner, lesson) -> None:
    factories.rejected(learner, lesson)
    text = factories.signed_in(client, learner).get("/dashboard/learner/payments.csv").get_data().decode("utf-8-sig")
    assert text.splitlines()[0] == "Date,Session,Mentor,Price,Back,Gift,Currency,Status,Note,Documents"
    assert ",18.00,18.00,0.00,USD,Refund on its way," in text


def test_a_learners_file_holds_what_they_gave(client, learner, lesson) -> None:
    booking = factories.completed(learner, lesson)
    with clock.stopped(lesson.ends_at):
        give(learner, booking.id, GiftDraft("3.50", ticket="ticket-1"), factories.UPI)
        text = factories.signed_in(client, learner).get("/dashboard/learner/payments.csv").get_data().decode("utf-8-sig")
    assert ",18.00,0.00,3.50,USD,Paid," in text


def test_what_was_withdrawn_says_so_and_is_not_among_what_is_available(client, mentor, learner) -> None:
    first = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(days=1), title="Early knots"))
    second = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(days=2), title="Late knots"))
    with clock.stopped(first.release_at):
        jobs.release_due_earnings()
    with clock.stopped(second.release_at):
        jobs.release_due_earnings()
        wanted = payouts.Withdrawal(amount="18", kind="upi", details={"upi_id": "success@upi"}, password=factories.PASSWORD)
        payouts.withdraw(factories.verified(mentor), wanted)
        browser = factories.signed_in(client, mentor)
        shown = {show: text_of(browser.get(f"/dashboard/mentor/earnings/table?show={show}")) for show in ("all", "available", "withdrawn")}
        file = browser.get("/dashboard/mentor/earnings.csv").get_data().decode("utf-8-sig")
    assert ("Early knots" in shown["available"], "Late knots" in shown["available"]) == (False, True)
    assert ("Early knots" in shown["withdrawn"], "Late knots" in shown["withdrawn"]) == (True, False)
    assert "You asked for it" in shown["withdrawn"]
    assert "Since" not in shown["withdrawn"]
    assert {"Early knots", "Late knots"} <= {title for title in ("Early knots", "Late knots") if title in shown["all"]}
    assert ",Withdrawn,You asked for it" in file
    assert ",Available,Since" in file
