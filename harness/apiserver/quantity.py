"""Amounts such as ``500m``, ``1Gi`` and ``12e6``: exact decimal numbers that remember the notation they came in.

A quantity is read, compared, added up, and printed in its canonical form: no fraction, no trailing thousands, the suffix
as large as that allows. An amount finer than a billionth is rounded away from zero; a binary one is capped at 2**63 - 1.
Notation and rules are those of apimachinery's ``api/resource``, its quirk included that a text whose digits look
canonical is printed as it came (``1.500`` stays, ``1.5`` becomes ``1500m``).
"""

import re
from dataclasses import dataclass
from decimal import ROUND_UP, Context, Decimal
from functools import lru_cache
from typing import Final, Literal

Notation = Literal["decimal", "binary", "exponent"]

_SHAPE: Final = re.compile(r"([+-]?)(\d*)(?:(\.)(\d*))?([eEinumkKMGTP]*[+-]?\d*)", re.ASCII)
_EXPONENT: Final = re.compile(r"[eE][+-]?\d+", re.ASCII)
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIXES: Final = {power: suffix for suffix, power in _DECIMAL.items()}
_BINARY_SUFFIXES: Final = {power: suffix for suffix, power in _BINARY.items()} | {0: ""}
_LARGEST_BINARY: Final = Decimal(2**63 - 1)
_NANO: Final = -9
_SHORT: Final = 18  # digits that certainly fit into 64 bits: only such texts are printed as they came

# Wide enough for every amount that an int64 at nano scale can take part in; sums beyond that are rounded.
_EXACT: Final = Context(prec=400, Emin=-(10**9), Emax=10**9)

SHAPE_TEXT: Final = (
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)  # fmt: skip


class QuantityError(ValueError):
    """A text that is no quantity; the message is the parser's."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount and its notation. ``text`` is how it is printed, where that is not computed."""

    value: Decimal
    notation: Notation = "decimal"
    text: str = ""

    def __str__(self) -> str:
        return self.text or _canonical(self.value, self.notation)

    def __lt__(self, other: "Quantity") -> bool:
        return self.value < other.value

    def __le__(self, other: "Quantity") -> bool:
        return self.value <= other.value

    def __add__(self, other: "Quantity") -> "Quantity":
        """Return the sum, in the notation of the first one that is not zero."""
        notation = self.notation if self.value else other.notation
        return Quantity(_EXACT.add(self.value, other.value), notation)

    def __sub__(self, other: "Quantity") -> "Quantity":
        """Return the difference, in the notation of the first one that is not zero."""
        notation = self.notation if self.value else other.notation
        return Quantity(_EXACT.subtract(self.value, other.value), notation)

    def rounded_up(self, scale: int) -> "Quantity":
        """Return the amount without digits below ``10**scale``, rounded away from zero."""
        rounded = _round(self.value, scale)
        return self if rounded == self.value else Quantity(rounded, self.notation)

    @property
    def whole(self) -> bool:
        """Whether it has no fraction."""
        return self.value == self.value.to_integral_value()


ZERO: Final = Quantity(Decimal(0), text="0")
ONE: Final = Quantity(Decimal(1))


def whole_number(count: int) -> Quantity:
    """Return a number of things as a quantity."""
    return Quantity(Decimal(count))


@lru_cache(maxsize=4096)
def parse_quantity(text: str) -> Quantity:
    """Return the quantity that ``text`` says.

    :raises QuantityError: it says none.
    """
    if text == "0":
        return ZERO
    shape = _SHAPE.fullmatch(text) if text else None
    if shape is None:
        raise QuantityError(SHAPE_TEXT)
    sign, digits, _, fraction, suffix = (part or "" for part in shape.groups())
    notation, factor, shift = _read_suffix(suffix)
    digits = digits.lstrip("0") or "0"
    number = Decimal(f"{digits}{fraction}").scaleb(shift - len(fraction), _EXACT)
    exact = _EXACT.multiply(number, factor)
    value = _round(exact, _NANO)
    if notation == "binary":
        value = min(value, _LARGEST_BINARY)
        if 0 < value < 1:
            notation = "decimal"
    kept = value == exact and _printed_as_it_came(digits, fraction, suffix, shift)
    return Quantity(-value if sign == "-" else value, notation, text if kept else "")


def canonical_quantity(value: str | float) -> str:
    """Return the canonical text of a quantity as JSON carries it, a string or a number.

    :raises QuantityError: it is none.
    """
    return str(parse_quantity(value.strip() if isinstance(value, str) else str(value)))


def _read_suffix(suffix: str) -> tuple[Notation, Decimal, int]:
    if suffix in _DECIMAL:
        return "decimal", Decimal(1), _DECIMAL[suffix]
    if suffix in _BINARY:
        return "binary", Decimal(2 ** _BINARY[suffix]), 0
    if _EXPONENT.fullmatch(suffix) and len(suffix) < 9:
        return "exponent", Decimal(1), int(suffix[1:])
    raise QuantityError("unable to parse quantity's suffix")


def _printed_as_it_came(digits: str, fraction: str, suffix: str, shift: int) -> bool:
    together = digits + fraction
    if suffix in _BINARY:
        room = 14 - len(digits) - _BINARY[suffix] * 3 // 10
        return room >= 0 and not fraction and int(digits) % 8 != 0
    scale = shift - len(fraction)
    short = len(together) <= _SHORT and scale >= _NANO
    return short and scale % 3 == 0 and not together.endswith("000") and together[0] != "0"


def _round(value: Decimal, scale: int) -> Decimal:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= scale:
        return value
    return value.quantize(Decimal(1).scaleb(scale), rounding=ROUND_UP, context=_EXACT)


def _canonical(value: Decimal, notation: Notation) -> str:
    if not value:
        return "0"
    if notation == "binary" and abs(value) >= 1024 and value == value.to_integral_value():
        number, power = int(value), 0
        while number % 1024 == 0:
            number, power = number // 1024, power + 10
        return f"{number}{_BINARY_SUFFIXES.get(power, '')}"
    sign, digits, exponent = value.normalize(_EXACT).as_tuple()
    power = int(exponent) // 3 * 3
    number = int("".join(map(str, digits)) + "0" * (int(exponent) - power))
    written = f"e{power}" if power else ""
    suffix = written if notation == "exponent" else _DECIMAL_SUFFIXES.get(power, "")
    return f"{'-' if sign else ''}{number}{suffix}"
