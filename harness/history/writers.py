"""Who made a version, as ``managedFields`` tell it: whose fields are not what they were.

Whoever changes a field by an update owns it alone from then on. So of two versions that follow each other the writer of the
newer one owns every field whose value changed, whatever the time of the entries, which is in whole seconds. Who only takes
fields away owned them before, as a rule. Where neither says anything (a label of the API server's own, a deletion that
waits for finalizers), the newest entry that was not there before is believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from harness.history.versions import Version

Entry = dict[str, Any]
_ABSENT = object()


def writer(version: Version, before: Version | None) -> str:
    """Name the manager who made a version, given the version before; ``unknown`` where nobody is named at all."""
    entries = _entries(version)
    if before is not None:
        for owners in (entries, _entries(before)):
            if (found := _most_changed(owners, before.object, version.object)) is not None:
                return found
    known = [] if before is None else _entries(before)
    fresh = [entry for entry in entries if not any(_kept(entry, one) for one in known)] or entries or [{}]
    return str(max(fresh, key=lambda entry: entry.get("time", "")).get("manager", "unknown"))


def _entries(version: Version) -> Sequence[Entry]:
    return version.object["metadata"].get("managedFields") or []


def _most_changed(entries: Sequence[Entry], before: Any, after: Any) -> str | None:
    """Name the manager who owns most of what changed; ``None`` when nobody owns any of it."""
    counts = [
        (
            sum(old != new for old, new in _values(entry.get("fieldsV1") or {}, before, after)),
            str(entry.get("manager", "unknown")),
        )
        for entry in entries
    ]
    count, manager = max(counts, default=(0, ""))
    return manager if count else None


def _values(fields: Mapping[str, Any], before: Any, after: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the value of each owned leaf in both versions."""
    for step, below in fields.items():
        if step == ".":
            continue
        old, new = _at(before, step), _at(after, step)
        if any(one != "." for one in below):
            yield from _values(below, old, new)
        else:
            yield old, new


def _at(value: Any, step: str) -> Any:
    """Follow one step of a field set: a field, an item of a list by its key, its value or its place."""
    what, _, rest = step.partition(":")
    match what:
        case "f":
            return value.get(rest, _ABSENT) if isinstance(value, dict) else _ABSENT
        case "k":
            key = orjson.loads(rest)
            items = value if isinstance(value, list) else []
            return next((one for one in items if isinstance(one, dict) and key.items() <= one.items()), _ABSENT)
        case "v":
            wanted = orjson.loads(rest)
            return wanted if isinstance(value, list) and wanted in value else _ABSENT
        case "i":
            place = int(rest)
            return value[place] if isinstance(value, list) and place < len(value) else _ABSENT
    return _ABSENT


def _kept(entry: Entry, before: Entry) -> bool:
    """Whether an entry is what is left of an earlier one: the loser of a field has a changed entry, too."""
    return all(entry.get(name) == before.get(name) for name in ("manager", "subresource", "time")) and _within(
        entry.get("fieldsV1") or {}, before.get("fieldsV1") or {}
    )


def _within(fields: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    return all(name in others and _within(below, others[name]) for name, below in fields.items())
