"""PriorityClasses."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, forbidden, not_supported, required
from harness.apiserver.kinds.checks import immutable, with_defaults
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_HIGHEST: Final = 1_000_000_000
_SYSTEM: Final = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
_POLICIES = ("PreemptLowerPriority", "Never")


class PriorityClassStrategy(Strategy):
    """A number by a name; pods take the number over when they are born."""

    def default(self, value: Object) -> Object:
        """Let it push away what is less important."""
        return with_defaults(value, preemptionPolicy="PreemptLowerPriority", value=0)

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Number it once; its generation never grows."""
        del cluster, resource
        return {**value, "metadata": {**value["metadata"], "generation": 1}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check the number of a new one; an old one keeps it."""
        del cluster, resource, subresource
        return list(_birth_errors(value) if current is None else _update_errors(value, current))


def _birth_errors(value: Object) -> Iterator[FieldError]:
    name, number = value["metadata"].get("name", ""), value["value"]
    if name.startswith("system-"):
        if problem := _unlike_system(name, value):
            detail = f"priority class names with 'system-' prefix are reserved for system use only. error: {problem}"
            yield forbidden("metadata.name", detail)
    elif number > _HIGHEST:
        yield forbidden("value", f"maximum allowed value of a user defined priority is {_HIGHEST}")
    if not value["preemptionPolicy"]:
        yield required("preemptionPolicy")
    elif value["preemptionPolicy"] not in _POLICIES:
        yield not_supported("preemptionPolicy", value["preemptionPolicy"], _POLICIES)


def _unlike_system(name: str, value: Object) -> str:
    """Return how a class with a name of the system's differs from that, "" when it does not."""
    if name not in _SYSTEM:
        return f"{name} is not a known system priority class"
    if value["value"] != _SYSTEM[name]:
        return f"value of {name} PriorityClass must be {_SYSTEM[name]}"
    if value.get("globalDefault"):
        return f"globalDefault of {name} PriorityClass must be false"
    return ""


def _update_errors(value: Object, current: Object) -> Iterator[FieldError]:
    if value["value"] != current["value"]:
        yield forbidden("value", "may not be changed in an update.")
    yield from immutable(value["preemptionPolicy"], current.get("preemptionPolicy"), "preemptionPolicy")
