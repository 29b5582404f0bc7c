"""What is wrong with the containers of a pod: names, ports, variables, mounts, resources."""

from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import port_name, port_number
from harness.apiserver.kinds.core.podspec.devices import use_errors
from harness.apiserver.kinds.core.podspec.probes import handler_errors, probe_errors
from harness.apiserver.kinds.core.podspec.restarts import resize_errors, restart_errors
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
        yield from _common(container, here, volumes, spec)
        if name in names:
            yield duplicate(f"{here}.name", name)
        names.add(name)
        yield from _lifecycle_errors(container, here, spec)
    yield from _host_port_conflicts(containers, path)


def init_container_errors(spec: Object, path: str, volumes: Mapping[str, Object]) -> Iterator[FieldError]:
    """Yield what is wrong with the init containers, sidecars among them (KEP-753)."""
    names = {container.get("name", "") for container in spec.get("containers") or []}
    for index, container in enumerate(spec.get("initContainers") or []):
        here, name = f"{path}[{index}]", container.get("name", "")
        yield from _common(container, here, volumes, spec)
        if name in names:
            yield duplicate(f"{here}.name", name)
        elif name:
            names.add(name)
        yield from _host_port_conflicts([container], path)
        if container.get("restartPolicy") == "Always":
            yield from _lifecycle_errors(container, here, spec)
            continue
        for field in ("lifecycle", *_PROBES):
            if container.get(field) is not None:
                yield forbidden(f"{here}.{field}", _ONLY_SIDECARS)


def _common(container: Object, path: str, volumes: Mapping[str, Object], spec: Object) -> Iterator[FieldError]:
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
    yield from _block_errors(container, f"{path}.volumeDevices", volumes)
    if (pull := container.get("imagePullPolicy")) not in _PULL:
        yield not_supported(f"{path}.imagePullPolicy", pull, _PULL)
    yield from resource_errors(container.get("resources") or {}, f"{path}.resources")
    yield from use_errors(container, path, spec.get("resourceClaims") or [])
    never = spec.get("restartPolicy") == "Never"
    yield from resize_errors(container.get("resizePolicy") or [], f"{path}.resizePolicy", never=never)
    yield from restart_errors(container, path)
    yield from security_errors(container.get("securityContext") or {}, f"{path}.securityContext")


def _lifecycle_errors(container: Object, path: str, spec: Object) -> Iterator[FieldError]:
    lifecycle = container.get("lifecycle") or {}
    for name in ("postStart", "preStop"):
        if lifecycle.get(name) is not None:
            grace = spec.get("terminationGracePeriodSeconds")
            yield from handler_errors(lifecycle[name], f"{path}.lifecycle.{name}", grace=grace)
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
    devices = {one.get("name", ""): one.get("devicePath", "") for one in container.get("volumeDevices") or ()}
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
        if name in devices:
            yield invalid(f"{here}.name", name, "must not already exist in volumeDevices")
        if point in devices.values():
            yield invalid(f"{here}.mountPath", point, "must not already exist as a path in volumeDevices")
        yield from _inner_paths(mount, path)
        yield from _recursive(mount, f"{path}.recursiveReadOnly")


def _inner_paths(mount: Object, path: str) -> Iterator[FieldError]:
    for field in ("subPath", "subPathExpr"):  # the index is missing from these paths in the real server, too
        inner = mount.get(field) or ""
        if inner.startswith("/"):
            yield invalid(f"{path}.{field}", inner, "must be a relative path")
        if ".." in inner.split("/"):
            yield invalid(f"{path}.{field}", inner, "must not contain '..'")


def _recursive(mount: Object, path: str) -> Iterator[FieldError]:
    wanted = mount.get("recursiveReadOnly")
    if wanted in {"Enabled", "IfPossible"}:
        if not mount.get("readOnly"):
            yield forbidden(path, "may only be specified when readOnly is true")
        if mount.get("mountPropagation") not in {None, "None"}:
            yield forbidden(path, "may only be specified when mountPropagation is None or not specified")
    elif wanted not in {None, "Disabled"}:
        yield not_supported(path, wanted, ("Disabled", "Enabled", "IfPossible"))


def _block_errors(container: Object, path: str, volumes: Mapping[str, Object]) -> Iterator[FieldError]:
    mounted = {mount.get("name", ""): mount.get("mountPath", "") for mount in container.get("volumeMounts") or ()}
    names: set[str] = set()
    places: set[str] = set()
    for index, device in enumerate(container.get("volumeDevices") or ()):
        here, name, place = f"{path}[{index}]", device.get("name", ""), device.get("devicePath", "")
        yield from _device_name(name, f"{here}.name", volumes, names | mounted.keys(), repeated=name in names)
        if not place:
            yield required(f"{here}.devicePath")
        if place in places:
            yield invalid(f"{here}.devicePath", place, "must be unique")
        if ".." in place.split("/"):
            yield invalid(f"{here}.devicePath", place, "can not contain backsteps ('..')")
        else:
            places.add(place)
        if place in mounted.values():
            yield invalid(f"{here}.devicePath", place, "must not already exist as a path in volumeMounts")
        names |= {name} - {""}


def _device_name(
    name: str, path: str, volumes: Mapping[str, Object], taken: set[str], *, repeated: bool
) -> Iterator[FieldError]:
    volume = volumes.get(name)
    if not name:
        yield required(path)
    if repeated:
        yield invalid(path, name, "must be unique")
    if volume is None:
        yield FieldError("FieldValueNotFound", path, name, "")
    elif not {"persistentVolumeClaim", "ephemeral"} & volume.keys():
        yield invalid(
            path, name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        )
    if name in taken and not repeated:
        yield invalid(path, name, "must not already exist in volumeMounts")


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
