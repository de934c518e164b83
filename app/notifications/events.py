"""Facts about notices."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noticed:
    """Somebody has something new to read."""

    notice_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class MailWanted:
    """A mail waits to be sent."""

    mail_id: int
