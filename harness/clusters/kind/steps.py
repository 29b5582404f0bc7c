"""Steps of something that takes a while: each one line, which says what is about to be done, and then what came of it."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLEAR: Final = "\r\x1b[K"


class Step:
    """One step.

    :ivar result: what is told at its end, if all goes well; the intent, if nothing else is said.
    """

    def __init__(self, steps: Steps, intent: str) -> None:
        self._steps, self._intent = steps, intent
        self.result = intent

    def at(self, detail: str) -> None:
        """Say how far it is."""
        self._steps.passing(f"{self._intent}: {detail}")


class Steps:
    """Tells steps to a person. In a terminal the result takes the place of the intent; elsewhere both are told."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()

    @contextlib.contextmanager
    def step(self, intent: str) -> Iterator[Step]:
        """Tell one step, with the time that it took."""
        start = time.monotonic()
        step = Step(self, intent)
        self.passing(intent)
        try:
            yield step
        except BaseException:  # a Ctrl-C ends a step, too
            self._write(f"✗ {intent} ({time.monotonic() - start:.1f} s)")
            raise
        self._write(f"✓ {step.result} ({time.monotonic() - start:.1f} s)")

    def say(self, line: str) -> None:
        """Tell a line that is no step."""
        self._write(line)

    def passing(self, line: str) -> None:
        """Tell what will be written over, where that can be done."""
        text = f"  {line} …"
        self._stream.write(f"{_CLEAR}{text}" if self._terminal else f"{text}\n")
        self._stream.flush()

    def _write(self, line: str) -> None:
        self._stream.write(f"{_CLEAR if self._terminal else ''}{line}\n")
        self._stream.flush()
