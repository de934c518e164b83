"""People and their sign-ins."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.model import Model, enum_by_value


class Hat(StrEnum):
    """The side of the house somebody is looking at; one account may wear both."""

    LEARNER = "learner"
    MENTOR = "mentor"


class User(Model):
    """A person."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_learner: Mapped[bool] = mapped_column(default=True)
    is_mentor: Mapped[bool] = mapped_column(default=False)
    is_admin: Mapped[bool] = mapped_column(default=False)
    hat: Mapped[Hat] = mapped_column(enum_by_value(Hat), default=Hat.LEARNER)
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    headline: Mapped[str] = mapped_column(String(120), default="")
    bio: Mapped[str] = mapped_column(Text, default="")
    photo: Mapped[str | None] = mapped_column(String(80))
    theme: Mapped[str] = mapped_column(String(10), default="system")
    sound_on: Mapped[bool] = mapped_column(default=True)
    records_at_once: Mapped[bool] = mapped_column(default=False, server_default=false())
    """As a mentor: everybody is asked about a recording as soon as they have met, without a tap on Record."""
    is_minor: Mapped[bool] = mapped_column(default=False, server_default=false())
    """They say that they are under 18; we keep no date of birth. Seen by nobody, and no session with them is recorded."""
    talks_until: Mapped[datetime | None]
    """Until when a mentor wants to be rung for a session at once ("talk now")."""
    verified_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    is_authenticated = True
    """For Flask-Login: a User is somebody; nobody is its AnonymousUserMixin."""

    @property
    def is_verified(self) -> bool:
        """True once a link from a mail to their address was opened."""
        return self.verified_at is not None


class SignIn(Model):
    """One signed-in browser; the cookie holds the token, we hold its hash."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    user: Mapped[User] = relationship()
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64), default="")
    browser: Mapped[str] = mapped_column(String(200), default="")
