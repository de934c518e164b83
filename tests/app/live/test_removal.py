"""The mentor asks somebody to leave: who may, what it ends, how one comes back, and what it means for the money."""

from datetime import timedelta

import pytest

from app.audit.models import AuditEntry
from app.bookings import attendance, settlement, waiting
from app.bookings.attendance import PutOut
from app.bookings.attendance_models import Closing
from app.bookings.explaining import explain
from app.bookings.removal_models import RoomRemoval
from app.bookings.settlement_models import Verdict
from app.bookings.states import BookingState
from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.errors import DomainError, NotAllowed, NotFound, TooMany
from app.kernel.transaction import transaction
from app.live import board, coming_back, files, queries, receipt, receipt_words, recording, removal, service, topics
from app.live.board_messages import Draw, Mark
from app.live.events import AskedBack, PersonRemoved, RemovalAnswered
from app.live.models import Room
from app.notifications.models import Notice
from tests import factories

pytestmark = pytest.mark.database
MINUTE = timedelta(minutes=1)


@pytest.fixture
def booking(mentor, learner):
    return factories.joinable(learner, mentor)


@pytest.fixture
def room(booking) -> Room:
    return queries.room_of(booking.lesson_id)


def come(room, *people, tab="the-first-tab") -> None:
    for person in people:
        service.enter(person, room.public_id, tab=tab, connection=f"line-of-{person.id}", take=True)


@pytest.fixture
def met(room, mentor, learner) -> Room:
    come(room, mentor, learner)
    return room


def keep(room, *people) -> None:
    """They are heard for twelve seconds, and nobody else."""
    for seconds in (6, 12):
        with clock.stopped(now() + timedelta(seconds=seconds)):
            for person in people:
                service.beat(person, room.public_id, f"line-of-{person.id}")


def after(minutes: float):
    return clock.stopped(now() + minutes * MINUTE)


def test_whoever_is_removed_is_out_at_once_and_their_presence_ends_with_it(met, mentor, learner, heard):
    removal.remove(mentor, met.public_id, learner.id)
    assert attendance.present(met.lesson_id) == {mentor.id}
    [stay] = [row for row in attendance.intervals(met.lesson_id) if row.user_id == learner.id]
    assert stay.closing is Closing.REMOVED
    assert abs(stay.left_at - db.session.query(RoomRemoval).one().removed_at) < timedelta(seconds=1)
    assert [fact.user_id for fact in heard.of(PersonRemoved)] == [learner.id]
    [entry] = db.session.query(AuditEntry).filter_by(tag="room:person:remove")
    assert (entry.actor_id, entry.details["person"]) == (mentor.id, learner.id)


def test_pressing_twice_removes_once(met, mentor, learner, heard):
    for _ in range(2):
        removal.remove(mentor, met.public_id, learner.id)
    assert db.session.query(RoomRemoval).count() == len(heard.of(PersonRemoved)) == 1
    assert db.session.query(AuditEntry).filter_by(tag="room:person:remove").count() == 1


def test_only_the_mentor_removes_and_only_who_belongs_here_and_nobody_themselves(met, mentor, learner):
    stranger = factories.learner("A Stranger")
    for deed in (removal.remove, removal.let_back, removal.not_now):
        with pytest.raises(NotAllowed):
            deed(learner, met.public_id, mentor.id)
        for actor, person in ((stranger, learner), (factories.mentor("Another Mentor"), learner), (mentor, stranger)):
            with pytest.raises(NotFound):
                deed(actor, met.public_id, person.id)
    with pytest.raises(NotAllowed):
        removal.remove(mentor, met.public_id, mentor.id)
    assert attendance.present(met.lesson_id) == {mentor.id, learner.id}
    assert db.session.query(RoomRemoval).count() == 0


def test_after_the_end_nobody_is_removed(met, mentor, learner):
    service.close(met.id)
    with pytest.raises(service.SessionOver):
        removal.remove(mentor, met.public_id, learner.id)


