"""One-tap words of a review: other ones for a mentor than for a learner, so that each key says whom it is about."""

ABOUT_MENTOR = {
    "clear": "Clear",
    "patient": "Patient",
    "prepared": "Well prepared",
    "friendly": "Friendly",
    "fast": "Went too fast",
    "mentor_line": "Bad connection",
}
ABOUT_LEARNER = {
    "curious": "Curious",
    "ready": "Came prepared",
    "punctual": "On time",
    "kind": "Friendly",
    "distracted": "Distracted",
    "learner_line": "Bad connection",
}
LABELS = {**ABOUT_MENTOR, **ABOUT_LEARNER}
OURS = frozenset({"mentor_line", "learner_line"})
"""These tell of the line and not of the person: they are kept, and shown to nobody."""


def tags_about(*, is_mentor: bool) -> dict[str, str]:
    """What can be said of a mentor, or of a learner: key and label, in the order they are offered."""
    return ABOUT_MENTOR if is_mentor else ABOUT_LEARNER
