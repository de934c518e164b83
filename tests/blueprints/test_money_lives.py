"""Earnings and Payments move while somebody looks at them: what is heard, what listens, and what it then says."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.bookings import settlement
from app.bookings.cancelling import cancel_booking
from app.gifts import finishing
from app.gifts.service import GiftDraft, give
from app.kernel import clock
from app.kernel.clock import now
from app.payments import jobs as payment_jobs
from app.realtime import nudge as nudging
from tests import factories
from tests.blueprints.reading import read, text_of

EARNINGS, FIGURES, PAYMENTS = "/dashboard/mentor/earnings", "/dashboard/mentor/withdrawals", "/dashboard/learner/payments"


class Watched:
    """A page somebody has open: it re-reads exactly what listens to the topics that its person heard."""

    def __init__(self, client, user, path: str, heard: list[tuple[str, str]]) -> None:
        self.browser, self.room, self.heard = factories.signed_in(client, user), f"user:{user.id}", heard
        self.parts = [node for node in read(self.browser.get(path)).all() if "nudge:" in node.attributes.get("hx-trigger", "")]
        heard.clear()

    def says(self) -> str:
        """The words of all parts that look again."""
        topics = {topic for room, topic in self.heard if room == self.room}
        listening = [node for node in self.parts if topics & set(_topics(node.attributes["hx-trigger"]))]
        return " ".join(text_of(self.browser.get(node.attributes["hx-get"])) for node in listening)


def _topics(trigger: str) -> list[str]:
    return [part.split()[0].removeprefix("nudge:") for part in trigger.split(",") if part.strip().startswith("nudge:")]


@pytest.fixture
def watch(client, monkeypatch) -> Callable[..., Watched]:
    """Open a page and keep it open."""
    heard: list[tuple[str, str]] = []

    class Server:
        def emit(self, _event: str, data: dict[str, list[str]], to: str = "", **_rest: object) -> None:
            heard.extend((to, topic) for topic in data["topics"])

    monkeypatch.setattr(nudging, "server", Server)
    return lambda user, path: Watched(client.application.test_client(), user, path, heard)


def test_the_end_of_a_session_moves_both_tables(watch, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    factories.meet(booking)
    mira, lev = watch(mentor, EARNINGS), watch(learner, PAYMENTS)
    with clock.stopped(lesson.ends_at):
        settlement.settle(booking.id)
        assert "Yours tomorrow" in mira.says()
        assert "60 of 60 min together. Paid in full. Mira gets it tomorrow" in lev.says()


def test_its_release_moves_the_table_the_figures_and_what_the_learner_reads(watch, mentor, learner, lesson) -> None:
    booking = factories.completed(learner, lesson)
    mira, figures, lev = watch(mentor, EARNINGS), watch(mentor, FIGURES), watch(learner, PAYMENTS)
    with clock.stopped(booking.release_at):
        settlement.release_earnings(booking.id)
        assert "Available Since today" in mira.says()
        assert "Available now $18" in figures.says()
        assert "Paid in full." in lev.says()
        assert "Mira gets it" not in lev.says()


def test_a_gift_moves_both_tables_and_the_figures(watch, mentor, learner) -> None:
    with clock.stopped(now() - timedelta(hours=4)):
        booking = factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=1)))
    mira, figures, lev = watch(mentor, EARNINGS), watch(mentor, FIGURES), watch(learner, PAYMENTS)
    gift = give(learner, booking.id, GiftDraft(amount="9", ticket="ticket-1"), factories.UPI)
    assert "$9" in mira.says()
    assert "Held $27" in figures.says()
    assert "and $9 as a gift" in lev.says()
    lev.heard.clear()
    finishing.undo_gift(learner, gift.id)
    assert "Yours" in mira.says()
    assert "$9" not in mira.says()
    assert "as a gift" not in lev.says()


def test_a_refund_moves_both_tables_when_it_is_promised_and_when_it_has_left(watch, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    mira, lev = watch(mentor, EARNINGS), watch(learner, PAYMENTS)
    cancel_booking(learner, booking.id)
    assert "Refunded" in mira.says()
    assert "On its way Back on your UPI account by" in lev.says()
    lev.heard.clear()
    payment_jobs.carry_out_refunds()
    assert "Sent back Back on your UPI account by" in lev.says()


def test_the_first_payment_appears_where_nothing_was(watch, mentor, learner, lesson) -> None:
    lev = watch(learner, PAYMENTS)
    factories.request(learner, lesson)
    assert lesson.title in lev.says()
