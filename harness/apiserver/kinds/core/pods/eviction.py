"""``pods/eviction``: a deletion that asks the disruption budgets first (429 when one says no)."""

from dataclasses import replace
from typing import Final

import orjson

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import BadRequest, Forbidden, NotFound, PlainError, TooManyRequests
from harness.apiserver.kinds.core.pods.writing import SUCCESS, save, with_condition
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.resources.strategy import Strategy
from harness.apiserver.selectors import label_selector
from harness.apiserver.store import Entry, Key
from harness.apiserver.verbs.delete import check_preconditions, remove
from harness.apiserver.verbs.objects import reply
from harness.apiserver.verbs.options import delete_options
from harness.apiserver.verbs.posted import read_posted

_WOULD_VIOLATE: Final = "Cannot evict pod as it would violate the pod's disruption budget."
_MOST_DISRUPTED: Final = 2000
_TARGET: Final = {
    "type": "DisruptionTarget",
    "status": "True",
    "reason": "EvictionByEvictionAPI",
    "message": "Eviction API: evicting",
}


class _BudgetError(TooManyRequests):
    """429 with the budget that stands in the way as its cause."""

    def __init__(self, why: str, *, seconds: int = 0) -> None:
        super().__init__(_WOULD_VIOLATE, seconds)
        self.details = {"causes": [{"reason": "DisruptionBudget", "message": why}]}
        if seconds:
            self.details["retryAfterSeconds"] = seconds


def evict_pod(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Evict the pod that the path names.

    :raises TooManyRequests: a disruption budget does not allow it now.
    """
    posted = read_posted(cluster, resource, key, request, posted=_evictions(cluster, request), subresource="eviction")
    body = posted.value
    if body["metadata"].get("name", key.name) != key.name:
        raise BadRequest("name in URL does not match name in Eviction object")
    posted.check(body)
    inner = Request("DELETE", request.path, headers=request.headers, body=orjson.dumps(body.get("deleteOptions") or {}))
    deletion = delete_options(inner)
    if posted.options.dry_run:
        deletion = replace(deletion, dry_run=True)
    entry = resource.collection.get(key)
    if entry is None:
        raise NotFound(resource, key.name)
    pod = resource.load(entry)
    if not _needs_no_budget(pod):
        _ask_budgets(cluster, key, entry, pod, dry_run=deletion.dry_run)
    check_preconditions(resource, entry, deletion)
    if not deletion.dry_run:
        entry = save(cluster, resource, entry, with_condition(cluster, pod, _TARGET))
    remove(cluster, resource, entry, deletion)
    return reply(201, orjson.dumps(SUCCESS))


def _evictions(cluster: Cluster, request: Request) -> Resource:
    """Return what an eviction's body is read as; it may be in the version before, which is not served any more."""
    budgets = cluster.registry.find("policy", "v1", "poddisruptionbudgets")
    if budgets is None:
        raise AssertionError("the table of built-in resources holds no disruption budgets")
    version = "v1beta1" if b"policy/v1beta1" in request.body else "v1"
    return replace(
        budgets, version=version, kind="Eviction", model="io.k8s.api.policy.v1.Eviction", strategy=Strategy()
    )


def _needs_no_budget(pod: Object) -> bool:
    phase = (pod.get("status") or {}).get("phase")
    return phase in {"Succeeded", "Failed", "Pending"} or "deletionTimestamp" in pod["metadata"]


def _ask_budgets(cluster: Cluster, key: Key, entry: Entry, pod: Object, *, dry_run: bool) -> None:
    budgets = cluster.registry.find("policy", "v1", "poddisruptionbudgets")
    if budgets is None:
        return
    matching = [
        (one, budget)
        for one in budgets.collection.scan(key.namespace)
        if _selects((budget := budgets.load(one)).get("spec") or {}, entry)
    ]
    if len(matching) > 1:
        raise PlainError(
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        )
    for one, budget in matching:
        status = budget.get("status") or {}
        if not _ready(pod):
            policy = (budget.get("spec") or {}).get("unhealthyPodEvictionPolicy")
            desired = status.get("desiredHealthy", 0)
            if policy == "AlwaysAllow" or (status.get("currentHealthy", 0) >= desired > 0):
                return
        _check(budget)
        if not dry_run:
            _count(cluster, budgets, one, budget, key.name)


def _selects(spec: Object, entry: Entry) -> bool:
    selector = spec.get("selector")
    return selector is not None and label_selector(selector).matches(entry.labels)


def _ready(pod: Object) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def _check(budget: Object) -> None:
    name, status = budget["metadata"]["name"], budget.get("status") or {}
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 0):
        raise _BudgetError(f"The disruption budget {name} is still being processed by the server.", seconds=10)
    allowed = status.get("disruptionsAllowed", 0)
    if allowed < 0:
        raise Forbidden(_Budget(), name, "pdb disruptions allowed is negative")
    if len(status.get("disruptedPods") or {}) > _MOST_DISRUPTED:
        why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise Forbidden(_Budget(), name, why)
    if allowed:
        return
    known = {one.get("type"): one for one in status.get("conditions") or []}
    condition: Object = known.get("DisruptionAllowed", {})
    said = condition.get("message", "") if condition.get("status") == "False" else ""
    desired, current = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
    start = f"The disruption budget {name} "
    if said and condition.get("reason") == "SyncFailed":
        raise _BudgetError(f"{start}does not allow evicting pods currently because it failed sync: {said}")
    if current <= desired:
        raise _BudgetError(f"{start}needs {desired} healthy pods and has {current} currently")
    if said:
        raise _BudgetError(f"{start}does not allow evicting pods currently ({condition.get('reason')}): {said}")
    raise _BudgetError(f"{start}does not allow evicting pods currently")


def _count(cluster: Cluster, budgets: Resource, entry: Entry, budget: Object, name: str) -> None:
    """Note the disruption in the budget, until the controller has seen the deletion."""
    status = budget["status"]
    disrupted = {**(status.get("disruptedPods") or {}), name: cluster.now()}
    changed = {**status, "disruptedPods": disrupted, "disruptionsAllowed": status["disruptionsAllowed"] - 1}
    save(cluster, budgets, entry, {**budget, "status": changed})


class _Budget:
    """How refusals name a budget here."""

    group, plural, kind = "policy", "poddisruptionbudget", "PodDisruptionBudget"
