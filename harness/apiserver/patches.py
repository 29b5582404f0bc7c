"""Patches: JSON merge patch (RFC 7396) and JSON patch (RFC 6902), applied without changing what they are applied to."""

from typing import Any, Final

import jsonpatch
import jsonpointer

from harness.apiserver.codec.syntax import SyntaxProblem, parse
from harness.apiserver.errors import BadRequest, TooLarge, Unprocessable, UnsupportedMediaType
from harness.apiserver.messages import Json, Object

MERGE: Final = "application/merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"
ACCEPTED: Final = (JSON_PATCH, MERGE)
_MOST_OPERATIONS: Final = 10_000


def merge(target: Json, patch: Json) -> Json:
    """Return ``target`` merged with ``patch``. What the patch does not touch is shared with ``target``."""
    if not isinstance(patch, dict):
        return patch
    out = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict):
            out[key] = merge(out.get(key), value)
        else:
            out[key] = value
    return out


def apply_patch(content_type: str, body: bytes, current: Object) -> Object:
    """Return ``current`` as the patch in ``body`` leaves it. ``current`` must be the caller's own copy.

    :raises UnsupportedMediaType: neither of the two kinds.
    :raises BadRequest: the patch is malformed.
    :raises Unprocessable: it does not apply, such as a failed ``test``.
    """
    if content_type not in ACCEPTED:
        raise UnsupportedMediaType(ACCEPTED)
    try:
        patch = parse(body)
    except SyntaxProblem as problem:
        raise BadRequest(f"error decoding patch: {problem}") from None
    if content_type == MERGE:
        if not isinstance(patch, dict):
            raise BadRequest(
                f"error decoding patch: json: cannot unmarshal {_go(patch)} into Go value of type map[string]interface {{}}"
            )
        merged: Object = merge(current, patch)
        return merged
    return _json_patch(patch, current)


def _json_patch(patch: Any, current: Object) -> Object:
    if not isinstance(patch, list) or not all(isinstance(one, dict) for one in patch):
        raise BadRequest(
            f"error decoding patch: json: cannot unmarshal {_go(patch)} into Go value of type []handlers.jsonPatchOp"
        )
    if len(patch) > _MOST_OPERATIONS:
        raise TooLarge(f"The allowed maximum operations in a JSON patch is {_MOST_OPERATIONS}, got {len(patch)}")
    try:
        patched: Json = jsonpatch.JsonPatch(patch).apply(current, in_place=True)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException) as problem:
        # A patch that cannot be read and one that does not apply are alike to the real server: the library says why.
        raise Unprocessable(str(problem)) from None
    except (TypeError, KeyError, IndexError, ValueError, AttributeError) as problem:
        # The library's own slips on patches that point into scalars.
        raise Unprocessable(str(problem)) from None
    if not isinstance(patched, dict):
        raise Unprocessable("the patch replaces the object by something else")
    return patched


def _go(value: Json) -> str:
    if isinstance(value, bool):
        return "bool"
    return {str: "string", int: "number", float: "number", list: "array", dict: "object"}.get(type(value), "null")
