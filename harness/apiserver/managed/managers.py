"""The entries of managedFields: who owns which fields, by which kind of write, in which version, since when.

An entry is known by its manager, operation, version and subresource (an applier's by all but the version: it applies one
configuration, in whatever version). Entries that a write does not change are kept as they are stored, byte for byte.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from harness.apiserver.compare import same_json
from harness.apiserver.messages import Json, Object
from harness.apiserver.typed.elements import TypedError
from harness.apiserver.typed.fieldsets import NOTHING, FieldSet, difference, in_order, read, union

APPLY: Final = "Apply"
UPDATE: Final = "Update"
_LONGEST_NAME_BYTES: Final = 128
_MOST_UPDATERS: Final = 10
_ANCIENT: Final = "ancient-changes"


class Owner(NamedTuple):
    """What an entry is known by. ``api_version`` is "" for appliers."""

    manager: str
    operation: str
    api_version: str
    subresource: str

    @property
    def applies(self) -> bool:
        """Whether it owns what it applied, rather than what it changed."""
        return self.operation == APPLY


class Owned(NamedTuple):
    """What an owner owns: fields of a version, since when (RFC 3339, or "" for an entry without time), and the entry as stored."""

    fields: FieldSet
    api_version: str
    time: str
    entry: Object | None = None


Managed = dict[Owner, Owned]
"""Every owner of one object. Never changed: who changes something makes a new one."""


def manager_of(query: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return who writes: ``fieldManager``, else the printable part of the user agent before its first slash, else ``unknown``."""
    given = query.get("fieldManager")
    if given:
        return given
    return _manager_of_agent(headers.get("user-agent", ""))


@lru_cache(maxsize=256)
def _manager_of_agent(agent: str) -> str:
    agent = agent.partition("/")[0]
    if not (agent.isascii() and agent.isprintable() and len(agent) <= _LONGEST_NAME_BYTES):
        printable = "".join(one for one in agent if one.isprintable())
        agent = printable.encode()[:_LONGEST_NAME_BYTES].decode(errors="ignore")
    return agent or "unknown"


def updater(manager: str, api_version: str, subresource: str = "") -> Owner:
    """Return the owner that a create, an update or a patch writes as."""
    return Owner(manager, UPDATE, api_version, subresource)


def applier(manager: str, subresource: str = "") -> Owner:
    """Return the owner that somebody applies as."""
    return Owner(manager, APPLY, "", subresource)


def managed_of(entries: Iterable[Object]) -> Managed:
    """Return the owners in stored entries."""
    return {
        _owner(one): Owned(one.get("fieldsV1") or NOTHING, one["apiVersion"], one.get("time", ""), one)
        for one in entries
    }


def _owner(entry: Object) -> Owner:
    operation = entry["operation"]
    version = "" if operation == APPLY else entry["apiVersion"]
    return Owner(entry.get("manager", ""), operation, version, entry.get("subresource", ""))


def read_entries(entries: list[Json]) -> Managed:
    """Return the owners in entries that a client sent.

    :raises TypedError: an entry is none; the real server then goes by what is stored.
    """
    found: Managed = {}
    for index, one in enumerate(entries):
        if one.get("operation") not in {APPLY, UPDATE}:
            raise TypedError("operation must be `Apply` or `Update`")
        if not one.get("apiVersion"):
            raise TypedError("apiVersion must not be empty")
        if one.get("fieldsType") != "FieldsV1":
            raise TypedError(f"invalid fieldsType in managed fields entry {index}")
        found[_owner(one)] = Owned(read(one.get("fieldsV1")), one["apiVersion"], one.get("time") or "")
    return found


def is_reset(entries: Json) -> bool:
    """Tell whether a client asks to forget all owners: an empty list, or one with nothing in it but an empty entry."""
    return isinstance(entries, list) and (not entries or entries == [{}])


def entries_of(managed: Managed) -> list[Object]:
    """Return the entries for the owners, in the order in which the real server keeps them: by operation, time and name.

    Where one is nested deeper than can be read again, there are none at all.
    """

    def order(one: Owner) -> tuple[str, str, str, str, str]:
        owned = managed[one]
        return (one.operation, owned.time, one.manager, owned.api_version, one.subresource)

    try:
        return [managed[one].entry or _entry(one, managed[one]) for one in sorted(managed, key=order)]
    except TypedError:
        return []


def written_by(manager: str, fields: FieldSet, *, api_version: str, now: str) -> list[Object]:
    """Return the managedFields of an object that the server makes by itself, whose only author is ``manager``."""
    return entries_of({updater(manager, api_version): Owned(fields, api_version, now)})


def same_owners(one: list[Object], other: list[Object]) -> bool:
    """Tell whether two lists of entries differ in nothing but times: those alone make no new version of an object."""
    if one is other:
        return True
    return len(one) == len(other) and all(
        mine is theirs or same_json({**mine, "time": ""}, {**theirs, "time": ""})
        for mine, theirs in zip(one, other, strict=True)
    )


def _entry(owner: Owner, owned: Owned) -> Object:
    """Return an entry of managedFields, in the order of Go's type."""
    entry: Object = {"manager": owner.manager, "operation": owner.operation, "apiVersion": owned.api_version}
    if owned.time:
        entry["time"] = owned.time
    entry |= {"fieldsType": "FieldsV1", "fieldsV1": in_order(owned.fields)}
    if owner.subresource:
        entry["subresource"] = owner.subresource
    return entry


def with_fields(owned: Owned, fields: FieldSet) -> Owned:
    """Return what is owned with other fields, since the same time; what does not change keeps its entry."""
    return owned if fields is owned.fields else Owned(fields, owned.api_version, owned.time)


def renewed(owned: Owned, fields: FieldSet, now: str) -> Owned:
    """Return what is owned with these fields since now; the stored form of fields that stay is kept."""
    if owned.entry is None or not same_json(fields, owned.fields):
        return Owned(fields, owned.api_version, now)
    return Owned(owned.fields, owned.api_version, now, {**owned.entry, "time": now})


def capped(managed: Managed) -> Managed:
    """Return the owners with the oldest updaters of each version put together, while there are more than ten."""
    updaters = [one for one in managed if not one.applies]
    if len(updaters) <= _MOST_UPDATERS:
        return managed
    out, count, first = {**managed}, len(updaters), dict[str, Owner]()
    for one in sorted(updaters, key=lambda one: (managed[one].time, one)):
        if count <= _MOST_UPDATERS:
            break
        owned = managed[one]
        bucket = updater(_ANCIENT, owned.api_version)
        if owned.api_version not in first:
            first[owned.api_version] = one
            continue
        if bucket not in out:
            out[bucket] = out.pop(first[owned.api_version])
        out[bucket] = Owned(union(owned.fields, out[bucket].fields), owned.api_version, owned.time)
        if one != bucket:
            del out[one]
        count -= 1
    return out


def lessened(managed: Managed, owner: Owner, lost: FieldSet) -> Managed:
    """Return the owners after one lost fields; one that owns nothing any more is gone."""
    owned = managed[owner]
    fields = difference(owned.fields, lost)
    if fields is owned.fields:
        return managed
    if not fields:
        return {one: held for one, held in managed.items() if one != owner}
    return {**managed, owner: with_fields(owned, fields)}
