"""What an update may change of a pod: images, little else."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, forbidden, invalid
from harness.apiserver.kinds.core.keys import LARGEST_INT32, between
from harness.apiserver.messages import Json, Object

_UPDATABLE: Final = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
    "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously "
    "negative)"
)
_FREE: Final = frozenset({"activeDeadlineSeconds", "tolerations", "schedulingGates"})


def change_errors(spec: Object, before: Object) -> Iterator[FieldError]:
    """Yield what an update changes without being allowed to.

    The real server ends its message with a comparison of Go structures; ours ends with its first line.
    """
    for name in ("containers", "initContainers"):
        if len(spec.get(name) or []) != len(before.get(name) or []):
            yield forbidden(f"spec.{name}", "pod updates may not add or remove containers")
            return
    deadline, old = spec.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")
    if deadline is not None and not 0 <= deadline <= LARGEST_INT32:
        yield invalid("spec.activeDeadlineSeconds", deadline, between(0, LARGEST_INT32))
        return
    if deadline is not None and old is not None and old < deadline:
        yield invalid("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value")
        return
    if deadline is None and old is not None:
        yield invalid("spec.activeDeadlineSeconds", None, "must not update from a positive integer to nil value")
    yield from _tolerations(spec, before)
    yield from _gates(spec, before)
    if not same_json(_fixed(spec), _fixed(before)):
        yield forbidden("spec", f"pod updates may not change fields other than {_UPDATABLE}\n")


def _tolerations(spec: Object, before: Object) -> Iterator[FieldError]:
    now = [_without(one, "tolerationSeconds") for one in spec.get("tolerations") or []]
    if any(_without(one, "tolerationSeconds") not in now for one in before.get("tolerations") or []):
        yield forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")


def _gates(spec: Object, before: Object) -> Iterator[FieldError]:
    old = before.get("schedulingGates") or []
    for index, gate in enumerate(spec.get("schedulingGates") or []):
        if gate not in old:
            detail = "only deletion is allowed, but found new scheduling gate '" + gate.get("name", "") + "'"
            yield forbidden(f"spec.schedulingGates[{index}]", detail)


def _fixed(spec: Object) -> Object:
    """Return the part of a spec that no update changes, empty fields left out."""
    out = {name: item for name, item in spec.items() if name not in _FREE and not _empty(item)}
    for name in ("containers", "initContainers"):
        if name in out:
            out[name] = [_without(one, "image") for one in out[name]]
    return out


def _without(holder: Object, name: str) -> Object:
    return {key: item for key, item in holder.items() if key != name and not _empty(item)}


def _empty(item: Json) -> bool:
    return item is None or item in ({}, [], "")
