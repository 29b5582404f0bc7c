"""``/status`` of a pod: what a kubelet may report of it. What has ended stays so unless it is restarted, addresses are addresses."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.addresses import address_errors, address_warnings, read_address
from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import (
    FieldError,
    Printed,
    duplicate,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)
from harness.apiserver.kinds.core.keys import LARGEST_INT32, between
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain, qualified_name

_SYSTEM: Final = frozenset({"Initialized", "PodScheduled", "Ready"})
_HEALTH: Final = ("Healthy", "Unhealthy", "Unknown")
_LONGEST_MESSAGE: Final = 1024
_MOST_ADDRESSES: Final = 2
_ENDED: Final = "may not be transitioned to non-terminated state"
_ONE_PER_FAMILY: Final = "may specify no more than one IP for each IP family"
_KINDS: Final = (
    ("containerStatuses", "containers"),
    ("initContainerStatuses", "initContainers"),
    ("ephemeralContainerStatuses", ""),
)


def with_one_address(status: Object) -> Object:
    """Return a status that says a pod's address in both of its fields: the single one goes first, as old kubelets know no other."""
    single, several = status.get("podIP") or "", status.get("podIPs") or []
    if single and (not several or several[0].get("ip") != single):
        return {**status, "podIPs": [{"ip": single}]}
    if several and not single:
        return {**status, "podIP": several[0].get("ip") or ""}
    return status


def with_generations(status: Object, before: Object) -> Object:
    """Return a status that says of which generation it is where the reporter does not say so, as it did before."""
    out = {**status}
    if not status.get("observedGeneration") and before.get("observedGeneration"):
        out["observedGeneration"] = before["observedGeneration"]
    known: dict[str, list[int]] = {}
    for one in before.get("conditions") or ():
        known.setdefault(one.get("type", ""), []).append(one.get("observedGeneration") or 0)
    if status.get("conditions"):
        out["conditions"] = [_observed(one, known) for one in status["conditions"]]
    return out


def _observed(condition: Object, known: dict[str, list[int]]) -> Object:
    generations = known.get(condition.get("type", ""))
    generation = generations.pop(0) if generations else 0
    if condition.get("observedGeneration") or not generation:
        return condition
    return {**condition, "observedGeneration": generation}


def status_errors(value: Object, current: Object) -> Iterator[FieldError]:
    """Yield what is wrong with a report."""
    spec, status, before = current["spec"], value.get("status") or {}, current.get("status") or {}
    yield from _condition_errors(status.get("conditions") or (), "status.conditions")
    yield from _nominated(status.get("nominatedNodeName") or "", before, spec)
    if (status.get("observedGeneration") or 0) < 0:
        yield invalid("status.observedGeneration", status["observedGeneration"], "must be a non-negative integer")
    if status.get("qosClass") != before.get("qosClass"):
        yield invalid("status.qosClass", status.get("qosClass") or "", "field is immutable")
    yield from _transitions(spec, status, before)
    yield from _claim_errors(status.get("resourceClaimStatuses") or (), spec)
    yield from _addresses(status.get("podIPs") or [], before.get("podIPs") or [], "status.podIPs", "core.PodIP")
    hosts = status.get("hostIPs") or []
    if hosts and (status.get("hostIP") or "") != hosts[0].get("ip", ""):
        yield invalid("status.hostIPs[0].ip", hosts[0].get("ip", ""), "must be equal to `hostIP`")
    yield from _addresses(hosts, before.get("hostIPs") or [], "status.hostIPs", "core.HostIP")
    for kind, containers in _KINDS:
        for index, one in enumerate(status.get(kind) or ()):
            path = f"status.{kind}[{index}]"
            yield from _user_errors((one.get("user") or {}).get("linux"), spec, f"{path}.user.linux")
            yield from _device_errors(one, spec.get(containers) if containers else None, path)


def status_warnings(status: Object) -> Iterator[str]:
    """Yield warnings of addresses that are written in unwise ways."""
    for field in ("podIPs", "hostIPs"):
        for index, one in enumerate(status.get(field) or ()):
            yield from address_warnings(one.get("ip") or "", f"status.{field}[{index}].ip")


def _condition_errors(conditions: list[Object] | tuple[()], path: str) -> Iterator[FieldError]:
    for index, one in enumerate(conditions):
        if (one.get("observedGeneration") or 0) < 0:
            here = f"{path}[{index}].observedGeneration"
            yield invalid(here, one["observedGeneration"], "must be a non-negative integer")
        if (name := one.get("type", "")) not in _SYSTEM:
            yield from (invalid(f"{path}[{index}].Type", name, text) for text in qualified_name(name))


def _nominated(name: str, before: Object, spec: Object) -> Iterator[FieldError]:
    if not name or name == (before.get("nominatedNodeName") or ""):
        return
    path = "status.nominatedNodeName"
    yield from (invalid(path, name, text) for text in dns_subdomain(name))
    if spec.get("nodeName"):
        yield forbidden(path, "may not be set on pods that are already bound to a node")


