"""Pieces of text that cells of several kinds consist of."""

from collections.abc import Sequence
from typing import Final

from harness.apiserver.label_selectors import as_selector, selector_text
from harness.apiserver.messages import Json, Object
from harness.apiserver.printers.reading import items, text
from harness.apiserver.quantity import canonical_quantity

NONE: Final = "<none>"
UNSET: Final = "<unset>"
_SHOWN: Final = 3  # of a list with no end


def labels(found: Object | None) -> str:
    """Return labels as ``a=1,b=2``."""
    return ",".join(sorted(f"{key}={value}" for key, value in (found or {}).items())) or NONE


def selector(found: Object | None) -> str:
    """Return a label selector as a query's text."""
    if as_selector(found) is None:
        return "<error>"
    return selector_text(found) or NONE


def containers(template: Json) -> list[str]:
    """Return the cells of a pod template: the names of its containers, and their images."""
    found = items(template, "spec", "containers")
    return [",".join(text(one, part) for one in found) for part in ("name", "image")]


def with_more(found: Sequence[str], *, empty: str = UNSET) -> str:
    """Return the first three of a list, and how many there are beyond."""
    shown = ",".join(found[:_SHOWN])
    if len(found) > _SHOWN:
        return f"{shown} + {len(found) - _SHOWN} more..."
    return shown or empty


def quantity(value: Json) -> str:
    """Return an amount in its canonical form; one that is missing is none."""
    return "0" if value is None else canonical_quantity(value)
