"""What happened to actors in a real-time run. The counterpart of the tape, which sees messages as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.simulation.tape import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.simulation.tape import Message


class Log:
    """Keeps the marks of one run.

    :param elapsed: seconds since the start of the run.
    """

    messages: tuple[Message, ...] = ()
    """None: messages go over sockets of the system, where nobody listens."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self.marks: list[Mark] = []

    def mark(self, actor: str, text: str) -> None:
        """Note what happened to an actor."""
        self.marks.append(Mark(self._elapsed(), actor, text, 0))
