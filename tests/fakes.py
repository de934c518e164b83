"""Listeners for tests; nothing here imitates the code under test."""

from collections.abc import Callable


class Heard:
    """Every fact that was stated, in order; the real reactions still run."""

    def __init__(self) -> None:
        self.facts: list[object] = []

    def around(self, dispatch: Callable[[object], None]) -> Callable[[object], None]:
        """A dispatch that also writes down."""

        def both(event: object) -> None:
            self.facts.append(event)
            dispatch(event)

        return both

    def of(self, kind: type) -> list:
        """The facts of one kind."""
        return [fact for fact in self.facts if type(fact) is kind]
