"""Facts about lessons."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LessonPublished:
    """A mentor offers something new."""

    lesson_id: int
    mentor_id: int
