"""Protocol buffers on the wire, as far as parsed expressions need them: fields by number, varints, lengths."""

import struct
from collections.abc import Iterator
from typing import Any

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the number and the value of each field: an int, a float (of fixed width), or bytes."""
    position = 0
    while position < len(data):
        key, position = varint(data, position)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, position = varint(data, position)
            yield number, value
        elif kind == _LENGTH:
            length, position = varint(data, position)
            yield number, data[position : position + length]
            position += length
        elif kind == _FIXED64:
            yield number, struct.unpack_from("<d", data, position)[0]
            position += 8
        elif kind == _FIXED32:
            yield number, struct.unpack_from("<f", data, position)[0]
            position += 4
        else:
            raise ValueError(f"wire type {kind} is not one of a parsed expression")


def varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the number at ``position``, and where it ends."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def signed(value: int) -> int:
    """Return a varint as the 64-bit integer that it stands for."""
    return value - 2**64 if value >= 2**63 else value
