"""Use cases of the community: rate somebody after a session."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.bookings import queries as bookings
from app.bookings.attendance import both_present_seconds
from app.bookings.models import Booking
from app.bookings.states import BookingState
from app.community.events import ReviewsPublished, ReviewWritten
from app.community.models import Review, ReviewTag
from app.community.tags import tags_about
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.schedule import Periodic
from app.kernel.transaction import Transaction, transaction

WINDOW = timedelta(days=7)
"""How long after a session it can be rated, and after which a lone review becomes readable."""
LONGEST_COMMENT = 2_000


def review(author: User, booking_id: int, stars: int, comment: str, tags: Collection[str] = ()) -> Review:
    """Rate the other one, once, within seven days of a session in which both were present; `tags` are keys of tags.py.

    Raises NotFound for somebody who was not part of it, Invalid for impossible stars or tags, Conflict when it is too late or done.
    """
    booking = _reviewable(author, booking_id)
    if not 1 <= stars <= 5:
        raise Invalid(fields={"stars": "Choose one to five stars."})
    if len(comment) > LONGEST_COMMENT:
        raise Invalid(fields={"comment": f"Keep it under {LONGEST_COMMENT:,} characters."})
    if not tags_about(is_mentor=author.id == booking.learner_id).keys() >= set(tags):
        raise Invalid(fields={"tags": "Choose from the words shown."})
    with transaction() as tx:
        query = select(Review.id).where(Review.booking_id == booking.id, Review.author_id == author.id)
        if db.session.scalar(query) is not None:
            raise Conflict("You have rated this session already.", code="rated_already")
        person_id = booking.learner_id if author.id == booking.lesson.mentor_id else booking.lesson.mentor_id
        written = Review(
            booking_id=booking.id,
            author_id=author.id,
            person_id=person_id,
            stars=stars,
            comment=comment.strip(),
            created_at=now(),
        )
        db.session.add(written)
        db.session.flush()
        db.session.add_all(ReviewTag(review_id=written.id, tag=tag) for tag in dict.fromkeys(tags))
        tx.publish(ReviewWritten(written.id, person_id))
        _publish_when_both_spoke(tx, booking.id)
    return written


def may_review(author: User, booking: Booking) -> bool:
    """Whether somebody could rate this booking now."""
    if not _has_happened(booking) or _is_too_late(booking):
        return False
    query = select(Review.id).where(Review.booking_id == booking.id, Review.author_id == author.id)
    return db.session.scalar(query) is None


def next_to_review(author: User, lesson_id: int) -> Booking | None:
    """The first booking of a lesson that this person could rate now: a mentor rates learners one after another."""
    met = bookings.meetings_of(lesson_id)
    mine = (booking for booking in met if author.id in (booking.learner_id, booking.lesson.mentor_id))
    return next((booking for booking in mine if may_review(author, booking)), None)


def publish_old_reviews() -> None:
    """A review whose answer never came becomes readable after seven days."""
    with transaction() as tx:
        query = select(Review).where(Review.published_at.is_(None), Review.created_at <= now() - WINDOW)
        for lone in db.session.scalars(query).all():
            lone.published_at = now()
            tx.publish(ReviewsPublished(lone.booking_id))


def _reviewable(author: User, booking_id: int) -> Booking:
    booking = db.session.get(Booking, booking_id)
    if booking is None or author.id not in (booking.learner_id, booking.lesson.mentor_id):
        raise NotFound("We could not find this session.")
    if not _has_happened(booking):
        raise Conflict("Only sessions in which you both were can be rated.", code="not_completed")
    if _is_too_late(booking):
        raise Conflict("Sessions can be rated for seven days. That time is over.", code="too_late")
    return bookings.of_learner(author, booking.id) if author.id == booking.learner_id else bookings.of_mentor(author, booking.id)


def _has_happened(booking: Booking) -> bool:
    """Settled as taught, or still running but both were in the room: who leaves first may rate at once."""
    if booking.state is BookingState.COMPLETED:
        return True
    lesson = booking.lesson
    return booking.state is BookingState.CONFIRMED and both_present_seconds(lesson.id, lesson.mentor_id, booking.learner_id) > 0


def _is_too_late(booking: Booking) -> bool:
    return booking.closed_at is not None and booking.closed_at + WINDOW < now()


def _publish_when_both_spoke(tx: Transaction, booking_id: int) -> None:
    both = db.session.scalars(select(Review).where(Review.booking_id == booking_id)).all()
    if len(both) == 2:
        for one in both:
            one.published_at = now()
        tx.publish(ReviewsPublished(booking_id))


PERIODIC = (Periodic("community.publish_old_reviews", 600, publish_old_reviews),)
