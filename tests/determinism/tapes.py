"""Reading two tapes side by side."""

from itertools import zip_longest

_AROUND = 200
"""Characters shown on either side of the first difference."""


def first_difference(one: bytes, other: bytes) -> str:
    """Return the first pair of lines that differ, cut to where they do."""
    for number, (a, b) in enumerate(zip_longest(one.splitlines(), other.splitlines(), fillvalue=b""), start=1):
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            start = max(0, at - _AROUND)
            return (
                f"line {number}, from character {start} on\n"
                f"  one    {a[start : at + _AROUND].decode()}\n"
                f"  other  {b[start : at + _AROUND].decode()}"
            )
    return "no difference"
