"""The Go types that decode themselves: times, quantities, ports, bytes, raw JSON, and the unions of CRD schemas."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from harness.apiserver.codec.times import MICROSECONDS, SECONDS, TimeError, canonical
from harness.apiserver.jsontext import dumps
from harness.apiserver.messages import Json
from harness.apiserver.quantity import QuantityError, parse_quantity

if TYPE_CHECKING:
    from harness.apiserver.codec.decoding import Reader
    from harness.apiserver.codec.reading import Reading

_DIGITS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class Time:
    """A point in time; null when none was given."""

    by_value = True
    keeps = True
    zero = None
    _layout = SECONDS

    def read(self, value: Json, run: "Reading") -> Json:
        """Return the time in UTC, or None for Go's zero time."""
        if value.__class__ is not str:
            run.abort(run.cannot(value, "string"))
        try:
            return canonical(value, self._layout)
        except TimeError as problem:
            run.abort(str(problem))


class MicroTime(Time):
    """A point in time with microseconds."""

    _layout = MICROSECONDS


class Amount:
    """A quantity, in its canonical form; numbers are taken, too."""

    by_value = True
    keeps = True
    zero = "0"

    def read(self, value: Json, run: "Reading") -> Json:
        """Return the quantity as it is printed."""
        text = value.strip() if value.__class__ is str else _raw(value)
        try:
            return str(parse_quantity(text))
        except QuantityError as problem:
            run.abort(str(problem))


class IntOrString:
    """A port or a percentage: a 32-bit number or a text."""

    by_value = True
    keeps = True
    zero = 0

    def read(self, value: Json, run: "Reading") -> Json:
        """Return the value."""
        if value.__class__ is str or (value.__class__ is int and -(2**31) <= value < 2**31):
            return value
        run.abort(run.cannot(value, "int32", detailed=value.__class__ in {int, float}))
        return None


class Raw:
    """JSON that is kept as it came; null when none was given."""

    by_value = True
    keeps = True
    zero = None

    def read(self, value: Json, run: "Reading") -> Json:
        """Return the value."""
        del run
        return value


class Base64:
    """Bytes, written as base64; no bytes are none."""

    by_value = False
    keeps = False
    zero = None

    def read(self, value: Json, run: "Reading") -> Json:
        """Return the text in its canonical form."""
        if value.__class__ is list:
            return self._listed(value, run)
        if value.__class__ is not str:
            run.mismatch(value, "[]uint8")
            return ""
        plain = value.replace("\r", "").replace("\n", "")
        try:
            held = binascii.a2b_base64(plain, strict_mode=True)
        except ValueError:
            held = None
        if held is None or len(plain) % 4:  # the strict mode takes some padding too much
            if not run.problem:
                run.problem = f"illegal base64 data at input byte {_corrupt(value)}"
            return ""
        return base64.b64encode(held).decode()

    def _listed(self, value: list[Json], run: "Reading") -> str:
        """Return bytes that came as a list of numbers; a null is a zero."""
        held = bytearray()
        for one in value:
            fits = one.__class__ is int and 0 <= one < 256
            if not fits and one is not None:
                run.mismatch(one, "uint8", detailed=one.__class__ in {int, float})
            held.append(one if fits else 0)
        return base64.b64encode(held).decode()


def _corrupt(text: str) -> int:
    """Return where base64 goes wrong, as Go counts: four digits are read at a time, and line ends passed over."""
    digits, at = 0, 0
    data = text.encode()
    for at, byte in enumerate(data):
        if byte in b"\r\n":
            continue
        if byte in _DIGITS:
            digits = (digits + 1) % 4
            continue
        if byte != 0x3D or digits < 2:
            return at
        rest = data[at + 1 :].lstrip(b"\r\n")
        if digits == 2:
            if not rest:
                return len(data)
            if not rest.startswith(b"="):
                return len(data) - len(rest) - 1
            rest = rest[1:].lstrip(b"\r\n")
        return len(data) - len(rest)
    return len(data) - digits


def _raw(value: Json) -> str:
    """Return JSON that stands where a quantity should, as the parser gets it."""
    return dumps(value).decode()


class SchemaOr:
    """A JSON schema of a CRD, or something simpler in its place; unknown fields in it are not told."""

    by_value = True
    keeps = True
    zero: Json = None

    def __init__(self, compile_reader: "Callable[[str], Reader]") -> None:
        self._compile = compile_reader

    def _schema(self, value: Json, run: "Reading") -> Json:
        before, run.silent = run.silent, True
        found = self._compile("apiextensions/v1.JSONSchemaProps").read(value, run)
        run.silent = before
        return found


class SchemaOrBool(SchemaOr):
    """``additionalProperties``."""

    zero = False

    def read(self, value: Json, run: "Reading") -> Json:
        """Return a schema or a boolean."""
        if value.__class__ is bool:
            return value
        if value.__class__ is dict:
            return self._schema(value, run)
        run.abort("boolean or JSON schema expected")
        return None


class SchemaOrList(SchemaOr):
    """``items``: a schema or a list of them; anything else is taken for none."""

    item = "apiextensions/v1.JSONSchemaProps"

    def read(self, value: Json, run: "Reading") -> Json:
        """Return a schema, a list, or None."""
        if value.__class__ is dict:
            return self._schema(value, run)
        if value.__class__ is list and value:
            before, run.silent = run.silent, True
            found = self._compile(f"[]{self.item}").read(value, run)
            run.silent = before
            return found
        return None


class SchemaOrStrings(SchemaOrList):
    """``dependencies``: a schema or a list of names."""

    item = "string"


def _simple(make: Callable[[], "Reader"]) -> "Callable[[Callable[[str], Reader]], Reader]":
    return lambda _compile: make()


SPECIAL: Final[Mapping[str, "Callable[[Callable[[str], Reader]], Reader]"]] = {
    "meta/v1.Time": _simple(Time),
    "meta/v1.MicroTime": _simple(MicroTime),
    "resource.Quantity": _simple(Amount),
    "intstr.IntOrString": _simple(IntOrString),
    "runtime.RawExtension": _simple(Raw),
    "meta/v1.FieldsV1": _simple(Raw),
    "apiextensions/v1.JSON": _simple(Raw),
    "apiextensions/v1.JSONSchemaPropsOrBool": SchemaOrBool,
    "apiextensions/v1.JSONSchemaPropsOrArray": SchemaOrList,
    "apiextensions/v1.JSONSchemaPropsOrStringArray": SchemaOrStrings,
}
