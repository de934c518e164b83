"""The report as a page, and the list of blocked people."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts import blocks
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel.transaction import transaction
from app.live import queries
from app.live.report_models import PersonReport, ReportReason
from tests import factories


def _address(mentor, learner) -> str:
    return f"/session/{queries.room_of(factories.joinable(learner, mentor).lesson_id).public_id}/report"


def test_a_report_is_written_down_and_leads_home(client, mentor, learner):
    address = _address(mentor, learner)
    factories.signed_in(client, learner)
    assert "What was wrong?" in client.get(address).text
    answer = client.post(address, data={"person": mentor.id, "reason": "unsafe", "words": "", "block": "y"})
    assert (answer.status_code, answer.location) == (303, "/dashboard/learner/")
    assert "We look into it" in client.get(answer.location).text
    assert blocks.blocked_by(learner) == [mentor]


def test_one_button_reports_and_blocks_and_nothing_has_to_be_filled_in(client, mentor, learner):
    address = _address(mentor, learner)
    factories.signed_in(client, learner)
    assert '<button class="button" type="submit" name="block" value="y">Report and block</button>' in client.get(address).text
    assert client.post(address, data={"person": mentor.id, "block": "y"}).status_code == 303
    [row] = db.session.scalars(select(PersonReport))
    assert (row.person_id, row.reason, row.words) == (mentor.id, ReportReason.OTHER, "")
    assert blocks.blocked_by(learner) == [mentor]


def test_the_other_button_blocks_nobody(client, mentor, learner):
    address = _address(mentor, learner)
    factories.signed_in(client, learner)
    assert client.post(address, data={"person": mentor.id, "reason": "scam"}).status_code == 303
    assert blocks.blocked_by(learner) == []


def test_a_reason_that_is_not_on_the_list_brings_the_form_back_with_what_was_typed(client, mentor, learner):
    address = _address(mentor, learner)
    factories.signed_in(client, learner)
    answer = client.post(address, data={"person": mentor.id, "reason": "nonsense", "words": "He shouted."})
    assert answer.status_code == 422
    assert "Choose what was wrong." in answer.text
    assert "He shouted." in answer.text


def test_the_way_back_in_is_for_those_who_may_come_back(client, mentor, learner):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    booking = factories.confirmed(learner, lesson)
    factories.confirmed(factories.learner("Ana Sol"), lesson)
    address = f"/session/{queries.room_of(lesson.id).public_id}/report"
    factories.signed_in(client, learner)
    assert "Go back in" in client.get(address).text
    with transaction():
        booking.state = BookingState.MISSED
    page = client.get(address).text
    assert "What was wrong?" in page
    assert "Go back in" not in page


def test_strangers_find_no_form(client, mentor, learner):
    address = _address(mentor, learner)
    factories.signed_in(client, factories.learner("A Stranger"))
    assert client.get(address).status_code == client.post(address, data={"person": mentor.id, "reason": "rude"}).status_code == 404


def test_blocked_people_stand_in_the_settings_and_are_unblocked_there(client, mentor, learner):
    blocks.block(learner, mentor.id)
    factories.signed_in(client, learner)
    assert f"Unblock {mentor.name}" in client.get("/profile/?tab=settings").text
    answer = client.post(f"/profile/blocks/{mentor.id}/removal", headers={"HX-Request": "true"})
    assert mentor.name not in answer.text
    assert blocks.blocked_by(learner) == []
