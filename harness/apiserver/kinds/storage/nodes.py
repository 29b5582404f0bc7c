"""CSINodes: which drivers a node has, and how it is called by them."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.internals import json_text
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, Printed, duplicate, invalid, required, too_long
from harness.apiserver.kinds.checks import non_negative
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_subdomain, qualified_name
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_LONGEST_ID: Final = 256
_LONGEST_NAME: Final = 63


class CSINodeStrategy(Strategy):
    """A driver that is there stays what it is, but for how many volumes it takes."""

    def errors(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object | None, subresource: str
    ) -> list[FieldError]:
        """Check each driver, and that none of them has become another."""
        del cluster, resource, subresource
        drivers = (value.get("spec") or {}).get("drivers") or []
        found = list(_driver_errors(drivers))
        before = ((current or {}).get("spec") or {}).get("drivers") or []
        changed = (
            new
            for old in before
            for new in drivers
            if old.get("name") == new.get("name") and not same_json(_fixed(old), _fixed(new))
        )
        found += (invalid("spec.drivers", _printed(one), "field is immutable") for one in changed)
        return found


def driver_name_errors(name: str, path: str) -> Iterator[FieldError]:
    """Yield what is wrong with the name of a driver."""
    if not name:
        yield required(path)
        return
    if len(name.encode()) > _LONGEST_NAME:
        yield too_long(path, _LONGEST_NAME)
    yield from (invalid(path, name, wrong) for wrong in dns_subdomain(name.lower()))


def _driver_errors(drivers: list[Object]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, driver in enumerate(drivers):
        here, name, called = f"spec.drivers[{index}]", driver.get("name") or "", driver.get("nodeID") or ""
        yield from driver_name_errors(name, f"{here}.name")
        if not called:
            yield required(f"{here}.nodeID")
        if len(called.encode()) > _LONGEST_ID:
            yield invalid(f"{here}.nodeID", called, f"must be {_LONGEST_ID} characters or less")
        yield from non_negative(driver.get("allocatable") or {}, "count", f"{here}.allocatable")
        if name in seen:
            yield duplicate(f"{here}.name", name)
        seen.add(name)
        keys = driver.get("topologyKeys") or []
        for number, key in enumerate(keys):
            if not key:
                yield required(here)
            if key in keys[:number]:
                yield duplicate(here, key)
            yield from (invalid(here, key, wrong) for wrong in qualified_name(key))


def _fixed(driver: Object) -> Object:
    return {name: item for name, item in driver.items() if name != "allocatable" and item}


def _printed(driver: Object) -> Printed:
    """Return a driver as the server shows it; how many volumes it takes is not compared, and not shown."""
    return Printed(json_text({**driver, "allocatable": None}, "storage.CSINodeDriver"))
