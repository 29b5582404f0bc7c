"""Room for values that are nested deeply.

Go takes objects of 10,000 levels. Those that walk them here (merging, comparing, owning fields) call themselves for each level, in Python
alone: no built-in function stands between two calls, so that a level costs memory and no stack of the machine, and Python's
limit of calls is the only one. It stays where it is for ordinary objects. A request that runs into it has changed nothing
yet; it is tried once more with `room`.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_ROOM: Final = 100_000
"""Calls within each other that a request on the deepest object gets: 10,000 levels, of which none takes ten."""

_lock: Final = threading.Lock()
_users: Final[list[int]] = []
"""For each user of the room that is in it, the limit that was in force before the first came."""


def require() -> None:
    """Make sure that there is room for a deep value.

    :raises RecursionError: there is none.
    """
    if sys.getrecursionlimit() < _ROOM:
        raise RecursionError


@contextmanager
def room() -> Iterator[None]:
    """Let the body go as deep as the deepest object. The limit is the process's, so it is lowered when the last user is gone."""
    with _lock:
        _users.append(_users[0] if _users else sys.getrecursionlimit())
        sys.setrecursionlimit(max(_ROOM, _users[0]))
    try:
        yield
    finally:
        with _lock:
            before = _users.pop()
            if not _users:
                sys.setrecursionlimit(before)
