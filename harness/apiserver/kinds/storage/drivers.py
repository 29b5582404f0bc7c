"""CSIDrivers."""

from collections.abc import Iterator
from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, duplicate, invalid, not_supported
from harness.apiserver.kinds.checks import immutable, with_defaults
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy

_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_MODES = ("Persistent", "Ephemeral")
_LEAST_PERIOD_S: Final = 10
_LEAST_TOKEN_S: Final = 600
_LOGGED: Final = (
    "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of "
    "tokens in volume attributes"
)


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

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Drop what is off (VolumeLimitScaling); a driver is born without a number."""
        del cluster, resource
        return {**value, "spec": _plain(value["spec"])}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Drop what is off, and count changes."""
        del cluster, resource, subresource
        value = {**value, "spec": _plain(value["spec"])}
        if same_json(value["spec"], current["spec"]):
            return value
        generation = current["metadata"].get("generation", 0) + 1
        return {**value, "metadata": {**value["metadata"], "generation": generation}}

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say that tokens of pods would be passed where they may be logged."""
        spec, before = value["spec"], (current or {}).get("spec") or {}
        asked = spec.get("tokenRequests") or []
        changed = current is None or not same_json(asked, before.get("tokenRequests") or [])
        return [_LOGGED] if asked and changed and spec.get("serviceAccountTokenInSecrets") is None else []

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


def _plain(spec: Object) -> Object:
    return {name: item for name, item in spec.items() if name != "preventPodSchedulingIfMissing"}


def _errors(spec: Object) -> Iterator[FieldError]:
    if spec["fsGroupPolicy"] not in _GROUP_POLICIES:
        yield not_supported("spec.fsGroupPolicy", spec["fsGroupPolicy"], _GROUP_POLICIES)
    requests = spec.get("tokenRequests") or []
    yield from _token_errors(requests)
    for mode in spec["volumeLifecycleModes"]:
        if mode not in _MODES:
            yield not_supported("spec.volumeLifecycleModes", mode, _MODES)
    period = spec.get("nodeAllocatableUpdatePeriodSeconds")
    if period is not None and period < _LEAST_PERIOD_S:
        here = "spec.nodeAllocatableUpdatePeriodSeconds"
        yield invalid(here, period, f"must be greater than or equal to {_LEAST_PERIOD_S} seconds")
    if (secret := spec.get("serviceAccountTokenInSecrets")) is not None and not requests:
        detail = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"
        yield invalid("spec.serviceAccountTokenInSecrets", secret, detail)


def _token_errors(requests: list[Object]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, one in enumerate(requests):
        here, audience, seconds = (
            f"spec.tokenRequests[{index}]",
            one.get("audience") or "",
            one.get("expirationSeconds"),
        )
        if audience in seen:
            yield duplicate(f"{here}.audience", audience)
            continue
        seen.add(audience)
        if seconds is not None and seconds < _LEAST_TOKEN_S:
            yield invalid(f"{here}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
        if seconds is not None and seconds > 2**32:
            yield invalid(f"{here}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
