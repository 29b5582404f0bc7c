"""RuntimeClasses."""

from collections.abc import Iterator

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, required
from harness.apiserver.kinds.checks import immutable
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label, label_value, qualified_name
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy


class RuntimeClassStrategy(Strategy):
    """What runs the containers of a pod; the handler stays."""

    def default(self, value: Object) -> Object:
        """Show the handler always."""
        return {**value, "handler": value.get("handler") or ""}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check handler and node selector of a new one."""
        del cluster, resource, subresource
        if current is not None:
            return list(immutable(value["handler"], current.get("handler"), "handler"))
        return list(_errors(value))


def _errors(value: Object) -> Iterator[FieldError]:
    handler = value["handler"]
    if not handler:
        yield required("handler")
    else:
        yield from (invalid("handler", handler, wrong) for wrong in dns_label(handler))
    for key, item in ((value.get("scheduling") or {}).get("nodeSelector") or {}).items():
        here = "scheduling.nodeSelector"
        yield from (invalid(here, key, wrong) for wrong in qualified_name(key))
        yield from (invalid(here, item, wrong) for wrong in label_value(item))
