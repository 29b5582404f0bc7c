"""The clocks of the process, made to follow a loop's clock while that loop runs.

``time.time``, ``time.time_ns``, ``datetime.now`` and friends follow by way of time-machine. It leaves ``time.monotonic``
alone, so that is replaced by name; aiohttp's connector imported it by name and is patched, too. psycopg did the same and is
left alone on purpose: it waits for a real socket. ``time.perf_counter`` stays real.

The global ``random`` and ``uuid.uuid4`` become deterministic as well, and get back their former state afterwards.
"""

from __future__ import annotations

import random
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp.connector as _connector_module
import time_machine

if TYPE_CHECKING:
    from collections.abc import Callable

# The moment at which CI run 21317201476 started. Fixed, so that a tape does not depend on the day it was made.
EPOCH = datetime(2026, 1, 24, 15, 16, 29, tzinfo=UTC)
_EPOCH_NS = int(EPOCH.timestamp()) * 1_000_000_000

_connector: Any = _connector_module

perf_counter = time.perf_counter


def instant(seconds: float) -> datetime:
    """Turn virtual seconds into the moment that the wall clock shows then, in whole microseconds."""
    return EPOCH + timedelta(microseconds=round(seconds * 1e6))


class Clocks:
    """Context manager, re-entrant per run: inside it, the process's clocks read ``now()``.

    :param now: virtual seconds since the start of the run.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._depth = 0
        self._saved: tuple[Any, ...] = ()
        self._random_state: Any = None
        self._virtual_random: Any = None
        self._travel: Any = None
        self._traveller: Any = None

    def seed(self, number: int) -> None:
        """Seed the global ``random`` and ``uuid.uuid4`` of the run."""
        self._virtual_random = random.Random(number).getstate()
        if self._depth:
            random.setstate(self._virtual_random)

    def moved(self) -> None:
        """Tell the wall clock that ``now()`` has changed."""
        if self._traveller is not None:
            # The public move_to() re-does the time zone and uuid work at every step; this attribute is all it changes.
            self._traveller._destination_timestamp_ns = _EPOCH_NS + round(self._now() * 1e9)  # noqa: SLF001

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        self._travel = time_machine.travel(EPOCH, tick=False)
        self._traveller = self._travel.start()
        self._saved = (time.monotonic, time.monotonic_ns, _connector.monotonic, uuid.uuid4)
        self._random_state = random.getstate()
        if self._virtual_random is None:
            self.seed(0)
        random.setstate(self._virtual_random)
        time.monotonic = self._now
        time.monotonic_ns = lambda: round(self._now() * 1e9)
        _connector.monotonic = self._now
        uuid.uuid4 = _drawn_uuid
        self.moved()

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth:
            return
        time.monotonic, time.monotonic_ns, _connector.monotonic, uuid.uuid4 = self._saved
        self._virtual_random = random.getstate()
        random.setstate(self._random_state)
        self._travel.stop()
        self._traveller = None


def _drawn_uuid() -> uuid.UUID:
    return uuid.UUID(int=random.getrandbits(128), version=4)
