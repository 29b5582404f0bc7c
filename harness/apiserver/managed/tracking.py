"""Who owns what after a create, an update or a patch that is no apply.

The writer gains what it changed, everybody else loses it; what the write removed is nobody's. Only what changed is looked at, and
an owner whose fields stay keeps its stored entry. An object without owners (of the time before they were kept, or whose owners
were reset) stays so until somebody applies. Source: KEP-555 and ``managedfields`` of apimachinery.
"""

from typing import Final

from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.managed.managers import (
    Managed,
    Owned,
    Owner,
    capped,
    entries_of,
    is_reset,
    managed_of,
    read_entries,
    renewed,
    updater,
    with_fields,
)
from harness.apiserver.managed.resets import Reset, reset_fields
from harness.apiserver.managed.views import Views
from harness.apiserver.managed.zero import zero
from harness.apiserver.messages import Object
from harness.apiserver.resources import Resource
from harness.apiserver.typed import TypeNode
from harness.apiserver.typed.comparing import ABSENT, Comparison, compare
from harness.apiserver.typed.elements import TypedError
from harness.apiserver.typed.fieldsets import FieldSet, difference, union, without_below
from harness.apiserver.typed.validating import check_written

NOBODYS: Final = frozenset(
    {
        "clusterName",
        "creationTimestamp",
        "generation",
        "managedFields",
        "name",
        "namespace",
        "resourceVersion",
        "selfLink",
        "uid",
    }
)
"""Fields of metadata that never have an owner."""


def owners_of_new(
    cluster: Cluster, resource: Resource, value: Object, *, manager: str, subresource: str = ""
) -> list[Object]:
    """Return the managedFields of a new object, as it came from the client, with its defaults."""
    given = value["metadata"].get("managedFields")
    views, reset = Views(cluster.registry, resource), reset_fields(resource, subresource)
    try:
        managed = {} if not given or is_reset(given) else read_entries(given)
        if resource.custom:
            _check_dropped(value, {}, views.type, reset)
        managed = changed(
            managed,
            zero(resource),
            value,
            owner=updater(manager, resource.api_version, subresource),
            views=views,
            reset=reset,
            now=cluster.now(),
        )
    except TypedError:
        return []  # as the real server does: rather none than wrong ones
    return entries_of(capped(managed))


def owners_of_revised(
    cluster: Cluster, resource: Resource, current: Object, value: Object, *, subresource: str, manager: str
) -> list[Object]:
    """Return the managedFields after a revision: the stored list itself where nothing changes.

    ``value`` is the candidate as it came from the client, with its defaults: what the server sets back later counts as written.
    """
    stored: list[Object] = current["metadata"].get("managedFields") or []
    given = stored if subresource else value["metadata"].get("managedFields")
    if given is not stored and is_reset(given):
        return []
    try:
        managed = managed_of(stored)
        if given and not same_json(given, stored):
            managed = _given(given) or managed
        if not managed:
            return []
        views, reset = Views(cluster.registry, resource), reset_fields(resource, subresource)
        if resource.custom:
            _check_dropped(value, current, views.type, reset)
        after = changed(
            managed,
            current,
            value,
            owner=updater(manager, resource.api_version, subresource),
            views=views,
            reset=reset,
            now=cluster.now(),
        )
    except TypedError:
        return []
    if after is managed and (not given or same_json(given, stored)):
        return stored
    return entries_of(capped(after))


def _given(entries: list[Object]) -> Managed | None:
    try:
        return read_entries(entries)
    except TypedError:
        return None


def changed(
    managed: Managed, before: Object, after: Object, *, owner: Owner, views: Views, reset: Reset, now: str
) -> Managed:
    """Return the owners after ``owner`` turned one object into another; ``managed`` itself where that changes nothing.

    :raises TypedError: a list in the objects cannot be told apart.
    """
    version = owner.api_version
    found = _compared(before, after, views.type, reset)
    mine = found.written
    lost = {version: (mine, found.removed)}
    out: Managed = {}
    same = True
    for one, owned in managed.items():
        gone = lost.get(owned.api_version)
        if gone is None:
            kind = views.type_in(owned.api_version)
            if kind is None:
                same = False
                continue
            old = views.convert(before, current=version, wanted=owned.api_version, told="old object")
            new = views.convert(after, current=version, wanted=owned.api_version, told="new object")
            seen = _compared(old, new, kind, reset)
            gone = lost[owned.api_version] = (seen.written, seen.removed)
        written, removed = gone
        fields = owned.fields if one == owner else difference(owned.fields, written)
        fields = difference(fields, removed)
        same = same and fields is owned.fields
        if fields:
            out[one] = with_fields(owned, fields)
    if mine:
        previous = managed.get(owner)
        kept = out.get(owner)
        fields = mine if kept is None else union(kept.fields, mine)
        out[owner] = Owned(fields, version, now) if previous is None else renewed(previous, fields, now)
        same = False
    return managed if same else out


def _compared(before: Object, after: Object, kind: TypeNode, reset: Reset) -> Comparison:
    """Return what changed from one object to the other of what can have an owner and is not set back."""
    one, other = _parts(before, after, reset), _parts(after, before, reset)
    if "metadata" in one or "metadata" in other:
        one["metadata"], other["metadata"] = owned_metadata(before["metadata"]), owned_metadata(after["metadata"])
    return filtered(compare(one, other, kind), reset.rest)


def _parts(value: Object, other: Object, reset: Reset) -> Object:
    """Return the parts of an object that are not the other's themselves, and may come to belong to somebody."""
    whole, share = reset.whole, other.get
    return {
        name: item
        for name, item in value.items()
        if item is not share(name, ABSENT) and name not in whole and name not in _TYPE
    }


def _check_dropped(value: Object, before: Object, kind: TypeNode, reset: Reset) -> None:
    """Check what is set back, which the schema of a custom kind never sees; the real server reads it before it is.

    :raises TypedError: it is of another type than the schema's.
    """
    for name in reset.whole:
        if name in value and name != "metadata" and value[name] != before.get(name):
            child = kind.child(name)
            if child is not None:
                check_written(child, value[name])


def filtered(found: Comparison, reset: FieldSet) -> Comparison:
    """Return a comparison without the fields that the server sets back."""
    return Comparison(*(without_below(one, reset) if one else one for one in found)) if reset else found


def owned_metadata(metadata: Object) -> Object:
    """Return the fields of metadata that can have an owner."""
    return {name: item for name, item in metadata.items() if name not in NOBODYS}


_TYPE: Final = frozenset({"apiVersion", "kind"})
