"""One patch, of whichever kind, applied to an object."""

from typing import NamedTuple

from harness.apiserver.errors import Unprocessable
from harness.apiserver.messages import Json, Object
from harness.apiserver.patches.media import JSON_PATCH, MERGE
from harness.apiserver.patches.merge import merge
from harness.apiserver.patches.operations import PatchError, patched
from harness.apiserver.patches.reading import read_merge, read_operations
from harness.apiserver.patches.strategic import strategic_merge
from harness.apiserver.typed import TypeNode
from harness.apiserver.typed.gotext import plain


class Patched(NamedTuple):
    """What a patch makes of an object.

    ``shown`` is what messages show where the outcome cannot be read; ``faults`` what ``fieldValidation`` tells of the patch
    itself, such as fields that it names twice. A ``strategic`` outcome is read in another way; one that is ``in_order`` has its
    fields as Go would write them.
    """

    value: Json
    shown: str
    faults: tuple[str, ...] = ()
    strategic: bool = False
    in_order: bool = False


def apply_patch(kind: str, body: bytes, current: Object, typed: TypeNode) -> Patched:
    """Return ``current`` as the patch in ``body`` leaves it. What the patch does not touch is shared with ``current``.

    ``kind`` is the media type, ``typed`` the type of the object.

    :raises BadRequest: the patch is malformed.
    :raises Unprocessable: it does not apply, such as a failed ``test``.
    """
    if kind == MERGE:
        change, faults = read_merge(body)
        found: Json = merge(current, change)
    elif kind == JSON_PATCH:
        operations, faults = read_operations(body)
        try:
            found = patched(current, operations)
        except PatchError as problem:
            raise Unprocessable(str(problem)) from None
        return Patched(found, "", tuple(faults), in_order=True)
    else:
        change, faults = read_merge(body, prefix="")
        found = strategic_merge(current, change, typed)
        found |= {
            name: current[name] for name in ("apiVersion", "kind")
        }  # which a Go struct has whatever is said of it
        return Patched(found, plain(change), tuple(faults), strategic=True)
    return Patched(found, "", tuple(faults))
