"""Replica sets: as many pods as are asked for."""

from harness.apiserver.messages import Object
from harness.apiserver.stages.controllers.templates import pod_of
from harness.apiserver.stages.hands import Hands
from harness.apiserver.stages.pods import is_active, is_ready


def reconcile_replica_set(hands: Hands, replica_set: Object) -> None:
    """Make or delete pods, and tell how many there are."""
    sets, pods = hands.resource("apps", "replicasets"), hands.resource("", "pods")
    active = [pod for pod in hands.controlled(replica_set, pods) if is_active(pod)]
    wanted = replica_set["spec"]["replicas"]
    if "deletionTimestamp" not in replica_set["metadata"]:
        for pod in surplus(active, len(active) - wanted):
            hands.delete(pods, pod)
            active.remove(pod)
        for _ in range(wanted - len(active)):
            hands.create(pods, pod_of(replica_set))
    active = [pod for pod in hands.controlled(replica_set, pods) if is_active(pod)]
    labels = (replica_set["spec"]["template"].get("metadata") or {}).get("labels") or {}
    labelled = [pod for pod in active if labels.items() <= (pod["metadata"].get("labels") or {}).items()]
    ready = sum(map(is_ready, active))
    counts = {"fullyLabeledReplicas": len(labelled), "readyReplicas": ready, "availableReplicas": ready}
    kept = {name: item for name, item in replica_set["status"].items() if name not in counts}
    shown = {name: count for name, count in counts.items() if count}
    generation = replica_set["metadata"]["generation"]
    status = {**kept, "replicas": len(active), **shown, "observedGeneration": generation}
    hands.write_status(sets, replica_set, status)


def surplus(pods: list[Object], count: int) -> list[Object]:
    """Return the pods that go first when there are too many: those that are not ready, then the youngest."""
    if count <= 0:
        return []
    youngest_first = list(reversed(pods))
    waiting = [pod for pod in youngest_first if not is_ready(pod)]
    return [*waiting, *(pod for pod in youngest_first if is_ready(pod))][:count]
