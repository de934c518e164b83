"""One's own session once more: the form filled in again, at the same hour of a later week."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from app.kernel.clock import now
from app.lessons.models import Lesson
from blueprints.mentor.lesson_form import LessonForm

WEEK = timedelta(weeks=1)


def form_like(lesson: Lesson) -> LessonForm:
    """Everything as it was but the day: the first week that is still to come, by the mentor's own clock."""
    wall = lesson.starts_at.astimezone(ZoneInfo(lesson.mentor.timezone)).replace(tzinfo=None)
    today = now().astimezone(ZoneInfo(lesson.mentor.timezone)).replace(tzinfo=None)
    weeks_gone = max(0, (today - wall) // WEEK)
    form = LessonForm(formdata=None, data=_values(lesson))
    form.starts_at.data = wall + (weeks_gone + 1) * WEEK
    return form


def _values(lesson: Lesson) -> dict[str, object]:
    return {
        "title": lesson.title,
        "description": lesson.description,
        "duration_minutes": lesson.duration_minutes,
        "price": "" if lesson.price.is_zero else lesson.price.plain(),
        "is_free": lesson.price.is_zero,
        "capacity": lesson.capacity,
        "topics": ", ".join(topic.name for topic in lesson.topics),
        "cancel_policy": lesson.cancel_policy.value,
        "is_instant": lesson.is_instant,
        "findable": "everybody" if lesson.is_listed else "link",
        "thumbnail_key": lesson.thumbnail or "",
    }