def test_once_removed_nothing_in_the_room_can_be_done_or_read_any_more(met, mentor, learner):
    recording.record(mentor, met.public_id, on=True)
    removal.remove(mentor, met.public_id, learner.id)
    address, stroke = met.public_id, Draw("deed-0001", 1, "stroke", Mark("ink", 4, [1, 1, 5, 5], ""), None)
    for deed in (
        lambda: come(met, learner),
        lambda: come(met, learner, tab="another-tab"),
        lambda: service.beat(learner, address, f"line-of-{learner.id}"),
        lambda: service.require_seat(learner.id, address, f"line-of-{learner.id}"),
        lambda: service.say(learner, address, client_id="line-0001", text="I am still here"),
        lambda: service.testify(learner, address, {mentor.id: 5}),
        lambda: board.draw(learner, address, stroke),
        lambda: topics.mark(learner, address, 1, is_covered=True),
        lambda: recording.answer(learner, address, agrees=True),
        lambda: recording.record(learner, address, on=False),
        lambda: files.keep(learner, address, "file-0001", name="a.txt", data=b"a", sha256="ca978112ca1bbdcafac231b39a23dc4d"
                           "a786eff8147c4e72b9807785afee48bb"),
        lambda: files.find(learner, address, "some-key"),
        lambda: coming_back.knock(learner, address),
        lambda: queries.look_in(learner, address),
    ):
        with pytest.raises(PutOut):
            deed()
    assert queries.chat_tail(met) == []
    service.leave(learner, address, f"line-of-{learner.id}")  # going is never refused


def test_no_five_seconds_open_the_door_again_only_the_mentors_yes(met, mentor, learner):
    removal.remove(mentor, met.public_id, learner.id)
    with after(10), pytest.raises(PutOut):
        come(met, learner)
    coming_back.admit(mentor, met.public_id, learner.id)
    come(met, learner)
    assert attendance.present(met.lesson_id) == {mentor.id, learner.id}
    assert db.session.query(AuditEntry).filter_by(tag="room:person:let_back").one().actor_id == mentor.id
    removal.remove(mentor, met.public_id, learner.id)
    with pytest.raises(PutOut):
        come(met, learner)
    assert db.session.query(RoomRemoval).count() == 2


def test_admitting_somebody_who_is_not_out_changes_nothing(met, mentor, learner, heard):
    coming_back.admit(mentor, met.public_id, learner.id)
    assert heard.of(RemovalAnswered) == []
    assert db.session.query(AuditEntry).filter_by(tag="room:person:let_back").count() == 0


def test_whoever_lost_the_line_can_be_removed_too_and_is_not_waited_for(met, mentor, learner):
    keep(met, mentor)
    with after(0.25):
        service.note_vanished(met.lesson_id)
        assert {person.id for person in queries.pulse(met).people} == {mentor.id, learner.id}, "expected back"
        removal.remove(mentor, met.public_id, learner.id)
        assert {person.id for person in queries.pulse(met).people} == {mentor.id}
        with pytest.raises(PutOut):
            come(met, learner)


def test_the_mentor_is_asked_at_most_once_a_minute_and_not_for_five_after_a_no(met, mentor, learner, heard):
    address = met.public_id
    removal.remove(mentor, address, learner.id)
    removal.ask_back(learner, address)
    with after(0.9), pytest.raises(TooMany):
        removal.ask_back(learner, address)
    with after(1):
        removal.ask_back(learner, address)
        removal.not_now(mentor, address, learner.id)
        assert not db.session.query(RoomRemoval).one().is_asking
    with after(5.9), pytest.raises(TooMany):
        removal.ask_back(learner, address)
    with after(6):
        removal.ask_back(learner, address)
        assert db.session.query(RoomRemoval).one().is_asking
    assert len(heard.of(AskedBack)) == 3


def test_whoever_may_come_in_asks_nobody(met, learner, heard):
    removal.ask_back(learner, met.public_id)
    assert heard.of(AskedBack) == []
    with pytest.raises(NotFound):
        removal.ask_back(factories.learner("A Stranger"), met.public_id)


def test_a_session_that_is_moved_begins_with_everybody_welcome(met, mentor, learner):
    removal.remove(mentor, met.public_id, learner.id)
    service.go_on_later(met.lesson_id)
    come(met, learner)


def test_a_recording_waits_for_nobody_who_was_removed(mentor, learner):
    lesson = factories.lesson(mentor, starts_in=5 * MINUTE, capacity=2)
    other = factories.learner("Ana Costa")
    for person in (learner, other):
        factories.confirmed(person, lesson)
    room = queries.room_of(lesson.id)
    come(room, mentor, learner, other)
    recording.record(mentor, room.public_id, on=True)
    recording.answer(other, room.public_id, agrees=True)
    assert (recording.state(room).is_on, recording.state(room).asked) == (False, [learner.id])
    removal.remove(mentor, room.public_id, learner.id)
    assert (recording.state(room).is_on, recording.state(room).asked) == (True, [])


