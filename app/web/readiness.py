"""How ready somebody is for a session, in a mark and a few words."""

from dataclasses import dataclass

from app.live.check_models import DeviceCheck, Mark


@dataclass(frozen=True, slots=True)
class Readiness:
    """`mark` is green, yellow, red or none; `words` say the same without colours."""

    mark: str
    words: str


NOT_CHECKED = Readiness(Mark.NONE.value, "Not checked yet")


def readiness_of(check: DeviceCheck | None, name: str = "") -> Readiness:
    """What a check that still counts says of somebody; without a name, of the viewer."""
    if check is None:
        return NOT_CHECKED
    who = f"{name.split()[0]} is" if name else "You are"
    if check.result is Mark.RED:
        return Readiness(Mark.RED.value, f"Something to mend: {', '.join(check.marked(Mark.RED))}")
    if check.result is Mark.YELLOW:
        return Readiness(Mark.YELLOW.value, f"{who} nearly ready: {', '.join(check.marked(Mark.YELLOW))}")
    return Readiness(Mark.GREEN.value, f"{who} ready")
