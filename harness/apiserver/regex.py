"""Regular expressions as the API server understands them: RE2's, in Go's words where one is malformed.

Patterns of schemas and ``matches`` of CEL are RE2 expressions. Python's ``re`` takes lookaheads and backreferences that the real
server refuses, and takes exponential time for some patterns that people write.
"""

from functools import lru_cache
from typing import Any, Final

import re2  # type: ignore[import-untyped]

_GO: Final = {
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "missing )": "missing closing )",
    "missing ]": "missing closing ]",
    "bad repetition operator": "invalid nested repetition operator",
    "no argument for repetition operator": "missing argument to repetition operator",
    "invalid repetition size": "invalid repeat count",
    "invalid escape sequence": "invalid escape sequence",
    "invalid character class range": "invalid character class range",
    "unexpected )": "unexpected )",
    "invalid UTF-8": "invalid UTF-8",
    "invalid named capture group": "invalid named capture",
    "pattern too large": "expression too large",
}
"""RE2's words for what is wrong, and those of Go's ``regexp/syntax``."""


class PatternError(ValueError):
    """A pattern is no regular expression; the message is Go's."""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Any:
    """Return a compiled expression, with the methods of Python's ``re.Pattern``.

    :raises PatternError: it is malformed.
    """
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as problem:
        raise PatternError(f"error parsing regexp: {_in_go(problem)}") from None


def _in_go(problem: Exception) -> str:
    found = problem.args[0]
    text = found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)
    if text.startswith("trailing"):
        return "trailing backslash at end of expression: ``"
    what, _, where = text.partition(": ")
    return f"{_GO.get(what, what)}: `{where}`"
