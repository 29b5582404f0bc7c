"""What is wrong with annotations that pods were once configured by, and with those that tell whose a pod is."""

import re
from collections.abc import Iterator
from typing import Final

from harness.apiserver.fields import FieldError, forbidden, invalid, quote
from harness.apiserver.kinds.core.podspec.security import LONGEST_PROFILE, descending_path
from harness.apiserver.kinds.core.podspec.windows import placed_containers
from harness.apiserver.messages import Object

MIRROR: Final = "kubernetes.io/config.mirror"
"""Marks the image of a pod that a kubelet runs by itself."""

APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
_COST: Final = "controller.kubernetes.io/pod-deletion-cost"
_COST_TEXT: Final = re.compile(r"0|-\d+|[1-9]\d*", re.ASCII)
_LOCAL: Final = "localhost/"
_KNOWN: Final = {
    "RuntimeDefault": frozenset({"runtime/default", "docker/default"}),
    "Unconfined": frozenset({"unconfined"}),
}


def annotation_errors(annotations: Object, spec: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the annotations of a pod or template."""
    if not annotations:
        return
    if MIRROR in annotations and not spec.get("nodeName"):
        detail = "must set spec.nodeName if mirror pod annotation is set"
        yield invalid(f"{path}[{MIRROR}]", annotations[MIRROR], detail)
    cost = annotations.get(_COST)
    if cost is not None and not (_COST_TEXT.fullmatch(cost) and -(2**31) <= int(cost) < 2**31):
        yield invalid(f"{path}[{_COST}]", cost, "must be a 32bit integer")
    containers = {one.get("name", "") for _, one in placed_containers(spec, "")}
    for key, value in annotations.items():
        if key == _SECCOMP or key.startswith(_SECCOMP_CONTAINER):
            yield from _seccomp(value, f"{path}.{key}")
        elif key.startswith(APPARMOR):
            if (name := key.removeprefix(APPARMOR)) not in containers:
                yield invalid(f"{path}[{key}]", name, "container not found")
            if value not in {"", "runtime/default", "unconfined"} and not value.startswith(_LOCAL):
                yield invalid(f"{path}[{key}]", value, f"invalid AppArmor profile name: {quote(value)}")


def changed_annotations(annotations: Object, before: Object, path: str) -> Iterator[FieldError]:
    """Yield which annotations of a pod an update touches that are for ever."""
    if annotations == before:
        return
    for key in sorted(annotations.keys() | before.keys()):
        if annotations.get(key) == before.get(key):
            continue
        word = "remove or update" if key in before else "add"
        if key.startswith(APPARMOR):
            yield forbidden(f"{path}[{key}]", f"may not {word} AppArmor annotations")
        if key == MIRROR:
            yield forbidden(f"{path}[{key}]", f"may not {word} mirror pod annotation")


def _seccomp(profile: str, path: str) -> Iterator[FieldError]:
    if profile.startswith(_LOCAL):
        yield from descending_path(profile.removeprefix(_LOCAL), path)
    elif not any(profile in known for known in _KNOWN.values()):
        yield invalid(path, profile, "must be a valid seccomp profile")


def agreement_errors(annotations: Object, spec: Object, path: str) -> Iterator[FieldError]:
    """Yield where an annotation and a field say different things of one profile."""
    if not annotations:
        return
    context = spec.get("securityContext") or {}
    yield from _agree(annotations.get(_SECCOMP), context.get("seccompProfile"), f"{path}.securityContext", seccomp=True)
    windows = (spec.get("os") or {}).get("name") == "windows"
    for at, container in placed_containers(spec, path):
        here, own = f"{at}.securityContext", container.get("securityContext") or {}
        name = container.get("name", "")
        yield from _agree(annotations.get(f"{_SECCOMP_CONTAINER}{name}"), own.get("seccompProfile"), here, seccomp=True)
        if not windows:
            profile = own.get("appArmorProfile") or context.get("appArmorProfile")
            yield from _agree(annotations.get(f"{APPARMOR}{name}"), profile, here, seccomp=False)


def _agree(annotation: str | None, profile: Object | None, path: str, *, seccomp: bool) -> Iterator[FieldError]:
    if annotation is None or profile is None:
        return
    word, field = ("seccomp", "seccompProfile") if seccomp else ("apparmor", "appArmorProfile")
    kind = profile.get("type")
    if kind == "Localhost" and annotation.startswith(_LOCAL):
        if annotation.removeprefix(_LOCAL) != profile.get("localhostProfile"):
            yield forbidden(f"{path}.{field}.localhostProfile", f"{word} profile in annotation and field must match")
        return
    known = _KNOWN.get(kind or "", frozenset()) - (frozenset() if seccomp else {"docker/default"})
    if kind in {"Localhost", *_KNOWN} and annotation not in known:
        yield forbidden(f"{path}.{field}.type", f"{word} type in annotation and field must match")


def apparmor_warnings(annotations: Object, spec: Object) -> Iterator[str]:
    """Yield which annotations of a new pod name profiles of AppArmor that no field names."""
    for container, profile in _annotated(annotations, spec):
        if profile is None or profile != _of_pod(spec):
            key = f"{APPARMOR}{container.get('name', '')}"
            yield f'metadata.annotations[{key}]: deprecated since v1.30; use the "appArmorProfile" field instead'


def with_apparmor(annotations: Object, spec: Object) -> Object:
    """Return the spec of a new pod with the AppArmor profiles that its annotations name, where no field does."""
    found = {
        one.get("name", ""): profile
        for one, profile in _annotated(annotations, spec)
        if profile is not None and profile != _of_pod(spec)
    }
    if not found:
        return spec
    out = {**spec}
    for kind in ("initContainers", "containers"):
        if spec.get(kind):
            out[kind] = [_with_profile(one, found.get(one.get("name", ""))) for one in spec[kind]]
    return out


def _annotated(annotations: Object, spec: Object) -> Iterator[tuple[Object, Object | None]]:
    """Yield containers whose profile an annotation alone names, and the field that says the same; None if there is none."""
    if not annotations or (spec.get("os") or {}).get("name") == "windows":
        return
    for _, container in placed_containers(spec, ""):
        named = annotations.get(f"{APPARMOR}{container.get('name', '')}")
        if named is not None and (container.get("securityContext") or {}).get("appArmorProfile") is None:
            yield container, _profile(named)


def _of_pod(spec: Object) -> Object | None:
    found: Object | None = (spec.get("securityContext") or {}).get("appArmorProfile")
    return found


def _with_profile(container: Object, profile: Object | None) -> Object:
    if profile is None:
        return container
    return {**container, "securityContext": {**(container.get("securityContext") or {}), "appArmorProfile": profile}}


def _profile(annotation: str) -> Object | None:
    if annotation == "unconfined":
        return {"type": "Unconfined"}
    if annotation == "runtime/default":
        return {"type": "RuntimeDefault"}
    name = annotation.removeprefix(_LOCAL)
    good = annotation.startswith(_LOCAL) and name and name.strip() == name and len(name.encode()) <= LONGEST_PROFILE
    return {"type": "Localhost", "localhostProfile": name} if good else None
