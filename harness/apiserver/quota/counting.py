"""What is used of a quota, counted anew from what is there."""

from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Object
from harness.apiserver.quantity import ZERO
from harness.apiserver.quota.evaluators import evaluator_of
from harness.apiserver.quota.scopes import scopes_of
from harness.apiserver.quota.totals import Amounts, amounts


def counted(cluster: Cluster, quota: Object) -> Amounts:
    """Return what is used of each name that a quota bounds; of a name that nothing counts, what its status says."""
    spec, namespace = quota.get("spec") or {}, quota["metadata"]["namespace"]
    scopes, hard = list(scopes_of(spec)), list(spec.get("hard") or ())
    used: Amounts = {}
    for collection in cluster.store.collections():
        resource = cluster.registry.of_collection(collection)
        evaluator = evaluator_of(resource) if resource is not None else None
        if resource is None or evaluator is None:
            continue
        names = [name for name in hard if evaluator.tracks(cluster, name)]
        for name in names:
            used.setdefault(name, ZERO)
        for entry in collection.scan(namespace) if names else ():
            value = resource.load(entry)
            if all(evaluator.in_scope(value, one) for one in scopes):
                for name, amount in evaluator.usage(cluster, value).items():
                    if name in used:
                        used[name] += amount
    kept = amounts((quota.get("status") or {}).get("used"))
    return {name: used.get(name, kept.get(name, ZERO)) for name in hard if name in used or name in kept}
