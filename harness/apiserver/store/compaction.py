"""Compaction: old versions go after some minutes, as kube-apiserver has etcd forget them.

At every interval everything goes that was old at the one before; so a version can be read for one interval at least, and for two at
most. Nothing waits for those moments: whoever writes or asks finds out which have passed since, and there is nothing to be done at
one but to note where the store stood.
"""

from collections.abc import Callable
from datetime import datetime, timedelta


class Compaction:
    """Which versions have been forgotten."""

    def __init__(self, every: timedelta, clock: Callable[[], datetime]) -> None:
        self._every, self._clock = every, clock
        self._next = clock() + every
        self._noted = 0  # where the store stood at the last of these moments
        self._forgotten_before = 0

    def oldest(self, revision: int) -> int:
        """Return the oldest revision that can still be read. ``revision`` is where the store has stood since the last call."""
        late = self._clock() - self._next
        if late >= timedelta(0):
            passed = late // self._every + 1
            self._forgotten_before = self._noted if passed == 1 else revision
            self._noted = revision
            self._next += passed * self._every
        return self._forgotten_before
