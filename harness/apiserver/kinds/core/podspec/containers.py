"""What is wrong with the containers of a pod: names, ports, variables, mounts, resources."""

from collections.abc import Iterator, Mapping
from typing import Final

from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, not_supported, required
from harness.apiserver.kinds.core.keys import port_name, port_number
from harness.apiserver.kinds.core.podspec.amounts import resource_errors
from harness.apiserver.kinds.core.podspec.devices import use_errors
from harness.apiserver.kinds.core.podspec.mounts import block_errors, mount_errors
from harness.apiserver.kinds.core.podspec.probes import handler_errors, probe_errors
from harness.apiserver.kinds.core.podspec.restarts import resize_errors, restart_errors
from harness.apiserver.kinds.core.podspec.security import security_errors
from harness.apiserver.kinds.core.podspec.variables import env_errors, env_from_errors
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label

PROTOCOLS: Final = ("SCTP", "TCP", "UDP")
_MESSAGES: Final = ("File", "FallbackToLogsOnError")
_PULL: Final = ("Always", "IfNotPresent", "Never")
_PROBES: Final = ("livenessProbe", "readinessProbe", "startupProbe")
_NOT_EPHEMERAL: Final = (
    "ports", "resources", "resizePolicy", "restartPolicy", "restartPolicyRules", "livenessProbe", "readinessProbe",
    "startupProbe", "lifecycle",
)  # fmt: skip
_ONLY_LASTING: Final = "cannot be set for an Ephemeral Container"
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
        for position, policy in enumerate(container.get("resizePolicy") or ()):
            if policy.get("restartPolicy") == "RestartContainer":
                detail = "must not be set to 'RestartContainer' for non-sidecar initContainers"
                yield invalid(f"{here}.resizePolicy[{position}].restartPolicy", "RestartContainer", detail)


def ephemeral_container_errors(spec: Object, path: str, volumes: Mapping[str, Object]) -> Iterator[FieldError]:
    """Yield what is wrong with the containers that were added to look into a pod (KEP-277)."""
    others = {one.get("name", "") for kind in ("containers", "initContainers") for one in spec.get(kind) or ()}
    names = {*others}
    for index, container in enumerate(spec.get("ephemeralContainers") or ()):
        here, name = f"{path}[{index}]", container.get("name", "")
        yield from _common(container, here, volumes, spec)
        image = container.get("image") or ""
        if image.strip() != image:
            yield invalid(f"{here}.image", image, "must not have leading or trailing whitespace")
        if name in names:
            yield duplicate(f"{here}.name", name)
        names.add(name)
        target = container.get("targetContainerName")
        if target and target not in others:
            yield FieldError("FieldValueNotFound", f"{here}.targetContainerName", target, "")
        for field in _NOT_EPHEMERAL:
            if container.get(field) is not None and not (field == "resources" and container[field] == {}):
                yield forbidden(f"{here}.{field}", _ONLY_LASTING)
        for position, mount in enumerate(container.get("volumeMounts") or ()):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    yield forbidden(f"{here}.volumeMounts[{position}].{field}", _ONLY_LASTING)


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
    yield from mount_errors(container, f"{path}.volumeMounts", volumes)
    yield from block_errors(container, f"{path}.volumeDevices", volumes)
    if (pull := container.get("imagePullPolicy")) not in _PULL:
        yield not_supported(f"{path}.imagePullPolicy", pull, _PULL)
    yield from resource_errors(container.get("resources") or {}, f"{path}.resources")
    yield from use_errors(container, path, spec.get("resourceClaims") or [])
    never = spec.get("restartPolicy") == "Never"
    yield from resize_errors(container.get("resizePolicy") or [], f"{path}.resizePolicy", never=never)
    yield from restart_errors(container, path)
    context, host_users = container.get("securityContext") or {}, spec.get("hostUsers") is not False
    yield from security_errors(context, f"{path}.securityContext", host_users=host_users)


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
