"""Who of a room is ready, and what is proposed about its start: what stands on the page before it and in the waiting room."""

from dataclasses import dataclass

from flask import url_for

from app.accounts.models import User
from app.bookings.models import Booking
from app.bookings.proposals import open_of
from app.bookings.queries import expected_of, meetings_of, people_of
from app.bookings.starting_later import may_start_later, only_booking
from app.live import recording
from app.live.check_models import DeviceCheck
from app.live.checks import checks_of
from app.live.queries import Visit
from app.web.filters import iso
from app.web.proposal_cards import ProposalCard, proposal_card
from app.web.readiness import Readiness, readiness_of


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One person: `name` is "You" for the viewer."""

    name: str
    is_me: bool
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class Ready:
    """The section as one viewer sees it. `starts` tells the page that the start was moved meanwhile; `later_url` is None while a
    later start cannot be proposed, `records_at_once` where there is nothing to choose: for learners, for whom nobody may record,
    and once everybody was asked.
    """

    public_id: str
    rows: tuple[ReadyRow, ...]
    starts: str
    proposal: ProposalCard | None
    later_url: str | None
    records_at_once: bool | None

    @property
    def is_checked(self) -> bool:
        """Whether the viewer has nothing left to check."""
        return all(row.readiness.mark == "green" for row in self.rows if row.is_me)


def ready_for(visit: Visit, viewer: User) -> Ready:
    """Two queries for the people, whatever their number, and some more about the start where two meet."""
    lesson, room_id = visit.room.lesson, visit.room.public_id
    checks = checks_of([lesson.id])
    rows = [_row(person, viewer, checks.get((lesson.id, person.id))) for person in people_of(expected_of(meetings_of(lesson.id)))]
    booking = only_booking(viewer, lesson.id)
    return Ready(
        public_id=room_id,
        rows=tuple(sorted(rows, key=lambda row: row.is_me)),
        starts=iso(lesson.starts_at),
        proposal=_proposal(booking, viewer) if booking else None,
        later_url=url_for("live.start_later", room_id=room_id) if booking and may_start_later(viewer, booking) else None,
        records_at_once=viewer.records_at_once if _may_choose(visit) else None,
    )


def _may_choose(visit: Visit) -> bool:
    is_open = visit.seat.role == "mentor" and recording.of_room(visit.room.id) is None
    return is_open and recording.is_allowed(visit.room)


def _row(person: User, viewer: User, check: DeviceCheck | None) -> ReadyRow:
    if person.id == viewer.id:
        return ReadyRow("You", is_me=True, readiness=readiness_of(check))
    return ReadyRow(person.name.split()[0], is_me=False, readiness=readiness_of(check, person.name))


def _proposal(booking: Booking, viewer: User) -> ProposalCard | None:
    found = open_of([booking.id]).get(booking.id)
    return proposal_card(found, booking, viewer) if found else None
