"""StorageClasses: nothing but their labels and topologies ever changes."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.fields import FieldError, invalid, not_supported, required, too_long
from harness.apiserver.kinds.checks import immutable, with_defaults
from harness.apiserver.messages import Object
from harness.apiserver.names import qualified_name
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_MOST_PARAMETERS: Final = 512
_PARAMETERS_LIMIT: Final = 256 * 1024
_POLICIES = ("Delete", "Retain")
_MODES = ("Immediate", "WaitForFirstConsumer")
_FIXED = ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")


class StorageClassStrategy(Strategy):
    """How volumes are made."""

    def default(self, value: Object) -> Object:
        """Delete volumes with their claims, and make them at once."""
        value = with_defaults(value, reclaimPolicy="Delete", volumeBindingMode="Immediate")
        return {**value, "provisioner": value.get("provisioner") or ""}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check a new one; an old one is what it is."""
        del cluster, resource, subresource
        if current is None:
            return list(_errors(value))
        found: list[FieldError] = []
        for name in _FIXED:
            found += immutable(value.get(name), current.get(name), name)
        return found


def _errors(value: Object) -> Iterator[FieldError]:
    provisioner = value["provisioner"]
    if not provisioner:
        yield required("provisioner")
    else:
        yield from (invalid("provisioner", provisioner.lower(), wrong) for wrong in qualified_name(provisioner.lower()))
    parameters = value.get("parameters") or {}
    if len(parameters) > _MOST_PARAMETERS:
        yield too_long("parameters", _MOST_PARAMETERS)
    else:
        yield from (invalid("parameters", key, "field can not be empty.") for key in parameters if not key)
        if sum(len(key.encode()) + len(item.encode()) for key, item in parameters.items()) > _PARAMETERS_LIMIT:
            yield too_long("parameters", _PARAMETERS_LIMIT)
    if value["reclaimPolicy"] and value["reclaimPolicy"] not in _POLICIES:
        yield not_supported("reclaimPolicy", value["reclaimPolicy"], _POLICIES)
    if value["volumeBindingMode"] not in _MODES:
        yield not_supported("volumeBindingMode", value["volumeBindingMode"], _MODES)
