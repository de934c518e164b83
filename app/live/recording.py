"""Whether a session is recorded, and by whose browser (R13).

The mentor asks for it, with a tap or by their setting; it runs while nobody in the room has still to agree; anybody may stop it.
One browser in the room records: the mentor's, and once it is gone for ten seconds, or has said that it cannot, another's; where
none can, it ends. Every answer is logged. With somebody under 18 there is no recording.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from app.accounts.models import User
from app.audit import service as audit
from app.audit.tags import AuditTag
from app.bookings import attendance
from app.bookings.attendance_models import Span
from app.bookings.minors import has_minor
from app.bookings.queries import has_chair
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed
from app.kernel.ids import new_public_id
from app.kernel.transaction import transaction
from app.lessons.models import Lesson
from app.live import recording_terms as terms
from app.live.events import RecordingChanged
from app.live.models import Room
from app.live.recording_company import agreed_to, company, heard_of
from app.live.recording_messages import RecordingState
from app.live.recording_models import Joined, Recording, RecordingConsent, RecordingSegment, RecordingStretch
from app.live.service import open_room

OFF = RecordingState(
    is_allowed=True,
    is_wanted=False,
    is_on=False,
    agreed=[],
    asked=[],
    recorder=None,
    stopped_by=None,
    is_declined=False,
    has_film=False,
    none_can=False,
)

NOT_WITH_MINORS = "Sessions with somebody under 18 are not recorded."
"""Never who."""


class NoneCan(Conflict):
    """Every browser here has said that it cannot record."""

    code = "none_can"
    message = "No browser here can record. Reload the page to try again."


def record(user: User, public_id: str, *, on: bool) -> None:
    """Ask for a recording (the mentor, who thereby agrees), or stop it (anybody, who is asked anew the next time).

    Raises NotFound for a stranger, NotAllowed for a learner who wants to begin or where a minor is, NoneCan, TooEarly, SessionOver.
    """
    with transaction() as tx:
        visit = open_room(user, public_id)
        if on and visit.seat.role != "mentor":
            raise NotAllowed("Only the mentor can start a recording.")
        room = locked(visit.room.id)
        if on and not is_allowed(room):
            raise NotAllowed(NOT_WITH_MINORS)
        recording = of_room(room.id) or _begin(room)
        if on:
            if company(room, recording).none_can:
                raise NoneCan
            _want(recording, user)
        elif recording.wanted_at is not None:
            _stop(recording, user, is_declined=False)
        _settle(room, recording)
        tx.publish(RecordingChanged(room.id))


def ask_by_setting(room_id: int) -> None:
    """Somebody came: where the mentor has set it so, everybody is asked once mentor and a learner have met, as if by Record.

    After a no, or a stop by anybody, it is the mentor's tap that asks again; until the session is moved (`forget_answers`).
    """
    wish = select(User.records_at_once).join(Lesson, Lesson.mentor_id == User.id).join(Room, Room.lesson_id == Lesson.id)
    if not db.session.scalar(wish.where(Room.id == room_id)) or not _is_unasked(of_room(room_id)):
        return
    with transaction() as tx:
        room = locked(room_id)  # two may come at once, by two processes: the second finds what the first has begun
        mentor, present = room.lesson.mentor, attendance.present(room.lesson_id)
        have_met = mentor.id in present and len(present) > 1
        if not _is_unasked(of_room(room_id)) or not have_met or not is_allowed(room):
            return
        recording = of_room(room_id) or _begin(room)
        if company(room, recording).none_can:
            return
        _want(recording, mentor)
        _settle(room, recording)
        tx.publish(RecordingChanged(room_id))


def answer(user: User, public_id: str, *, agrees: bool) -> None:
    """Somebody in the room says whether they may be recorded. A no ends it for all; an answer to no question changes nothing.

    Raises NotAllowed for a yes where a minor is.
    """
    with transaction() as tx:
        room = locked(open_room(user, public_id).room.id)
        if agrees and not is_allowed(room):
            raise NotAllowed(NOT_WITH_MINORS)
        recording = of_room(room.id)
        if recording is None or recording.wanted_at is None:
            return
        if agrees:
            _agree(recording, user)
        else:
            _stop(recording, user, is_declined=True)
        _settle(room, recording)
        tx.publish(RecordingChanged(room.id))


def settle(room_id: int) -> None:
    """Somebody came, left or fell silent: ask, pause, go on, or let another browser record."""
    recording = of_room(room_id)
    if recording is None or recording.wanted_at is None:
        return
    with transaction() as tx:
        _settle(locked(room_id), recording)
        tx.publish(RecordingChanged(room_id))


def settle_for(user_id: int) -> None:
    """Somebody has said that they are under 18, or not any more: what runs with them stops, and their rooms hear whether it may."""
    query = select(Room.id).join(Room.lesson).where(Room.opened_at.is_not(None), Room.ended_at.is_(None), has_chair(user_id))
    with transaction() as tx:
        for room_id in db.session.scalars(query.order_by(Room.id)).all():
            room = locked(room_id)  # before we look: Record may be tapped at this moment
            recording = of_room(room_id)
            if recording is not None and recording.wanted_at is not None:
                _settle(room, recording)
            tx.publish(RecordingChanged(room_id))


def is_allowed(room: Room) -> bool:
    """Nobody with a chair here, present or not, has said that they are under 18."""
    return not has_minor(room.lesson_id)


def is_recorder_gone(room: Room) -> bool:
    """Does a running recording wait for a browser? A cheap look, for every beat of anybody's heart."""
    recording = of_room(room.id)
    if recording is None or recording.wanted_at is None or not is_running(recording):
        return False
    return recording.recorder_id not in heard_of(room.lesson_id) - terms.unable(room.lesson_id, recording)


