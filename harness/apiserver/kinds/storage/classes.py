"""StorageClasses, which say how volumes are made, and VolumeAttributesClasses, which say how they are changed later.

Nothing of what they say of volumes ever changes, but for the topologies.
"""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, duplicate, forbidden, invalid, not_supported, required, too_long
from harness.apiserver.kinds.checks import immutable, protected, with_defaults
from harness.apiserver.kinds.nodelabels import DEPRECATED_LABELS
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
        found = list(_errors(value))
        if current is not None:
            for name in _FIXED:
                found += immutable(value.get(name), current.get(name), name)
        return found

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say which labels of nodes have other names today."""
        del current
        return [
            f"allowedTopologies[{index}].matchLabelExpressions[{number}].key: {DEPRECATED_LABELS[one['key']]}"
            for index, term in enumerate(value.get("allowedTopologies") or ())
            for number, one in enumerate(term.get("matchLabelExpressions") or ())
            if one.get("key") in DEPRECATED_LABELS
        ]


class AttributesClassStrategy(Strategy):
    """How volumes are changed while they are in use (KEP-3751); they protect it from being deleted."""

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Protect it while it is in use (StorageObjectInUseProtection)."""
        del cluster, resource
        return {**value, "metadata": protected(value["metadata"], "kubernetes.io/vac-protection")}

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check it; an old one is what it is."""
        del cluster, resource, subresource
        found: list[FieldError] = []
        if current is not None:
            changed = (one for one in ("driverName", "parameters") if not same_json(value.get(one), current.get(one)))
            found += (forbidden(name, f"updates to {name} are forbidden.") for name in changed)
        found += _provisioner_errors(value.get("driverName") or "", "driverName")
        found += _parameter_errors(value.get("parameters") or {})
        if not value.get("parameters"):
            found.append(required("parameters", "must contain at least one key/value pair"))
        return found


def _errors(value: Object) -> Iterator[FieldError]:
    yield from _provisioner_errors(value["provisioner"], "provisioner")
    yield from _parameter_errors(value.get("parameters") or {})
    if value["reclaimPolicy"] and value["reclaimPolicy"] not in _POLICIES:
        yield not_supported("reclaimPolicy", value["reclaimPolicy"], _POLICIES)
    if value["volumeBindingMode"] not in _MODES:
        yield not_supported("volumeBindingMode", value["volumeBindingMode"], _MODES)
    yield from _topology_errors(value.get("allowedTopologies") or [])


def _provisioner_errors(name: str, path: str) -> Iterator[FieldError]:
    if not name:
        yield required(path)
    else:
        yield from (invalid(path, name.lower(), wrong) for wrong in qualified_name(name.lower()))


def _parameter_errors(parameters: Object) -> Iterator[FieldError]:
    if len(parameters) > _MOST_PARAMETERS:
        yield too_long("parameters", _MOST_PARAMETERS)
        return
    yield from (invalid("parameters", key, "field can not be empty.") for key in parameters if not key)
    if sum(len(key.encode()) + len(item.encode()) for key, item in parameters.items()) > _PARAMETERS_LIMIT:
        yield too_long("parameters", _PARAMETERS_LIMIT)


def _topology_errors(terms: list[Object]) -> Iterator[FieldError]:
    """Yield what is wrong with topologies: each term asks for something of its own."""
    seen: list[dict[str, set[str]]] = [{} for _ in terms]  # so that the real server finds a term without anything twice
    for index, term in enumerate(terms):
        here, wanted = f"allowedTopologies[{index}].matchLabelExpressions", {}
        for number, one in enumerate(term.get("matchLabelExpressions") or ()):
            there, key, values = f"{here}[{number}]", one.get("key") or "", one.get("values") or []
            if not values:
                yield required(f"{there}.values")
            yield from (duplicate(f"{there}.values[{i}]", text) for i, text in enumerate(values) if text in values[:i])
            yield from (invalid(f"{there}.key", key, wrong) for wrong in qualified_name(key))
            if key in wanted:
                yield duplicate(f"{there}.key", key)
            wanted[key] = set(values)
        yield from (duplicate(here, "") for other in seen if other == wanted)
        seen.append(wanted)
