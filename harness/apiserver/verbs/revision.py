"""One revision of an object: from a candidate, whether given whole or as a patch, to a stored version.

The candidate goes one way: the server's rules on metadata, the isolation of ``/status``, the kind's strategy, validation,
the no-op check, the store. Nothing is written before everything has passed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from harness.apiserver.admission import UPDATE, Attributes, is_namespace
from harness.apiserver.cluster import Cluster
from harness.apiserver.compare import same_json
from harness.apiserver.errors import BadRequest, Conflict, Invalid
from harness.apiserver.fields import FieldError, invalid
from harness.apiserver.managed import owners_of_revised, same_owners
from harness.apiserver.messages import Object, Reply
from harness.apiserver.metadata import finalizer_warnings, ordered, without_repeated_owners
from harness.apiserver.quota import charges
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry, Key
from harness.apiserver.verbs.looks import errors_of_revised
from harness.apiserver.verbs.objects import admit, as_posted, entry_of, finished, settle, unstored, written
from harness.apiserver.verbs.options import WriteOptions, silent


def check_place(resource: Resource, key: Key, metadata: Object) -> None:
    """Check that an object stands where the request's path says, filling in its namespace.

    :raises BadRequest: it does not.
    """
    if resource.namespaced and metadata.setdefault("namespace", key.namespace) != key.namespace:
        raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
    name = metadata.get("name", "")
    if not name:
        raise BadRequest(f"the name of the object ({key.name} based on URL) was undeterminable: name must be provided")
    if name != key.name:
        raise BadRequest(f"the name of the object ({name}) does not match the name on the URL ({key.name})")


def revise(
    cluster: Cluster,
    resource: Resource,
    entry: Entry,
    candidate: Object,
    *,
    subresource: str,
    options: WriteOptions,
    current: Object | None = None,
    managed: list[Object] | None = None,
    check: Callable[[Object], None] | None = None,
) -> Reply:
    """Store ``candidate`` as the next version of the object in ``entry``, unless it changes nothing.

    ``current`` is the stored object, where the caller has read it already; ``managed`` are the managedFields of the next version,
    where the caller knows them, as server-side apply does. ``check`` asks admission in the place of what is asked here, for a caller
    whose client sees another object than the stored one.

    :raises ApiError: whatever the real server refuses; nothing is stored then.
    """
    if current is None:
        current = resource.load(entry)
    resource.strategy.permit(cluster, resource, candidate, current=current, user=options.user, key=entry.key)
    if managed is None:
        posed = as_posted(resource, candidate, current)
        managed = owners_of_revised(cluster, resource, current, posed, subresource=subresource, manager=options.manager)
    if cluster.admission.active and check is None:
        shown = finished(resource, candidate, current)
        shown = {**shown, "metadata": _owned(shown["metadata"], managed)}
        asking = _attributes(resource, entry, shown, current=current, subresource=subresource, options=options)
        changed, check = _asked(cluster, asking, options)
        candidate = changed or candidate
    _check_version(resource, entry, candidate["metadata"])
    before: Object = current["metadata"]
    value = _restricted(resource, current, candidate, subresource=subresource, options=options)
    value = resource.strategy.revise(cluster, resource, value, current=current, subresource=subresource)
    given, value = value, finished(resource, value, current)
    metadata = value["metadata"]
    if resource.counts_generation and subresource in {"", "scale"} and _counts(resource, value, current):
        metadata = {**metadata, "generation": before.get("generation", 0) + 1}
        value["metadata"] = metadata
    left = _Left(trusted=entry.written_in == resource.collection.epoch and not entry.tolerated, warn=options.warn)
    if found := _found(cluster, resource, value, given, current=current, subresource=subresource, left=left):
        raise Invalid(group=resource.collection.group, kind=resource.kind, name=entry.key.name, errors=found)
    _warn(resource, value, current=current, subresource=subresource, options=options)
    if check is not None:
        check({**value, "metadata": _owned(metadata, managed)})
    due = charges(cluster, resource, value, current, subresource=subresource)
    if "deletionTimestamp" in before and not metadata.get("finalizers") and not _held(value):
        value["metadata"] = {**metadata, "managedFields": managed}
        return _finish_deletion(cluster, resource, entry, value, options)
    if _unchanged(resource, entry, value, current=current, managed=managed):
        return written(resource, entry, options, status=200)
    value["metadata"] = ordered({**metadata, "managedFields": managed})
    if options.dry_run:
        return written(resource, entry_of(resource, value, entry.revision), options, status=200)
    settle(cluster, due)
    revised = entry_of(resource, value, cluster.store.revision + 1)._replace(tolerated=bool(left.tolerated))
    cluster.store.commit(resource.collection, revised, entry)
    resource.strategy.stored(cluster, resource, value, current=current)
    return written(resource, revised, options, status=200)


def _unchanged(resource: Resource, entry: Entry, value: Object, *, current: Object, managed: list[Object]) -> bool:
    """Tell whether a revision leaves what is stored as it is.

    What was stored by another version, or by an earlier schema, or at birth, may not be what is read: a write that changes
    nothing of that may well change what is stored.
    """
    if entry.lacking or not (
        same(value, current) and same_owners(managed, current["metadata"].get("managedFields") or [])
    ):
        return False
    if not resource.custom or resource.as_stored(entry):
        return True
    metadata = ordered({**value["metadata"], "managedFields": managed})
    return entry_of(resource, {**value, "metadata": metadata}, entry.revision).tail == entry.tail


def _restricted(
    resource: Resource, current: Object, candidate: Object, *, subresource: str, options: WriteOptions
) -> Object:
    """Return ``candidate`` with everything set back that this endpoint does not write."""
    before, given = current["metadata"], candidate["metadata"]
    if subresource == "scale":
        return {**candidate, "metadata": before}  # made of the stored object, see ``scale``
    if subresource:
        value = resource.strategy.part(candidate, current=current, subresource=subresource)
        keep = resource.custom or given is before
    else:
        value = _without_status(resource, current, candidate)
        keep = given is before
    return {**value, "metadata": before if keep else _ruled(given, before, options)}


def _owned(metadata: Object, managed: list[Object]) -> Object:
    """Return metadata as those see it who are asked."""
    if managed:
        return {**metadata, "managedFields": managed}
    return {name: one for name, one in metadata.items() if name != "managedFields"}


def _asked(
    cluster: Cluster, asking: Attributes, options: WriteOptions
) -> tuple[Object | None, Callable[[Object], None]]:
    """Return a candidate as admission has changed it, if it has, and what asks those who may refuse the revision that comes of it."""
    decode = partial(admit, asking.resource, options=silent(options))
    found = cluster.admission.mutate(asking, decode=decode, warn=options.warn)
    return found, lambda value: cluster.admission.validate(asking.with_value(value), warn=options.warn)


def _attributes(
    resource: Resource, entry: Entry, value: Object, *, current: Object, subresource: str, options: WriteOptions
) -> Attributes:
    return Attributes(
        operation=UPDATE,
        resource=resource,
        user=options.user,
        namespace=entry.key.name if is_namespace(resource) else entry.key.namespace,
        name=entry.key.name,
        options={**options.given, "kind": "UpdateOptions"},  # of a patch, too
        value=value,
        old=current,
        subresource=subresource,
        dry_run=options.dry_run,
    )


def _held(value: Object) -> bool:
    """Tell whether something but metadata's finalizers keeps a deleted object: grace, or what a namespace has of its own."""
    if value["metadata"].get("deletionGracePeriodSeconds"):
        return True
    spec = value.get("spec")
    return value["kind"] == "Namespace" and isinstance(spec, dict) and bool(spec.get("finalizers"))


