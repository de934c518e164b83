"""A presence receipt in words, on the clock of whoever reads it; on paper it looks like every other receipt."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.bookings.attendance_models import Closing, Link, Span
from app.bookings.explaining import explain
from app.bookings.models import Booking
from app.bookings.receipt_words import session_facts
from app.config import settings
from app.kernel.clock import now
from app.live.receipt import Figures, Pause, Presence, figures_of
from app.payments.receipt_phrases import clock, issuer
from app.payments.receipt_wording import Line, Wording
from app.payments.receipts import pdf_from

BEAT = 5
"""Seconds between two words about a link."""
WENT = {
    Closing.LEFT: "had left",
    Closing.VANISHED: "lost the connection",
    Closing.MOVED: "changed to another tab",
    Closing.ENDED: "was shown out when the session ended",
    Closing.REMOVED: "was asked to leave",
}
TROUBLES = {Link.LOWERED: "a smaller picture", Link.SOUND: "sound alone", Link.STALLED: "a picture or sound that stood still"}


def number_of(booking: Booking) -> str:
    """What the document is called: P for presence, and the booking."""
    return f"P-{booking.id}"


def address_of(booking: Booking) -> str:
    """Where it stands as a page."""
    return f"{settings().base_url}/bookings/{booking.id}/presence"


def wording_of(figures: Figures, reader: User) -> Wording:
    """The whole document for one of the two: the figures are the same for both, the clock and the money's sentence are theirs."""
    zone, booking = reader.timezone, figures.booking
    return Wording(
        title="Presence receipt",
        issuer=issuer(),
        to=reader.name,
        issued=clock(now(), zone),
        facts=(*session_facts(booking, reader), *_measured(figures, zone)),
        sums=_sums(figures),
        total=Line(f"Together, of {mm_ss(_length(figures.planned))} planned", mm_ss(figures.seconds)),
        notes=_notes(figures, reader),
    )


def pdf_of(booking: Booking, reader: User) -> bytes:
    """The document as a file, drawn by a process of its own."""
    return pdf_from(number_of(booking), wording_of(figures_of(booking), reader), now(), address_of(booking))


def mm_ss(seconds: float) -> str:
    """`57:12`, `90:00`."""
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"


def link_words(presence: Presence) -> str:
    """`Good`, `Good 94 % of the time; sound alone for about 2 min`."""
    measured = sum(presence.links.values())
    if not measured:
        return "Not measured"
    if presence.links[Link.GOOD] == measured:
        return "Good all the time"
    share = 100 * presence.links[Link.GOOD] // measured
    troubles = [f"{words} for about {_about(presence.links[link])}" for link, words in TROUBLES.items() if presence.links[link]]
    return f"Good {share} % of the time; {', '.join(troubles)}"


def why(pause: Pause) -> str:
    """Why the two were not together."""
    if pause.was_server:
        return "our server was away"
    return " and ".join(f"{_first(person)} {WENT[how] if how else 'was not there yet'}" for person, how in pause.who)


def removed_words(figures: Figures, reader: User) -> str:
    """`Your mentor ended your part at 18:32.`, on the reader's clock; empty when nobody was asked to leave."""
    if not figures.removals:
        return ""
    to_mentor = reader.id == figures.booking.lesson.mentor_id
    whose, whom = (f"{_first(figures.booking.learner)}’s", "them") if to_mentor else ("your", "you")
    times = [
        f"at {_hour(one.removed_at, reader)}"
        + (f" (and let {whom} back in at {_hour(one.lifted_at, reader)})" if one.lifted_at else "")
        for one in figures.removals
    ]
    return f"{'You' if to_mentor else 'Your mentor'} ended {whose} part {' and '.join(times)}."


def _hour(moment: datetime, reader: User) -> str:
    return f"{moment.astimezone(ZoneInfo(reader.timezone)):%H:%M}"


def _measured(figures: Figures, zone: str) -> list[Line]:
    return [*_people(figures, zone), *_removals(figures, zone), *_pauses(figures, zone), *_links(figures), *_topics(figures)]


def _people(figures: Figures, zone: str) -> list[Line]:
    mentor, learner = figures.people
    rows = (("Mentor", mentor), ("Learner", learner))
    return [Line(role, f"{one.person.name}: {_stays(one, zone)}") for role, one in rows]


def _stays(one: Presence, zone: str) -> str:
    return ", ".join(_from_to(stay, zone) for stay in one.stays) or "not in the room"


def _removals(figures: Figures, zone: str) -> list[Line]:
    mentor, learner = (_first(one.person) for one in figures.people)
    return [
        Line(
            "Asked to leave",
            f"{mentor} ended {learner}’s part at {_at(one.removed_at, zone)}"
            + (f", and let them back in at {_at(one.lifted_at, zone)}" if one.lifted_at else ""),
        )
        for one in figures.removals
    ]


def _pauses(figures: Figures, zone: str) -> list[Line]:
    if not figures.pauses:
        return [Line("Pauses", "None")] if figures.together else []
    words = [f"{_from_to(pause.span, zone)} ({mm_ss(_length(pause.span))}), {why(pause)}" for pause in figures.pauses]
    return [Line("Pause", text) for text in words]


def _links(figures: Figures) -> list[Line]:
    return [Line(f"{_first(one.person)}’s link", link_words(one)) for one in figures.people]


def _topics(figures: Figures) -> list[Line]:
    covered = [f"{one.name} ({mm_ss(one.offset)})" for one in figures.chapters if one.offset is not None]
    rest = [one.name for one in figures.chapters if one.offset is None]
    lines = [Line("Covered", ", ".join(covered) or "No topic was ticked off")] if figures.chapters else []
    return [*lines, Line("Not covered", ", ".join(rest))] if rest and covered else lines


def _sums(figures: Figures) -> tuple[Line, ...]:
    lines = [Line(f"{_first(one.person)} in the room", mm_ss(one.seconds)) for one in figures.people]
    if figures.measured:
        lines.append(Line("Of the time together, measured by both browsers", mm_ss(figures.measured)))
    return tuple(lines)


def _notes(figures: Figures, reader: User) -> tuple[str, ...]:
    booking = figures.booking
    to_mentor = reader.id == booking.lesson.mentor_id
    other = _first(booking.learner if to_mentor else booking.lesson.mentor)
    notes = ["All times are our server’s, heard every five seconds; nobody can edit them. Both of you get the same figures."]
    if figures.measured:
        notes.append("While our server was away the call went on: both browsers told what they received; the shorter word counts.")
    if booking.settlement is not None:
        notes.insert(0, explain(booking.settlement, to_mentor=to_mentor, other=other))
    else:
        notes.insert(0, "This is how it stands now. What it means for the money is decided when the session is over.")
    return tuple(notes)


def _from_to(span: Span, zone: str) -> str:
    return f"{_at(span.start, zone)} – {_at(span.end, zone)}"


def _at(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def _about(beats: int) -> str:
    length = beats * BEAT
    return f"{length} s" if length < 60 else f"{round(length / 60)} min"


def _length(span: Span) -> float:
    return (span.end - span.start).total_seconds()


def _first(person: User) -> str:
    return person.name.split()[0]
