"""From protocol buffers to what the JSON of the same object would be."""

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, partial
from typing import Final

import orjson

from harness.apiserver.codec.protobuf import BOXED, EPOCH, MAGIC, PORT, QUANTITY, RAW, SCHEMA, TIMES, UNIONS, by_number
from harness.apiserver.codec.reading import DecodeError
from harness.apiserver.codec.table import Field, is_struct, underlying
from harness.apiserver.codec.times import MICROSECONDS
from harness.apiserver.codec.wire import BYTES, FIXED64, VARINT, float_of, records, signed
from harness.apiserver.messages import Json, Object

_ENVELOPE: Final = {1: (BYTES, "TypeMeta"), 2: (BYTES, "Raw"), 3: (BYTES, "ContentEncoding"), 4: (BYTES, "ContentType")}
_TYPE_META: Final = {1: (BYTES, "APIVersion"), 2: (BYTES, "Kind")}


def unwrap(body: bytes) -> tuple[str, str, bytes]:
    """Return the API version, the kind and the message of an object.

    :raises DecodeError: no such body.
    """
    if not body:
        raise DecodeError("empty data")
    if not body.startswith(MAGIC):
        raise DecodeError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    if body == MAGIC:
        raise DecodeError("empty body")
    parts = {number: value for number, _, value in records(body[len(MAGIC) :], "Unknown", _ENVELOPE)}
    types = {number: value for number, _, value in records(_bytes(parts.get(1, b"")), "TypeMeta", _TYPE_META)}
    version, kind = (_text(types.get(number, b"")) for number in (1, 2))
    return version, kind, _bytes(parts.get(2, b""))


def read_message(data: bytes, struct: str) -> Object:
    """Return the message of a Go struct as its JSON would be.

    :raises DecodeError: it is no such message.
    """
    out: Object = {}
    members = by_number(struct)
    for number, _, value in records(data, struct.rpartition(".")[2], _expected(struct)):
        field = members.get(number)
        if field is not None:
            _take(out, field, value)
    return out


@cache
def _expected(struct: str) -> Mapping[int, tuple[int, str]]:
    return {number: (_wire(field.type), field.go_name) for number, field in by_number(struct).items()}


def _take(out: Object, field: Field, value: int | bytes) -> None:
    shape = field.type.removeprefix("*")
    if not field.name:
        out |= read_message(_bytes(value), shape)
        return
    plain = shape if shape in BOXED else underlying(shape)
    if plain.startswith("map["):
        key, item = "", None
        held = plain[4:].partition("]")[2]
        for number, _, part in records(_bytes(value), "map"):
            if number == 1:
                key = _text(_bytes(part))
            elif number == 2:
                item = _value(held, part)
        out.setdefault(field.name, {})[key] = item
    elif plain.startswith("[]") and plain != "[]uint8":
        out.setdefault(field.name, []).append(_value(plain[2:], value))
    else:
        out[field.name] = _value(shape, value)


def _value(shape: str, value: int | bytes) -> Json:
    """Return one value of a type."""
    shape = shape.removeprefix("*")
    special = _SPECIAL.get(shape)
    if special is not None:
        return special(_bytes(value))
    if is_struct(shape):
        return read_message(_bytes(value), shape)
    return _SCALARS[underlying(shape)](value)


def _strings(data: bytes) -> list[str]:
    return [_text(one) for _, _, one in records(data, "items")]


def _quantity(data: bytes) -> str:
    return _text(_parts(data).get(1, b""))


def _port(data: bytes) -> Json:
    parts = _parts(data)
    return _text(parts.get(3, b"")) if parts.get(1) == 1 else _whole(parts.get(2, 0))


def _raw(data: bytes) -> Json:
    text = _bytes(_parts(data).get(1, b""))
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError as problem:
        raise DecodeError(str(problem)) from None


def _time(layout: str, data: bytes) -> str | None:
    parts = _parts(data)
    seconds, nanoseconds = _whole(parts.get(1, 0)), _whole(parts.get(2, 0))
    if not seconds and not nanoseconds:
        return None
    try:
        moment = EPOCH + timedelta(seconds=seconds, microseconds=nanoseconds // 1000)
    except OverflowError:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S" + (".%fZ" if layout == MICROSECONDS else "Z"))


def _schema_or_bool(data: bytes) -> Json:
    parts = _parts(data)
    return read_message(_bytes(parts[2]), SCHEMA) if 2 in parts else bool(parts.get(1))


def _schema_or_list(item: str, data: bytes) -> Json:
    found = []
    for number, _, value in records(data, "JSONSchemaPropsOr"):
        if number == 1:
            return read_message(_bytes(value), SCHEMA)
        found.append(_value(item, value))
    return found or None


_SPECIAL: Final[Mapping[str, Callable[[bytes], Json]]] = {
    **dict.fromkeys(BOXED, _strings),
    **dict.fromkeys(RAW, _raw),
    **{shape: partial(_time, layout) for shape, layout in TIMES.items()},
    **{shape: partial(_schema_or_list, item[2:]) for shape, item in UNIONS.items() if item != "bool"},
    f"{SCHEMA}OrBool": _schema_or_bool,
    QUANTITY: _quantity,
    PORT: _port,
}


def _parts(data: bytes) -> dict[int, int | bytes]:
    return {number: value for number, _, value in records(data, "message")}


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    raise DecodeError("proto: wrong wireType = 0 for a message")


def _text(value: int | bytes) -> str:
    return _bytes(value).decode("utf-8", "replace")


def _whole(value: int | bytes) -> int:
    if isinstance(value, int):
        return signed(value)
    raise DecodeError("proto: wrong wireType = 2 for a number")


_SCALARS: Final[Mapping[str, Callable[[int | bytes], Json]]] = {
    "string": _text,
    "bool": bool,
    "int32": _whole,
    "int64": _whole,
    "float64": lambda value: float_of(_bytes(value)),
    "[]uint8": lambda value: base64.b64encode(_bytes(value)).decode(),
}


@cache
def _wire(shape: str) -> int:
    """Return the wire type of a field; lists of numbers are not packed."""
    plain = underlying(shape.removeprefix("*"))
    if plain.startswith("[]") and plain != "[]uint8":
        plain = underlying(plain[2:])
    return {"bool": VARINT, "int32": VARINT, "int64": VARINT, "float64": FIXED64}.get(plain, BYTES)
