"""Stateful sets: pods by number, one after the other unless told otherwise, each with claims of its own."""

from harness.apiserver.messages import Object
from harness.apiserver.stages.controllers.revisions import record
from harness.apiserver.stages.controllers.templates import pod_of, template_hash
from harness.apiserver.stages.hands import Hands, Key
from harness.apiserver.stages.pods import is_active, is_ready

_HASH = "controller-revision-hash"


def reconcile_stateful_set(hands: Hands, stateful_set: Object) -> None:
    """Do the next step: make a pod, take one away, replace an old one; and tell how many there are."""
    name = f"{stateful_set['metadata']['name']}-{template_hash(stateful_set['spec']['template'])}"
    if "deletionTimestamp" not in stateful_set["metadata"]:
        prefix = f"{stateful_set['metadata']['name']}-"
        pods = _pods(hands, stateful_set).values()
        if record(
            hands, stateful_set, in_use={pod["metadata"]["labels"].get(_HASH, "").removeprefix(prefix) for pod in pods}
        ):
            return  # the next look is at what was written
        _step(hands, stateful_set, name)
    _tell(hands, stateful_set, name)


def _pods(hands: Hands, stateful_set: Object) -> dict[int, Object]:
    prefix = f"{stateful_set['metadata']['name']}-"
    found = {}
    for pod in hands.controlled(stateful_set, hands.resource("", "pods")):
        number = pod["metadata"]["name"].removeprefix(prefix)
        if number.isascii() and number.isdigit():
            found[int(number)] = pod
    return found


def _step(hands: Hands, stateful_set: Object, name: str) -> None:
    spec, pods = stateful_set["spec"], hands.resource("", "pods")
    first = (spec.get("ordinals") or {}).get("start", 0)
    wanted, found = range(first, first + spec["replicas"]), _pods(hands, stateful_set)
    ordered = spec["podManagementPolicy"] == "OrderedReady"
    for number in wanted:
        if not _stands(hands, stateful_set, found.get(number), number, name) and ordered:
            return
    for number in sorted(found, reverse=True):
        if number not in wanted:
            hands.delete(pods, found[number])
            if ordered:
                return
    if all(is_active(found[number]) and is_ready(found[number]) for number in wanted if number in found):
        _replace(hands, stateful_set, [(number, found[number]) for number in wanted if number in found], name)


def _stands(hands: Hands, stateful_set: Object, pod: Object | None, number: int, name: str) -> bool:
    """See to it that a pod is there; tell whether it is, and ready."""
    pods = hands.resource("", "pods")
    if pod is None:
        hands.create(pods, _pod(hands, stateful_set, number, name))
        return False
    if not is_active(pod):
        if "deletionTimestamp" not in pod["metadata"]:
            hands.delete(pods, pod)  # it has ended, and is made anew
        return False
    return is_ready(pod)


def _replace(hands: Hands, stateful_set: Object, pods: list[tuple[int, Object]], name: str) -> None:
    """Delete the last pod of an older template, down to the partition."""
    strategy = stateful_set["spec"]["updateStrategy"]
    if strategy["type"] != "RollingUpdate":
        return
    partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
    for number, pod in reversed(pods):
        if number >= partition and pod["metadata"]["labels"].get(_HASH) != name:
            hands.delete(hands.resource("", "pods"), pod)
            return


def _pod(hands: Hands, stateful_set: Object, number: int, revision: str) -> Object:
    metadata, spec = stateful_set["metadata"], stateful_set["spec"]
    name = f"{metadata['name']}-{number}"
    labels = {
        "apps.kubernetes.io/pod-index": str(number),
        _HASH: revision,
        "statefulset.kubernetes.io/pod-name": name,
    }
    claims = {}
    for template in spec.get("volumeClaimTemplates") or ():
        claim = template["metadata"]["name"]
        claims[claim] = f"{claim}-{name}"
        _claim(hands, template, metadata["namespace"], claims[claim])
    volumes = [one for one in spec["template"]["spec"].get("volumes") or () if one["name"] not in claims]
    volumes += [{"name": one, "persistentVolumeClaim": {"claimName": found}} for one, found in claims.items()]
    more = {"volumes": volumes} if volumes else {}
    return pod_of(
        stateful_set, name=name, labels=labels, hostname=name, subdomain=spec.get("serviceName") or None, **more
    )


def _claim(hands: Hands, template: Object, namespace: str, name: str) -> None:
    claims = hands.resource("", "persistentvolumeclaims")
    if claims.collection.get(Key(namespace, name)) is None:
        metadata = {**template["metadata"], "name": name, "namespace": namespace}
        hands.create(claims, {"metadata": metadata, "spec": template["spec"]})


def _tell(hands: Hands, stateful_set: Object, name: str) -> None:
    there = [pod for pod in _pods(hands, stateful_set).values() if is_active(pod)]
    ready = sum(map(is_ready, there))
    updated = sum(pod["metadata"]["labels"].get(_HASH) == name for pod in there)
    before = stateful_set["status"]
    current = before.get("currentRevision") or name
    if updated == len(there) == stateful_set["spec"]["replicas"]:
        current = name
    on_current = sum(pod["metadata"]["labels"].get(_HASH) == current for pod in there)
    counts = {"readyReplicas": ready, "currentReplicas": on_current, "updatedReplicas": updated}
    kept = {key: item for key, item in before.items() if key not in counts}
    status = {
        **kept,
        "observedGeneration": stateful_set["metadata"]["generation"],
        "replicas": len(there),
        "availableReplicas": ready,
        "currentRevision": current,
        "updateRevision": name,
        **{key: count for key, count in counts.items() if count},
    }
    hands.write_status(hands.resource("apps", "statefulsets"), stateful_set, status)
