"""Who plays in the demo and what they offer, read from the tables in `data/`."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.lessons.service import slug_of

DATA = Path(__file__).parent / "data"
FIELDS = ("maths", "languages", "coding", "music", "craft", "cooking", "design", "science", "exams", "careers")
"""One table each, in the order in which their people join."""
MENTOR, LEARNER, ADMIN = "mentor@example.com", "learner@example.com", "admin@example.com"
"""The three accounts a newcomer signs in with. Everybody else lives at demo.example, where no mail can ever arrive."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's account."""

    email: str
    name: str
    timezone: str
    headline: str
    bio: str = ""
    teaches: bool = False
    learns: bool = True
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A session somebody gives; the price is in major units."""

    title: str
    about: str
    topics: tuple[str, ...]
    minutes: int
    price: int
    seats: int


@dataclass(frozen=True, slots=True)
class Teacher:
    """A mentor: who it is, what they offer, and what learners say with five stars."""

    person: Person
    offers: tuple[Offer, ...]
    praise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remarks:
    """What anybody may say of anybody, by stars."""

    praise: tuple[str, ...]
    good: tuple[str, ...]
    fair: tuple[str, ...]
    of_learners: tuple[str, ...]
    of_late_learners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody. The first teacher and the first learner are the ones a newcomer signs in as."""

    teachers: tuple[Teacher, ...]
    learners: tuple[Person, ...]
    admin: Person
    remarks: Remarks


@lru_cache(maxsize=1)
def cast() -> Cast:
    """Read all tables; KeyError or TypeError for a slip in one of them."""
    people = _table("people")
    (admin,) = people["admin"]
    return Cast(
        teachers=tuple(_teacher(entry) for field in FIELDS for entry in _table(field)["mentor"]),
        learners=tuple(_person(entry) for entry in people["learner"]),
        admin=_person(admin, is_admin=True),
        remarks=Remarks(**{kind: tuple(texts) for kind, texts in _table("reviews").items()}),
    )


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _teacher(entry: dict[str, Any]) -> Teacher:
    return Teacher(
        person=_person(entry, teaches=True, learns=entry.get("also_learns", False)),
        offers=tuple(_offer(session) for session in entry["session"]),
        praise=tuple(entry["praise"]),
    )


def _person(entry: dict[str, Any], *, teaches: bool = False, learns: bool = True, is_admin: bool = False) -> Person:
    return Person(
        email=entry.get("email") or f"{slug_of(entry['name'])}@demo.example",
        name=entry["name"],
        timezone=entry["timezone"],
        headline=entry["headline"],
        bio=entry.get("bio", ""),
        teaches=teaches,
        learns=learns,
        is_admin=is_admin,
    )


def _offer(session: dict[str, Any]) -> Offer:
    return Offer(
        title=session["title"],
        about=session["about"],
        topics=tuple(session["topics"]),
        minutes=session["minutes"],
        price=session["price"],
        seats=session.get("seats", 1),
    )
