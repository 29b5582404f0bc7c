"""Daemon sets: a pod on each node that fits."""

from harness.apiserver.messages import Object
from harness.apiserver.stages.controllers.revisions import record
from harness.apiserver.stages.controllers.templates import pod_of, share, template_hash
from harness.apiserver.stages.hands import Hands
from harness.apiserver.stages.pods import fits, is_active, is_ready

_HASH = "controller-revision-hash"


def reconcile_daemon_set(hands: Hands, daemon_set: Object) -> None:
    """Place what is missing, take away what is too much or too old, and tell how many there are."""
    pods, name = hands.resource("", "pods"), template_hash(daemon_set["spec"]["template"])
    nodes = [one["metadata"]["name"] for one in hands.objects(hands.resource("", "nodes")) if _fits(daemon_set, one)]
    if "deletionTimestamp" not in daemon_set["metadata"]:
        placed = _placed(hands, daemon_set)
        if record(hands, daemon_set, in_use={one["metadata"]["labels"].get(_HASH, "") for one in placed.values()}):
            return  # the next look is at what was written
        for node, pod in placed.items():
            if node not in nodes:
                hands.delete(pods, pod)
        for node in nodes:
            if node not in placed and not _going(hands, daemon_set, node):
                hands.create(pods, pod_of(daemon_set, labels={_HASH: name}, nodeName=node))
        _replace(hands, daemon_set, [placed[node] for node in nodes if node in placed], name, len(nodes))
    _tell(hands, daemon_set, nodes, name)


def _fits(daemon_set: Object, node: Object) -> bool:
    # Daemons go onto nodes that others may not go onto: unschedulable ones, too.
    return fits({"spec": daemon_set["spec"]["template"]["spec"]}, {**node, "spec": {}})


def _placed(hands: Hands, daemon_set: Object) -> dict[str, Object]:
    found = [pod for pod in hands.controlled(daemon_set, hands.resource("", "pods")) if is_active(pod)]
    return {pod["spec"].get("nodeName", ""): pod for pod in found}


def _going(hands: Hands, daemon_set: Object, node: str) -> bool:
    found = hands.controlled(daemon_set, hands.resource("", "pods"))
    return any(pod["spec"].get("nodeName") == node and "deletionTimestamp" in pod["metadata"] for pod in found)


def _is_new(pod: Object, name: str) -> bool:
    return (pod["metadata"].get("labels") or {}).get(_HASH) == name


def _replace(hands: Hands, daemon_set: Object, placed: list[Object], name: str, nodes: int) -> None:
    """Delete pods of an older template, no more at once than may be missing."""
    strategy = daemon_set["spec"]["updateStrategy"]
    if strategy["type"] != "RollingUpdate":
        return
    rolling = strategy["rollingUpdate"]
    missing = nodes - sum(is_ready(pod) for pod in placed)
    # With maxSurge a node has two pods for a while; here the old one goes first, one node at a time.
    room = max(share(rolling["maxUnavailable"], nodes, up=True), 1) - missing
    for pod in placed:
        if _is_new(pod, name):
            continue
        if not is_ready(pod):
            hands.delete(hands.resource("", "pods"), pod)
        elif room > 0:
            hands.delete(hands.resource("", "pods"), pod)
            room -= 1


def _tell(hands: Hands, daemon_set: Object, nodes: list[str], name: str) -> None:
    placed = _placed(hands, daemon_set)
    here = [placed[node] for node in nodes if node in placed]
    ready = sum(map(is_ready, here))
    always = {
        "currentNumberScheduled": len(here),
        "numberMisscheduled": len(placed) - len(here),
        "desiredNumberScheduled": len(nodes),
        "numberReady": ready,
    }
    counts = {
        "updatedNumberScheduled": sum(_is_new(pod, name) for pod in here),
        "numberAvailable": ready,
        "numberUnavailable": len(nodes) - ready,
    }
    kept = {key: item for key, item in daemon_set["status"].items() if key not in counts}
    status = kept | always | {key: count for key, count in counts.items() if count}
    status["observedGeneration"] = daemon_set["metadata"]["generation"]
    hands.write_status(hands.resource("apps", "daemonsets"), daemon_set, status)
