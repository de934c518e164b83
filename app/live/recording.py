"""Whether a session is recorded, and by whose browser (R13).

The mentor asks for it, with a tap or by their setting; it runs while nobody in the room has still to agree; anybody may stop it.
One browser in the room records: the mentor's, and once it is gone for ten seconds another's. Every answer is logged. With somebody
under 18 there is no recording.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from app.accounts.models import User
from app.audit import service as audit
from app.audit.tags import AuditTag
from app.bookings import attendance
from app.bookings.attendance_models import Closing, PresenceInterval, Span
from app.bookings.minors import has_minor
from app.bookings.queries import has_chair
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotAllowed
from app.kernel.ids import new_public_id
from app.kernel.transaction import transaction
from app.lessons.models import Lesson
from app.live.events import RecordingChanged
from app.live.models import Room
from app.live.recording_messages import RecordingState
from app.live.recording_models import Joined, Recording, RecordingConsent, RecordingSegment, RecordingStretch
from app.live.service import open_room

GONE_AFTER = timedelta(seconds=10)
"""Nothing heard from the recorder for so long: another browser goes on."""

MOST_SEGMENTS = 300
"""Pieces of one session that begin anew; more is somebody's program, not a bad line."""

OFF = RecordingState(
    is_allowed=True, is_wanted=False, is_on=False, agreed=[], asked=[], recorder=None, stopped_by=None, is_declined=False
)

NOT_WITH_MINORS = "Sessions with somebody under 18 are not recorded."
"""Never who."""


class NotRecorder(Conflict):
    """Another browser records, or none does."""

    code = "not_recorder"
    message = "This browser does not record the session just now."


@dataclass(frozen=True, slots=True)
class _Company:
    """Who is in the room, who of them agreed, and who could record."""

    present: set[int]
    agreed: set[int]
    reachable: set[int]

    @property
    def asked(self) -> set[int]:
        """Those who still have to say whether they agree."""
        return self.present - self.agreed


def record(user: User, public_id: str, *, on: bool) -> None:
    """Ask for a recording (the mentor, who thereby agrees), or stop it (anybody, who is asked anew the next time).

    Raises NotFound for a stranger, NotAllowed for a learner who wants to begin or where a minor is, TooEarly, SessionOver.
    """
    with transaction() as tx:
        visit = open_room(user, public_id)
        if on and visit.seat.role != "mentor":
            raise NotAllowed("Only the mentor can start a recording.")
        room = _locked(visit.room.id)
        if on and not is_allowed(room):
            raise NotAllowed(NOT_WITH_MINORS)
        recording = of_room(room.id) or _begin(room)
        if on:
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
        room = _locked(room_id)  # two may come at once, by two processes: the second finds what the first has begun
        mentor, present = room.lesson.mentor, attendance.present(room.lesson_id)
        have_met = mentor.id in present and len(present) > 1
        if not _is_unasked(of_room(room_id)) or not have_met or not is_allowed(room):
            return
        recording = of_room(room_id) or _begin(room)
        _want(recording, mentor)
        _settle(room, recording)
        tx.publish(RecordingChanged(room_id))


def answer(user: User, public_id: str, *, agrees: bool) -> None:
    """Somebody in the room says whether they may be recorded. A no ends it for all; an answer to no question changes nothing.

    Raises NotAllowed for a yes where a minor is.
    """
    with transaction() as tx:
        room = _locked(open_room(user, public_id).room.id)
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


def begin_segment(user: User, public_id: str, *, client_id: str, kind: str, ago: timedelta) -> None:
    """The recorder's browser captures, since `ago`. The same id again changes nothing; NotRecorder for everybody else."""
    with transaction():
        room = _locked(open_room(user, public_id).room.id)
        recording = of_room(room.id)
        if recording is None or recording.recorder_id != user.id or _running(recording) is None:
            raise NotRecorder
        rows = db.session.scalars(select(RecordingSegment).where(RecordingSegment.recording_id == recording.id)).all()
        if any(row.client_id == client_id for row in rows):
            return
        if len(rows) >= MOST_SEGMENTS:
            raise Conflict("This recording has begun anew too often. Please stop it.")
        began_at = now() - ago
        db.session.add(
            RecordingSegment(
                recording_id=recording.id, client_id=client_id, recorder_id=user.id, kind=kind, began_at=began_at, chunks=0, size=0
            )
        )


