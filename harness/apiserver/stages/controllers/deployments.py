"""Deployments: a replica set for each template, the newest grown while the others shrink.

How many pods there may be at once and how many must be ready is as the deployment controller has it: maxSurge rounded up,
maxUnavailable rounded down, and one of them at least one.
"""

from harness.apiserver.messages import Object
from harness.apiserver.stages.controllers.templates import condition, share, template_hash, with_condition
from harness.apiserver.stages.hands import Hands, controlled_by

_HASH, _REVISION = "pod-template-hash", "deployment.kubernetes.io/revision"
_NOT_PASSED_ON = frozenset({_REVISION, "kubectl.kubernetes.io/last-applied-configuration"})


def reconcile_deployment(hands: Hands, deployment: Object) -> None:
    """Do the next step of a rollout, and tell how far it is."""
    sets = hands.resource("apps", "replicasets")
    owned = hands.controlled(deployment, sets)
    name = template_hash(deployment["spec"]["template"])
    newest = next((one for one in owned if (one["metadata"].get("labels") or {}).get(_HASH) == name), None)
    old = [one for one in owned if one is not newest]
    if "deletionTimestamp" not in deployment["metadata"]:
        if newest is None and not deployment["spec"].get("paused"):
            hands.create(sets, _replica_set(deployment, name, old))
            return  # the new set is looked at when it is there
        if newest is not None:
            if _annotate(hands, deployment, newest) or _renumber(hands, deployment, newest, old):
                return
            _roll(hands, deployment, newest, old)
            _forget(hands, deployment, old)
    owned = hands.controlled(deployment, sets)
    _tell(hands, deployment, owned, name)


def _replica_set(deployment: Object, name: str, old: list[Object]) -> Object:
    spec, metadata = deployment["spec"], deployment["metadata"]
    template = spec["template"]
    labels = {**(template["metadata"].get("labels") or {}), _HASH: name}
    selector = spec["selector"]
    return {
        "metadata": {
            "name": f"{metadata['name']}-{name}",
            "namespace": metadata["namespace"],
            "labels": labels,
            "annotations": {**_passed_on(deployment), _REVISION: str(1 + max(map(_revision, old), default=0))},
            "ownerReferences": controlled_by(deployment),
        },
        "spec": {
            "replicas": _first_size(deployment, old),
            "minReadySeconds": spec.get("minReadySeconds", 0),
            "selector": {**selector, "matchLabels": {**(selector.get("matchLabels") or {}), _HASH: name}},
            "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
        },
    }


