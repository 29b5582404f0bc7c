"""The wire format of protocol buffers: tags, varints, and lengths. Errors are those of Go's generated code."""

import struct
from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.codec.reading import DecodeError

VARINT: Final = 0
FIXED64: Final = 1
BYTES: Final = 2
FIXED32: Final = 5
_END_OF_GROUP: Final = 4

_EARLY: Final = "unexpected EOF"
_LONGEST_VARINT: Final = 10


def records(
    data: bytes, message: str, expected: Mapping[int, tuple[int, str]] | None = None
) -> Iterator[tuple[int, int, int | bytes]]:
    """Yield number, wire type and value of each field in a message.

    :param message: the name that errors give it.
    :param expected: the wire types of fields, and the names that errors give them.
    :raises DecodeError: the bytes are no message.
    """
    at, end = 0, len(data)
    while at < end:
        key, at = varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == _END_OF_GROUP:
            raise DecodeError(f"proto: {message}: wiretype end group for non-group")
        if number == 0:
            raise DecodeError(f"proto: {message}: illegal tag 0 (wire type {wire})")
        if expected and expected.get(number, (wire,))[0] != wire:
            raise DecodeError(f"proto: wrong wireType = {wire} for field {expected[number][1]}")
        if wire == VARINT:
            value, at = varint(data, at)
            yield number, wire, value
            continue
        if wire == BYTES:
            size, at = varint(data, at)
        elif wire in {FIXED64, FIXED32}:
            size = 8 if wire == FIXED64 else 4
        else:
            raise DecodeError(f"proto: illegal wireType {wire}")
        if at + size > end:
            raise DecodeError(_EARLY)
        yield number, wire, data[at : at + size]
        at += size


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at ``at`` and where it ends.

    :raises DecodeError: it does not end, or is too long.
    """
    value = shift = 0
    for index in range(at, at + _LONGEST_VARINT):
        if index >= len(data):
            raise DecodeError(_EARLY)
        byte = data[index]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, index + 1
        shift += 7
    raise DecodeError("proto: integer overflow")


def signed(value: int) -> int:
    """Return a number as the 64 bits say it, with its sign."""
    return value - (1 << 64) if value >= 1 << 63 else value


def put_varint(value: int) -> bytes:
    """Return a number as a varint; a negative one takes ten bytes."""
    value &= 0xFFFF_FFFF_FFFF_FFFF
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def put_number(number: int, value: int) -> bytes:
    """Return a field that holds a number or a boolean."""
    return put_varint(number << 3 | VARINT) + put_varint(value)


def put_bytes(number: int, value: bytes) -> bytes:
    """Return a field that holds bytes, a text or a message."""
    return put_varint(number << 3 | BYTES) + put_varint(len(value)) + value


def put_float(number: int, value: float) -> bytes:
    """Return a field that holds a float of 64 bits."""
    return put_varint(number << 3 | FIXED64) + struct.pack("<d", value)


def float_of(value: bytes) -> float:
    """Return the float in eight bytes."""
    found: float = struct.unpack("<d", value)[0]
    return found
