"""Pages of a list: the token behind ``continue``, in the form of the real server.

It names the revision of the list and where to go on; nothing is kept on the server's side, as the log of changes leads back to
every revision that it reaches. The revision -1 stands for the newest, whatever it is by then.
"""

import base64
import json
import posixpath
import string
from dataclasses import dataclass
from typing import Final

import orjson

from harness.apiserver.codec.syntax import SyntaxProblem, parse
from harness.apiserver.errors import BadRequest, Expired
from harness.apiserver.messages import Json, Object

_VERSION: Final = "meta.k8s.io/v1"
_ALPHABET: Final = frozenset((string.ascii_letters + string.digits + "-_").encode())
_TYPES: Final = {"v": (str, "string"), "rv": (int, "int64"), "start": (str, "string")}
NEWEST: Final = -1


@dataclass(frozen=True, slots=True)
class Position:
    """Where a list goes on: at ``start``, the path of an object within the scope of the list, as of ``revision``."""

    revision: int
    start: str


class PageExpired(Expired):
    """410: the snapshot is gone; the token in the reply goes on with what there is now."""

    def __init__(self, position: Position) -> None:
        super().__init__(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
            "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
            "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
            "deleted between the time the first chunk was returned and now may show up in the list."
        )
        self._token = _encode(NEWEST, position.start)

    def status(self) -> Object:
        """Return the ``Status``, with the token in its metadata."""
        return {**super().status(), "metadata": {"continue": self._token}}


def token_after(path: str, revision: int) -> str:
    """Return the token for what comes after the object at ``path``."""
    return _encode(revision, f"/{path}\0")


def _encode(revision: int, start: str) -> str:
    token = orjson.dumps({"v": _VERSION, "rv": revision, "start": start})
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def read_token(token: str) -> Position:
    """Return where a token goes on.

    :raises BadRequest: it is none, or was tampered with.
    """
    value = _content(token)
    version = value.get("v") or ""
    if version != _VERSION:
        raise _invalid(f"server does not recognize this encoded version {version}")
    if not value.get("rv"):
        raise _invalid(f"incorrect encoded start resourceVersion (version {_VERSION})")
    start = value.get("start") or ""
    if not start:
        raise _invalid(f"encoded start key empty (version {_VERSION})")
    key = start if start.startswith("/") else "/" + start
    if key.startswith("//") or posixpath.normpath(key) != key:  # nothing outside of the list can be reached
        raise _invalid(start)
    return Position(value["rv"], key[1:])


def _content(token: str) -> Object:
    data = _bytes(token)
    try:
        value = parse(data)
    except SyntaxProblem as problem:
        raise _invalid(str(problem)) from None
    if isinstance(value, dict):
        value = json.loads(data.decode("utf-8", "replace"))  # numbers of any size, as they stand there
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _invalid(f"json: cannot unmarshal {_word(value)} into Go value of type storage.continueToken")
    for name, (kind, go_type) in _TYPES.items():
        found = value.get(name)
        if found is None:
            continue
        if type(found) is not kind or (isinstance(found, int) and not -(2**63) <= found < 2**63):
            word = f"number {found}" if kind is int and _word(found) == "number" else _word(found)
            raise _invalid(f"json: cannot unmarshal {word} into Go struct field continueToken.{name} of type {go_type}")
    return value


def _bytes(token: str) -> bytes:
    data = token.encode("utf-8", "surrogateescape")
    wrong = next((index for index, byte in enumerate(data) if byte not in _ALPHABET), None)
    if wrong is None and len(data) % 4 == 1:
        wrong = len(data) - 1
    if wrong is not None:
        raise _invalid(f"illegal base64 data at input byte {wrong}")
    return base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))


def _word(value: Json) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _invalid(why: str) -> BadRequest:
    return BadRequest(f"invalid continue token: continue key is not valid: {why}")
