"""Targets of requests, read as Go reads them: what is wrong in a path refuses it, what is wrong in a query is left out."""

import re
from typing import Final
from urllib.parse import unquote_plus

_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LISTS: Final = frozenset({"command", "dryRun", "exclude", "ports"})
"""Parameters that are lists: each time that one of them is there counts."""


def is_readable(target: str) -> bool:
    """Tell whether each percent sign in the path of a target begins an escape; where not, Go's server answers 400 by itself."""
    path = target.partition("?")[0]
    return "%" not in path or _BAD_ESCAPE.search(path) is None


def read_query(target: str) -> dict[str, str]:
    """Return the first value of each parameter in the query of a target; those of lists are joined by newlines."""
    raw = target.partition("?")[2]
    if not raw:
        return {}
    found: dict[str, str] = {}
    for pair in raw.split("&"):
        if pair and ";" not in pair and not ("%" in pair and _BAD_ESCAPE.search(pair)):
            name, _, value = pair.partition("=")
            name, value = unquote_plus(name), unquote_plus(value)
            if name in _LISTS and name in found:
                found[name] += "\n" + value
            else:
                found.setdefault(name, value)
    return found
