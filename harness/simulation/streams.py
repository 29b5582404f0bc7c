"""One seed, many independent streams of random numbers.

Every consumer draws from a stream of its own name, so that one more draw here shifts nothing there: adding a request to an
actor leaves the latencies of the others as they were.
"""

from __future__ import annotations

import hashlib
import random

from harness.apiserver.uids import uid_of


class Streams:
    """Named generators below one seed. The same seed and name give the same numbers in every process.

    :param seed: any integer; the number that a failing run prints.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._streams: dict[str, random.Random] = {}

    def of(self, name: str) -> random.Random:
        """Return the stream of this name; made when first asked for."""
        stream = self._streams.get(name)
        if stream is None:
            digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
            stream = self._streams[name] = random.Random(int.from_bytes(digest[:16], "big"))
        return stream

    def uuid(self, name: str) -> str:
        """Draw a version 4 UUID from a stream."""
        return uid_of(self.of(name).getrandbits(128))
