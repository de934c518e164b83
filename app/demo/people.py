"""The accounts of the demo."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Hat, User
from app.accounts.passwords import hash_password
from app.demo.cast import LEARNER, Person
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.payments.methods import keep_method
from app.payments.providers.base import Kind
from app.payments.providers.registry import provider

PASSWORD = "peerlearn-demo"  # noqa: S105 (printed on purpose; the demo is refused in production)
JOINED = timedelta(days=70)


def add_people(people: list[Person]) -> dict[str, User]:
    """Everybody's account by address; those that are missing are made. One hash serves them all: hashing 57 takes seconds."""
    known = {user.email: user for user in db.session.scalars(select(User).where(User.email.in_([p.email for p in people])))}
    missing = [person for person in people if person.email not in known]
    if missing:
        password_hash = hash_password(PASSWORD)
        with transaction():
            made = [_account(person, password_hash, now() - JOINED + timedelta(hours=n)) for n, person in enumerate(missing)]
            db.session.add_all(made)
        known.update((user.email, user) for user in made)
    return known


def save_method_of_learner(people: dict[str, User]) -> None:
    """learner@example.com pays with one tap: the rehearsal's UPI that always succeeds is kept."""
    keep_method(people[LEARNER], provider().instrument(Kind.UPI, {"upi_id": "success@upi"}))


def _account(person: Person, password_hash: str, joined_at: datetime) -> User:
    return User(
        email=person.email,
        name=person.name,
        password_hash=password_hash,
        is_learner=person.learns,
        is_mentor=person.teaches,
        is_admin=person.is_admin,
        hat=Hat.MENTOR if person.teaches else Hat.LEARNER,
        timezone=person.timezone,
        headline=person.headline,
        bio=person.bio,
        verified_at=joined_at,
        created_at=joined_at,
    )
