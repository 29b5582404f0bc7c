"""The quality-of-service class of a pod: Guaranteed, Burstable or BestEffort."""

from typing import Final

from harness.apiserver.kinds.core.resourcelist import amount
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ZERO, Quantity

_COUNTED: Final = ("cpu", "memory")


def quality_of_service(spec: Object) -> str:
    """Return the class that the requests and limits of the containers make, or those of the whole pod where it has any."""
    requests: dict[str, Quantity] = {}
    limits: dict[str, Quantity] = {}
    guaranteed = True
    whole = spec.get("resources")
    parts = [whole] if whole is not None else [
        container.get("resources") or {}
        for name in ("containers", "initContainers")
        for container in spec.get(name) or []
    ]  # fmt: skip
    for resources in parts:
        _add(requests, resources.get("requests"))
        guaranteed &= _add(limits, resources.get("limits")) == len(_COUNTED)
    if not requests and not limits:
        return "BestEffort"
    same = all(name in limits and limits[name].value == one.value for name, one in requests.items())
    return "Guaranteed" if guaranteed and same and len(requests) == len(limits) else "Burstable"


def _add(total: dict[str, Quantity], values: Object | None) -> int:
    """Add what counts, and return how many resources did."""
    found = [(name, one) for name in _COUNTED if (one := amount(values, name)) is not None and one.value > 0]
    for name, one in found:
        total[name] = total.get(name, ZERO) + one
    return len(found)
