"""Server-side apply (KEP-555): a configuration merged into an object, by somebody who owns what it says.

What the configuration says goes, what it no longer says is removed unless somebody else owns it, too, and what others own and it
would change is a conflict, unless forced. Source: ``Updater.Apply`` of structured-merge-diff.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from harness.apiserver.compare import same_json
from harness.apiserver.errors import BadRequest, PlainError
from harness.apiserver.managed.conflicts import ApplyConflict, Conflict, conflicts_of
from harness.apiserver.managed.last_applied import allowed_conflicts, with_last_applied
from harness.apiserver.managed.managers import (
    Managed,
    Owned,
    Owner,
    applier,
    entries_of,
    managed_of,
    updater,
    with_fields,
)
from harness.apiserver.managed.resets import reset_fields
from harness.apiserver.managed.tracking import NOBODYS, changed, filtered, owned_metadata
from harness.apiserver.managed.views import Views
from harness.apiserver.managed.zero import zero
from harness.apiserver.messages import Object
from harness.apiserver.resources import Registry, Resource
from harness.apiserver.typed import TypeNode
from harness.apiserver.typed.comparing import Comparison, compare, same_value
from harness.apiserver.typed.elements import TypedError
from harness.apiserver.typed.fieldsets import (
    NOTHING,
    FieldSet,
    difference,
    intersection,
    of_paths,
    union,
    without_below,
)
from harness.apiserver.typed.mentioning import mentioned, reconciled, with_named_fields
from harness.apiserver.typed.merging import merged
from harness.apiserver.typed.removing import removed
from harness.apiserver.typed.validating import check

_BEFORE: str = "before-first-apply"
_KUBECTL = "kubectl"
_UNOWNED: FieldSet = of_paths(
    ("f:apiVersion",), ("f:kind",), ("f:metadata",), *(("f:metadata", "f:" + name) for name in sorted(NOBODYS))
)


@dataclass(frozen=True, slots=True)
class Application:
    """Who applies what to which part of an object, and when."""

    registry: Registry
    resource: Resource
    config: Object
    subresource: str
    manager: str
    force: bool
    now: str
    views: Views = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "views", Views(self.registry, self.resource))

    @property
    def api_version(self) -> str:
        """The version that is applied in."""
        return self.resource.api_version

    @property
    def owner(self) -> Owner:
        """Who comes to own what is applied."""
        return applier(self.manager, self.subresource)


def applied(application: Application, live: Object | None, *, stale: bool = False) -> Object:
    """Return an object as a configuration leaves it, with its managedFields; ``live`` is None where there is none yet.

    ``stale`` says that the schema has changed since the object was written. What the kind defaults is still to be filled in.

    :raises BadRequest: the configuration is of another type, or brings managedFields.
    :raises ApplyConflict: others own what it would change.
    :raises PlainError: it does not fit the type of the object: the real server has no better word for it.
    """
    _check_type(application)
    current = {**(zero(application.resource) if live is None else live)}
    entries = current["metadata"].get("managedFields") or []
    current["metadata"] = {name: item for name, item in current["metadata"].items() if name != "managedFields"}
    managed = managed_of(entries)
    try:
        if not managed and live is not None:
            managed = _before_first_apply(application, current)
        found, managed = _apply(application, current, managed, stale=stale)
    except TypedError as problem:
        raise PlainError(str(problem)) from None
    metadata: Object = {**(found.get("metadata") or {}), "managedFields": entries_of(managed)}
    found = {**found, "apiVersion": application.api_version, "kind": application.resource.kind, "metadata": metadata}
    return with_last_applied(found, application.config) if application.manager == _KUBECTL else found


def unconverted(application: Application, problem: str) -> PlainError:
    """Return the error for an applied object of the right shape that its kind cannot be made of; ``problem`` is its decoder's.

    It is converted then, not decoded: from the values of fields, one by one.
    """
    name = f"{application.api_version if application.resource.group else f'/{application.api_version}'}, Kind={application.resource.kind}"
    if problem.startswith("illegal base64"):
        problem = f"error decoding from json: {problem}"
    elif found := _MISTYPED.fullmatch(problem):
        problem = f"{found['what']} into Go value of type {found['type']}"
        if "." in found["what"]:
            problem = f"cannot convert float64 to {found['type']}"
    start = f"failed to convert new object ({_named(application)}) to proper version"
    return PlainError(f"{start}: unable to convert unstructured object to {name}: {problem}")


_MISTYPED: Final = re.compile(r"(?P<what>json: cannot unmarshal .*) into Go struct field \S+ of type (?P<type>\S+)")


def _check_type(application: Application) -> None:
    given = (application.config.get(name) for name in ("apiVersion", "kind"))
    version, kind = (one if isinstance(one, str) else "" for one in given)
    if (version, kind) != (application.api_version, application.resource.kind):
        named = version if "/" in version else f"/{version}"
        raise BadRequest(f"invalid object type: {named}, Kind={kind}")
    metadata = application.config.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("managedFields"), list):
        raise BadRequest("metadata.managedFields must be nil")


def _before_first_apply(application: Application, current: Object) -> Managed:
    """Return who owns an object without owners: all that it is, is owned as an update of nobody in particular."""
    owner = updater(_BEFORE, application.api_version, application.subresource)
    reset = reset_fields(application.resource, application.subresource)
    return changed(
        {}, zero(application.resource), current, owner=owner, views=application.views, reset=reset, now=application.now
    )


def _apply(application: Application, live: Object, managed: Managed, *, stale: bool) -> tuple[Object, Managed]:
    config = application.config
    try:
        check(application.views.type, config)
    except TypedError as problem:
        raise PlainError(f"failed to create typed patch object ({_named(application)}): {problem}") from None
    if stale:
        managed = _reconciled(application, managed)
    try:
        return _merged(application, live, managed, force=application.force)
    except ApplyConflict as conflict:
        if application.manager != _KUBECTL:
            raise
        allowed = allowed_conflicts(application.views.type, live, application.api_version)
        if allowed is None:
            raise
        rest = [one for one in conflict.conflicts if not allowed(one.path)]
        if rest:
            raise ApplyConflict(rest) from None
        return _merged(application, live, managed, force=True)


def _named(application: Application) -> str:
    metadata = application.config.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    version = application.api_version if application.resource.group else f"/{application.api_version}"
    namespace, name = (one if isinstance(one := metadata.get(field), str) else "" for field in ("namespace", "name"))
    return f"{namespace}/{name}; {version}, Kind={application.resource.kind}"


def _reconciled(application: Application, managed: Managed) -> Managed:
    return {
        owner: with_fields(owned, reconciled(application.views.type_in(owned.api_version), owned.fields))
        for owner, owned in managed.items()
    }


def _merged(application: Application, live: Object, managed: Managed, *, force: bool) -> tuple[Object, Managed]:
    kind, owner = application.views.type, application.owner
    reset = reset_fields(application.resource, application.subresource).fields
    value: Object = merged(kind, live, application.config)
    mine = mentioned(kind, application.config)
    mine = without_below(mine, reset) if reset else mine
    last = managed.get(owner)
    managed = {**managed, owner: Owned(mine, application.api_version, "" if last is None else last.time)}
    if last is not None and last.fields:
        try:
            value = _pruned(application, value, managed, last)
        except TypedError as problem:
            raise TypedError(f"failed to prune fields: {problem}") from None
    managed = _taken(application, live, value, managed, force=force)
    unchanged = same_value(live, value)
    held = managed.pop(owner, None)
    own = difference(NOTHING if held is None else held.fields, _UNOWNED)
    if own:
        time = application.now if not unchanged else "" if last is None else last.time
        managed[owner] = Owned(own, application.api_version, time)
        if last is not None and time == last.time and same_json(own, last.fields):
            managed[owner] = last
    return value, managed


def _taken(application: Application, live: Object, value: Object, managed: Managed, *, force: bool) -> Managed:
    """Return the owners after a change: others lose what they are made to, and what is gone.

    :raises ApplyConflict: without ``force``, others would lose something to the applier.
    """
    views, reset = application.views, reset_fields(application.resource, application.subresource).fields
    comparisons: dict[str, Comparison] = {}
    out: Managed = {}
    conflicts: list[Conflict] = []
    for owner, owned in managed.items():
        if owner == application.owner:
            out[owner] = owned
            continue
        found = comparisons.get(owned.api_version)
        if found is None:
            kind = views.type_in(owned.api_version)
            if kind is None:
                continue
            before = _seen(application, live, owned.api_version, told="old object")
            after = _seen(application, value, owned.api_version, told="new object")
            found = comparisons[owned.api_version] = filtered(compare(before, after, kind), reset)
        lost = intersection(owned.fields, found.written)
        conflicts += conflicts_of(owner, lost)
        fields = difference(difference(owned.fields, lost), found.removed)
        if fields:
            out[owner] = with_fields(owned, fields)
    if conflicts and not force:
        raise ApplyConflict(conflicts)
    return out


def _seen(application: Application, value: Object, version: str, *, told: str) -> Object:
    found = application.views.convert(value, current=application.api_version, wanted=version, told=told)
    metadata = found.get("metadata")
    return {
        **{name: item for name, item in found.items() if name not in {"apiVersion", "kind"}},
        "metadata": owned_metadata(metadata) if metadata else {},
    }


def _pruned(application: Application, value: Object, managed: Managed, last: Owned) -> Object:
    """Return a merged object without what its applier applied before and neither it nor anybody else owns any more."""
    views, version = application.views, last.api_version
    kind = views.type_in(version)
    if kind is None:
        return value
    told = "merged object to last applied version"
    whole = views.convert(value, current=application.api_version, wanted=version, told=told)
    rest = removed(kind, whole, with_named_fields(kind, last.fields))
    rest = _with_owned(application, whole, rest, managed, version)
    rest = _with_dangling(kind, whole, rest, last.fields)
    found: Object = views.convert(rest, current=version, wanted=application.api_version, told="pruned object")
    return found


def _with_owned(
    application: Application, whole: Object, rest: Object, managed: Managed, version: str
) -> Object:  # fmt: skip
    """Return what is left, with what somebody still owns put back: first what is owned in the version at hand."""
    views, current = application.views, version
    owned: dict[str, FieldSet] = {version: NOTHING}
    for one in managed.values():
        owned[one.api_version] = union(owned.get(one.api_version, NOTHING), one.fields)
    for wanted, fields in owned.items():
        kind = views.type_in(wanted)
        if kind is None or (not fields and wanted != version):
            continue
        whole = views.convert(whole, current=current, wanted=wanted, told=f"merged object at version {wanted}")
        rest = views.convert(rest, current=current, wanted=wanted, told=f"pruned object at version {wanted}")
        current = wanted
        kept = union(_fields(kind, rest), with_named_fields(kind, fields))
        rest = removed(kind, whole, difference(_fields(kind, whole), kept))
    return views.convert(rest, current=current, wanted=version, told="pruned object to last applied version")


def _with_dangling(kind: TypeNode, whole: Object, rest: Object, last: FieldSet) -> Object:
    """Return what is left, with what went only because something above it did: the applier never owned it."""
    gone = difference(_fields(kind, whole), _fields(kind, rest))
    found: Object = removed(kind, whole, intersection(gone, with_named_fields(kind, last)))
    return found


def _fields(kind: TypeNode, value: Object) -> FieldSet:
    return with_named_fields(kind, mentioned(kind, value))
