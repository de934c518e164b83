"""Where "Book again" leads, once the feedback is sent or skipped."""

from flask import url_for

from app.lessons import queries as lessons
from app.lessons.appointment_offers import offers_of
from app.live.queries import Visit


def next_booking_url(visit: Visit) -> str:
    """For a learner what the mentor teaches next: the session itself if it is one, else the free times, else their page.

    For a mentor the form that offers the same once more.
    """
    lesson = visit.room.lesson
    if visit.seat.role == "mentor":
        return url_for("mentor.new_lesson", like=lesson.id)
    ahead = [one for one in lessons.shown_of(lesson.mentor_id, 3) if one.id != lesson.id]
    offers = offers_of(lesson.mentor_id, only_open=True)
    if len(ahead) == 1 and not offers:
        return url_for("visitor.lesson", lesson_id=ahead[0].id)
    if offers and not ahead:
        return url_for("visitor.offer", offer_id=offers[0].id)
    return url_for("visitor.mentor", mentor_id=lesson.mentor_id)
