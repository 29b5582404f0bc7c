"""Lists of resources, such as ``{"cpu": "500m", "memory": "1Gi"}``: canonical amounts, and names that stand for something."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.messages import Object
from harness.apiserver.names import qualified_name
from harness.apiserver.quantity import Quantity, QuantityError, parse_quantity

_CONTAINER: Final = frozenset({"cpu", "memory", "ephemeral-storage"})
_QUOTA: Final = frozenset({
    "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
    "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers",
    "secrets", "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers",
})  # fmt: skip
_STANDARD: Final = _QUOTA | {"storage"}
_INTEGER: Final = frozenset({
    "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims",
    "services.nodeports", "services.loadbalancers",
})  # fmt: skip
NOT_NEGATIVE: Final = "must be greater than or equal to 0"


def canonical_list(values: Object | None) -> Object | None:
    """Return the amounts in canonical form, rounded up to thousandths as the v1 defaults do."""
    if not isinstance(values, dict):
        return values
    return {name: _canonical(value) for name, value in values.items()}


@lru_cache(maxsize=4096)
def _canonical(value: str | float) -> str | float:
    try:
        return str(parse_quantity(str(value).strip()).rounded_up(-3))
    except QuantityError:
        return value


def amount(values: Object | None, name: str) -> Quantity | None:
    """Return one amount of a list, or None when it is not there."""
    value = (values or {}).get(name)
    return None if value is None else parse_quantity(str(value))


def native(name: str) -> bool:
    """Tell whether a name belongs to Kubernetes itself."""
    return "/" not in name or "kubernetes.io/" in name


def extended(name: str) -> bool:
    """Tell whether a name is that of an extended resource, such as ``example.com/gpu``."""
    return not native(name) and not name.startswith("requests.") and not qualified_name(f"requests.{name}")


def standard_in_containers(name: str) -> bool:
    """Tell whether containers may ask for this resource of Kubernetes' own."""
    return name in _CONTAINER or name.startswith("hugepages-")


def container_resource_name(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of a resource that a container asks for."""
    wrong = list(resource_name(name, path))
    yield from wrong
    if "/" not in name:
        if not standard_in_containers(name):
            yield invalid(path, name, "must be a standard resource for containers")
    elif not native(name) and not extended(name):
        yield invalid(path, name, "doesn't follow extended resource name standard")


def resource_name(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of any resource."""
    if wrong := qualified_name(name):
        yield from (invalid(path, name, text) for text in wrong)
    elif "/" not in name and name not in _STANDARD and not name.startswith(("hugepages-", "requests.hugepages-")):
        yield invalid(path, name, "must be a standard resource type or fully qualified")


def standard_in_quotas(name: str) -> bool:
    """Tell whether a name is one that quotas know by themselves."""
    return name in _QUOTA or name.startswith(("hugepages-", "requests.hugepages-"))


def quota_resource_name(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of a resource that a quota bounds."""
    yield from resource_name(name, path)
    if "/" not in name and not standard_in_quotas(name):
        yield invalid(path, name, "must be a standard resource for quota")


def amount_errors(name: str, value: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with an amount of a resource: below zero, or a fraction of what has none."""
    quantity = parse_quantity(str(value))
    if quantity.value < 0:
        yield invalid(path, str(quantity), NOT_NEGATIVE)
    if (name in _INTEGER or extended(name)) and not quantity.whole:
        yield invalid(path, str(quantity), "must be an integer")
