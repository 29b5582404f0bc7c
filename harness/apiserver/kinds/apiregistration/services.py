"""APIServices: which server answers for a group and version. Those of this server are local; others are stored, and not asked."""

import base64
from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, not_supported, quote, required
from harness.apiserver.kinds.checks import with_defaults
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_1035_label, dns_subdomain
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_HIGHEST_OF_GROUPS: Final = 20_000
_HIGHEST_OF_VERSIONS: Final = 1_000
_HTTPS: Final = 443
_STATUSES: Final = ("True", "False", "Unknown")


class ApiServiceStrategy(Strategy):
    """An APIService, named by its version and group; a local one is available from its birth on."""

    def default(self, value: Object) -> Object:
        """Set the port of a server elsewhere."""
        spec = value.get("spec") or {}
        if spec.get("service") is None:
            return value
        return {**value, "spec": {**spec, "service": with_defaults(spec["service"], port=_HTTPS)}}

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Say of a local one that it is available."""
        del resource
        local = (value.get("spec") or {}).get("service") is None
        return {**value, "status": local_status(cluster.now()) if local else {}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check name, priorities and where it leads; of a status, what its conditions say."""
        del cluster, resource, current
        return list(_status_errors(value) if subresource == "status" else _errors(value))


def local_status(now: str) -> Object:
    """Return the status of an APIService of this server itself."""
    condition = {
        "type": "Available",
        "status": "True",
        "lastTransitionTime": now,
        "reason": "Local",
        "message": "Local APIServices are always available",
    }
    return {"conditions": [condition]}


def _errors(value: Object) -> Iterator[FieldError]:
    spec = value.get("spec") or {}
    group, version = spec.get("group") or "", spec.get("version") or ""
    wanted = f"{version}.{group}"
    for field in ("generateName", "name"):
        if (name := value["metadata"].get(field)) and name != wanted:
            yield invalid(f"metadata.{field}", name, f'must be `spec.version+"."+spec.group`: {quote(wanted)}')
    if not group and version != "v1":
        yield required("spec.group", "only v1 may have an empty group and it better be legacy kube")
    if group:
        yield from (invalid("spec.group", group, wrong) for wrong in dns_subdomain(group))
    yield from (invalid("spec.version", version, wrong) for wrong in dns_1035_label(version))
    for field, most in (("groupPriorityMinimum", _HIGHEST_OF_GROUPS), ("versionPriority", _HIGHEST_OF_VERSIONS)):
        priority = spec.get(field) or 0
        if not 0 < priority <= most:
            yield invalid(f"spec.{field}", priority, f"must be positive and less than {most}")
    yield from _trust_errors(spec)


def _trust_errors(spec: Object) -> Iterator[FieldError]:
    """Yield what is wrong with where an APIService leads, and with what is trusted there."""
    trust, insecure = base64.b64decode(spec.get("caBundle") or ""), spec.get("insecureSkipTLSVerify") or False
    if (service := spec.get("service")) is not None:
        yield from _elsewhere(service)
        if insecure and trust:
            yield invalid("spec.insecureSkipTLSVerify", insecure, "may not be true if caBundle is present")
        return
    if trust:
        yield invalid("spec.caBundle", f"{len(trust)} bytes", "local APIServices may not have a caBundle")
    if insecure:
        yield invalid("spec.insecureSkipTLSVerify", insecure, "local APIServices may not have insecureSkipTLSVerify")


def _elsewhere(service: Object) -> Iterator[FieldError]:
    for field in ("namespace", "name"):
        if not service.get(field):
            yield required(f"spec.service.{field}")
    port = service.get("port") or 0
    if not 0 < port < 65536:
        detail = "port is not valid: must be between 1 and 65535, inclusive"
        yield invalid("spec.service.port", port, detail)


def _status_errors(value: Object) -> Iterator[FieldError]:
    for index, condition in enumerate((value.get("status") or {}).get("conditions") or ()):
        if condition.get("status") not in _STATUSES:
            yield not_supported(f"status.conditions[{index}].status", condition.get("status") or "", _STATUSES)
