"""Facts about what people say of each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewWritten:
    """One of the two has rated the other."""

    review_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class ReviewsPublished:
    """The reviews of a booking can be read by everybody now."""

    booking_id: int
