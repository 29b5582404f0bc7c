"""Uids: UUIDs of version 4, out of so many random bits. Each object has one, and `uuid.UUID` takes three times as long."""

import os

_VARIANTS = "89ab"


def random_uid() -> str:
    """Return a uid that nobody else draws."""
    return _printed(os.urandom(16).hex())


def uid_of(bits: int) -> str:
    """Return the uid that 128 bits stand for, as ``UUID(int=bits, version=4)`` is printed."""
    return _printed(f"{bits:032x}")


def _printed(digits: str) -> str:
    variant = _VARIANTS[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
