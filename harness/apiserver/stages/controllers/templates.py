"""Pods out of templates, and the names of templates."""

import hashlib
from typing import Final

import orjson

from harness.apiserver.kinds.checks import amount
from harness.apiserver.messages import Json, Object
from harness.apiserver.stages.hands import controlled_by

_ALPHABET: Final = "bcdfghjklmnpqrstvwxz2456789"
"""Of names that are made up: no vowels, so that no words come of it."""


def template_hash(template: Object) -> str:
    """Return a short name for a template: the same for the same content, ten characters.

    The real controllers hash Go's memory; their names are not ours.
    """
    digest = hashlib.sha256(orjson.dumps(template, option=orjson.OPT_SORT_KEYS)).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:10])


def pod_of(owner: Object, *, name: str = "", labels: Object | None = None, **spec: Json) -> Object:
    """Return a pod of an owner's template: with a name, or one that is made up; ``spec`` goes over the template's."""
    template = owner["spec"]["template"]
    given = template.get("metadata") or {}
    metadata: Object = {
        "namespace": owner["metadata"]["namespace"],
        "labels": {**(given.get("labels") or {}), **(labels or {})},
        "ownerReferences": controlled_by(owner),
    }
    if given.get("annotations"):
        metadata["annotations"] = given["annotations"]
    if given.get("finalizers"):
        metadata["finalizers"] = given["finalizers"]
    metadata |= {"name": name} if name else {"generateName": f"{owner['metadata']['name']}-"}
    return {"metadata": metadata, "spec": {**template["spec"], **spec}}


def share(value: Json, whole: int, *, up: bool) -> int:
    """Return a count, or a share of ``whole`` rounded up or down."""
    if isinstance(value, str):
        return -(-amount(value) * whole // 100) if up else amount(value) * whole // 100
    return amount(value)


def condition(status: Object, kind: str, state: str, *, reason: str, message: str, now: str, updates: bool) -> Object:
    """Return a condition; its time moves with its status, ``lastUpdateTime`` (where the kind has it) with any change."""
    old: Object = next((one for one in status.get("conditions") or () if one.get("type") == kind), {})
    since = old.get("lastTransitionTime") if old.get("status") == state else None
    found = {"type": kind, "status": state, "lastTransitionTime": since or now, "reason": reason, "message": message}
    if updates:
        same = all(old.get(name) == found[name] for name in ("status", "reason", "message"))
        found["lastUpdateTime"] = old.get("lastUpdateTime", now) if same else now
    return found


def with_condition(status: Object, *conditions: Object) -> list[Object]:
    """Return the conditions of a status with these put in their places."""
    new = {one["type"]: one for one in conditions}
    kept = [new.pop(one["type"], one) for one in status.get("conditions") or ()]
    return [*kept, *new.values()]