def test_when_the_recorder_is_removed_another_browser_goes_on_at_once(mentor, learner):
    lesson = factories.lesson(mentor, starts_in=5 * MINUTE, capacity=2)
    other = factories.learner("Ana Costa")
    for person in (learner, other):
        factories.confirmed(person, lesson)
    room = queries.room_of(lesson.id)
    come(room, mentor, learner, other)
    recording.record(mentor, room.public_id, on=True)
    for person in (learner, other):
        recording.answer(person, room.public_id, agrees=True)
    keep(room, learner, other)
    with after(0.21):
        recording.settle(room.id)
        assert recording.state(room).recorder == learner.id, "the mentor is silent"
        come(room, mentor)
        assert recording.state(room).recorder == learner.id
        removal.remove(mentor, room.public_id, learner.id)
        told = recording.state(room)
    assert (told.is_on, told.recorder) == (True, mentor.id)


# What it means for the money


@pytest.fixture
def group(mentor):
    """A mentor and two learners in the room from the first minute on."""
    lesson = factories.lesson(mentor, starts_in=5 * MINUTE, capacity=2)
    return [factories.confirmed(factories.learner(name), lesson) for name in ("Lev One", "Ana Two")]


class Session:
    """Two learners with their mentor, minute by minute."""

    def __init__(self, bookings):
        self.bookings, self.lesson = bookings, bookings[0].lesson
        self.room = queries.room_of(self.lesson.id)
        self.mentor, self.learners = self.lesson.mentor, [booking.learner for booking in bookings]

    def at(self, minute: float):
        """Everybody who is in has been heard until then."""
        moment = self.lesson.starts_at + minute * MINUTE
        with transaction():
            for row in attendance.intervals(self.lesson.id):
                row.last_seen_at = moment if row.left_at is None else row.last_seen_at
        return clock.stopped(moment)

    def end(self, minute: float):
        with self.at(minute):
            service.close(self.room.id)
            for booking in self.bookings:
                settlement.settle(booking.id)
                db.session.refresh(booking)


@pytest.fixture
def session(group) -> Session:
    made = Session(group)
    with made.at(0):
        come(made.room, made.mentor, *made.learners)
    return made


def test_the_time_somebody_is_out_goes_back_and_the_other_pays_for_the_whole(session):
    with session.at(15):
        removal.remove(session.mentor, session.room.public_id, session.learners[0].id)
    session.end(60)
    out, whole = (booking.settlement for booking in session.bookings)
    assert (out.verdict, out.refund_minor, out.is_strike) == (Verdict.CUT_SHORT, 1350, False)
    assert (out.removed_seconds, out.mentor_away_seconds) == (2700, 0)
    assert (whole.verdict, whole.refund_minor, whole.removed_seconds) == (Verdict.TAUGHT, 0, 0)
    assert explain(out, to_mentor=False, other="Mira") == (
        "15 of 60 min together. You were asked to leave, and out for 45 min: $13.50 of $18 goes back to you."
    )
    assert "Lev was asked to leave, and out for 45 min: $13.50 of $18 goes back to Lev." in explain(out, to_mentor=True, other="Lev")


def test_whoever_is_let_back_pays_for_all_but_the_time_they_were_out(session):
    with session.at(15):
        removal.remove(session.mentor, session.room.public_id, session.learners[0].id)
    with session.at(25):
        removal.let_back(session.mentor, session.room.public_id, session.learners[0].id)
        come(session.room, session.learners[0])
    session.end(60)
    assert (session.bookings[0].settlement.refund_minor, session.bookings[0].settlement.removed_seconds) == (300, 600)
    with session.at(61):
        figures = receipt.figures_of(session.bookings[0])
    words = {line.label: line.text for line in receipt_words.wording_of(figures, session.learners[0]).facts}
    start = session.lesson.starts_at
    assert words["Asked to leave"] == (
        f"Mira ended Lev’s part at {start + 15 * MINUTE:%H:%M:%S}, and let them back in at {start + 25 * MINUTE:%H:%M:%S}"
    )
    assert words["Pause"].endswith("(10:00), Lev was asked to leave")
    assert receipt_words.removed_words(figures, session.learners[0]) == (
        f"Your mentor ended your part at {start + 15 * MINUTE:%H:%M} (and let you back in at {start + 25 * MINUTE:%H:%M})."
    )
    assert receipt_words.removed_words(figures, session.mentor).startswith(f"You ended Lev’s part at {start + 15 * MINUTE:%H:%M}")