def forget_answers(lesson_id: int) -> None:
    """The session was moved: it ends here, and at the new time everybody is asked anew, whatever they had said."""
    with transaction() as tx:
        room_id = db.session.scalar(select(Room.id).where(Room.lesson_id == lesson_id, Room.ended_at.is_(None)))
        room = locked(room_id) if room_id is not None else None
        recording = of_room(room.id) if room is not None else None
        if room is None or recording is None:
            return
        _bar(recording)
        _close_stretch(recording, _last_seen(room))
        terms.name(recording, None)
        tx.publish(RecordingChanged(room.id))


def finish(room_id: int) -> None:
    """The session is over: nothing more is recorded, and what should have been reaches to where somebody was last seen."""
    with transaction():
        room = locked(room_id)
        recording = of_room(room_id)
        if recording is None:
            return
        recording.wanted_at = None
        _close_stretch(recording, _last_seen(room))
        terms.name(recording, None)


def state(room: Room) -> RecordingState:
    """What everybody in the room is told."""
    recording = of_room(room.id)
    return _said(room, recording) if recording is not None else replace(OFF, is_allowed=is_allowed(room))


def of_room(room_id: int) -> Recording | None:
    """A room's recording, once its mentor has asked for one."""
    return db.session.scalar(_OF_ROOM, {"room_id": room_id})


_OF_ROOM = select(Recording).where(Recording.room_id == bindparam("room_id"))


def has_run(recording: Recording) -> bool:
    """Did it ever run, if only for a moment?"""
    return db.session.scalar(select(RecordingStretch.id).where(RecordingStretch.recording_id == recording.id)) is not None


def has_film(recording: Recording) -> bool:
    """Has any browser captured something?"""
    return db.session.scalar(select(RecordingSegment.id).where(RecordingSegment.recording_id == recording.id).limit(1)) is not None


def is_running(recording: Recording) -> bool:
    """Does it run now, by everybody's will?"""
    return _running(recording) is not None


def stretches(recording: Recording) -> list[Span]:
    """The times in which it ran by everybody's will, up to now."""
    query = select(RecordingStretch).where(RecordingStretch.recording_id == recording.id)
    return [Span(row.began_at, row.ended_at or now()) for row in db.session.scalars(query)]


def _is_unasked(recording: Recording | None) -> bool:
    """Has nobody been asked, or not since all answers were forgotten?"""
    return recording is None or (recording.wanted_at is None and recording.stopped_by is None)


