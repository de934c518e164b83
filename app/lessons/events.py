"""Facts about lessons."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TalkOffered:
    """A mentor is here for whoever rings."""

    mentor_id: int


@dataclass(frozen=True, slots=True)
class TalkStopped:
    """A mentor is not here any more."""

    mentor_id: int


@dataclass(frozen=True, slots=True)
class AvailabilityChanged:
    """A mentor's hours, rules or offers are others than before: what learners may choose from changed."""

    mentor_id: int


@dataclass(frozen=True, slots=True)
class LessonPublished:
    """A mentor offers something new."""

    lesson_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class LessonWithdrawn:
    """A mentor, or we, took a session back; nobody can book it any more."""

    lesson_id: int
    mentor_id: int


@dataclass(frozen=True, slots=True)
class LessonEdited:
    """A session says, costs or seats something else from now on."""

    lesson_id: int
    mentor_id: int
