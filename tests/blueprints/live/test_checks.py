"""The video check's page, what the browser reports, and who is ready on the pages around a session."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.accounts.models import User
from app.bookings import jobs
from app.bookings.proposal_models import Proposal
from app.extensions import db
from app.kernel.transaction import transaction
from app.live import queries, recording, service
from app.live.check_models import DeviceCheck
from app.notifications.models import Mail
from tests import factories
from tests.app.live.test_checks import ALL_GREEN, SILENT, check


@pytest.fixture
def booking(mentor, learner):
    return factories.joinable(learner, mentor)


@pytest.fixture
def early(mentor, learner):
    return factories.confirmed(learner, factories.lesson(mentor, starts_in=timedelta(minutes=90)))


def address(booking, path=""):
    return f"/session/{queries.room_of(booking.lesson_id).public_id}/{path}"


def test_members_find_the_check_before_and_during_the_session(client, mentor, learner, booking, early):
    factories.signed_in(client, learner)
    for one in (booking, early):
        page = client.get(address(one, "check"))
        assert page.status_code == 200
        assert "Check now" in page.text
        assert "Clear video, ready to learn!" in page.text
        assert "camera=(self)" in page.headers["Permissions-Policy"]


def test_a_mentor_reads_that_they_are_ready_to_teach(client, mentor, booking):
    assert "Clear video, ready to teach!" in factories.signed_in(client, mentor).get(address(booking, "check")).text


def test_the_page_before_the_doors_open_has_the_check_inline_and_not_the_room(client, learner, early):
    page = factories.signed_in(client, learner).get(address(early)).text
    assert "Check now" in page
    assert "/dist/check" in page
    assert "Braids" in page
    assert "/dist/room" not in page


@pytest.mark.parametrize(("method", "path"), [("get", "check"), ("post", "check"), ("get", "readiness"), ("post", "later"), ("post", "record-at-once")])
def test_strangers_find_nothing(client, booking, method, path):
    factories.signed_in(client, factories.learner("A Stranger"))
    extra = {"json": ALL_GREEN} if method == "post" else {}
    assert getattr(client, method)(address(booking, path), **extra).status_code == 404
    assert db.session.query(DeviceCheck).count() + db.session.query(Proposal).count() == 0


def test_after_the_end_the_check_leads_to_the_feedback(client, learner, booking):
    service.close(queries.room_of(booking.lesson_id).id)
    assert factories.signed_in(client, learner).get(address(booking, "check")).location == address(booking, "feedback")
    assert client.post(address(booking, "check"), json=ALL_GREEN).status_code == 409


def test_a_report_is_kept_and_the_other_side_reads_it_everywhere(client, app, mentor, learner, booking):
    factories.signed_in(client, learner)
    answer = client.post(address(booking, "check"), json=ALL_GREEN | {"microphone": SILENT})
    assert answer.status_code == 200
    assert "Something to mend: microphone" in answer.text
    theirs = factories.signed_in(app.test_client(), mentor)
    pages = [address(booking), address(booking, "readiness"), address(booking, "check"), f"/bookings/{booking.id}", "/dashboard/mentor/"]
    for page in pages:
        assert "Something to mend: microphone" in theirs.get(page).text, page
    assert "Lev is ready" in _after(learner, booking, theirs)


def _after(learner, booking, theirs):
    check(learner, queries.room_of(booking.lesson_id))
    return theirs.get(address(booking, "readiness")).text


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"camera": {}}', b"\xff"])
def test_what_cannot_be_read_is_refused_in_words(client, learner, booking, body):
    factories.signed_in(client, learner)
    answer = client.post(address(booking, "check"), data=body, content_type="application/json")
    assert answer.status_code == 422
    assert db.session.query(DeviceCheck).count() == 0


def test_the_bookings_page_leads_to_the_check(client, learner, early):
    page = factories.signed_in(client, learner).get(f"/bookings/{early.id}").text
    assert address(early, "check") in page


def test_one_tap_proposes_a_later_start_and_the_other_side_finds_the_question(client, app, mentor, learner, booking):
    theirs = factories.signed_in(app.test_client(), mentor)
    assert "Start 15 minutes later" in theirs.get(address(booking)).text
    answer = factories.signed_in(client, learner).post(address(booking, "later"))
    assert (answer.status_code, answer.location) == (303, address(booking))
    page = theirs.get(address(booking)).text
    assert "Lev proposes another time" in page
    assert "Start 15 minutes later" not in page
    assert client.post(address(booking, "later")).status_code == 409


def test_where_several_meet_the_start_cannot_be_moved_in_one_tap(client, mentor):
    lesson = factories.lesson(mentor, starts_in=timedelta(minutes=5), capacity=2)
    first, _second = (factories.confirmed(factories.learner(name), lesson) for name in ("Ana First", "Ben Second"))
    factories.signed_in(client, mentor)
    page = client.get(address(first)).text
    assert "Start 15 minutes later" not in page
    assert page.count("Not checked yet") == 3
    assert client.post(address(first, "later")).status_code == 409


def test_the_check_tries_the_rooms_own_relay(app, client, learner, booking):
    plain = app.extensions["settings"]
    app.extensions["settings"] = replace(plain, turn_urls=("turn:relay.example",), turn_secret="s")
    try:
        page = factories.signed_in(client, learner).get(address(booking, "check")).text
    finally:
        app.extensions["settings"] = plain
    assert "turn:relay.example" in page


def test_the_reminder_leads_to_the_check_as_well(client, learner, booking):
    factories.verified(learner)
    jobs.remind_about(booking.id)
    assert address(booking, "check") in factories.signed_in(client, learner).get("/notices").text
    mail = db.session.query(Mail).filter(Mail.subject.contains("10 mins"), Mail.user_id == learner.id).one()
    assert f"Check camera and sound first: http://localhost{address(booking, 'check')}" in mail.text
    assert address(booking, "check") in mail.html


def test_the_mentor_sets_beside_the_check_that_recording_is_asked_for_by_itself(client, mentor, learner, booking):
    factories.signed_in(client, mentor)
    switch, words = address(booking, "record-at-once"), "Start recording when we are all there"
    for path in ("", "check", "readiness"):
        assert words in client.get(address(booking, path)).text
    on = client.post(switch, data={"on": "y"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in on.text
    assert "In all your sessions. Everybody is asked first." in on.text
    assert "Saved" in on.headers["HX-Trigger"]
    assert stored(mentor).records_at_once
    client.post(switch)
    assert not stored(mentor).records_at_once
    factories.signed_in(client, learner)
    assert words not in client.get(address(booking)).text
    assert client.post(switch, data={"on": "y"}).status_code == 403


def test_where_nobody_may_record_or_all_were_asked_the_switch_is_not_offered(client, mentor, learner, booking):
    words, room = "Start recording when we are all there", queries.room_of(booking.lesson_id)
    factories.signed_in(client, mentor)
    for young in (True, False):
        with transaction():
            learner.is_minor = young
        assert (words in client.get(address(booking, "readiness")).text) is not young
    recording.record(mentor, room.public_id, on=True)
    assert words not in client.get(address(booking, "readiness")).text


def stored(person: User) -> User:
    db.session.expire_all()
    return db.session.get_one(User, person.id)