def settle(room_id: int) -> None:
    """Somebody came, left or fell silent: ask, pause, go on, or let another browser record."""
    recording = of_room(room_id)
    if recording is None or recording.wanted_at is None:
        return
    with transaction() as tx:
        _settle(_locked(room_id), recording)
        tx.publish(RecordingChanged(room_id))


def settle_for(user_id: int) -> None:
    """Somebody has said that they are under 18, or not any more: what runs with them stops, and their rooms hear whether it may."""
    query = select(Room.id).join(Room.lesson).where(Room.opened_at.is_not(None), Room.ended_at.is_(None), has_chair(user_id))
    with transaction() as tx:
        for room_id in db.session.scalars(query.order_by(Room.id)).all():
            room = _locked(room_id)  # before we look: Record may be tapped at this moment
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
    if recording is None or recording.wanted_at is None or _running(recording) is None:
        return False
    return recording.recorder_id not in _heard_of(room.lesson_id)


def forget_answers(lesson_id: int) -> None:
    """The session was moved: it ends here, and at the new time everybody is asked anew, whatever they had said."""
    with transaction() as tx:
        room_id = db.session.scalar(select(Room.id).where(Room.lesson_id == lesson_id, Room.ended_at.is_(None)))
        room = _locked(room_id) if room_id is not None else None
        recording = of_room(room.id) if room is not None else None
        if room is None or recording is None:
            return
        _bar(recording)
        _close_stretch(recording, _last_seen(room))
        recording.recorder_id = None
        tx.publish(RecordingChanged(room.id))


def finish(room_id: int) -> None:
    """The session is over: nothing more is recorded, and what should have been reaches to where somebody was last seen."""
    with transaction():
        room = _locked(room_id)
        recording = of_room(room_id)
        if recording is None:
            return
        recording.wanted_at = None
        _close_stretch(recording, _last_seen(room))


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
    if user.id in _agreed(recording):
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
    company, running = _company(room, recording), _running(recording)
    if recording.wanted_at is None or company.asked:
        _close_stretch(recording)
        recording.recorder_id = None
        return
    if running is None and len(company.present) > 1:
        db.session.add(RecordingStretch(recording_id=recording.id, began_at=now()))
        db.session.flush()
        running = _running(recording)
    candidates = company.present & company.reachable
    if running is not None and recording.recorder_id not in company.reachable and candidates:
        mentor_id = room.lesson.mentor_id
        recording.recorder_id = mentor_id if mentor_id in candidates else min(candidates)


def _company(room: Room, recording: Recording) -> _Company:
    present = attendance.present(room.lesson_id)
    agreed = _agreed(recording)
    return _Company(present, agreed, _heard_of(room.lesson_id) & agreed)


def _heard_of(lesson_id: int) -> set[int]:
    """Those whose browsers gave a sign of life within ten seconds, also if they have just gone: a reload takes a moment.

    Whoever was asked to leave does not come back in a moment: another browser goes on at once.
    """
    query = select(PresenceInterval.user_id).where(
        PresenceInterval.lesson_id == lesson_id, PresenceInterval.last_seen_at > now() - GONE_AFTER
    )
    return set(db.session.scalars(query.where(PresenceInterval.closing.is_distinct_from(Closing.REMOVED))))


def _agreed(recording: Recording) -> set[int]:
    return set(db.session.scalars(select(RecordingConsent.user_id).where(RecordingConsent.recording_id == recording.id)))


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
    company = _company(room, recording)
    is_wanted = recording.wanted_at is not None
    return RecordingState(
        is_allowed=is_allowed(room),
        is_wanted=is_wanted,
        is_on=is_wanted and _running(recording) is not None,
        agreed=sorted(company.agreed),
        asked=sorted(company.asked) if is_wanted else [],
        recorder=recording.recorder_id if is_wanted else None,
        stopped_by=recording.stopped_by,
        is_declined=recording.is_declined,
    )


def _locked(room_id: int) -> Room:
    return db.session.scalars(select(Room).where(Room.id == room_id).with_for_update(of=Room)).one()
