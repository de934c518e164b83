"""Talk now: who is here changes what learners see."""

from app.kernel.events import Reactions
from app.lessons.events import TalkOffered, TalkStopped
from app.realtime.nudge import nudge, nudge_everybody


def learners_look_again(event: TalkOffered | TalkStopped) -> None:
    """Somebody came or went."""
    nudge_everybody("talk")


def mentor_looks_again(event: TalkOffered | TalkStopped) -> None:
    """The switch shows the same on every page and tab."""
    nudge([event.mentor_id], "talk")


REACTIONS: Reactions = {
    TalkOffered: [learners_look_again, mentor_looks_again],
    TalkStopped: [learners_look_again, mentor_looks_again],
}
