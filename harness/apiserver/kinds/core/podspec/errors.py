"""What is wrong with a pod's spec or a template. Fields are looked at in the order of the real server's validation."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import address_errors
from harness.apiserver.fields import FieldError, forbidden, invalid, not_supported, required, too_long
from harness.apiserver.kinds.core.keys import LARGEST_INT32, between
from harness.apiserver.kinds.core.podspec.affinity import affinity_errors
from harness.apiserver.kinds.core.podspec.amounts import whole_pod_errors
from harness.apiserver.kinds.core.podspec.annotations import agreement_errors, annotation_errors
from harness.apiserver.kinds.core.podspec.containers import (
    container_errors,
    ephemeral_container_errors,
    init_container_errors,
)
from harness.apiserver.kinds.core.podspec.devices import device_errors
from harness.apiserver.kinds.core.podspec.placement import spread_errors, toleration_errors
from harness.apiserver.kinds.core.podspec.security import host_users_errors, pod_security_errors
from harness.apiserver.kinds.core.podspec.variables import file_volume_errors
from harness.apiserver.kinds.core.podspec.volumes import volume_errors
from harness.apiserver.kinds.core.podspec.windows import host_process_errors, system_errors
from harness.apiserver.kinds.core.resourcelist import amount_errors, container_resource_name
from harness.apiserver.messages import Object
from harness.apiserver.metadata import metadata_errors
from harness.apiserver.names import dns_label, dns_search, dns_subdomain, label_value, qualified_name

_RESTART: Final = ("Always", "OnFailure", "Never")
_MOST_SEARCHES: Final = 32
_LONGEST_SEARCH: Final = 2048
_LONGEST_HOSTNAME: Final = 64
_SYSTEMS: Final = ("linux", "windows")
_DNS: Final = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTION: Final = ("PreemptLowerPriority", "Never")
_MOST_NAMESERVERS: Final = 3


def template_errors(template: Object, path: str) -> list[FieldError]:
    """Return what is wrong with a pod template."""
    metadata = template.get("metadata") or {}
    spec = template.get("spec") or {}
    found = [
        FieldError(one.type, one.field.replace("metadata", path, 1), one.value, one.detail)
        for one in metadata_errors({name: metadata.get(name) for name in ("labels", "annotations")})
    ]
    annotations = metadata.get("annotations") or {}
    found += annotation_errors(annotations, spec, f"{path}.annotations")
    found += pod_spec_errors(spec, f"{path}.spec", template=True)
    found += agreement_errors(annotations, spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        found.append(forbidden(f"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template"))
    return found


def pod_spec_errors(spec: Object, path: str, *, template: bool = True, pod: str = "") -> list[FieldError]:
    """Return what is wrong with a pod's spec at ``path``.

    ``template`` tells that it is not yet a pod's own; ``pod`` is the name of the pod, if it has one.
    """
    return list(_errors(spec, path, template=template, pod=pod))


def _errors(spec: Object, path: str, *, template: bool, pod: str) -> Iterator[FieldError]:
    volumes: dict[str, Object] = {}
    yield from volume_errors(spec.get("volumes") or [], f"{path}.volumes", good=volumes, pod=pod)
    yield from device_errors(spec.get("resourceClaims") or [], f"{path}.resourceClaims")
    yield from container_errors(spec, f"{path}.containers", volumes)
    yield from init_container_errors(spec, f"{path}.initContainers", volumes)
    yield from ephemeral_container_errors(spec, f"{path}.ephemeralContainers", volumes)
    yield from whole_pod_errors(spec, f"{path}.resources")
    if spec.get("hostNetwork"):
        yield from _host_ports(spec, path, template=template)
    yield from _enumeration(spec.get("restartPolicy"), f"{path}.restartPolicy", _RESTART)
    yield from _enumeration(spec.get("dnsPolicy"), f"{path}.dnsPolicy", _DNS)
    for key, value in (spec.get("nodeSelector") or {}).items():
        yield from (invalid(f"{path}.nodeSelector", key, text) for text in qualified_name(key))
        yield from (invalid(f"{path}.nodeSelector", value, text) for text in label_value(value))
    yield from pod_security_errors(spec.get("securityContext") or {}, spec, f"{path}.securityContext")
    yield from affinity_errors(spec.get("affinity") or {}, f"{path}.affinity")
    yield from _dns_config(spec, f"{path}.dnsConfig")
    for index, gate in enumerate(spec.get("readinessGates") or []):
        name = gate.get("conditionType", "")
        here = f"{path}.readinessGates[{index}].conditionType"
        yield from (invalid(here, name, text) for text in qualified_name(name))
    yield from _scheduling_gates(spec, f"{path}.schedulingGates")
    yield from spread_errors(spec.get("topologySpreadConstraints") or [], f"{path}.topologySpreadConstraints")
    yield from host_process_errors(spec, path)
    yield from host_users_errors(spec, path)
    yield from _names(spec, path)
    yield from toleration_errors(spec.get("tolerations") or [], f"{path}.tolerations")
    for index, alias in enumerate(spec.get("hostAliases") or []):
        here = f"{path}.hostAliases[{index}]"
        yield from address_errors(alias.get("ip", ""), f"{here}.ip")
        for position, name in enumerate(alias.get("hostnames") or []):
            yield from (invalid(f"{here}.hostnames[{position}]", name, text) for text in dns_subdomain(name))
    yield from _late(spec, path)
    yield from _system(spec, path)
    yield from file_volume_errors(spec, path)


def _system(spec: Object, path: str) -> Iterator[FieldError]:
    system = spec.get("os")
    if system is None:
        return
    if not (name := system.get("name")):
        yield required(f"{path}.os.name")
    elif name not in _SYSTEMS:
        yield not_supported(f"{path}.os", name, _SYSTEMS)
    else:
        yield from system_errors(spec, path)


def _enumeration(value: str | None, path: str, known: tuple[str, ...]) -> Iterator[FieldError]:
    if not value:
        yield required(path)
    elif value not in known:
        yield not_supported(path, value, known)


def _host_ports(spec: Object, path: str, *, template: bool) -> Iterator[FieldError]:
    for index, container in enumerate(spec.get("containers") or []):
        for position, port in enumerate(container.get("ports") or []):
            outside = port.get("hostPort", 0)
            if (outside or not template) and outside != port.get("containerPort", 0):
                here = f"{path}.containers[{index}].ports[{position}].hostPort"
                yield invalid(here, outside, "must match `containerPort` when `hostNetwork` is true")


def _dns_config(spec: Object, path: str) -> Iterator[FieldError]:
    config = spec.get("dnsConfig")
    if spec.get("dnsPolicy") == "None":
        if config is None:
            yield required(path, "must provide `dnsConfig` when `dnsPolicy` is None")
            return
        if not config.get("nameservers"):
            detail = "must provide at least one DNS nameserver when `dnsPolicy` is None"
            yield required(f"{path}.nameservers", detail)
            return
    servers = (config or {}).get("nameservers") or []
    if len(servers) > _MOST_NAMESERVERS:
        yield invalid(f"{path}.nameservers", servers, f"must not have more than {_MOST_NAMESERVERS} nameservers")
    for index, server in enumerate(servers):
        yield from address_errors(server, f"{path}.nameservers[{index}]")
    yield from _searches((config or {}).get("searches") or [], f"{path}.searches")
    for index, option in enumerate((config or {}).get("options") or []):
        if not option.get("name"):
            yield required(f"{path}.options[{index}]", "must not be empty")


def _searches(searches: list[str], path: str) -> Iterator[FieldError]:
    if len(searches) > _MOST_SEARCHES:
        yield invalid(path, searches, f"must not have more than {_MOST_SEARCHES} search paths")
    if len(" ".join(searches)) > _LONGEST_SEARCH:
        detail = f"must not have more than {_LONGEST_SEARCH} characters (including spaces) in the search list"
        yield invalid(path, searches, detail)
    for index, search in enumerate(searches):
        if search != ".":
            text = search.removesuffix(".")
            yield from (invalid(f"{path}[{index}]", text, one) for one in dns_search(text))


def _scheduling_gates(spec: Object, path: str) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, gate in enumerate(spec.get("schedulingGates") or []):
        name = gate.get("name", "")
        yield from (invalid(f"{path}[{index}]", name, text) for text in qualified_name(name))
        if name in seen:
            yield FieldError("FieldValueDuplicate", f"{path}[{index}]", name, "")
        seen.add(name)


def _names(spec: Object, path: str) -> Iterator[FieldError]:
    for name, check in (("serviceAccountName", dns_subdomain), ("nodeName", dns_subdomain)):
        if value := spec.get(name):
            yield from (invalid(f"{path}.{name}", value, text) for text in check(value))
    seconds = spec.get("activeDeadlineSeconds")
    if seconds is not None and not 1 <= seconds <= LARGEST_INT32:
        yield invalid(f"{path}.activeDeadlineSeconds", seconds, between(1, LARGEST_INT32))
    for name in ("hostname", "subdomain"):
        if value := spec.get(name):
            yield from (invalid(f"{path}.{name}", value, text) for text in dns_label(value))
    if (override := spec.get("hostnameOverride")) is not None:
        yield from _override(override, spec, f"{path}.hostnameOverride")


def _override(name: str, spec: Object, path: str) -> Iterator[FieldError]:
    for field in ("setHostnameAsFQDN", "hostNetwork"):
        if spec.get(field):
            yield forbidden(path, f"may not be specified when {field} is true")
    if len(name) > _LONGEST_HOSTNAME:
        yield too_long(path, _LONGEST_HOSTNAME)
    else:
        yield from (invalid(path, name, text) for text in dns_subdomain(name))


def _late(spec: Object, path: str) -> Iterator[FieldError]:
    if name := spec.get("priorityClassName"):
        yield from (invalid(f"{path}.priorityClassName", name, text) for text in dns_subdomain(name))
    if (name := spec.get("runtimeClassName")) is not None:
        yield from (invalid(f"{path}.runtimeClassName", name, text) for text in dns_subdomain(name))
    policy = spec.get("preemptionPolicy")
    if policy is not None and policy not in _PREEMPTION:
        yield not_supported(f"{path}.preemptionPolicy", policy, _PREEMPTION)
    for name, value in (spec.get("overhead") or {}).items():
        yield from container_resource_name(name, f"{path}.overhead.limits[{name}]")
        yield from amount_errors(name, value, f"{path}.overhead.limits[{name}]")
