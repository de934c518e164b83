"""Who is in the room, who of them agreed to be recorded, and whose browser could record."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app.bookings import attendance
from app.bookings.attendance_models import Closing, PresenceInterval
from app.extensions import db
from app.kernel.clock import now
from app.live import recording_terms as terms
from app.live.models import Room
from app.live.recording_models import Recording, RecordingConsent

GONE_AFTER = timedelta(seconds=10)
"""Nothing heard from the recorder for so long: another browser goes on."""


@dataclass(frozen=True, slots=True)
class Company:
    """`able` are those who agreed and whose browsers are heard and have not said that they cannot record, also those who have
    just gone; `none_can` is true when everybody here has said so, and nobody who could is expected back.
    """

    present: set[int]
    agreed: set[int]
    able: set[int]
    none_can: bool

    @property
    def asked(self) -> set[int]:
        """Those who still have to say whether they agree."""
        return self.present - self.agreed

    @property
    def candidates(self) -> set[int]:
        """Those who may be named the recorder."""
        return self.present & self.able


def company(room: Room, recording: Recording) -> Company:
    """As it is now."""
    present, agreed, unable = attendance.present(room.lesson_id), agreed_to(recording), terms.unable(room.lesson_id, recording)
    able = (heard_of(room.lesson_id) & agreed) - unable
    none_can = bool(present) and present <= unable and not able and not _may_return(room, recording)
    return Company(present, agreed, able, none_can)


def heard_of(lesson_id: int) -> set[int]:
    """Those whose browsers gave a sign of life within ten seconds, also if they have just gone: a reload takes a moment.

    Whoever was asked to leave does not come back in a moment: another browser goes on at once.
    """
    query = select(PresenceInterval.user_id).where(
        PresenceInterval.lesson_id == lesson_id, PresenceInterval.last_seen_at > now() - GONE_AFTER
    )
    return set(db.session.scalars(query.where(PresenceInterval.closing.is_distinct_from(Closing.REMOVED))))


def agreed_to(recording: Recording) -> set[int]:
    """Those whose yes stands, present or not."""
    return set(db.session.scalars(select(RecordingConsent.user_id).where(RecordingConsent.recording_id == recording.id)))


def _may_return(room: Room, recording: Recording) -> bool:
    """Has the recorder only lost its line a moment ago? Then it captures on, and nobody else could."""
    vanished = attendance.vanished_of(attendance.intervals(room.lesson_id), attendance.RETURN_PATIENCE)
    return recording.recorder_id in vanished