def _transitions(spec: Object, status: Object, before: Object) -> Iterator[FieldError]:
    """Yield containers that are said to have left their end though nothing restarts them."""
    if not any(before.get(kind) for kind, _ in _KINDS):
        return
    all_restart = any(
        rule.get("action") == "RestartAllContainers"
        for kind in ("containers", "initContainers")
        for one in spec.get(kind) or ()
        for rule in one.get("restartPolicyRules") or ()
    )
    for kind, containers in _KINDS:
        if all_restart and containers:
            continue
        named = {one.get("name"): one for one in spec.get(containers) or ()} if containers else {}
        now = {one.get("name"): one for one in reversed(status.get(kind) or [])}
        for index, old in enumerate(before.get(kind) or ()):
            ended, new = (old.get("state") or {}).get("terminated"), now.get(old.get("name"))
            if ended is None or new is None or (new.get("state") or {}).get("terminated") is not None:
                continue
            container = named.get(old.get("name"))
            if container is None or not _restarts(container, spec, ended.get("exitCode", 0)):
                yield forbidden(f"status.{kind}[{index}].state", _ENDED)


def _restarts(container: Object, spec: Object, code: int) -> bool:
    """Tell whether a container is restarted after it has ended with ``code`` (KEP-5307)."""
    policy = container.get("restartPolicy")
    if policy is not None:
        for rule in container.get("restartPolicyRules") or ():
            codes = rule.get("exitCodes") or {}
            if (code in (codes.get("values") or ())) is (codes.get("operator") == "In") and codes:
                return True
    policy = policy or spec.get("restartPolicy")
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def _claim_errors(statuses: list[Object] | tuple[()], spec: Object) -> Iterator[FieldError]:
    known, seen = {one.get("name") for one in spec.get("resourceClaims") or ()}, set()
    for index, one in enumerate(statuses):
        path, name = f"status.resourceClaimStatuses[{index}]", one.get("name", "")
        if name not in known:
            yield invalid(f"{path}.name", name, "must match the name of an entry in `spec.resourceClaims`")
        if name in seen:
            yield duplicate(f"{path}.name", name)
        seen.add(name)
        if (claim := one.get("resourceClaimName")) is not None:
            yield from (invalid(f"{path}.resourceClaimName", claim, text) for text in dns_subdomain(claim))


def _addresses(found: list[Object], before: list[Object], path: str, shape: str) -> Iterator[FieldError]:
    old = {one.get("ip", "") for one in before}
    for index, one in enumerate(found):
        if one.get("ip", "") not in old:
            yield from address_errors(one.get("ip", ""), f"{path}[{index}]")
    if len(found) < _MOST_ADDRESSES:
        return
    addresses = [read_address(one.get("ip", "")) for one in found]
    families = {address.version for address in addresses if address is not None}
    unread = [index for index, address in enumerate(addresses) if address is None]
    if unread:
        problem = f"invalid IP[{unread[0]}]: {found[unread[0]].get('ip', '')}"
        yield FieldError("InternalError", path, None, f"failed to check for dual stack with error:{problem}")
    if unread or len(families) < _MOST_ADDRESSES or len(found) > _MOST_ADDRESSES:
        yield invalid(path, Printed(json_text(found, f"[]{shape}")), _ONE_PER_FAMILY)


def _user_errors(user: Object | None, spec: Object, path: str) -> Iterator[FieldError]:
    if user is None:
        return
    if (spec.get("os") or {}).get("name") == "windows":
        yield forbidden(path, "cannot be set for a windows pod")
        return
    numbers = [(name, user.get(name, 0)) for name in ("uid", "gid")]
    numbers += [(f"supplementalGroups[{index}]", one) for index, one in enumerate(user.get("supplementalGroups") or ())]
    for name, number in numbers:
        if not 0 <= number <= LARGEST_INT32:
            yield invalid(f"{path}.{name}", number, between(0, LARGEST_INT32))


def _device_errors(status: Object, containers: list[Object] | None, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with what is told of a container's devices; ``containers`` is None where there can be none."""
    found = status.get("allocatedResourcesStatus") or ()
    if containers is None:
        if found:
            yield forbidden(f"{path}.allocatedResourcesStatus", "must not be specified in container status")
        return
    container = next((one for one in containers if one.get("name") == status.get("name")), None)
    for index, one in enumerate(found):
        here = f"{path}.allocatedResourcesStatus[{index}]"
        if container is not None:
            yield from _device_name(one.get("name", ""), container.get("resources") or {}, f"{here}.name")
        yield from _health_errors(one.get("resources") or (), f"{here}.resources")


def _health_errors(devices: list[Object] | tuple[()], path: str) -> Iterator[FieldError]:
    ids: set[str] = set()
    for index, device in enumerate(devices):
        here, name = f"{path}[{index}]", device.get("resourceID", "")
        if (health := device.get("health") or "") not in _HEALTH:
            yield not_supported(f"{here}.health", health, _HEALTH)
        message = device.get("message")
        if message == "":
            yield required(f"{here}.message", "must be non-empty if specified")
        elif message and len(message.encode()) > _LONGEST_MESSAGE:
            yield too_long(f"{here}.message", _LONGEST_MESSAGE)
        if name in ids:
            yield duplicate(f"{here}.resourceID", name)
        ids.add(name)


def _device_name(name: str, resources: Object, path: str) -> Iterator[FieldError]:
    if name.startswith("claim:"):
        named = {
            f"claim:{one.get('name', '')}" + (f"/{one['request']}" if one.get("request") else "")
            for one in resources.get("claims") or ()
        }
        detail = (
            "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or "
            "'claim:<claimName>' if request is empty"
        )
    else:
        named, detail = set(resources.get("requests") or ()), "must match one of the container's resource requests"
    if name not in named:
        yield invalid(path, name, detail)