def _check_version(resource: Resource, entry: Entry, metadata: Object) -> None:
    given = metadata.get("resourceVersion", "")
    if not given:
        if resource.unconditional_update:
            return
        error = invalid("metadata.resourceVersion", 0, "must be specified for an update")
        # The kind of this one error is the plural, and so it is in the real server.
        raise Invalid(group=resource.group, kind=resource.plural, name=entry.key.name, errors=[error])
    if given != str(entry.revision):
        if not given.isdigit():
            error = invalid("metadata.resourceVersion", given, "must be an unsigned integer")
            raise BadRequest(str(error))
        raise Conflict(resource, entry.key.name)


def _ruled(metadata: Object, before: Object, options: WriteOptions) -> Object:
    """Return the client's metadata with what an update cannot change set back to what it was."""
    out = {**metadata, "creationTimestamp": before["creationTimestamp"]}
    out.setdefault("uid", before["uid"])
    for name in ("generation", "managedFields", "resourceVersion"):
        out.pop(name, None)
    for name in ("generation", "managedFields", "resourceVersion"):
        if name in before:
            out[name] = before[name]
    if "deletionTimestamp" in before:
        out["deletionTimestamp"] = before["deletionTimestamp"]
        if "deletionGracePeriodSeconds" in before:
            out.setdefault("deletionGracePeriodSeconds", before["deletionGracePeriodSeconds"])
    out, repeated = without_repeated_owners(out)
    if repeated:
        options.warn(
            ".metadata.ownerReferences contains duplicate entries after mutating admission happens; API server dedups "
            "owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; "
            f"duplicate UID(s) observed: {', '.join(repeated)}"
        )
    return out


