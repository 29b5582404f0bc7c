"""What is wrong with the containers of a pod: names, ports, variables, mounts, resources."""

from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import port_name, port_number
from harness.apiserver.kinds.core.podspec.probes import handler_errors, probe_errors
from harness.apiserver.kinds.core.podspec.security import security_errors
from harness.apiserver.kinds.core.podspec.variables import env_errors, env_from_errors
from harness.apiserver.kinds.core.resourcelist import amount, amount_errors, container_resource_name, extended
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label

PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_MESSAGES: Final = ("File", "FallbackToLogsOnError")
_PULL: Final = ("Always", "IfNotPresent", "Never")
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_ONLY_SIDECARS: Final = "may not be set for init containers without restartPolicy=Always"


def container_errors(spec: Object, path: str, volumes: Mapping[str, Object]) -> Iterator[FieldError]:
    """Yield what is wrong with the main containers."""
    containers = spec.get("containers") or []
    if not containers:
        yield required(path)
        return
    names: set[str] = set()
    for index, container in enumerate(containers):
        here, name = f"{path}[{index}]", container.get("name", "")
        yield from _common(container, here, volumes)
        if name in names:
            yield duplicate(f"{here}.name", name)
        names.add(name)
        yield from _lifecycle_errors(container, here)
    yield from _host_port_conflicts(containers, path)


def init_container_errors(spec: Object, path: str, volumes: Mapping[str, Object]) -> Iterator[FieldError]:
    """Yield what is wrong with the init containers, sidecars among them (KEP-753)."""
    names = {container.get("name", "") for container in spec.get("containers") or []}
    for index, container in enumerate(spec.get("initContainers") or []):
        here, name = f"{path}[{index}]", container.get("name", "")
        yield from _common(container, here, volumes)
        if name in names:
            yield duplicate(f"{here}.name", name)
        elif name:
            names.add(name)
        yield from _host_port_conflicts([container], path)
        if container.get("restartPolicy") == "Always":
            yield from _lifecycle_errors(container, here)
            continue
        for field in ("lifecycle", *_PROBES):
            if container.get(field) is not None:
                yield forbidden(f"{here}.{field}", _ONLY_SIDECARS)


def _common(container: Object, path: str, volumes: Mapping[str, Object]) -> Iterator[FieldError]:
    if not (name := container.get("name")):
        yield required(f"{path}.name")
    else:
        yield from (invalid(f"{path}.name", name, text) for text in dns_label(name))
    if not container.get("image"):
        yield required(f"{path}.image")
    policy = container.get("terminationMessagePolicy")
    if policy not in _MESSAGES:
        yield not_supported(f"{path}.terminationMessagePolicy", policy, _MESSAGES)
    yield from _port_errors(container.get("ports") or [], f"{path}.ports")
    yield from env_errors(container.get("env") or [], f"{path}.env")
    yield from env_from_errors(container.get("envFrom") or [], f"{path}.envFrom")
    yield from _mount_errors(container, f"{path}.volumeMounts", volumes)
    if (pull := container.get("imagePullPolicy")) not in _PULL:
        yield not_supported(f"{path}.imagePullPolicy", pull, _PULL)
    yield from resource_errors(container.get("resources") or {}, f"{path}.resources")
    yield from security_errors(container.get("securityContext") or {}, f"{path}.securityContext")


def _lifecycle_errors(container: Object, path: str) -> Iterator[FieldError]:
    lifecycle = container.get("lifecycle") or {}
    for name in ("postStart", "preStop"):
        if lifecycle.get(name) is not None:
            yield from handler_errors(lifecycle[name], f"{path}.lifecycle.{name}")
    for name in _PROBES:
        if container.get(name) is not None:
            yield from probe_errors(container[name], f"{path}.{name}", once=name != "readinessProbe")


def _port_errors(ports: list[Object], path: str) -> Iterator[FieldError]:
    names: set[str] = set()
    for index, port in enumerate(ports):
        here = f"{path}[{index}]"
        if name := port.get("name"):
            if wrong := port_name(name):
                yield from (invalid(f"{here}.name", name, text) for text in wrong)
            elif name in names:
                yield duplicate(f"{here}.name", name)
            names.add(name)
        if not port.get("containerPort"):
            yield required(f"{here}.containerPort")
        else:
            yield from port_number(port["containerPort"], f"{here}.containerPort")
        if port.get("hostPort"):
            yield from port_number(port["hostPort"], f"{here}.hostPort")
        if port.get("protocol") not in PROTOCOLS:
            yield not_supported(f"{here}.protocol", port.get("protocol"), PROTOCOLS)


def _host_port_conflicts(containers: list[Object], path: str) -> Iterator[FieldError]:
    taken: set[str] = set()
    for index, container in enumerate(containers):
        for position, port in enumerate(container.get("ports") or []):
            if not port.get("hostPort"):
                continue
            text = f"{port.get('protocol')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if text in taken:
                yield duplicate(f"{path}[{index}].ports[{position}].hostPort", text)
            taken.add(text)


def _mount_errors(container: Object, path: str, volumes: Mapping[str, Object]) -> Iterator[FieldError]:
    points: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or []):
        here, name, point = f"{path}[{index}]", mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            yield required(f"{here}.name")
        if name not in volumes:
            yield FieldError("FieldValueNotFound", f"{here}.name", name, "")
        if not point:
            yield required(f"{here}.mountPath")
        if point in points:
            yield invalid(f"{here}.mountPath", point, "must be unique")
        points.add(point)
        for field in ("subPath", "subPathExpr"):  # the index is missing from these paths in the real server, too
            inner = mount.get(field) or ""
            if inner.startswith("/"):
                yield invalid(f"{path}.{field}", inner, "must be a relative path")
            if ".." in inner.split("/"):
                yield invalid(f"{path}.{field}", inner, "must not contain '..'")


def resource_errors(resources: Object, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with what a container asks for."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for part, values in (("limits", limits), ("requests", requests)):
        for name, value in values.items():
            here = f"{path}.{part}[{name}]"
            yield from container_resource_name(name, here)
            yield from amount_errors(name, value, here)
            if part == "requests":
                yield from _against_limit(name, limits, requests, path)


def _against_limit(name: str, limits: Object, requests: Object, path: str) -> Iterator[FieldError]:
    limit, request = amount(limits, name), amount(requests, name)
    fixed = extended(name) or name.startswith("hugepages-")  # not overcommitted
    if request is None:
        return
    if limit is None:
        if fixed:
            yield required(f"{path}.limits", "Limit must be set for non overcommitable resources")
    elif fixed and request.value != limit.value:
        yield invalid(f"{path}.requests", str(request), f"must be equal to {name} limit of {limit}")
    elif limit < request:
        yield invalid(f"{path}.requests", str(request), f"must be less than or equal to {name} limit of {limit}")
