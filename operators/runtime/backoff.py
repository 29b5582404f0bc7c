"""Exponential backoff whose jitter is a hash, so that the same attempt waits equally long in every replay.

``min(base * 2**(attempt - 1), cap)``, then spread by ±10 % with the first eight bytes of ``sha256(who/attempt)``: two keys
that fail together do not come back together, and no random generator is asked.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

__all__ = ["Backoff"]

_SPREAD = 0.1
_MAX_EXPONENT = 62  # beyond it 2**n only costs; every cap is reached long before


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before attempt n + 1."""

    base: timedelta
    cap: timedelta

    def delay(self, attempt: int, who: object) -> timedelta:
        """The wait after the ``attempt``-th failure (1 is the first) of ``who`` (its text is what is hashed)."""
        exponent = min(max(attempt, 1) - 1, _MAX_EXPONENT)
        nominal = min(self.base.total_seconds() * 2**exponent, self.cap.total_seconds())
        digest = hashlib.sha256(f"{who}/{attempt}".encode()).digest()
        share = int.from_bytes(digest[:8]) / 2**64  # in [0, 1)
        return timedelta(seconds=nominal * (1 - _SPREAD + 2 * _SPREAD * share))