def _without_status(resource: Resource, current: Object, candidate: Object) -> Object:
    """Return ``candidate`` with the status that is stored, where status has an endpoint of its own."""
    if not resource.has_status or ("status" not in current and "status" not in candidate):
        return candidate
    out = {name: item for name, item in candidate.items() if name != "status"}
    if "status" in current:
        out["status"] = current["status"]
    return out


def _counts(resource: Resource, value: Object, current: Object) -> bool:
    """Tell whether the desired state changed: the spec of built-in kinds that have one, otherwise anything but metadata."""
    if resource.strategy.counts_labels and value["metadata"].get("labels") != current["metadata"].get("labels"):
        return True
    if not resource.custom and "spec" in value:
        return not same_json(value["spec"], current.get("spec"))
    names = (value.keys() | current.keys()) - ({"metadata"} if resource.custom else {"metadata", "status"})
    return any(not same_json(value.get(name), current.get(name)) for name in names)


@dataclass(slots=True)
class _Left:
    """What a revision leaves alone: whether it is known to pass all rules, and what of it does not, which is warned of."""

    trusted: bool
    warn: Callable[[str], None]
    tolerated: list[FieldError] = field(default_factory=list)


def _found(
    cluster: Cluster,
    resource: Resource,
    value: Object,
    given: Object,
    *,
    current: Object,
    subresource: str,
    left: _Left,
) -> list[FieldError]:
    """Return what is wrong with a revision, as the client sees it: ``given`` still has the empty lists that were sent."""
    found = _errors(cluster, resource, value, current=current, subresource=subresource, left=left)
    if found and given is not value:
        return _errors(cluster, resource, given, current=current, subresource=subresource, left=left) or found
    return found


def _errors(
    cluster: Cluster, resource: Resource, value: Object, *, current: Object, subresource: str, left: _Left
) -> list[FieldError]:
    metadata, before = value["metadata"], current["metadata"]
    if value["kind"] != resource.kind:
        return [invalid("kind", value["kind"], f"must be {resource.kind}")]
    found = [] if metadata is before else errors_of_revised(resource, metadata, before, subresource=subresource)
    if resource.schema is not None:
        found += resource.schema.errors(
            value, current, before=found, subresource=subresource, trusted=left.trusted, tolerated=left.tolerated
        )
        for one in left.tolerated:
            left.warn(str(one))
    found += resource.strategy.errors(cluster, resource, value, current=current, subresource=subresource)
    return found


def _warn(resource: Resource, value: Object, *, current: Object, subresource: str, options: WriteOptions) -> None:
    strategy = resource.strategy
    said = strategy.status_warnings(value) if subresource == "status" else strategy.warnings(value, current=current)
    for text in said:
        options.warn(text)
    finalizers = value["metadata"].get("finalizers")
    if resource.custom and not subresource and finalizers:
        for text in finalizer_warnings(finalizers, current["metadata"].get("finalizers") or ()):
            options.warn(text)


def drop_finalizer(cluster: Cluster, resource: Resource, entry: Entry, finalizer: str) -> None:
    """Take one finalizer off an object, on the cluster's own behalf; a deleted object that nothing holds any more goes."""
    value = resource.load(entry)
    kept = [one for one in value["metadata"].get("finalizers") or [] if one != finalizer]
    value["metadata"] = ordered({**value["metadata"], "finalizers": kept})
    revision = cluster.store.revision + 1
    if "deletionTimestamp" in value["metadata"] and not kept and not _held(value):
        cluster.store.remove(resource.collection, entry_of(resource, resource.load(entry), revision), entry)
    else:
        cluster.store.commit(resource.collection, entry_of(resource, value, revision), entry)


def _finish_deletion(cluster: Cluster, resource: Resource, entry: Entry, value: Object, options: WriteOptions) -> Reply:
    """Remove an object whose last finalizer went.

    The reply is the object without it, still at its old version; the event shows what was stored last, finalizer
    included: the real server deletes instead of writing once more, and tells what etcd held before.
    """
    value = {**value, "metadata": ordered(value["metadata"])}
    last = entry_of(resource, resource.load(entry), cluster.store.revision + 1)
    answered = unstored(resource, value, entry.revision, options)
    if not options.dry_run:
        cluster.store.remove(resource.collection, last, entry)
        resource.strategy.removed(cluster, resource, value)
    return answered


def same(value: Object, current: Object) -> bool:
    """Tell whether a revision changes nothing; managedFields and the version are not looked at."""
    if value.keys() != current.keys():
        return False
    for name, item in value.items():
        if item is current[name]:
            continue
        if name == "metadata":
            one, other = ({k: v for k, v in m.items() if k != "resourceVersion" and v not in (None, [], {}, "")}
                          for m in (item, current["metadata"]))  # fmt: skip
            if not same_json(one, other):
                return False
        elif not same_json(item, current[name]):
            return False
    return True
