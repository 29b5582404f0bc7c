"""Strings: the standard functions, the string extension of version 2, and regular expressions."""

from collections.abc import Callable
from typing import Any, Final

from harness.apiserver.cel.library.conversions import to_string
from harness.apiserver.cel.values import Duration, EvalError, Timestamp
from harness.apiserver.fields import go_float, quote
from harness.apiserver.regex import PatternError, compile_pattern

_SPACE: Final = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def _compiled(pattern: str) -> Any:
    try:
        return compile_pattern(pattern)
    except PatternError as problem:
        raise EvalError(str(problem)) from None


def matches(text: str, pattern: str) -> bool:
    """Tell whether a regular expression matches somewhere in a text."""
    return _compiled(pattern).search(_text(text)) is not None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise EvalError("no such overload")
    return value


def find(text: str, pattern: str) -> str:
    """Return the first match, or nothing."""
    found = _compiled(pattern).search(text)
    return str(found.group(0)) if found else ""


def find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    """Return the matches, the first ``most`` of them."""
    found = [str(one.group(0)) for one in _compiled(pattern).finditer(text)]
    return found if most < 0 else found[:most]


def char_at(text: str, index: int) -> str:
    """Return one character, or nothing right behind the end."""
    if not 0 <= index <= len(text):
        raise EvalError(f"index out of range: {index}")
    return text[index : index + 1]


def index_of(value: Any, wanted: Any, start: int = 0) -> int:
    """Return where a text begins in another, or -1."""
    if start < 0 or start > len(value):
        raise EvalError(f"index out of range: {start}")
    return _text(value).find(wanted, start)


def last_index_of(value: Any, wanted: Any, start: int | None = None) -> int:
    """Return where a text begins in another for the last time, or -1."""
    if start is None:
        return _text(value).rfind(wanted)
    if start < 0 or start > len(value):
        raise EvalError(f"index out of range: {start}")
    return _text(value).rfind(wanted, 0, start + len(wanted))


def replace(text: str, old: str, new: str, most: int = -1) -> str:
    """Replace occurrences, the first ``most`` of them."""
    return _text(text).replace(old, new, most if most >= 0 else -1)


def split(text: str, separator: str, most: int = -1) -> list[str]:
    """Split into at most ``most`` parts."""
    if most == 0:
        return []
    if not separator:
        parts = list(_text(text))
        return parts if most < 0 or len(parts) <= most else [*parts[: most - 1], "".join(parts[most - 1 :])]
    return text.split(separator, most - 1 if most > 0 else -1)


def substring(text: str, start: int, end: int | None = None) -> str:
    """Return a part of a text."""
    if end is not None and end < start:
        raise EvalError(f"invalid substring range. start: {start}, end: {end}")
    end = len(text) if end is None else end
    for place in (start, end):
        if not 0 <= place <= len(text):
            raise EvalError(f"index out of range: {place}")
    return text[start:end]


def join(parts: list[str], separator: str = "") -> str:
    """Join texts."""
    return separator.join(parts)


def lower_ascii(text: str) -> str:
    """Return a text with its ASCII letters small."""
    return "".join(one.lower() if one.isascii() else one for one in _text(text))


def upper_ascii(text: str) -> str:
    """Return a text with its ASCII letters large."""
    return "".join(one.upper() if one.isascii() else one for one in _text(text))


def formatted(text: str, args: list[Any]) -> str:
    """Fill the clauses of a text: ``%s %d %f %.2f %e %b %x %X %o``."""
    out, position, used = [], 0, 0
    while position < len(text):
        if text[position] != "%":
            out.append(text[position])
            position += 1
            continue
        position += 1
        if position >= len(text):
            raise EvalError("could not parse formatting clause: unexpected end of format string")
        if text[position] == "%":
            out.append("%")
            position += 1
            continue
        digits = ""
        if text[position] == ".":
            position += 1
            while position < len(text) and text[position].isdigit():
                digits += text[position]
                position += 1
        if used >= len(args):
            raise EvalError(f"index {used} out of range")
        out.append(_clause(text[position : position + 1], int(digits or 6), args[used]))
        used += 1
        position += 1
    return "".join(out)


def _clause(verb: str, precision: int, value: Any) -> str:  # noqa: PLR0911  one line for each verb
    number = isinstance(value, int) and not isinstance(value, bool)
    match verb:
        case "s":
            return _shown(value)
        case "d" if number:
            return str(value)
        case "f" if isinstance(value, float):
            return f"{value:.{precision}f}"
        case "e" if isinstance(value, float):
            return f"{value:.{precision}e}"
        case "b" if isinstance(value, int):
            return f"{int(value):b}"
        case "o" if number:
            return f"{value:o}"
        case "x" | "X":
            found = f"{value:x}" if number else (value if isinstance(value, bytes) else _text(value).encode()).hex()
            return found if verb == "x" else found.upper()
    raise EvalError(f'could not parse formatting clause: unrecognized formatting clause "{verb}"')


def _shown(value: Any, *, inner: bool = False) -> str:  # noqa: PLR0911  one line for each kind
    if isinstance(value, str):
        return quote(value) if inner else value
    if isinstance(value, list):
        return f"[{', '.join(_shown(one, inner=True) for one in value)}]"
    if isinstance(value, dict):
        parts = sorted((_shown(key, inner=True), _shown(one, inner=True)) for key, one in value.items())
        return f"{{{', '.join(f'{key}:{one}' for key, one in parts)}}}"
    if value is None:
        return "null"
    if isinstance(value, float):
        return f"{value:.6f}" if inner else go_float(value)
    if isinstance(value, Timestamp | Duration) and inner:
        return f"{'timestamp' if isinstance(value, Timestamp) else 'duration'}({quote(str(value))})"
    return to_string(value)


def escape_key(text: str) -> str:
    """Return a key as a step of a JSON pointer."""
    return _text(text).replace("~", "~0").replace("/", "~1")


FREE: Final[dict[str, Callable[..., Any]]] = {
    "matches": matches,
    "strings.quote": quote,
    "jsonpatch.escapeKey": escape_key,
}
MEMBERS: Final[dict[str, Callable[..., Any]]] = {
    "contains": lambda text, part: part in _text(text),
    "startsWith": lambda text, part: _text(text).startswith(part),
    "endsWith": lambda text, part: _text(text).endswith(part),
    "matches": matches,
    "charAt": char_at,
    "lowerAscii": lower_ascii,
    "upperAscii": upper_ascii,
    "replace": replace,
    "split": split,
    "substring": substring,
    "trim": lambda text: _text(text).strip(_SPACE),
    "format": formatted,
    "join": join,
    "find": find,
    "findAll": find_all,
}
