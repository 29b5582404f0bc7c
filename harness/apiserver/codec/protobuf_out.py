"""From what the JSON of an object is to protocol buffers, byte for byte as Go writes them."""

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import orjson

from harness.apiserver.codec.protobuf import BOXED, EPOCH, MAGIC, PORT, QUANTITY, RAW, SCHEMA, TIMES, UNIONS, by_number
from harness.apiserver.codec.table import Field, is_struct, underlying
from harness.apiserver.codec.times import parse
from harness.apiserver.codec.wire import put_bytes, put_float, put_number
from harness.apiserver.messages import Json, Object


def wrap(api_version: str, kind: str, message: bytes) -> bytes:
    """Return the body of an object whose message is ``message``."""
    types = put_bytes(1, api_version.encode()) + put_bytes(2, kind.encode())
    return MAGIC + put_bytes(1, types) + put_bytes(2, message) + put_bytes(3, b"") + put_bytes(4, b"")


def write_message(value: Object, struct: str) -> bytes:
    """Return an object, as its JSON is, as the message of a Go struct."""
    return b"".join(_put(field, value) for field in by_number(struct).values())


def _put(field: Field, value: Object) -> bytes:
    shape, number = field.type, field.number
    pointer = shape.startswith("*")
    shape = shape.removeprefix("*")
    if not field.name:
        return put_bytes(number, write_message(value, shape))
    item = value.get(field.name)
    if pointer and item is None:
        return b""
    plain = shape if shape in BOXED else underlying(shape)
    if plain.startswith("map["):
        held = plain[4:].partition("]")[2]
        return b"".join(
            put_bytes(number, put_bytes(1, key.encode()) + _put_one(2, held, one))
            for key, one in sorted((item or {}).items())
        )
    if plain.startswith("[]") and plain != "[]uint8":
        return b"".join(_put_one(number, plain[2:], one) for one in item or ())
    if (plain == "[]uint8" or plain in BOXED) and not item:
        return b""
    return _put_one(number, shape, item)


def _put_one(number: int, shape: str, item: Json) -> bytes:
    """Return a field with one value, or with the zero value where there is none."""
    shape = shape.removeprefix("*")
    special = _SPECIAL.get(shape)
    if special is not None:
        return put_bytes(number, special(item))
    if is_struct(shape):
        return put_bytes(number, write_message(item or {}, shape))
    plain = underlying(shape)
    if plain == "float64":
        return put_float(number, item or 0.0)
    if plain in {"bool", "int32", "int64"}:
        return put_number(number, int(item or 0))
    return put_bytes(number, base64.b64decode(item or "") if plain == "[]uint8" else (item or "").encode())


def _strings(item: Json) -> bytes:
    return b"".join(put_bytes(1, one.encode()) for one in item or ())


def _quantity(item: Json) -> bytes:
    return put_bytes(1, str(item or "0").encode())


def _port(item: Json) -> bytes:
    text, number = (item, 0) if isinstance(item, str) else ("", item or 0)
    return put_number(1, int(isinstance(item, str))) + put_number(2, number) + put_bytes(3, text.encode())


def _raw(item: Json) -> bytes:
    return b"" if item is None else put_bytes(1, orjson.dumps(item))


def _time(layout: str, item: Json) -> bytes:
    if item is None:
        return b""
    since = parse(item, layout) - EPOCH
    return put_number(1, since.days * 86400 + since.seconds) + put_number(2, since.microseconds * 1000)


def _schema_or_bool(item: Json) -> bytes:
    allowed = put_number(1, int(item is not False and item is not None))
    return allowed + (put_bytes(2, write_message(item, SCHEMA)) if isinstance(item, dict) else b"")


def _schema_or_list(shape: str, item: Json) -> bytes:
    if isinstance(item, dict):
        return put_bytes(1, write_message(item, SCHEMA))
    return b"".join(_put_one(2, shape, one) for one in item or ())


_SPECIAL: Final[Mapping[str, Callable[[Json], bytes]]] = {
    **dict.fromkeys(BOXED, _strings),
    **dict.fromkeys(RAW, _raw),
    **{shape: partial(_time, layout) for shape, layout in TIMES.items()},
    **{shape: partial(_schema_or_list, item[2:]) for shape, item in UNIONS.items() if item != "bool"},
    f"{SCHEMA}OrBool": _schema_or_bool,
    QUANTITY: _quantity,
    PORT: _port,
}
