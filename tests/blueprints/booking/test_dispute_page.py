"""Disputes and the money line on the page of a booking, for its two people and nobody else."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.bookings import disputes, jobs
from app.bookings import queries as bookings
from app.bookings.cancelling import cancel_booking
from app.bookings.dispute_models import DisputeState
from app.bookings.dispute_queries import disputes_of, may_open
from app.bookings.disputes import Claim
from app.kernel import clock
from app.kernel.errors import Conflict
from tests import factories


@pytest.fixture
def taught(mentor, learner, lesson):
    """A session that took place; the tests stand an hour after it."""
    booking = factories.completed(learner, lesson)
    with clock.stopped(booking.settled_at + timedelta(hours=1)):
        yield booking


def browser_of(client: FlaskClient, person) -> FlaskClient:
    return factories.signed_in(client.application.test_client(), person)


def text_of(answer) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def test_both_people_see_the_same_sums_and_who_acts_next(client, mentor, learner, taught) -> None:
    pages = {person.name: text_of(browser_of(client, person).get(f"/bookings/{taught.id}")) for person in (mentor, learner)}
    for page in pages.values():
        for word in ("Held", "Accepted", "Taught", "Released", "$18", "Times in UTC", "If "):
            assert word in page
    assert "For you" in pages[mentor.name]
    assert "For Mira" in pages[learner.name]
    assert "Something was wrong" in pages[learner.name]
    assert "Something was wrong" not in pages[mentor.name], "there is nothing a mentor who was paid could dispute"
    assert "Withdrawn" in pages[mentor.name]
    assert "Withdrawn" not in pages[learner.name]


def test_the_method_of_payment_is_nobody_elses_business(client, mentor, learner, taught) -> None:
    label = taught.payment.method_label
    assert label in text_of(browser_of(client, learner).get(f"/bookings/{taught.id}"))
    assert label not in text_of(browser_of(client, mentor).get(f"/bookings/{taught.id}"))


def test_a_learner_opens_one_and_the_mentor_answers_with_an_offer_that_is_accepted(client, mentor, learner, taught) -> None:
    lev, mira = browser_of(client, learner), browser_of(client, mentor)
    address = f"/bookings/{taught.id}/dispute"
    assert "In the room" in text_of(lev.get(address))
    typed = {"reason": "not_as_described", "words": "We did no braids.", "amount": "9"}
    assert lev.post(address, data=typed).status_code == 303
    [dispute] = disputes_of(taught.id)
    page = text_of(mira.get(address))
    assert "We did no braids." in page
    assert "Lev wants $9 back" in page
    assert "Agree: $9 goes back" in page
    assert "without an answer $9 goes back" in page
    said = mira.post(f"/bookings/{taught.id}/disputes/{dispute.id}/statements", data={"words": "One braid.", "amount": "4.50"})
    assert said.status_code == 303
    page = text_of(lev.get(address))
    assert "We decide by" in page
    assert "Accept $4.50" in page
    agreed = {"statement": str(dispute.statements[-1].id)}
    assert lev.post(f"/bookings/{taught.id}/disputes/{dispute.id}/agreement", data=agreed).status_code == 303
    for browser, whom in ((lev, "you"), (mira, "Lev")):
        assert f"You both agreed: $4.50 goes back to {whom}." in text_of(browser.get(address))
    assert bookings.by_id(taught.id).kept.amount_minor == 1350


def test_bad_input_comes_back_with_what_was_typed(client, mentor, learner, taught) -> None:
    lev = browser_of(client, learner)
    typed = {"reason": "other", "words": "Half of it was missing.", "amount": "99"}
    answer = lev.post(f"/bookings/{taught.id}/dispute", data=typed)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Half of it was missing." in page
    assert 'value="99"' in page
    assert "At most $18 is held for this booking." in page
    assert not disputes_of(taught.id)
    dispute = disputes.open_dispute(learner, taught.id, Claim("other", "No.", "9"))
    answer = lev.post(f"/bookings/{taught.id}/disputes/{dispute.id}/statements", data={"words": "Kept words", "amount": "x"})
    assert answer.status_code == 422
    assert "Kept words" in text_of(answer)


def test_strangers_find_nothing_and_only_the_opener_takes_it_back(client, mentor, learner, taught) -> None:
    dispute = disputes.open_dispute(learner, taught.id, Claim("other", "No.", "9"))
    base = f"/bookings/{taught.id}"
    sam = browser_of(client, factories.learner("Sam Other"))
    assert sam.get(f"{base}/dispute").status_code == 404
    assert sam.get(f"{base}/dispute/parts").status_code == 404
    for part in ("dispute", *(f"disputes/{dispute.id}/{verb}" for verb in ("statements", "agreement", "withdrawal"))):
        assert sam.post(f"{base}/{part}", data={"words": "Me", "statement": "1"}).status_code == 404, part
    mira = browser_of(client, mentor)
    assert f"disputes/{dispute.id}/withdrawal" not in text_of(mira.get(f"{base}/dispute"))
    assert mira.post(f"{base}/disputes/{dispute.id}/withdrawal").status_code == 404
    assert browser_of(client, learner).post(f"{base}/disputes/{dispute.id}/withdrawal").status_code == 303
    assert dispute.state is DisputeState.WITHDRAWN


def test_after_the_release_the_door_is_closed_with_a_sentence(client, mentor, learner, taught) -> None:
    with clock.stopped(taught.release_at):
        jobs.release_due_earnings()
        lev = browser_of(client, learner)
        assert "Something was wrong" not in text_of(lev.get(f"/bookings/{taught.id}"))
        answer = lev.get(f"/bookings/{taught.id}/dispute")
        assert answer.status_code == 409
        assert "the printed time is over" in text_of(answer)


def test_admins_list_show_and_decide_by_hand(app, client, mentor, learner, taught) -> None:
    admin = factories.person("Ada Admin")
    with factories.transaction():
        admin.is_admin = True
    email = admin.email
    dispute = disputes.open_dispute(learner, taught.id, Claim("other", "No braids at all.", "9"))
    disputes.speak(mentor, taught.id, dispute.id, "There were some.")
    number, run = str(dispute.id), app.test_cli_runner().invoke
    assert f"{number}  decide by" in run(args=["dispute", "list"]).output
    shown = run(args=["dispute", "show", number]).output
    assert "No braids at all." in shown
    assert "Mira Holm: " in shown
    refused = run(args=["dispute", "decide", number, "Because.", "--as", learner.email, "--refund", "6"])
    assert "Only admins decide disputes." in refused.output
    done = run(args=["dispute", "decide", number, "A third was missing.", "--as", email, "--refund", "6"])
    assert "Decided: $6 goes back." in done.output, done.output
    assert bookings.by_id(taught.id).kept.amount_minor == 1200


def test_a_free_session_that_was_not_as_agreed_is_reported_without_a_word_of_money(client, mentor, learner) -> None:
    booking = factories.completed(learner, factories.lesson(mentor, is_free=True, title="Free knots"))
    with clock.stopped(booking.settled_at + timedelta(hours=1)):
        lev, mira = browser_of(client, learner), browser_of(client, mentor)
        address = f"/bookings/{booking.id}/dispute"
        assert "Something was wrong" in text_of(lev.get(f"/bookings/{booking.id}"))
        assert "Something was wrong" not in text_of(mira.get(f"/bookings/{booking.id}"))
        form = text_of(lev.get(address))
        assert "It was free, so no money moves." in form
        assert "How much should come back?" not in form
        assert lev.post(address, data={"reason": "not_as_described", "words": ""}).status_code == 422
        assert lev.post(address, data={"reason": "not_as_described", "words": "It was an advertisement.", "amount": "5"}).status_code == 303
        [report] = disputes_of(booking.id)
        assert (report.wanted_minor, "In dispute" in text_of(lev.get(f"/bookings/{booking.id}"))) == (0, True)
        page = text_of(mira.get(address))
        for words in ("It was an advertisement.", "without an answer it stands as reported", "Agree: it was as reported"):
            assert words in page
        for words in ("$", "Offer"):
            assert words not in page[page.index("It was an advertisement.") :]
        said = mira.post(f"/bookings/{booking.id}/disputes/{report.id}/statements", data={"words": "It was knots.", "amount": "3"})
        assert said.status_code == 303
        assert [one.offer_minor for one in disputes_of(booking.id)[0].statements] == [0, None]
        agreed = {"statement": str(report.statements[0].id)}
        assert mira.post(f"/bookings/{booking.id}/disputes/{report.id}/agreement", data=agreed).status_code == 303
        assert "You both agreed: it was as reported." in text_of(lev.get(address))
    with clock.stopped(booking.settled_at + timedelta(days=30)):
        again = factories.signed_in(lev, learner)
        assert "See the dispute" in text_of(again.get(f"/bookings/{booking.id}"))


def test_a_report_nobody_answers_stands_and_a_canceled_free_session_has_none(mentor, learner) -> None:
    booking = factories.completed(learner, factories.lesson(mentor, is_free=True))
    with clock.stopped(booking.settled_at + timedelta(hours=1)):
        report = disputes.open_dispute(learner, booking.id, Claim("technical", "No sound."))
    with clock.stopped(report.answer_by):
        jobs.dispute_jobs.end_silence()
        jobs.dispute_jobs.end_silence()
    [report] = disputes_of(booking.id)
    assert (report.state, report.decided_minor) == (DisputeState.SETTLED, 0)
    other = factories.confirmed(learner, factories.lesson(mentor, is_free=True, starts_in=timedelta(days=4)))
    cancel_booking(learner, other.id)
    assert may_open(learner, other) is None


def test_a_free_session_can_be_reported_for_three_days(mentor, learner) -> None:
    booking = factories.completed(learner, factories.lesson(mentor, is_free=True))
    with clock.stopped(booking.settlement.decided_at + timedelta(hours=72)), pytest.raises(Conflict):
        disputes.open_dispute(learner, booking.id, Claim("technical", "No sound."))
