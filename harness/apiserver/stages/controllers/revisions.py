"""Controller revisions: the templates that stateful and daemon sets had, which ``kubectl rollout history`` and ``undo`` go by.

The newest has the highest number. Going back to an older template gives its revision a new number, and makes no other. What no pod
has, and the set does not have itself, is kept up to ``revisionHistoryLimit``.
"""

from typing import Final

from harness.apiserver.messages import Object
from harness.apiserver.stages.controllers.templates import template_hash
from harness.apiserver.stages.hands import Hands, controlled_by

_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"


def record(hands: Hands, owner: Object, *, in_use: set[str]) -> bool:
    """See to it that the template of a set is its newest revision; tell whether something was written.

    :param in_use: hashes of the templates that pods have.
    """
    revisions, known = hands.resource("apps", "controllerrevisions"), template_hash(owner["spec"]["template"])
    owned = sorted(hands.controlled(owner, revisions), key=lambda one: one["revision"])
    newest = owned[-1]["revision"] if owned else 0
    mine = next((one for one in owned if _hash(owner, one) == known), None)
    if mine is None:
        hands.create(revisions, _revision(owner, known, newest + 1))
        return True
    if mine["revision"] < newest:
        hands.update(revisions, {**mine, "revision": newest + 1})
        return True
    idle = [one for one in owned if one is not mine and _hash(owner, one) not in in_use]
    for one in idle[: max(len(idle) - owner["spec"]["revisionHistoryLimit"], 0)]:
        hands.delete(revisions, one)
    return False


def _hash(owner: Object, one: Object) -> str:
    name: str = one["metadata"]["name"]
    return name.removeprefix(f"{owner['metadata']['name']}-")


def _revision(owner: Object, known: str, number: int) -> Object:
    metadata, template = owner["metadata"], owner["spec"]["template"]
    notes = {key: note for key, note in (metadata.get("annotations") or {}).items() if key != _LAST_APPLIED}
    return {
        "metadata": {
            "name": f"{metadata['name']}-{known}",
            "namespace": metadata["namespace"],
            "labels": {**(template["metadata"].get("labels") or {}), "controller.kubernetes.io/hash": known},
            **({"annotations": notes} if notes else {}),
            "ownerReferences": controlled_by(owner),
        },
        "data": {"spec": {"template": {"$patch": "replace", **template}}},
        "revision": number,
    }
