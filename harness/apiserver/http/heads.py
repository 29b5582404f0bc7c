"""The head of a request: read as Go's server reads it, and refused in its words.

A client sends the same headers again and again, but for a few lengths of bodies, so what they say is kept. Source: readRequest and
readTransfer of net/http, RFC 9112.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import unquote

from harness.apiserver.messages import joined_headers
from harness.apiserver.targets import is_readable, read_query

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z ]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_UNFIT_FOR_TARGETS: Final = re.compile(r"[\x00-\x20\x7f]")
_AUTHORITY: Final = re.compile(r"https?://[^/?]*", re.IGNORECASE)
_HOST: Final = re.compile(r"[A-Za-z0-9!$%&'()*+,\-.:;=\[\]_~]*")
_BLANKS: Final = " \t"
_VERSION: Final = re.compile(r"HTTP/(\d)\.\d")

_USUAL_BYTES: Final = 4096
"""Headers up to this length are kept when they have been read: those of people and controllers, whatever their tokens are."""


class BadRequestError(Exception):
    """What cannot be read as a request.

    ``status`` is the line that the reply begins with, ``text`` what follows its head; ``unread`` tells that there is more of it to come.
    """

    def __init__(self, status: str = "400 Bad Request", text: str | None = None, *, unread: bool = False) -> None:
        super().__init__(status)
        self.status, self.unread = status, unread
        self.text = status if text is None else text


class Fields(NamedTuple):
    """What the headers of a request say.

    ``headers`` are those of a `harness.apiserver.Request`; ``length`` is that of the body, None where it comes in chunks; ``hosts`` counts
    headers of that name; ``closes`` and ``keeps`` tell what the client wants of the connection, ``waits`` that it wants to hear that
    it may send the body.
    """

    headers: Mapping[str, str]
    length: int | None
    hosts: int
    closes: bool
    keeps: bool
    waits: bool


class Head(NamedTuple):
    """Request line and headers; ``old`` tells that the client speaks HTTP/1.0."""

    method: str
    path: str
    query: Mapping[str, str]
    old: bool
    fields: Fields

    @property
    def closes(self) -> bool:
        """Whether the client wants the connection to end with the reply."""
        return self.fields.closes or (self.old and not self.fields.keeps)


def read_head(data: bytes) -> Head:
    """Return the head in bytes that end before its empty line.

    :raises BadRequestError: it is none.
    """
    line, _, lines = data.partition(b"\r\n")
    method, target, version = _opening(line.decode("utf-8", "surrogateescape"))
    fields = _kept_fields(lines) if len(lines) < _USUAL_BYTES else _fields(lines)
    if version != "HTTP/1.1":
        _check_version(version)
    old = version == "HTTP/1.0"
    if not (old or fields.hosts):
        raise _refused("missing required Host header")
    return Head(method, unquote(target.partition("?")[0]), read_query(target), old, fields)


def _refused(why: str) -> BadRequestError:
    return BadRequestError(f"400 Bad Request: {why}")


def _opening(line: str) -> tuple[str, str, str]:
    """Return method, target and version of a request line."""
    parts = line.split(" ", 2)
    if len(parts) != 3:
        raise BadRequestError
    method, target, version = parts
    if target[:1] != "/" and target != "*":
        target, whole = _AUTHORITY.subn("", target, count=1)
        if not whole:
            raise BadRequestError
    if _UNFIT_FOR_TARGETS.search(target) or not is_readable(target) or not _TOKEN.fullmatch(method):
        raise BadRequestError
    return method, target, version


def _check_version(version: str) -> None:
    found = _VERSION.fullmatch(version)
    if found is None:
        raise BadRequestError
    if found[1] != "1":
        raise BadRequestError("505 HTTP Version Not Supported: unsupported protocol version")


def _fields(lines: bytes) -> Fields:
    pairs = _pairs(lines.decode("utf-8", "surrogateescape")) if lines else []
    headers = joined_headers(pairs)
    if any(" " in name for name, _ in pairs):
        raise _refused("invalid header name")
    hosts = sum(name.lower() == "host" for name, _ in pairs)
    if hosts > 1:
        raise BadRequestError
    if not _HOST.fullmatch(headers.get("host", "")):
        raise _refused("malformed Host header")
    connection = {word.strip().lower() for word in headers.get("connection", "").split(",")}
    expects = headers.get("expect", "").lower()
    if expects not in {"", "100-continue"}:
        raise BadRequestError("417 Expectation Failed", "")
    return Fields(
        headers=MappingProxyType(headers),
        length=_length(headers),
        hosts=hosts,
        closes="close" in connection,
        keeps="keep-alive" in connection,
        waits=bool(expects),
    )


_kept_fields = lru_cache(maxsize=1024)(_fields)


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for line in text.split("\r\n"):
        if line[:1] in {" ", "\t"}:  # the line before goes on
            if not pairs:
                raise BadRequestError
            name, value = pairs.pop()
            value = f"{value} {line.strip(_BLANKS)}"
        else:
            name, colon, value = line.partition(":")
            if not colon or not _NAME.fullmatch(name):
                raise BadRequestError
        if _CONTROL.search(value):
            raise BadRequestError
        pairs.append((name, value.strip(_BLANKS)))
    return pairs


def _length(headers: Mapping[str, str]) -> int | None:
    if (coding := headers.get("transfer-encoding")) is not None:
        if coding.lower() != "chunked":
            raise BadRequestError("501 Not Implemented", "Unsupported transfer encoding")
        return None
    lengths = {one.strip() for one in headers.get("content-length", "0").split(",")}
    said = lengths.pop()
    if lengths or not (said.isascii() and said.isdigit()):
        raise BadRequestError
    return int(said)
