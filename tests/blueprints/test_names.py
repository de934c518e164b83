"""What the controls of money and bookings are called: exactly so, because people and their screen readers look for these words."""

from app.live import service as live
from tests import factories
from tests.blueprints.reading import control, read

HTMX = {"HX-Request": "true"}
DECLINED = {"method": "card", "card_number": "4000 0000 0000 0002"}


def names(answer) -> list[str]:
    """Names of what can be pressed."""
    return read(answer).buttons + read(answer).links


def test_withdraw_and_its_amount(client, mentor, learner, lesson) -> None:
    booking = factories.completed(learner, lesson)
    with factories.clock.stopped(booking.release_at):
        factories.settlement.release_earnings(booking.id)
    mira = factories.signed_in(client, factories.verified(mentor))
    for page in ("/dashboard/mentor/", "/dashboard/mentor/earnings", "/dashboard/mentor/withdrawals"):
        assert "Withdraw" in names(mira.get(page)), page
    dialog = mira.get("/dashboard/mentor/earnings/withdraw", headers=HTMX)
    assert control(dialog, "Amount").tag == "input"


def test_the_amount_of_a_gift(client, mentor, learner) -> None:
    booking = factories.completed(learner, factories.lesson(mentor))
    with factories.clock.stopped(booking.lesson.ends_at):
        lev = factories.signed_in(client, learner)
        assert control(lev.get(f"/bookings/{booking.id}/gift", headers=HTMX), "Amount").tag == "input"


def test_cancel_booking_and_reschedule_for_both(client, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    for person in (mentor, learner):
        browser = factories.signed_in(client.application.test_client(), person)
        assert {"Cancel booking", "Reschedule"} <= set(names(browser.get(f"/bookings/{booking.id}"))), person.name
        dialog = browser.get(f"/bookings/{booking.id}/cancellation", headers=HTMX)
        assert "Cancel booking" in read(dialog).buttons


def test_wait_longer(client, mentor, learner) -> None:
    booking = factories.joinable(learner, mentor)
    lev = factories.signed_in(client, learner)
    assert "Wait longer" in read(lev.get(f"/session/{live.room_for(booking.lesson_id).public_id}/")).buttons


def test_try_another_method(client, learner, lesson) -> None:
    lev = factories.signed_in(client, learner)
    lev.post(f"/dashboard/learner/sessions/{lesson.id}/book", data=DECLINED, headers=HTMX)
    again = f"/dashboard/learner/bookings/{factories.booking_queries.live_of_learner_in(learner, lesson.id).id}/payment"
    lev.post(again, data=DECLINED, headers=HTMX)
    dialog = next(node for node in read(lev.post(again, data=DECLINED, headers=HTMX)).all() if node.tag == "dialog")
    assert dialog.name == "Try another method?"
