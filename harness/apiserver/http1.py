"""Replies of HTTP/1.1 in bytes, for every front: whole ones, and the chunks of a watch."""

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from harness.apiserver.messages import Reply

CHUNKED: Final = "Transfer-Encoding: chunked"
LAST_CHUNK: Final = b"0\r\n\r\n"
_FRAMING: Final = frozenset({"content-length", "transfer-encoding"})


def chunk(data: bytes) -> bytes:
    """Wrap data as one chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def encode(reply: Reply, *, head_only: bool, last: str = "") -> bytes:
    """Render a whole reply; to a HEAD, its head only. ``last`` are lines of a head of one's own, each with its end."""
    opening = head(reply.status, reply.headers, f"{last}Content-Length: {len(reply.body)}")
    return opening if head_only else opening + reply.body


def head(status: int, headers: Mapping[str, str], framing: str) -> bytes:
    """Render status line and headers, with how the body is framed. In UTF-8, as Go's server writes them."""
    return b"%b%b\r\n\r\n" % (_opening(status, tuple(headers.items())), framing.encode("latin-1"))


@lru_cache(maxsize=256)
def _opening(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Render what the replies of one kind begin with."""
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"
    lines = [f"HTTP/1.1 {status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in headers if name.lower() not in _FRAMING]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8", "surrogateescape")