def test_removed_before_the_start_one_is_no_no_show_and_gets_all_of_it_back(booking, room, mentor, learner):
    with transaction():
        booking.no_show_refund_pct = 0  # what an absent learner would get back here
    come(room, mentor, learner)
    with clock.stopped(now() + MINUTE):
        removal.remove(mentor, room.public_id, learner.id)
    start = booking.lesson.starts_at
    with clock.stopped(start + 10 * MINUTE):
        assert waiting.decision_in(booking.lesson_id) is None, "nobody is waited for"
        settlement.decide_absence(booking.id)
        assert booking.state is BookingState.CONFIRMED, "it is no absence"
    with clock.stopped(start + 12 * MINUTE):
        service.close(room.id)
    settled = booking.settlement
    assert (booking.state, settled.verdict, settled.refund_minor) == (BookingState.MISSED, Verdict.CUT_SHORT, 1800)
    assert not settled.is_strike


def test_what_the_mentor_was_away_for_before_goes_back_too_and_the_end_after_it_is_no_strike(session):
    with session.at(20):
        removal.remove(session.mentor, session.room.public_id, session.learners[0].id)
    session.end(30)  # early, for the other one it is a strike
    out, other = (booking.settlement for booking in session.bookings)
    assert (out.refund_minor, out.is_strike) == (1200, False)
    assert (other.refund_minor, other.is_strike) == (900, True)


def test_a_learner_who_is_let_back_is_told_and_after_ten_minutes_is_away_by_their_own_will(session):
    lev = session.learners[0]
    with session.at(15):
        removal.remove(session.mentor, session.room.public_id, lev.id)
    with session.at(20):
        removal.not_now(session.mentor, session.room.public_id, lev.id)
        assert db.session.query(Notice).filter_by(kind="room.let_back").count() == 0
        removal.let_back(session.mentor, session.room.public_id, lev.id)
        [notice] = db.session.query(Notice).filter_by(kind="room.let_back")
        assert (notice.user_id, notice.link) == (lev.id, f"/session/{session.room.public_id}/")
    session.end(60)
    settled = session.bookings[0].settlement
    assert (settled.removed_seconds, settled.refund_minor) == (15 * 60, 450)


def test_out_ends_when_one_tries_to_come_in_again_and_never_after_the_end(session):
    lev = session.learners[0]
    with session.at(15):
        removal.remove(session.mentor, session.room.public_id, lev.id)
    with session.at(20):
        removal.let_back(session.mentor, session.room.public_id, lev.id)
    with session.at(23):
        attendance.note_attempt(session.lesson.id, lev.id)
        come(session.room, lev)
    with session.at(50):
        removal.remove(session.mentor, session.room.public_id, lev.id)
    with session.at(55):
        removal.let_back(session.mentor, session.room.public_id, lev.id)
    session.end(60)
    assert session.bookings[0].settlement.removed_seconds == (8 + 10) * 60


def test_a_part_of_less_than_a_second_each_is_explained_too(session):
    session.end(60)
    settled = session.bookings[0].settlement
    with db.session.no_autoflush:
        settled.verdict, settled.lost_seconds, settled.refund_minor = Verdict.CUT_SHORT, 1, 1
        assert "A moment of it was lost: $0.01 of $18" in explain(settled, to_mentor=False, other="Mira")
    db.session.rollback()


def test_whoever_stands_before_the_door_meanwhile_makes_it_no_technical_failure(session):
    with session.at(15):
        removal.remove(session.mentor, session.room.public_id, session.learners[0].id)
        attendance.note_attempt(session.lesson.id, session.learners[0].id)
    session.end(60)
    assert session.bookings[0].settlement.technical_seconds == 0
    assert session.bookings[0].settlement.refund_minor == 1350


def test_errors_are_plain_sentences_of_one_family(met, mentor, learner):
    removal.remove(mentor, met.public_id, learner.id)
    with pytest.raises(DomainError) as refused:
        come(met, learner)
    assert (refused.value.code, refused.value.message) == ("removed", "Your mentor has asked you to leave this session.")
