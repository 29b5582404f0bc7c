"""What goes into the server and what comes out: values, so that any front can carry them.

A front (TCP, or the in-memory transport of the simulation) turns bytes into a `Request`, calls
``ApiServer.handle`` and carries the `Reply` or the `Subscription` (``watch.py``) back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

Json = Any  # JSON is Any by nature: dict, list, str, int, float, bool or None
Object = dict[str, Json]

UNCACHED: Final = "no-cache, private"
"""What every reply of the real server says of itself; nothing of it is to be kept by a cache."""

JSON_HEADERS: Final[Mapping[str, str]] = {"content-type": "application/json", "cache-control": UNCACHED}


@dataclass(frozen=True, slots=True)
class User:
    """Who sends a request, as authentication found it. ``extra`` holds what tokens say beyond name, uid and groups."""

    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


ADMINISTRATOR: Final = User("system:admin", groups=("system:masters", "system:authenticated"))
"""Who everybody is where access is not controlled, and who the server itself is."""


@dataclass(slots=True, eq=False)
class Request:
    """One HTTP request. Never changed; it is not frozen because each request makes several, and a frozen one costs thrice as much.

    ``path`` is percent-decoded and without the query; ``query`` holds the first value of each parameter, of those that are
    lists (`targets`) all, joined by newlines; header names are lower case; where a header is repeated, its values are joined by ", ", those of impersonation by newlines. ``user`` is
    who sends it: whom a front knows by a certificate, else whom the server finds out. ``warnings`` collects what the server
    says beside its answer.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    user: User | None = None
    warnings: list[str] = field(default_factory=list)


class Reply(NamedTuple):
    """One whole HTTP response. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = JSON_HEADERS
    body: bytes = b""


def joined_headers(given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers as a `Request` has them: names lower case, values of repeated ones joined."""
    found: dict[str, str] = {}
    for name, value in given:
        key = name.lower()
        if key in found:
            found[key] += ("\n" if key.startswith("impersonate-") else ", ") + value
        else:
            found[key] = value
    return found
