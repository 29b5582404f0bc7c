"""RuntimeClasses."""

from collections.abc import Iterator

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.fields import FieldError, Printed, duplicate, invalid, required
from harness.apiserver.kinds.checks import immutable
from harness.apiserver.kinds.core.podspec.amounts import resource_errors
from harness.apiserver.kinds.core.podspec.placement import toleration_errors
from harness.apiserver.kinds.core.resourcelist import canonical_list
from harness.apiserver.kinds.nodelabels import DEPRECATED_LABELS
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, label_value, qualified_name
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy


class RuntimeClassStrategy(Strategy):
    """What runs the containers of a pod; the handler stays."""

    def default(self, value: Object) -> Object:
        """Show the handler always, and amounts in their canonical form."""
        value = {**value, "handler": value.get("handler") or ""}
        if fixed := (value.get("overhead") or {}).get("podFixed"):
            value["overhead"] = {"podFixed": canonical_list(fixed)}
        return value

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say which labels of nodes have other names today."""
        del current
        keys = (value.get("scheduling") or {}).get("nodeSelector") or {}
        return [f"scheduling.nodeSelector: {DEPRECATED_LABELS[key]}" for key in keys if key in DEPRECATED_LABELS]

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check it, and that its handler stays."""
        del cluster, resource, subresource
        fixed = [] if current is None else immutable(value["handler"], current.get("handler"), "handler")
        return [*_errors(value), *fixed]


def _errors(value: Object) -> Iterator[FieldError]:
    handler = value["handler"]
    if not handler:
        yield required("handler")
    else:
        yield from (invalid("handler", handler, wrong) for wrong in dns_label(handler))
    fixed = (value.get("overhead") or {}).get("podFixed") or {}
    yield from resource_errors({"limits": fixed}, "overhead")
    scheduling = value.get("scheduling") or {}
    for key, item in (scheduling.get("nodeSelector") or {}).items():
        here = "scheduling.nodeSelector"
        yield from (invalid(here, key, wrong) for wrong in qualified_name(key))
        yield from (invalid(here, item, wrong) for wrong in label_value(item))
    tolerations = scheduling.get("tolerations") or []
    yield from toleration_errors(tolerations, "scheduling.tolerations")
    keys = [tuple(one.get(name) or "" for name in ("key", "operator", "value", "effect")) for one in tolerations]
    for index, one in enumerate(tolerations):
        if keys[index] in keys[:index]:
            yield duplicate(f"scheduling.tolerations[{index}]", Printed(json_text(one, "core.Toleration")))
