"""``kubectl apply --server-side`` on objects that ``kubectl apply`` made: the annotation with what was applied last, kept true.

A conflict with fields that the annotation holds as they are is none: kubectl would fight with itself.
"""

from collections.abc import Callable
from typing import Final

import orjson

from harness.apiserver.fields import go_value
from harness.apiserver.jsontext import loads
from harness.apiserver.messages import Object
from harness.apiserver.typed import TypeNode
from harness.apiserver.typed.comparing import compare
from harness.apiserver.typed.elements import TypedError
from harness.apiserver.typed.fieldsets import Path, difference, has
from harness.apiserver.typed.mentioning import mentioned

ANNOTATION: Final = "kubectl.kubernetes.io/last-applied-configuration"
_LIMIT_BYTES: Final = 256 * 1024


def allowed_conflicts(kind: TypeNode, live: Object, api_version: str) -> Callable[[Path], bool] | None:
    """Return what tells the conflicts that kubectl may ignore, or None where nothing was applied before."""
    given = (live["metadata"].get("annotations") or {}).get(ANNOTATION)
    try:
        last = loads(given or b"")
        if not isinstance(last, dict) or last.get("apiVersion") != api_version:
            return None
        found = compare(last, live, kind)
        fields = mentioned(kind, last)
    except (orjson.JSONDecodeError, TypedError):
        return None
    for changed in (found.modified, found.added, found.removed):
        fields = difference(fields, changed)
    return lambda path: has(fields, path)


def with_last_applied(value: Object, config: Object) -> Object:
    """Return an object whose annotation, if it has one, holds the configuration that was applied."""
    metadata = value["metadata"]
    annotations = metadata.get("annotations")
    if not annotations or not annotations.get(ANNOTATION):
        return value
    mine = config.get("metadata") or {}
    if mine.get("annotations"):
        kept = {name: text for name, text in mine["annotations"].items() if name != ANNOTATION}
        mine = {**mine, "annotations": kept}
        if not kept:
            del mine["annotations"]
    text = go_value({**config, "metadata": mine}) + "\n"
    annotations = {**annotations, ANNOTATION: text}
    if sum(len(key.encode()) + len(item.encode()) for key, item in annotations.items()) > _LIMIT_BYTES:
        del annotations[ANNOTATION]
    return {**value, "metadata": {**metadata, "annotations": annotations}}
