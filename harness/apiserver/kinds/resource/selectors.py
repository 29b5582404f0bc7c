"""Selectors of devices: CEL over ``device``, compiled and priced when they are written. Nobody here evaluates them."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from harness.apiserver.cel import CelSyntaxError, CheckError, check, estimate, expanded, literal_problems, parse
from harness.apiserver.cel.types import BOOL, DYN, QUANTITY, STRING, Type, map_of
from harness.apiserver.fields import FieldError, forbidden, invalid, required, too_long
from harness.apiserver.messages import Object

_LONGEST: Final = 10 * 1024
_MOST_COST: Final = 1_000_000
_DEVICE: Final = Type("struct", name="kubernetes.DRADevice")
_FIELDS: Final = {
    "driver": STRING,
    "attributes": map_of(STRING, map_of(STRING, DYN)),
    "capacity": map_of(STRING, map_of(STRING, QUANTITY)),
    "allowMultipleAllocations": BOOL,
}
_DOMAIN, _ID, _ENTRIES, _VALUE = 63, 32, 32, 64
_SIZES: Final[Mapping[tuple[str, ...], int]] = {
    ("device", "driver"): 63,
    ("device", "allowMultipleAllocations"): 1,
    **{("device", name): _ENTRIES for name in ("attributes", "capacity")},
    **{("device", name, "@keys"): _DOMAIN for name in ("attributes", "capacity")},
    **{("device", name, "@values"): _ENTRIES for name in ("attributes", "capacity")},
    **{("device", name, "@values", "@keys"): _ID for name in ("attributes", "capacity")},
    ("device", "attributes", "@values", "@values"): _VALUE,
}
"""How large the parts of a device may be, by which an expression is priced."""


def selector_errors(selector: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with one selector."""
    cel = selector.get("cel")
    if cel is None:
        yield required(f"{path}.cel")
        return
    text, here = cel.get("expression") or "", f"{path}.cel.expression"
    if len(text.encode()) > _LONGEST:
        yield too_long(here, _LONGEST)
    elif problem := _problem(text):
        yield invalid(here, text, problem)
    elif _most_cost(text) > _MOST_COST:
        yield forbidden(here, "too complex, exceeds cost limit")


@lru_cache(maxsize=256)
def _problem(text: str) -> str:
    """Return why an expression selects nothing, or ""."""
    try:
        checked = check(expanded(parse(text), binding=True), {"device": _DEVICE}, {_DEVICE.name: _FIELDS})
    except (CelSyntaxError, CheckError) as problem:
        return f"compilation failed: {problem}"
    if wrong := literal_problems(checked.parsed):
        return f"compilation failed: {wrong}"
    if checked.result not in {BOOL, DYN}:
        return f"must evaluate to bool or the unknown type, not {checked.result}"
    return ""


@lru_cache(maxsize=256)
def _most_cost(text: str) -> int:
    checked = check(expanded(parse(text), binding=True), {"device": _DEVICE}, {_DEVICE.name: _FIELDS})
    return estimate(checked, _SIZES.get).most
