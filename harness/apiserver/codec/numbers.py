"""Numbers as Go prints them: a whole float has no fraction, a large or small one an exponent."""

import math
from decimal import Decimal
from typing import Final

from harness.apiserver.messages import Json

_LARGEST_INT: Final = 2**63
_FIRST_EXPONENT: Final = 6


def go_float(value: float) -> str:
    """Return a float as ``strconv.FormatFloat(value, 'g')`` prints it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    sign, digits, shift = Decimal(repr(value)).normalize().as_tuple()
    exponent = len(digits) + int(shift) - 1
    if -5 < exponent < _FIRST_EXPONENT:
        return repr(value).removesuffix(".0")
    first, rest = str(digits[0]), "".join(map(str, digits[1:]))
    return f"{'-' * sign}{first}{'.' + rest if rest else ''}e{exponent:+03d}"


def may_hold_whole_floats(text: bytes) -> bool:
    """Tell whether a value may hold floats such as ``1.0``; ``text`` is the value as orjson prints it."""
    return b".0," in text or b".0}" in text or b".0]" in text


def whole(value: Json) -> Json:
    """Return ``value`` with floats that have no fraction as integers, as Go writes them: ``1.0`` becomes ``1``.

    What needs more than 64 bits stays a float.
    """
    if value.__class__ is dict:
        return {key: whole(one) for key, one in value.items()}
    if value.__class__ is list:
        return [whole(one) for one in value]
    if value.__class__ is float and value.is_integer() and abs(value) < _LARGEST_INT:
        return int(value)
    return value
