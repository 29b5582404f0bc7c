"""An index, and a handler that answers by it."""

from typing import Any

import kopf

from ..trace import TRIED, trace


@kopf.index("gizmos", labels=TRIED)
def by_colour(spec: Any, name: str, **_: Any) -> dict[str, str] | None:
    return {spec["colour"]: name} if "colour" in spec else None


@kopf.on.event("gizmos", labels=TRIED)
def indexed(event: Any, name: str, spec: Any, **_: Any) -> None:
    trace("indexed", name=name, type=event["type"], colour=spec.get("colour"))


@kopf.on.create("gizmos", labels={"asks": "yes"})
@kopf.on.update("gizmos", labels={"asks": "yes"})
def asked(by_colour: Any, spec: Any, patch: Any, **_: Any) -> None:
    found = {colour: sorted(names) for colour, names in by_colour.items()}
    trace("asked", about=spec["about"], found=dict(sorted(found.items())))
    patch.status["answer"] = found.get(spec["about"], [])
