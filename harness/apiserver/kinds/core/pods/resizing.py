"""``/resize``: other amounts of cpu and memory for the containers of a pod that may be running (KEP-1287), or for the pod as a whole."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.codec.internals import alike
from harness.apiserver.fields import FieldError, forbidden, invalid
from harness.apiserver.kinds.core.pods.quality import quality_of_service
from harness.apiserver.kinds.core.podspec.annotations import MIRROR
from harness.apiserver.messages import Object

_KINDS: Final = ("containers", "initContainers")
_PARTS: Final = (("requests", "requests"), ("limits", "limits"))
_SCALED: Final = ("cpu", "memory")
_NOT_ALLOWED: Final = "only cpu and memory resources are mutable"


def resized(given: Object, spec: Object) -> Object:
    """Return a spec with the resources that are given; as it is given where the containers are not the same ones."""
    out = {**spec, "resources": given.get("resources")}
    if out["resources"] is None:
        del out["resources"]
    if any(len(given.get(name) or ()) != len(spec.get(name) or ()) for name in _KINDS):
        return given
    for name in _KINDS:
        if not spec.get(name):
            continue
        pairs = list(zip(given[name], spec[name], strict=True))
        same = all(one.get("name") == old.get("name") for one, old in pairs)
        out[name] = [_container(one, old) for one, old in pairs] if same else given[name]
    return out


def _container(given: Object, before: Object) -> Object:
    out = {name: item for name, item in before.items() if name not in {"resources", "resizePolicy"}}
    return out | {name: given[name] for name in ("resources", "resizePolicy") if given.get(name) is not None}


_NOWHERE: Final = "[]"
"""How a path is printed that leads nowhere."""


def resize_errors(value: Object, current: Object, found: list[FieldError]) -> list[FieldError]:
    """Return what is wrong with a resize, beside what is ``found`` to be wrong with the pod."""
    found = [*found, *_errors(value, current)]
    if not found and not alike(_all_scaled_back(value["spec"], current["spec"]), current["spec"], "core.PodSpec"):
        found.append(forbidden("spec", _NOT_ALLOWED))
    return found


def _errors(value: Object, current: Object) -> Iterator[FieldError]:
    spec, before = value["spec"], current["spec"]
    if quality_of_service(spec) != _quality(current):
        shown = (value.get("status") or {}).get("qosClass") or ""
        yield invalid("spec", shown, "Pod QOS Class may not change as a result of resizing")
    if not _resizable(current.get("status") or {}):
        yield forbidden("spec", "Pod running on node without support for resize")
    found = list(_whole(spec, before)) if _asks(spec) or _asks(before) else []
    found += [error for name in _KINDS for error in _order(spec, before, name)]
    yield from found
    if any("on resize" in error.detail for error in found):
        return
    for name in reversed(_KINDS):
        for index, (one, old) in enumerate(zip(spec.get(name) or (), before.get(name) or (), strict=True)):
            yield from _removed(one, old, f"spec.{name}[{index}].resources", "resource")
    yield from _rest(spec, before)


def refusal(current: Object) -> FieldError | None:
    """Return why a pod cannot be resized at all, or None."""
    if MIRROR in (current["metadata"].get("annotations") or {}):
        return forbidden(_NOWHERE, "static pods cannot be resized")
    if (current["spec"].get("os") or {}).get("name") == "windows":
        return forbidden(_NOWHERE, "windows pods cannot be resized")
    return None


def _quality(pod: Object) -> str:
    return (pod.get("status") or {}).get("qosClass") or quality_of_service(pod["spec"])


def _resizable(status: Object) -> bool:
    """Tell whether the node can resize: its kubelet says what a running container has, if it can."""
    for one in status.get("containerStatuses") or ():
        if (one.get("state") or {}).get("running") is not None:
            return one.get("resources") is not None
    return True


def _asks(spec: Object) -> bool:
    whole = spec.get("resources") or {}
    return bool(whole.get("requests") or whole.get("limits"))


def _order(spec: Object, before: Object, name: str) -> Iterator[FieldError]:
    now, old = spec.get(name) or [], before.get(name) or []
    if len(now) != len(old):
        yield forbidden(f"spec.{name}", f"{name} may not be added or removed on resize")
        return
    for index, (one, other) in enumerate(zip(now, old, strict=True)):
        if one.get("name") != other.get("name"):
            yield forbidden(f"spec.{name}[{index}].name", f"{name} may not be renamed or reordered on resize")


def _removed(holder: Object, before: Object, path: str, what: str) -> Iterator[FieldError]:
    now, old = holder.get("resources") or {}, before.get("resources") or {}
    for part, word in _PARTS:
        if set(old.get(part) or ()) - set(now.get(part) or ()):
            yield forbidden(f"{path}.{part}", f"{what} {word} cannot be removed")


def _whole(spec: Object, before: Object) -> Iterator[FieldError]:
    if before.get("resources") is not None and spec.get("resources") is None:
        yield forbidden("spec.resources", "pod-level resources cannot be removed")
        return
    yield from _removed(spec, before, "spec.resources", "pod-level resource")
    if not alike(_whole_scaled_back(spec, before), before.get("resources"), "*core.ResourceRequirements"):
        yield forbidden("spec", "only cpu and memory resources are mutable at pod-level")


def _whole_scaled_back(spec: Object, before: Object) -> Object | None:
    out = _scaled_back(spec, before)
    if before.get("resources") is None and not any(out.values()):
        return None
    return out


def _scaled_back(holder: Object, before: Object) -> Object:
    """Return the resources of a container or pod, with cpu and memory as they were."""
    now, old = holder.get("resources") or {}, before.get("resources") or {}
    out = {**now}
    for part, _ in _PARTS:
        rest = {name: one for name, one in (now.get(part) or {}).items() if name not in _SCALED}
        out[part] = rest | {name: one for name, one in (old.get(part) or {}).items() if name in _SCALED}
    return out


def _container_scaled_back(container: Object, before: Object) -> Object:
    resources = _scaled_back(container, before)
    return {**container, "resources": {part: resources[part] for part, _ in _PARTS}}


def _rest(spec: Object, before: Object) -> Iterator[FieldError]:
    for one, old in zip(spec.get("containers") or (), before.get("containers") or (), strict=True):
        if not alike(_container_scaled_back(one, old), old, "core.Container"):
            yield forbidden("spec", _NOT_ALLOWED)
    for index, (one, old) in enumerate(
        zip(spec.get("initContainers") or (), before.get("initContainers") or (), strict=True)
    ):
        path = f"spec.initContainers[{index}]"
        if not alike(_container_scaled_back(one, old), old, "core.Container"):
            yield forbidden(path, "only cpu and memory resources for init or sidecar containers are mutable")
        sidecar = one.get("restartPolicy") == "Always"
        if not sidecar and not alike(one, old, "core.Container"):
            for policy in one.get("resizePolicy") or ():
                if policy.get("restartPolicy") == "RestartContainer":
                    detail = "non-sidecar init containers with a resize policy of RestartContainer cannot be resized"
                    yield forbidden(path, detail)


def _all_scaled_back(spec: Object, before: Object) -> Object:
    out = {**spec, "resources": _whole_scaled_back(spec, before)}
    for name in _KINDS:
        pairs = zip(spec.get(name) or (), before.get(name) or (), strict=True)
        out[name] = [_container_scaled_back(one, old) for one, old in pairs]
    return out
