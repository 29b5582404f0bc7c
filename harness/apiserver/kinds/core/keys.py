"""Small formats that many fields of the core kinds share: ports, keys of maps of data, names of variables, file modes.

Each function returns or yields what is wrong, nothing for what is good; the texts are apimachinery's.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.messages import Json, Object

_CONFIG_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+", re.ASCII)
_CONFIG_KEY_TEXT: Final = (
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
)
_PORT_NAME: Final = re.compile(r"[-a-z0-9]+", re.ASCII)
_VARIABLE_TEXT: Final = (
    "a valid environment variable name must consist only of printable ASCII characters other than '='"
)
MODE_TEXT: Final = "must be a number between 0 and 0777 (octal), both inclusive"
LARGEST_INT32: Final = 2**31 - 1


def between(low: int, high: int) -> str:
    """Return the text about a number outside of a range."""
    return f"must be between {low} and {high}, inclusive"


def config_key(key: str) -> list[str]:
    """Check a key of a config map or a secret, which may become the name of a file."""
    wrong = ["must be no more than 253 characters"] if len(key.encode()) > 253 else []
    if not _CONFIG_KEY.fullmatch(key):
        wrong.append(_CONFIG_KEY_TEXT)
    if key in {".", ".."}:
        wrong.append(f"must not be '{key}'")
    elif key.startswith(".."):
        wrong.append("must not start with '..'")
    return wrong


def variable_name(name: str) -> list[str]:
    """Check the name of an environment variable (relaxed rules, KEP-4369)."""
    wrong = [] if name else ["environment variable name must be non-empty"]
    return wrong if all(" " <= one <= "~" and one != "=" for one in name) else [*wrong, _VARIABLE_TEXT]


def port_name(name: str) -> list[str]:
    """Check the name of a port (an IANA service name)."""
    wrong = ["must be no more than 15 characters"] if len(name.encode()) > 15 else []
    if not _PORT_NAME.fullmatch(name):
        wrong.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not any("a" <= one <= "z" for one in name):
        wrong.append("must contain at least one letter (a-z)")
    if "--" in name:
        wrong.append("must not contain consecutive hyphens")
    if name.startswith("-") or name.endswith("-"):
        wrong.append("must not begin or end with a hyphen")
    return wrong


def port_number(value: Json, path: str) -> Iterator[FieldError]:
    """Yield an error for a number that is no port."""
    if not 1 <= (value or 0) <= 65535:
        yield invalid(path, value or 0, between(1, 65535))


def port_number_or_name(value: Json, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with a port that is given by number or by name."""
    if isinstance(value, str):
        yield from (invalid(path, value, text) for text in port_name(value))
    else:
        yield from port_number(value, path)


def non_negative(holder: Object, names: Iterable[str], path: str) -> Iterator[FieldError]:
    """Yield an error for each of the named numbers in ``holder`` that is below zero."""
    for name in names:
        if (value := holder.get(name)) is not None and value < 0:
            yield invalid(f"{path}.{name}", value, "must be greater than or equal to 0")


def file_mode(value: Json, path: str) -> Iterator[FieldError]:
    """Yield an error for a number that is no mode of a file."""
    if value is not None and not 0 <= value <= 0o777:
        yield invalid(path, value, MODE_TEXT)