def _begin(room: Room) -> Recording:
    recording = Recording(room_id=room.id, public_id=new_public_id(), joined=Joined.NOT_YET, is_declined=False)
    db.session.add(recording)
    db.session.flush()
    return recording


def _want(recording: Recording, mentor: User) -> None:
    """The mentor wants it, and thereby agrees."""
    if recording.wanted_at is None:
        recording.wanted_at, recording.stopped_by, recording.is_declined = now(), None, False
        audit.record(mentor.id, AuditTag.RECORDING_WANTED, recording)
        _agree(recording, mentor)


def _agree(recording: Recording, user: User) -> None:
    if user.id in agreed_to(recording):
        return
    db.session.add(RecordingConsent(recording_id=recording.id, user_id=user.id, agreed_at=now()))
    audit.record(user.id, AuditTag.RECORDING_AGREED, recording)


def _stop(recording: Recording, user: User, *, is_declined: bool) -> None:
    recording.wanted_at, recording.stopped_by, recording.is_declined = None, user.id, is_declined
    mine = (RecordingConsent.recording_id == recording.id, RecordingConsent.user_id == user.id)
    db.session.execute(delete(RecordingConsent).where(*mine))
    audit.record(user.id, AuditTag.RECORDING_DECLINED if is_declined else AuditTag.RECORDING_STOPPED, recording)


def _bar(recording: Recording) -> None:
    """It ends by nobody's wish; should it be allowed again, everybody is asked anew."""
    recording.wanted_at, recording.stopped_by, recording.is_declined = None, None, False
    db.session.execute(delete(RecordingConsent).where(RecordingConsent.recording_id == recording.id))


def _settle(room: Room, recording: Recording) -> None:
    """Open or close the stretch, and name the recorder, by who is there now.

    It begins when two are there. A room that everybody has vanished from goes on: their browsers may still see each other.
    """
    if recording.wanted_at is not None and not is_allowed(room):
        _bar(recording)
    db.session.flush()
    there = company(room, recording)
    if there.none_can and not there.asked:
        recording.wanted_at = None  # by nobody's wish, and every yes stands: it may begin again where somebody comes who can
    if recording.wanted_at is None or there.asked:
        _close_stretch(recording)
        terms.name(recording, None)
        return
    if not is_running(recording) and len(there.present) > 1:
        db.session.add(RecordingStretch(recording_id=recording.id, began_at=now()))
        db.session.flush()
    if is_running(recording) and recording.recorder_id not in there.able and there.candidates:
        mentor_id = room.lesson.mentor_id
        terms.name(recording, mentor_id if mentor_id in there.candidates else min(there.candidates))


def _running(recording: Recording) -> RecordingStretch | None:
    query = select(RecordingStretch).where(RecordingStretch.recording_id == recording.id, RecordingStretch.ended_at.is_(None))
    return db.session.scalar(query)


def _close_stretch(recording: Recording, ended_at: datetime | None = None) -> None:
    running = _running(recording)
    if running is not None:
        running.ended_at = ended_at or now()


def _last_seen(room: Room) -> datetime:
    """Up to when somebody was there, as far as we know."""
    seen = [row.alive_until for row in attendance.intervals(room.lesson_id)]
    return min(now(), max(seen, default=now()))


def _said(room: Room, recording: Recording) -> RecordingState:
    there = company(room, recording)
    is_wanted = recording.wanted_at is not None
    return RecordingState(
        is_allowed=is_allowed(room),
        is_wanted=is_wanted,
        is_on=is_wanted and is_running(recording),
        agreed=sorted(there.agreed),
        asked=sorted(there.asked) if is_wanted else [],
        recorder=recording.recorder_id if is_wanted else None,
        stopped_by=recording.stopped_by,
        is_declined=recording.is_declined,
        has_film=has_film(recording),
        none_can=there.none_can,
    )


def locked(room_id: int) -> Room:
    """The room, for one at a time: whoever wants, answers, comes or goes meanwhile waits."""
    return db.session.scalars(select(Room).where(Room.id == room_id).with_for_update(of=Room)).one()
