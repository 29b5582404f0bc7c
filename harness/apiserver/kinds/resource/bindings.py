"""Conditions that a device must have, or must not, before a pod that has got it is bound to a node."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, invalid
from harness.apiserver.kinds.resource.lists import each
from harness.apiserver.kinds.resource.names import label_key_errors
from harness.apiserver.messages import Object

_MOST: Final = 4
_WANTED, _UNWANTED = "bindingConditions", "bindingFailureConditions"


def binding_errors(device: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the conditions of a device, or of one that has been allocated."""
    wanted, unwanted = device.get(_WANTED) or [], device.get(_UNWANTED) or []
    for name, values in ((_WANTED, wanted), (_UNWANTED, unwanted)):
        yield from each(values, f"{path}.{name}", label_key_errors, most=_MOST)
    for name, values in ((_WANTED, wanted), (_UNWANTED, unwanted)):
        for index, one in enumerate(values):
            if one in values[:index]:
                yield duplicate(f"{path}.{name}[{index}]", one)
            if name == _UNWANTED and one in wanted:
                yield invalid(f"{path}.{name}[{index}]", one, f"{_UNWANTED} must not overlap with {_WANTED}")
    for name, other in ((_WANTED, _UNWANTED), (_UNWANTED, _WANTED)):
        if not device.get(name) and device.get(other):
            yield invalid(f"{path}.{name}", device.get(name), f"{name} are required to use {other}")
