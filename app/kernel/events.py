"""Facts and what follows from them.

An event is a frozen dataclass of ids in the past tense. What follows is a table of reactions; one search for the class name
answers "what happens when…?". Core reactions run first, then the plugins', in the order they were connected.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import current_app

log = logging.getLogger(__name__)

Reaction = Callable[[Any], None]
Reactions = Mapping[type, Sequence[Reaction]]


class EventTable:
    """All reactions of one app, by kind of event."""

    def __init__(self) -> None:
        self._reactions: dict[type, list[Reaction]] = {}

    def connect(self, reactions: Reactions) -> None:
        """Add a table; reactions to one event run in the order they were added."""
        for event, functions in reactions.items():
            self._reactions.setdefault(event, []).extend(functions)

    def dispatch(self, event: object) -> None:
        """Tell everybody concerned; a reaction that fails is logged alone and stops nobody else."""
        for reaction in self._reactions.get(type(event), ()):
            try:
                reaction(event)
            except Exception:
                log.exception("reaction %s to %s failed", reaction.__name__, event)


def event_table() -> EventTable:
    """The table of the running app."""
    return current_app.extensions["events"]
