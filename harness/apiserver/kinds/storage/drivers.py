"""CSIDrivers."""

from collections.abc import Iterator

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, not_supported
from harness.apiserver.kinds.checks import immutable, with_defaults
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_MODES = ("Persistent", "Ephemeral")


class DriverStrategy(Strategy):
    """What a storage driver wants of the cluster."""

    def default(self, value: Object) -> Object:
        """Attach volumes, tell nothing of pods, keep volumes."""
        spec = with_defaults(
            value.get("spec") or {},
            attachRequired=True,
            podInfoOnMount=False,
            storageCapacity=False,
            fsGroupPolicy="ReadWriteOnceWithFSType",
            requiresRepublish=False,
            seLinuxMount=False,
        )
        if not spec.get("volumeLifecycleModes"):
            spec = {**spec, "volumeLifecycleModes": ["Persistent"]}
        return {**value, "spec": spec}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Count changes; a driver is born without a number."""
        del cluster, resource, subresource
        if same_json(value["spec"], current["spec"]):
            return value
        generation = current["metadata"].get("generation", 0) + 1
        return {**value, "metadata": {**value["metadata"], "generation": generation}}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check what has few values; the field path of the first immutable one is the real server's."""
        del cluster, resource, subresource
        found = list(_errors(value["spec"]))
        if current is not None:
            before = current["spec"]
            for name, path in (
                ("attachRequired", "attachedRequired"),
                ("volumeLifecycleModes", "volumeLifecycleModes"),
            ):
                found += immutable(value["spec"].get(name), before.get(name), f"spec.{path}")
        return found


def _errors(spec: Object) -> Iterator[FieldError]:
    if spec["fsGroupPolicy"] not in _GROUP_POLICIES:
        yield not_supported("spec.fsGroupPolicy", spec["fsGroupPolicy"], _GROUP_POLICIES)
    for mode in spec["volumeLifecycleModes"]:
        if mode not in _MODES:
            yield not_supported("spec.volumeLifecycleModes", mode, _MODES)
