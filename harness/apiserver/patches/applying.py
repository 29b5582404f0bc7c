"""One patch, of whichever kind, applied to an object."""

from collections.abc import Callable
from typing import NamedTuple

from harness.apiserver.errors import Unprocessable
from harness.apiserver.messages import Json, Object
from harness.apiserver.patches.media import JSON_PATCH, MERGE
from harness.apiserver.patches.merge import merge, merged_in_order
from harness.apiserver.patches.operations import PatchError, patched
from harness.apiserver.patches.reading import read_merge, read_operations
from harness.apiserver.patches.strategic import strategic_merge
from harness.apiserver.typed import TypeNode
from harness.apiserver.typed.gotext import plain


class Patched(NamedTuple):
    """What a patch makes of an object.

    ``shown`` is what messages show where the outcome cannot be read; ``faults`` what ``fieldValidation`` tells of the patch
    itself, such as fields that it names twice. A ``strategic`` outcome is read in another way; ``in_order`` gives another one with
    its fields as Go would have them, in which the first fault is looked for and which is shown.
    """

    value: Json
    shown: str
    faults: tuple[str, ...] = ()
    strategic: bool = False
    in_order: Callable[[], Json] | None = None


def apply_patch(kind: str, body: bytes, current: Object, typed: TypeNode) -> Patched:
    """Return ``current`` as the patch in ``body`` leaves it. What the patch does not touch is shared with ``current``.

    ``kind`` is the media type, ``typed`` the type of the object.

    :raises BadRequest: the patch is malformed.
    :raises Unprocessable: it does not apply, such as a failed ``test``.
    """
    if kind == MERGE:
        change, faults = read_merge(body)
        return Patched(merge(current, change), "", tuple(faults), in_order=lambda: merged_in_order(current, change))
    if kind == JSON_PATCH:
        operations, faults = read_operations(body)
        try:
            found: Json = patched(current, operations, body)
        except PatchError as problem:
            raise Unprocessable(str(problem)) from None
        return Patched(found, "", tuple(faults), in_order=lambda: found)
    change, faults = read_merge(body, prefix="")
    found = strategic_merge(current, change, typed)
    found |= {name: current[name] for name in ("apiVersion", "kind")}  # which a Go struct has whatever is said of it
    return Patched(found, plain(change), tuple(faults), strategic=True)
