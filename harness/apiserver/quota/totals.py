"""What a pod asks for in all: the sum of its containers, or what its init containers need at once."""

from typing import Final

from harness.apiserver.messages import Object
from harness.apiserver.quantity import Quantity, parse_quantity

Amounts = dict[str, Quantity]

_OWN: Final = ("cpu", "memory")


def amounts(values: Object | None) -> Amounts:
    """Return a list of resources as numbers."""
    return {name: parse_quantity(str(value)) for name, value in (values or {}).items()}


def pod_total(spec: Object, part: str) -> Amounts:
    """Return the total of ``requests`` or ``limits`` of a pod; what is set for the whole pod counts instead (KEP-2837)."""
    total: Amounts = {}
    for container in spec.get("containers") or []:
        _add(total, _of(container, part))
    sidecars: Amounts = {}
    highest: Amounts = {}
    for container in spec.get("initContainers") or []:
        here = _of(container, part)
        if container.get("restartPolicy") == "Always":
            _add(total, here)
            _add(sidecars, here)
            here = sidecars
        else:
            here = {**here}
            _add(here, sidecars)
        _raise(highest, here)
    _raise(total, highest)
    whole = amounts((spec.get("resources") or {}).get(part))
    return total | {name: one for name, one in whole.items() if name in _OWN}


def _of(container: Object, part: str) -> Amounts:
    return amounts((container.get("resources") or {}).get(part))


def _add(total: Amounts, more: Amounts) -> None:
    for name, one in more.items():
        total[name] = total[name] + one if name in total else one


def _raise(total: Amounts, more: Amounts) -> None:
    for name, one in more.items():
        if name not in total or total[name] < one:
            total[name] = one
