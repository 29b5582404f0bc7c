"""Where two transcripts differ: the path of each place, and both values."""

from collections.abc import Iterator
from typing import Any

ABSENT = "(absent)"


def differences(real: Any, embedded: Any, path: str = "") -> Iterator[str]:
    """Yield a line for each place at which the two differ."""
    if isinstance(real, dict) and isinstance(embedded, dict):
        for key in sorted(real.keys() | embedded.keys()):
            yield from differences(real.get(key, ABSENT), embedded.get(key, ABSENT), f"{path}.{key}" if path else key)
    elif isinstance(real, list) and isinstance(embedded, list) and len(real) == len(embedded):
        for index, (one, other) in enumerate(zip(real, embedded, strict=True)):
            yield from differences(one, other, f"{path}[{index}]{_asked(one)}")
    elif real != embedded:
        yield f"{path}\n      real      {real!r}\n      embedded  {embedded!r}"


def _asked(step: Any) -> str:
    return f" {step['asked']}:" if isinstance(step, dict) and "asked" in step else ""
