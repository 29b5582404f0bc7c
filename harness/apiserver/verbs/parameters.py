"""Parameters in queries, read as Go's conversions read them: what counts as true, as a number, as a version."""

import re
from collections.abc import Mapping
from typing import Final

from harness.apiserver.errors import BadRequest, PlainError
from harness.apiserver.fields import invalid, quote

_SIGNED: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_UNSIGNED: Final = re.compile(r"[0-9]+", re.ASCII)


def flag(query: Mapping[str, str], name: str) -> bool:
    """Return a boolean parameter: whatever is there is true, even nothing, but for ``false`` and ``0``."""
    return name in query and query[name].lower() not in {"false", "0"}


def several(query: Mapping[str, str], name: str) -> list[str]:
    """Return the values of a parameter that is a list."""
    return query[name].split("\n") if name in query else []


def number(query: Mapping[str, str], name: str) -> int | None:
    """Return a signed 64-bit number, or None where the parameter is missing.

    :raises BadRequest: it is no number, or too large a one.
    """
    text = query.get(name)
    if text is None:
        return None
    if not _SIGNED.fullmatch(text):
        raise BadRequest(f"strconv.ParseInt: parsing {quote(text)}: invalid syntax")
    if len(text) > 20 or not -(2**63) <= int(text) < 2**63:
        raise BadRequest(f"strconv.ParseInt: parsing {quote(text)}: value out of range")
    return int(text)


class UnreadableVersionError(PlainError):
    """A resourceVersion that is none: 500 without reason where a watch or a read of one object was asked for."""


def version_number(text: str) -> int:
    """Return a resourceVersion as a number; "" is 0, as for any.

    :raises UnreadableVersionError: it is no number, or too large a one.
    """
    if not text:
        return 0
    if not _UNSIGNED.fullmatch(text):
        raise UnreadableVersionError(_unreadable(text, "invalid syntax"))
    if len(text) > 20 or int(text) >= 2**64:
        raise UnreadableVersionError(_unreadable(text, "value out of range"))
    return int(text)


def _unreadable(text: str, why: str) -> str:
    return str(invalid("resourceVersion", text, f"strconv.ParseUint: parsing {quote(text)}: {why}"))
