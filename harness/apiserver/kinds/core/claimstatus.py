"""The status of a claim: what the volume holds, and how far it has grown."""

import math
from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, invalid, not_supported
from harness.apiserver.kinds.core.resourcelist import native
from harness.apiserver.messages import Object
from harness.apiserver.names import qualified_name
from harness.apiserver.quantity import parse_quantity

_STATES: Final = (
    "ControllerResizeInProgress",
    "ControllerResizeInfeasible",
    "NodeResizeInProgress",
    "NodeResizeInfeasible",
    "NodeResizePending",
)


def claim_status_errors(status: Object) -> Iterator[FieldError]:
    """Yield what is wrong with amounts, and with what they are of."""
    for name, value in (status.get("capacity") or {}).items():
        yield from _amount_errors(value, f"status.capacity[{name}]")
    for name, state in (status.get("allocatedResourceStatuses") or {}).items():
        yield from _name_errors(name, "status.allocatedResourceStatuses")
        if state not in _STATES:
            yield not_supported("status.allocatedResourceStatuses", name, _STATES)
    for name, value in (status.get("allocatedResources") or {}).items():
        here = f"status.allocatedResources[{name}]"
        yield from list(_name_errors(name, "status.allocatedResources")) or _amount_errors(value, here)


def _amount_errors(value: str | float, path: str) -> Iterator[FieldError]:
    exact = parse_quantity(str(value)).value
    if exact < 0:  # it is shown rounded away from zero
        yield invalid(path, math.floor(exact), "must be a valid resource quantity")


def _name_errors(name: str, path: str) -> Iterator[FieldError]:
    wrong = qualified_name(name)
    yield from (invalid(path, name, text) for text in wrong)
    if not wrong and native(name) and name != "storage":
        yield not_supported(path, name, ("storage",))
