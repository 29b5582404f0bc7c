"""Field errors: what is wrong with which field of an object, in Kubernetes' wording.

The texts are those of apimachinery's ``util/validation/field``; clients and people match on them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.apiserver.jsontext import dumps
from harness.apiserver.messages import Json, Object

OMITTED: Final = object()
"""A bad value that is not repeated in the message (objects and arrays of a CEL rule, counts nobody knows)."""

_WITHOUT_VALUE: Final = frozenset({"FieldValueRequired", "FieldValueForbidden", "FieldValueTooLong", "InternalError"})
_TITLES: Final = {
    "FieldValueDuplicate": "Duplicate value",
    "FieldValueForbidden": "Forbidden",
    "FieldValueInvalid": "Invalid value",
    "FieldValueNotFound": "Not found",
    "FieldValueNotSupported": "Unsupported value",
    "FieldValueRequired": "Required value",
    "FieldValueTooLong": "Too long",
    "FieldValueTooMany": "Too many",
    "FieldValueTypeInvalid": "Invalid value",
    "InternalError": "Internal error",
}
_ESCAPES: Final = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    '"': '\\"',
    "\\": "\\\\",
}


@dataclass(frozen=True, slots=True)
class Printed:
    """A bad value that is printed already: of a Go type whose fields the server names as in its code."""

    text: str


def quote(text: str) -> str:
    """Return ``text`` as Go's ``%q`` prints it: in double quotes, with what cannot be printed escaped."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_ESCAPES.get(c) or (c if c.isprintable() else _escape(c)) for c in text) + '"'


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def go_value(value: Json) -> str:
    """Return a JSON value as the server prints it in messages: scalars by ``%v`` or ``%q``, the rest as JSON."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Printed):
        return value.text
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, float):
        return go_float(value)
    if isinstance(value, int):
        return str(value)
    return _json(dumps(value, sort_keys=True))


def go_document(value: Object) -> str:
    """Return an object as the server prints one whose fields are in the order that it gave them."""
    return _json(dumps(value))


def _json(text: bytes) -> str:
    """Return JSON with what Go escapes in it, for the sake of HTML."""
    return text.decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def go_float(value: float) -> str:
    """Return a number as Go's ``%v`` prints a float64: ``1``, ``1.5``, ``1e+21``."""
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa
    return f"{mantissa}e{exponent[0] if exponent[0] in '+-' else '+'}{exponent.lstrip('+-').zfill(2)}"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One cause of an Invalid: the machine-readable type, the field's path, what was found and what is wrong."""

    type: str
    field: str
    value: Any
    detail: str

    @property
    def body(self) -> str:
        """The message without the path, as it stands in a cause."""
        title = _TITLES[self.type]
        if self.type not in _WITHOUT_VALUE and self.value is not OMITTED:
            title = f"{title}: {go_value(self.value)}"
        return f"{title}: {self.detail}" if self.detail else title

    def __str__(self) -> str:
        return f"{self.field}: {self.body}"


def invalid(path: str, value: Any, detail: str) -> FieldError:
    """Return the error for a malformed value."""
    return FieldError("FieldValueInvalid", path, value, detail)


def type_invalid(path: str, value: Any, detail: str) -> FieldError:
    """Return the error for a value of another type than the schema's."""
    return FieldError("FieldValueTypeInvalid", path, value, detail)


def required(path: str, detail: str = "") -> FieldError:
    """Return the error for a missing value."""
    return FieldError("FieldValueRequired", path, "", detail)


def forbidden(path: str, detail: str) -> FieldError:
    """Return the error for a value that is well formed and not allowed here."""
    return FieldError("FieldValueForbidden", path, "", detail)


def duplicate(path: str, value: Any) -> FieldError:
    """Return the error for a second value where values must differ."""
    return FieldError("FieldValueDuplicate", path, value, "")


def not_supported(path: str, value: Any, supported: Iterable[str]) -> FieldError:
    """Return the error for a value outside an enumeration."""
    listed = ", ".join(quote(one) for one in supported)
    return FieldError("FieldValueNotSupported", path, value, f"supported values: {listed}" if listed else "")


def too_long(path: str, limit: int) -> FieldError:
    """Return the error for a string longer than ``limit``."""
    return FieldError(
        "FieldValueTooLong", path, OMITTED, f"may not be more than {limit} {'byte' if limit == 1 else 'bytes'}"
    )


def too_many(path: str, actual: int, limit: int) -> FieldError:
    """Return the error for a list or map with more than ``limit`` entries."""
    return FieldError(
        "FieldValueTooMany", path, actual, f"must have at most {limit} {'item' if limit == 1 else 'items'}"
    )


def aggregate(errors: Sequence[FieldError]) -> str:
    """Return several errors as one line: alone as it is, otherwise in brackets, each text once."""
    texts = list(dict.fromkeys(str(error) for error in errors))
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