def _revision(one: Object) -> int:
    text = (one["metadata"].get("annotations") or {}).get(_REVISION, "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _passed_on(deployment: Object) -> dict[str, str]:
    """Return the annotations that a deployment's newest set has, too, such as the cause of a change."""
    notes: dict[str, str] = deployment["metadata"].get("annotations") or {}
    return {name: note for name, note in notes.items() if name not in _NOT_PASSED_ON}


def _annotate(hands: Hands, deployment: Object, newest: Object) -> bool:
    """Pass annotations on to the newest set; tell whether something was written."""
    notes = newest["metadata"].get("annotations") or {}
    wanted = {**notes, **_passed_on(deployment)}
    if wanted == notes:
        return False
    hands.update(
        hands.resource("apps", "replicasets"), {**newest, "metadata": {**newest["metadata"], "annotations": wanted}}
    )
    return True


def _renumber(hands: Hands, deployment: Object, newest: Object, old: list[Object]) -> bool:
    """Give the newest set the highest number, and the deployment the same; tell whether something was written."""
    number = max(_revision(newest), 1 + max(map(_revision, old), default=0))
    for plural, one in (("replicasets", newest), ("deployments", deployment)):
        if _revision(one) != number:
            notes = {**(one["metadata"].get("annotations") or {}), _REVISION: str(number)}
            changed = {**one, "metadata": {**one["metadata"], "annotations": notes}}
            hands.update(hands.resource("apps", plural), changed)
            return True
    return False


def _bounds(deployment: Object) -> tuple[int, int]:
    """Return the most pods that there may be, and the fewest that must be available."""
    spec, wanted = deployment["spec"], deployment["spec"]["replicas"]
    rolling = spec["strategy"].get("rollingUpdate") or {}
    surge = share(rolling.get("maxSurge", 0), wanted, up=True)
    unavailable = min(share(rolling.get("maxUnavailable", 0), wanted, up=False), wanted)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return wanted + surge, wanted - unavailable


def _first_size(deployment: Object, old: list[Object]) -> int:
    wanted: int = deployment["spec"]["replicas"]
    others = sum(map(_size, old))
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        return 0 if others else wanted
    return max(min(wanted, _bounds(deployment)[0] - others), 0)


def _size(one: Object) -> int:
    replicas: int = one["spec"]["replicas"]
    return replicas


def _available(one: Object) -> int:
    available: int = one["status"].get("availableReplicas", 0)
    return available


def _roll(hands: Hands, deployment: Object, newest: Object, old: list[Object]) -> None:
    wanted = deployment["spec"]["replicas"]
    if deployment["spec"].get("paused"):
        if not any(_size(one) for one in old):
            _resize(hands, newest, wanted)
        return
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        for one in old:
            _resize(hands, one, 0)
        if not any(one["status"]["replicas"] for one in old):
            _resize(hands, newest, wanted)
        return
    most, fewest = _bounds(deployment)
    total = _size(newest) + sum(map(_size, old))
    if _size(newest) > wanted:
        _resize(hands, newest, wanted)
    elif _size(newest) < wanted and total < most:
        _resize(hands, newest, _size(newest) + min(most - total, wanted - _size(newest)))
    else:
        _shrink(hands, newest, old, total=total, fewest=fewest)


def _shrink(hands: Hands, newest: Object, old: list[Object], *, total: int, fewest: int) -> None:
    """Take from the old sets what may be missed: first what is not available anyway, then what the new set replaces."""
    spare = total - fewest - (_size(newest) - _available(newest))
    free = _available(newest) + sum(map(_available, old)) - fewest
    for one in old:
        broken = min(_size(one) - _available(one), max(spare, 0))
        sound = min(_available(one), max(free, 0), max(spare - broken, 0))
        if broken > 0 or sound > 0:
            _resize(hands, one, _size(one) - max(broken, 0) - max(sound, 0))
        spare -= broken + sound
        free -= sound


def _resize(hands: Hands, one: Object, replicas: int) -> None:
    if _size(one) != replicas:
        hands.update(hands.resource("apps", "replicasets"), {**one, "spec": {**one["spec"], "replicas": replicas}})


def _forget(hands: Hands, deployment: Object, old: list[Object]) -> None:
    """Delete the oldest empty sets beyond those that are kept to go back to."""
    idle = sorted((one for one in old if not _size(one) and not one["status"]["replicas"]), key=_revision)
    for one in idle[: max(len(idle) - deployment["spec"]["revisionHistoryLimit"], 0)]:
        hands.delete(hands.resource("apps", "replicasets"), one)


def _tell(hands: Hands, deployment: Object, owned: list[Object], name: str) -> None:
    wanted, now = deployment["spec"]["replicas"], hands.cluster.now()
    newest = next((one for one in owned if (one["metadata"].get("labels") or {}).get(_HASH) == name), None)
    available, ready = sum(map(_available, owned)), sum(one["status"].get("readyReplicas", 0) for one in owned)
    there = sum(one["status"]["replicas"] for one in owned)
    updated = newest["status"]["replicas"] if newest else 0
    counts = {
        "replicas": there,
        "updatedReplicas": updated,
        "readyReplicas": ready,
        "availableReplicas": available,
        "unavailableReplicas": max(wanted - available, 0),
    }
    enough = available >= _bounds(deployment)[1]
    done = updated == there == available == wanted
    before, set_name = deployment["status"], f"{deployment['metadata']['name']}-{name}"
    conditions = with_condition(
        before,
        condition(
            before,
            "Available",
            "True" if enough else "False",
            reason="MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable",
            message=f"Deployment {'has' if enough else 'does not have'} minimum availability.",
            now=now,
            updates=True,
        ),
        condition(
            before,
            "Progressing",
            "True",
            reason="NewReplicaSetAvailable" if done else "ReplicaSetUpdated",
            message=f'ReplicaSet "{set_name}" {"has successfully progressed" if done else "is progressing"}.',
            now=now,
            updates=True,
        ),
    )
    kept = {key: item for key, item in before.items() if key not in counts}
    status = {**kept, "observedGeneration": deployment["metadata"]["generation"]}
    status |= {key: count for key, count in counts.items() if count} | {"conditions": conditions}
    hands.write_status(hands.resource("apps", "deployments"), deployment, status)
