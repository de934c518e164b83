"""Reading reviews."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from app.community.models import Review, ReviewTag
from app.community.tags import LABELS, OURS
from app.extensions import db


@dataclass(frozen=True, slots=True)
class Rating:
    """The mean of published stars (None before the first) and how many there are."""

    mean: float | None
    count: int


NO_RATING = Rating(None, 0)


_RATINGS = (
    select(Review.person_id, func.avg(Review.stars), func.count())
    .where(Review.person_id.in_(bindparam("person_ids", expanding=True)), Review.published_at.is_not(None))
    .group_by(Review.person_id)
)


def ratings_of(person_ids: Iterable[int]) -> dict[int, Rating]:
    """Ratings of many people at once; people without any are left out."""
    rows = db.session.execute(_RATINGS, {"person_ids": list(person_ids)})
    return {person: Rating(float(mean), count) for person, mean, count in rows}


def published_about(person_id: int, limit: int = 20) -> Sequence[Review]:
    """What can be read about somebody, latest first."""
    query = select(Review).where(Review.person_id == person_id, Review.published_at.is_not(None))
    return db.session.scalars(query.order_by(Review.created_at.desc(), Review.id.desc()).limit(limit)).unique().all()


def tag_counts(person_id: int, among: Iterable[str]) -> list[tuple[str, int]]:
    """Which words people have said of somebody in readable reviews, most often said first, as (label, times)."""
    shown = [tag for tag in among if tag not in OURS]
    query = (
        select(ReviewTag.tag, func.count())
        .join(Review, Review.id == ReviewTag.review_id)
        .where(Review.person_id == person_id, Review.published_at.is_not(None), ReviewTag.tag.in_(shown))
        .group_by(ReviewTag.tag)
    )
    found = sorted(db.session.execute(query).tuples(), key=lambda row: (-row[1], shown.index(row[0])))
    return [(LABELS[tag], times) for tag, times in found]


def written_by(author_id: int, limit: int = 50) -> Sequence[Review]:
    """What somebody has said, latest first."""
    query = select(Review).where(Review.author_id == author_id).order_by(Review.created_at.desc(), Review.id.desc())
    return db.session.scalars(query.limit(limit)).unique().all()


def rated_by(author_id: int, booking_ids: Iterable[int]) -> set[int]:
    """Which of these bookings somebody has rated already."""
    query = select(Review.booking_id).where(Review.author_id == author_id, Review.booking_id.in_(list(booking_ids)))
    return set(db.session.scalars(query))
