"""Reschedule on screen: one dialog, one tap to answer, and strangers find nothing."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.bookings import attendance, jobs, moving, policies, queries
from app.bookings.proposal_models import Proposal, ProposalState
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from tests import factories
from tests.blueprints.reading import by_id, control, fault_of, read, text_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def meeting(learner, lesson):
    """Lev and Mira meet tomorrow."""
    return factories.confirmed(learner, lesson)


def browser(client, person):
    return factories.signed_in(client.application.test_client(), person)


def open_one() -> Proposal | None:
    return db.session.scalar(select(Proposal).where(Proposal.state == ProposalState.OPEN))


def test_reschedule_opens_a_dialog_with_the_time_filled_in_and_times_that_suit_both(client, learner, meeting):
    lev = browser(client, learner)
    assert "Reschedule" in read(lev.get(f"/bookings/{meeting.id}")).links
    dialog = lev.get(f"/bookings/{meeting.id}/move", headers=HTMX)
    assert control(dialog, "New time").attributes["value"] == f"{meeting.lesson.starts_at:%Y-%m-%dT%H:%M}"
    taps = [node for node in read(dialog).all() if node.attributes.get("name") == "suggested"]
    assert 3 <= len(taps) <= 5
    answer = lev.post(
        f"/bookings/{meeting.id}/proposals", data={"suggested": taps[0].attributes["value"], "starts_at": ""}, headers=HTMX
    )
    assert answer.status_code == 200
    said = json.loads(answer.headers["HX-Trigger"])
    assert said["toast"]["text"] == "Proposed. Mira is asked."
    assert {"dialog:close", "nudge:bookings"} <= set(said)
    assert f"{open_one().starts_at:%Y-%m-%dT%H:%M}" == taps[0].attributes["value"]


def test_without_scripts_the_dialog_is_opened_by_the_page(client, learner, meeting):
    answer = browser(client, learner).get(f"/bookings/{meeting.id}/move")
    assert (answer.status_code, answer.location) == (302, f"/bookings/{meeting.id}?move=1")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Choose a date and a time."),
        ("soon", "Choose a date and a time."),
        ("2001-01-01T10:00", "Choose a time within the next year."),
    ],
)
def test_a_time_that_cannot_be_read_comes_back_with_what_was_typed(client, learner, meeting, typed, says):
    data = {"starts_at": typed, "note": "I have the flu"}
    answer = browser(client, learner).post(f"/bookings/{meeting.id}/proposals", data=data, headers=HTMX)
    assert answer.status_code == 422
    assert fault_of(answer, "New time") == says
    assert control(answer, "A word with it").attributes["value"] == "I have the flu"


def test_a_busy_hour_says_whose_it_is(client, mentor, learner, meeting):
    other = factories.lesson(mentor, starts_in=timedelta(days=2))
    data = {"starts_at": f"{other.starts_at:%Y-%m-%dT%H:%M}"}
    answer = browser(client, learner).post(f"/bookings/{meeting.id}/proposals", data=data, headers=HTMX)
    assert answer.status_code == 422
    assert fault_of(answer, "New time") == "Mira has something else at that time. Nothing was moved."


def test_the_mentor_answers_with_one_tap_at_home_or_on_the_bookings_page(client, mentor, learner, meeting):
    proposal = factories.proposed(learner, meeting, note="I have the flu")
    mira = browser(client, mentor)
    for page, place in (
        ("/dashboard/mentor/requests", f"proposal-{proposal.id}"),
        (f"/bookings/{meeting.id}", f"proposal-{proposal.id}"),
    ):
        asked = by_id(mira.get(page), place)
        assert asked.name == "Lev proposes another time"
        assert asked.buttons == ["Keep the old time", "Accept"]
        assert "“I have the flu”" in asked.text
    answer = mira.post(f"/bookings/proposals/{proposal.id}/acceptance", headers=HTMX)
    assert "Moved. You meet" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert "proposes another time" not in text_of(mira.get("/dashboard/mentor/requests"))


def test_the_learner_sees_the_question_on_every_card_of_the_booking(client, mentor, learner, meeting):
    proposal = factories.proposed(mentor, meeting)
    lev = browser(client, learner)
    for page in ("/dashboard/learner/next", "/dashboard/learner/booked/upcoming", f"/bookings/{meeting.id}/parts"):
        asked = by_id(lev.get(page), f"proposal-{proposal.id}")
        assert asked.buttons == ["Keep the old time", "Accept"], page
    lev.post(f"/bookings/proposals/{proposal.id}/refusal", headers=HTMX)
    assert db.session.get_one(Proposal, proposal.id, populate_existing=True).state is ProposalState.DECLINED


def test_whoever_proposed_it_can_take_it_back_and_answers_nothing(client, learner, meeting):
    proposal = factories.proposed(learner, meeting)
    lev = browser(client, learner)
    page = lev.get(f"/bookings/{meeting.id}")
    assert by_id(page, f"proposal-{proposal.id}").buttons == ["Take it back"]
    assert "Reschedule" not in read(page).links
    assert lev.post(f"/bookings/proposals/{proposal.id}/acceptance", headers=HTMX).status_code == 403
    assert lev.post(f"/bookings/proposals/{proposal.id}/withdrawal", headers=HTMX).status_code == 200
    assert lev.post(f"/bookings/proposals/{proposal.id}/withdrawal").location == f"/bookings/{meeting.id}"


def test_the_mentor_offers_another_time_beside_reject_and_the_learners_yes_confirms_it(client, mentor, learner, lesson):
    booking = factories.request(learner, lesson)
    mira, lev = browser(client, mentor), browser(client, learner)
    assert "Offer another time" in read(mira.get("/dashboard/mentor/requests")).links
    data = {"starts_at": f"{lesson.starts_at + timedelta(days=1):%Y-%m-%dT%H:%M}"}
    assert mira.post(f"/bookings/{booking.id}/proposals", data=data, headers=HTMX).status_code == 200
    assert "You proposed another time" in text_of(mira.get("/dashboard/mentor/requests"))
    lev.post(f"/bookings/proposals/{open_one().id}/acceptance", headers=HTMX)
    assert queries.by_id(booking.id).state is BookingState.CONFIRMED


def test_what_was_answered_already_is_a_conflict_and_says_what_became_of_it(client, mentor, learner, meeting):
    proposal = factories.proposed(learner, meeting)
    moving.withdraw_move(learner, proposal.id)
    answer = browser(client, mentor).post(f"/bookings/proposals/{proposal.id}/acceptance", headers=HTMX)
    assert answer.status_code == 409
    assert json.loads(answer.headers["HX-Trigger"])["toast"]["text"] == "This was taken back: nothing was moved."


def test_strangers_find_neither_the_dialog_nor_the_proposal(client, learner, meeting):
    proposal, sam = factories.proposed(learner, meeting), browser(client, factories.person("Sam Other", teaches=True))
    assert sam.get(f"/bookings/{meeting.id}/move", headers=HTMX).status_code == 404
    assert sam.post(f"/bookings/{meeting.id}/proposals", data={"starts_at": "2027-01-01T10:00"}).status_code == 404
    for verb in ("acceptance", "refusal", "withdrawal"):
        assert sam.post(f"/bookings/proposals/{proposal.id}/{verb}").status_code == 404


def test_when_it_cannot_be_moved_the_dialog_says_why(client, learner, meeting):
    factories.proposed(learner, meeting)
    answer = browser(client, learner).get(f"/bookings/{meeting.id}/move", headers=HTMX)
    assert "It needs an answer first" in text_of(answer)
    with clock.stopped(meeting.lesson.starts_at):
        answer = browser(client, learner).get(f"/bookings/{meeting.id}/move", headers=HTMX)
        assert "cannot be moved any more" in text_of(answer)
        assert "Reschedule" not in read(browser(client, learner).get(f"/bookings/{meeting.id}")).links


def test_after_technical_trouble_both_may_propose_and_the_learner_may_have_the_money(client, mentor, learner):
    booking = factories.joinable(learner, mentor)
    factories.stay(booking.lesson, mentor.id, timedelta(0), timedelta(minutes=9))
    with clock.stopped(booking.lesson.starts_at):
        attendance.note_attempt(booking.lesson_id, learner.id)
    with clock.stopped(booking.lesson.starts_at + policies.NO_SHOW_AFTER):
        jobs.decide_absences()
        theirs = read(browser(client, mentor).get(f"/bookings/{booking.id}"))
        assert ("Propose another time" in theirs.links, "Money back now" in theirs.buttons) == (True, False)
        page = browser(client, learner)
        mine = read(page.get(f"/bookings/{booking.id}"))
        assert ("Propose another time" in mine.links, "Money back now" in mine.buttons) == (True, True)
        assert "Everything waits here until" in text_of(page.get(f"/bookings/{booking.id}/move", headers=HTMX))
        assert "is on its way back to you" in page.post(f"/bookings/{booking.id}/money-back", headers=HTMX).headers["HX-Trigger"]
        after = read(page.get(f"/bookings/{booking.id}"))
        assert ("Book again" in after.links, "Propose another time" in after.links) == (True, False)
