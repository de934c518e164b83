"""How much of a series is meant, as the edit form and the dialog of Cancel session ask it."""

from dataclasses import dataclass

from app.lessons.models import Lesson
from app.lessons.series import Scope, ahead
from app.web.filters import when


@dataclass(frozen=True, slots=True)
class ScopeOption:
    """One answer; `note` says which days it means."""

    value: str
    text: str
    note: str


def scope_options(lesson: Lesson) -> tuple[ScopeOption, ...]:
    """The answers that differ, the least first; none for a session that stands alone."""
    every, following = ahead(lesson, Scope.ALL), ahead(lesson, Scope.FOLLOWING)
    if len(every) < 2:
        return ()
    options = [ScopeOption(Scope.THIS.value, "Only this one", when(lesson.starts_at))]
    if len(following) > 1:
        others = "the one that follows" if len(following) == 2 else f"the {len(following) - 1} that follow"
        options.append(ScopeOption(Scope.FOLLOWING.value, f"This and {others}", f"Until {when(following[-1].starts_at)}"))
    if len(every) > len(following):
        days = f"{when(every[0].starts_at)} to {when(every[-1].starts_at)}"
        named = "Both" if len(every) == 2 else f"All {len(every)}"
        options.append(ScopeOption(Scope.ALL.value, f"{named} sessions that lie ahead", days))
    return tuple(options)
