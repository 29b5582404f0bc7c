"""StatefulSets."""

from collections.abc import Iterator

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.fields import FieldError, Printed, forbidden, go_value, invalid, not_supported
from harness.apiserver.kinds.apps.workload import (
    SCALED,
    WorkloadStrategy,
    required_selector_errors,
    unusable_selector_errors,
)
from harness.apiserver.kinds.checks import (
    bounded,
    decremented,
    non_negative,
    with_defaults,
)
from harness.apiserver.kinds.core.claimspec import claim_spec_errors
from harness.apiserver.kinds.core.podspec import template_errors
from harness.apiserver.kinds.templates import match_errors, restart_errors
from harness.apiserver.label_selectors import as_selector
from harness.apiserver.messages import Object
from harness.apiserver.names import dns_label
from harness.apiserver.resources import Resource

_COUNTS = "replicas readyReplicas currentReplicas updatedReplicas availableReplicas observedGeneration collisionCount"
_RETENTIONS = ("Retain", "Delete")
_FREE = (
    "replicas",
    "template",
    "updateStrategy",
    "minReadySeconds",
    "ordinals",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
)


class StatefulSetStrategy(WorkloadStrategy):
    """Pods with names and volumes of their own."""

    endpoints = SCALED

    def spec_defaults(self, spec: Object) -> Object:
        """One replica after the other; volumes are retained."""
        spec = with_defaults(spec, replicas=1, revisionHistoryLimit=10)
        strategy = {name: item for name, item in (spec.get("updateStrategy") or {}).items() if item is not None}
        if not strategy.get("type"):
            strategy = {"rollingUpdate": {}, **strategy, "type": "RollingUpdate"}
        if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
            strategy["rollingUpdate"] = with_defaults(strategy["rollingUpdate"], partition=0)
        policy = {"whenDeleted": "Retain", "whenScaled": "Retain"} | {
            name: item for name, item in (spec.get("persistentVolumeClaimRetentionPolicy") or {}).items() if item
        }
        spec = {**spec, "updateStrategy": strategy, "persistentVolumeClaimRetentionPolicy": policy}
        spec["podManagementPolicy"] = spec.get("podManagementPolicy") or "OrderedReady"
        if claims := spec.get("volumeClaimTemplates"):
            spec["volumeClaimTemplates"] = [_claim(one) for one in claims]
        return spec

    def status_defaults(self, status: Object) -> Object:
        """How many there are, and how many are available, is always shown."""
        return with_defaults(status, replicas=0, availableReplicas=0)

    def begin(self, cluster: Cluster, resource: Resource, value: Object) -> Object:
        """Show the service's name, though nobody has given it (who writes does not own what is empty); drop what is off."""
        value = super().begin(cluster, resource, value)
        return {**value, "spec": _plain(value["spec"])}

    def revise(
        self, cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str
    ) -> Object:
        """Show the service's name, though nobody has given it, and drop what is off."""
        del cluster, resource, current, subresource
        return {**value, "spec": _plain(value["spec"])}

    def warnings(self, value: Object, *, current: Object | None) -> list[str]:
        """Say what is unwise about its template, and about keeping every revision."""
        found = super().warnings(value, current=current)
        if (value["spec"].get("revisionHistoryLimit") or 0) < 0:
            found.append(
                "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
            )
        return found

    def spec_errors(self, value: Object, current: Object | None) -> Iterator[FieldError]:
        """Check it as the real server does; most of an existing one cannot be changed."""
        spec = value["spec"]
        if (policy := spec["podManagementPolicy"]) not in {"OrderedReady", "Parallel"}:
            yield invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")
        yield from _strategy_errors(spec["updateStrategy"], "spec.updateStrategy")
        for name, found in spec["persistentVolumeClaimRetentionPolicy"].items():
            if found not in _RETENTIONS:
                yield not_supported(f"spec.persistentVolumeClaimRetentionPolicy.{name}", found, _RETENTIONS)
        for index, claim in enumerate(spec.get("volumeClaimTemplates") or () if current is None else ()):
            yield from claim_spec_errors(claim["spec"], f"spec.volumeClaimTemplates[{index}].spec")
        yield from non_negative(spec, "replicas minReadySeconds", "spec")
        yield from non_negative(spec.get("ordinals") or {}, "start", "spec.ordinals")
        if current is None and (service := spec.get("serviceName")):
            yield from (invalid("spec.serviceName", service, wrong) for wrong in dns_label(service))
        yield from required_selector_errors(spec, "statefulset")
        yield from unusable_selector_errors(spec, "")
        if as_selector(spec.get("selector")) is not None:
            yield from match_errors(spec.get("selector"), spec["template"], "spec.template")
            yield from template_errors(_with_claims(spec), "spec.template")
        yield from restart_errors(spec["template"], "spec.template", "StatefulSet")
        if current is not None and not _same_but_free(spec, current["spec"]):
            yield forbidden(
                "spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
                "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
            )

    def status_errors(self, status: Object, before: Object) -> Iterator[FieldError]:
        """Check that the counts fit each other."""
        yield from non_negative(status, _COUNTS, "status")
        counts = "readyReplicas currentReplicas updatedReplicas availableReplicas"
        yield from bounded(status, counts, "replicas", "cannot be greater than status.replicas")
        yield from bounded(status, "availableReplicas", "readyReplicas", "cannot be greater than status.readyReplicas")
        yield from decremented(status, before)


