"""View models of the room."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from app.accounts.models import User
from app.bookings import policies
from app.bookings.models import Booking
from app.bookings.queries import expected_of, meetings_of, people_of
from app.community.tags import tags_about
from app.config import settings
from app.gifts.limits import limits
from app.kernel.clock import now
from app.kernel.wire import write
from app.live.messages import TopicMark
from app.live.notes import LONGEST_NOTES, notes_of
from app.live.queries import Phase, Visit
from app.live.shared_notes_messages import LONGEST_SHARED_NOTES
from app.live.topics import checklist
from app.live.turn import ice_servers
from app.web.cards import PersonChip, person_chip
from app.web.filters import viewer_zone, when


@dataclass(frozen=True, slots=True)
class RoomPage:
    """The room as one member's browser needs it. `starts` and `opens` are words ("today at 18:30"), `opens_in` whole seconds.

    `gifts` are amounts and the dialog's address with each, `tags` the words of one tap for the feedback.
    """

    public_id: str
    title: str
    checklist: tuple[TopicMark, ...]
    phase: str
    role: str
    me: PersonChip
    mentor: PersonChip
    others: tuple[PersonChip, ...]
    starts: str
    opens: str
    opens_in: int
    ice: str
    if_missing: str
    begins: bool
    gift_url: str | None
    gifts: tuple[tuple[str, str], ...]
    tags: tuple[tuple[str, str], ...]
    wishes: tuple[tuple[str, str], ...]
    recording_days: int
    notes: str
    longest_notes: int
    longest_shared_notes: int

    @property
    def others_names(self) -> str:
        """`Mira`, `Lev and Ana`, `Lev, Ana and Tom`: first names."""
        names = [person.name.split()[0] for person in self.others]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def room_page(visit: Visit, viewer: User) -> RoomPage:
    """One room for one viewer."""
    lesson, zone = visit.room.lesson, viewer_zone()
    everybody = meetings_of(lesson.id)
    met = everybody if visit.phase is Phase.OVER else expected_of(everybody)
    people = [person_chip(person) for person in people_of(met)]
    opens_at = policies.join_opens_at(lesson.starts_at)
    return RoomPage(
        public_id=visit.room.public_id,
        title=lesson.title,
        checklist=tuple(checklist(visit.room)),
        phase=visit.phase.value,
        role=visit.seat.role,
        me=person_chip(viewer),
        mentor=people[0],
        others=tuple(person for person in people if person.id != viewer.id),
        starts=_in_a_sentence(when(lesson.starts_at, zone)),
        opens=_in_a_sentence(when(opens_at, zone)).removeprefix("today "),
        opens_in=max(0, int((opens_at - now()).total_seconds()) + 1),
        if_missing=_if_missing(met, viewer),
        wishes=_wishes(met, visit, viewer),
        begins=now() < lesson.starts_at,
        gift_url=url_for("giving.gift", booking_id=visit.seat.booking_id) if visit.seat.booking_id else None,
        gifts=_gifts(visit),
        tags=tuple(tags_about(is_mentor=visit.seat.role == "learner").items()),
        recording_days=settings().recording_days,
        notes=notes_of(viewer, visit.room),
        longest_notes=LONGEST_NOTES,
        longest_shared_notes=LONGEST_SHARED_NOTES,
        ice=json.dumps([write(server) for server in ice_servers(settings(), viewer.id, now())]),
    )


def _gifts(visit: Visit) -> tuple[tuple[str, str], ...]:
    booking_id = visit.seat.booking_id
    if booking_id is None:
        return ()
    return tuple(
        (str(amount), url_for("giving.gift", booking_id=booking_id, amount=amount.plain())) for amount in limits().presets
    )


def _wishes(met: Sequence[Booking], visit: Visit, viewer: User) -> tuple[tuple[str, str], ...]:
    """What learners wrote when booking, with their first names: all of it for the mentor, one's own as "You"."""
    found = [booking for booking in met if booking.note]
    if visit.seat.role == "mentor":
        return tuple((booking.learner.name.split()[0], booking.note) for booking in found)
    return tuple(("You", booking.note) for booking in found if booking.learner_id == viewer.id)


def _if_missing(met: Sequence[Booking], viewer: User) -> str:
    """What happens to the money when the other side does not come, by what was agreed when booking."""
    [booking, *_] = met
    if viewer.id != booking.lesson.mentor_id:
        return "all your money goes back to you"
    percent = booking.no_show_refund_pct
    if percent == 100:
        return "the session ends and the money goes back"
    return f"the session ends and {percent} % of the price goes back" if percent else "the session ends and stays paid"


def _in_a_sentence(words: str) -> str:
    """`Today 18:30` → `today at 18:30`; a date stays as it is."""
    day, _, time = words.partition(" ")
    return f"{day.lower()} at {time}" if day in ("Today", "Tomorrow", "Yesterday") else f"on {words}"
