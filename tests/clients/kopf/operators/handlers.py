"""Handlers of all causes."""

from typing import Any

import kopf

from ..trace import TRIED, trace


@kopf.on.resume("gizmos", labels=TRIED)
def resumed(name: str, reason: str, **_: Any) -> None:
    trace("resume", name=name, reason=reason)


@kopf.on.create("gizmos", labels=TRIED)
def created(body: kopf.Body, name: str, spec: Any, reason: str, patch: Any, **_: Any) -> dict[str, Any]:
    trace("create", name=name, reason=reason, spec=dict(spec))
    kopf.event(body, type="Normal", reason="Painted", message=f"it is {spec['colour']}")
    patch.status["phase"] = "Made"
    return {"colour": spec["colour"]}


@kopf.on.update("gizmos", labels=TRIED)
def updated(diff: Any, reason: str, old: Any, new: Any, **_: Any) -> None:
    trace("update", reason=reason, diff=diff, old=old["spec"], new=new["spec"])


@kopf.on.field("gizmos", field="spec.size", labels=TRIED)
def resized(old: Any, new: Any, reason: str, **_: Any) -> None:
    trace("field", reason=reason, old=old, new=new)


@kopf.on.delete("gizmos", labels=TRIED)
def deleted(reason: str, meta: Any, **_: Any) -> None:
    trace("delete", reason=reason, finalizers=list(meta["finalizers"]))


@kopf.on.event("gizmos", labels=TRIED)
def happened(event: Any, **_: Any) -> None:
    trace("event", type=event["type"])
