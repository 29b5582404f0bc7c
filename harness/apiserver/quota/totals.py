"""What a pod asks for in all: the sum of its containers, or what its init containers need at once."""

from collections.abc import Callable
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
    total = container_total(spec, part)
    whole = amounts((spec.get("resources") or {}).get(part))
    return total | {name: one for name, one in whole.items() if name in _OWN or name.startswith("hugepages-")}


def container_total(spec: Object, part: str) -> Amounts:
    """Return the total of ``requests`` or ``limits`` of a pod's containers."""
    return _summed(spec, lambda container: _of(container, part))


def effective_total(pod: Object, part: str) -> Amounts:
    """Return the same of a pod that may run otherwise than its spec says (KEP-1287), with its overhead.

    A container that is being resized counts for the most of what it is to have, has, and has been promised; where the node
    cannot do it, not for what it is to have. Overhead is not a limit where there is none.
    """
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    infeasible = any(
        one.get("type") == "PodResizePending" and one.get("reason") == "Infeasible"
        for one in status.get("conditions") or ()
    )
    running = {
        one["name"]: one for kind in ("containerStatuses", "initContainerStatuses") for one in status.get(kind) or ()
    }
    for one in spec.get("initContainers") or ():
        if one.get("restartPolicy") != "Always":
            running.pop(one.get("name"), None)  # it is not resized

    def effective(container: Object) -> Amounts:
        found, told = _of(container, part), running.get(container.get("name"), {})
        if told.get("resources") is None:
            return found
        most: Amounts = {} if infeasible else {**found}
        _raise(most, _of(told, part))
        if part == "requests":
            _raise(most, amounts(told.get("allocatedResources")))
        return most

    total = _summed(spec, effective)
    whole = amounts((spec.get("resources") or {}).get(part))
    total |= {name: one for name, one in whole.items() if name in _OWN or name.startswith("hugepages-")}
    overhead = amounts(spec.get("overhead"))
    if part == "limits":
        overhead = {name: one for name, one in overhead.items() if name in total and total[name].value}
    _add(total, overhead)
    return total


def _summed(spec: Object, of: Callable[[Object], Amounts]) -> Amounts:
    total: Amounts = {}
    for container in spec.get("containers") or []:
        _add(total, of(container))
    sidecars: Amounts = {}
    highest: Amounts = {}
    for container in spec.get("initContainers") or []:
        here = of(container)
        if container.get("restartPolicy") == "Always":
            _add(total, here)
            _add(sidecars, here)
            here = sidecars
        else:
            here = {**here}
            _add(here, sidecars)
        _raise(highest, here)
    _raise(total, highest)
    return total


def _of(container: Object, part: str) -> Amounts:
    return amounts((container.get("resources") or {}).get(part))


def _add(total: Amounts, more: Amounts) -> None:
    for name, one in more.items():
        total[name] = total[name] + one if name in total else one


def _raise(total: Amounts, more: Amounts) -> None:
    for name, one in more.items():
        if name not in total or total[name] < one:
            total[name] = one
