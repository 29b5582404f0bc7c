"""The order of a list after a strategic merge: what the patch says in its order, the rest in its own, interleaved as it was."""

from collections.abc import Sequence

from harness.apiserver.errors import PlainError
from harness.apiserver.messages import Json
from harness.apiserver.typed.gotext import plain


def keys_of(items: Sequence[Json], key: str) -> list[Json]:
    """Return what tells items apart: the value of their merge key, or without one the items themselves.

    :raises PlainError: an item does not have the key.
    """
    if not key:
        return list(items)
    found = []
    for one in items:
        if not isinstance(one, dict) or key not in one:
            raise PlainError(f"map: {plain(one)} does not contain declared merge key: {key}")
        found.append(one[key])
    return found


def deduplicated(items: list[Json]) -> list[Json]:
    """Return scalars each once. A repeated one is replaced by the last of all, as in the real server: order is made later."""
    out = list(items)
    at = 0
    while at < len(out):
        other = at + 1
        while other < len(out):
            if out[at] == out[other]:
                out[other] = out[-1]
                out.pop()
            else:
                other += 1
        at += 1
    return out


def partition(items: list[Json], by: list[Json], key: str) -> tuple[list[Json], list[Json]]:
    """Return the items that are in another list, and those that are not."""
    known = [one.get(key) if key and isinstance(one, dict) else one for one in by]
    there: list[Json] = []
    rest: list[Json] = []
    for item, found in zip(items, keys_of(items, key), strict=True):
        (there if found in known else rest).append(item)
    return there, rest


def arranged(said: list[Json], rest: list[Json], *, order: list[Json], live: list[Json], key: str) -> list[Json]:
    """Return the items of a patch in ``order``, and among them the rest, where it stood in the live list before one of them."""
    wanted, known = keys_of(order, key), keys_of(live, key)
    right = sorted(said, key=lambda one: _place(one, wanted, key))
    left = sorted(rest, key=lambda one: _place(one, known, key))
    out: list[Json] = []
    while left and right:
        before, after = _place(left[0], known, key), _place(right[0], known, key)
        out.append(left.pop(0) if before < after < len(known) else right.pop(0))
    return [*out, *right, *left]


def _place(item: Json, known: list[Json], key: str) -> int:
    """Return where an item stands in a list, or the length of the list for one that does not."""
    found = item[key] if key else item
    return known.index(found) if found in known else len(known)