def _claim(claim: Object) -> Object:
    """Return a template of a volume claim as it is stored: as a claim that waits for its volume."""
    spec = with_defaults(claim.get("spec") or {}, volumeMode="Filesystem")
    status = with_defaults(claim.get("status") or {}, phase="Pending")
    return {**claim, "apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": spec, "status": status}


def _with_claims(spec: Object) -> Object:
    """Return the pod template as its pods will be: with a volume for each claim, and without names that are set later."""
    template = spec["template"]
    pod = {name: item for name, item in (template.get("spec") or {}).items() if name not in {"subdomain", "hostname"}}
    given = ((one.get("metadata") or {}).get("name", "") for one in spec.get("volumeClaimTemplates") or ())
    if names := list(dict.fromkeys(given)):
        claims = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in names]
        pod["volumes"] = [*claims, *(one for one in pod.get("volumes") or () if one.get("name") not in names)]
    return {**template, "spec": pod}


def _strategy_errors(strategy: Object, path: str) -> Iterator[FieldError]:
    kind, rolling = strategy["type"], strategy.get("rollingUpdate")
    if kind == "OnDelete":
        if rolling is not None:
            shown = Printed(_printed(rolling))
            yield invalid(f"{path}.rollingUpdate", shown, "only allowed for updateStrategy 'RollingUpdate'")
    elif kind != "RollingUpdate":
        shown = Printed(
            f'{{"Type":{go_value(kind)},"RollingUpdate":{"null" if rolling is None else _printed(rolling)}}}'
        )
        yield invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")
    elif rolling is not None:
        yield from non_negative(rolling, "partition", f"{path}.rollingUpdate")


def _plain(spec: Object) -> Object:
    """Return a spec with the service's name, and without how many pods may be missing (MaxUnavailableStatefulSet)."""
    spec = with_defaults(spec, serviceName="")
    strategy = spec["updateStrategy"]
    rolling = strategy.get("rollingUpdate") or {}
    if "maxUnavailable" not in rolling:
        return spec
    rolling = {name: item for name, item in rolling.items() if name != "maxUnavailable"}
    return {**spec, "updateStrategy": {**strategy, "rollingUpdate": rolling}}


def _printed(rolling: Object) -> str:
    return f'{{"Partition":{rolling.get("partition") or 0},"MaxUnavailable":{go_value(rolling.get("maxUnavailable"))}}}'


def _same_but_free(spec: Object, before: Object) -> bool:
    kept, old = ({name: item for name, item in one.items() if name not in _FREE} for one in (spec, before))
    return same_json(kept, old)
