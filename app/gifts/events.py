"""Facts about gifts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GiftArrived:
    """A provider said yes: the giver is thanked, the mentor sees it arriving."""

    gift_id: int
    booking_id: int
    giver_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class GiftUndone:
    """The giver took it back within the minute."""

    gift_id: int
    booking_id: int
    giver_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class GiftFailed:
    """The money did not come, or nobody paid; `was_seen` when the mentor had been told of it."""

    gift_id: int
    booking_id: int
    giver_id: int
    mentor_id: int
    was_seen: bool


@dataclass(frozen=True, slots=True)
class GiftBecameFinal:
    """The minute is over: it is the mentor's."""

    gift_id: int
    booking_id: int
    giver_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class TipReleased:
    """The mentor may withdraw it."""

    gift_id: int
    booking_id: int
    giver_id: int
    mentor_id: int
