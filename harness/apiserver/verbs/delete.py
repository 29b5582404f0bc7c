"""DELETE of one object and of a collection.

With finalizers (its own, or those of a propagation policy) an object is only marked; it goes when the last one is
removed. Without, it goes at once. Dependents are the garbage collector's business.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import orjson

from harness.apiserver.admission import DELETE, Attributes, is_namespace
from harness.apiserver.cluster import Cluster, timestamp
from harness.apiserver.errors import ApiError, Conflict, NotFound
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry, Key
from harness.apiserver.verbs.listing import EXACT, list_options
from harness.apiserver.verbs.objects import entry_of, reply, whole_reply
from harness.apiserver.verbs.options import DeleteOptions, delete_options
from harness.apiserver.verbs.read import list_body, list_metadata, page

_POLICY_FINALIZERS = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}


def delete(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Delete the object at ``key``: the reply is the marked object, or a ``Status`` when it is gone."""
    options = _with_default(resource, delete_options(request))
    resource.strategy.check_deletion(cluster, resource, key.name)
    entry = resource.collection.get(key)
    if entry is None:
        raise NotFound(resource, key.name)
    check_preconditions(resource, entry, options)
    ask(cluster, resource, entry, options, name=key.name)
    last, gone = _remove(cluster, resource, entry, options)
    if resource.deprecation:
        options.warn(resource.deprecation)
    if not gone or resource.returns_deleted:
        status = 202 if options.accepted and not gone else 200
        return reply(status, resource.body(last), options.warnings)
    return reply(200, orjson.dumps(_success(resource, entry)), options.warnings)


def check_preconditions(resource: Resource, entry: Entry, options: DeleteOptions) -> None:
    """Check that the object in ``entry`` is the one that the client means.

    :raises Conflict: it has another uid or version.
    """
    if options.uid and options.uid != entry.uid:
        why = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record ({entry.uid}). "
            "The object might have been deleted and then recreated"
        )
        raise Conflict(resource, entry.key.name, why, kind=resource.kind)
    if options.resource_version and options.resource_version != str(entry.revision):
        why = (
            f"the ResourceVersion in the precondition ({options.resource_version}) does not match the ResourceVersion "
            f"in record ({entry.revision}). The object might have been modified"
        )
        raise Conflict(resource, entry.key.name, why, kind=resource.kind)


def delete_collection(cluster: Cluster, resource: Resource, namespace: str | None, request: Request) -> Reply:
    """Delete what the query selects, a page of it where there is a limit; the reply lists it as it was before."""
    listed = list_options(resource, request.query)
    if listed.version not in {"", "0"} and not listed.match:
        listed = replace(listed, match=EXACT)  # the real server lists by pages here, and those are of one version
    found = page(cluster, resource, namespace, listed)
    options = _with_default(resource, delete_options(request))
    current = [entry for one in found.entries if (entry := resource.collection.get(one.key)) is not None]
    body = list_body(resource, found.entries, list_metadata(resource, found))
    going, refusal = [], None
    for entry in current:  # all are asked about before the first one goes: the request may have to start again
        try:
            check_preconditions(resource, entry, options)
            ask(cluster, resource, entry, options)
        except ApiError as found_in_the_way:
            refusal = found_in_the_way
            break
        going.append(entry)
    stored = cluster.registry.of_collection(resource.collection) or resource
    for entry in going:  # those before one that stays go all the same
        remove(cluster, stored, entry, options)
    if refusal is not None:
        raise refusal
    return whole_reply(200, body, options.warnings)


def ask(cluster: Cluster, resource: Resource, entry: Entry, options: DeleteOptions, *, name: str = "") -> None:
    """Ask for admission: nobody may change what goes, but anybody may refuse that it goes.

    :param name: that of the request, "" where a collection is deleted.
    """
    if not cluster.admission.active:
        return
    given = options.given
    if is_namespace(resource) or resource.plural == "customresourcedefinitions":  # whose deletion only begins
        given = {**given, "preconditions": {"uid": entry.uid, **(given.get("preconditions") or {})}}
    attributes = Attributes(
        operation=DELETE,
        resource=resource,
        user=options.user,
        namespace=entry.key.name if is_namespace(resource) else entry.key.namespace,
        name=name,
        options=given,
        old=resource.load(entry),
        dry_run=options.dry_run,
    )
    cluster.admission.mutate(attributes, decode=lambda changed: changed, warn=options.warn)
    cluster.admission.validate(attributes, warn=options.warn)


def remove(cluster: Cluster, resource: Resource, entry: Entry, options: DeleteOptions) -> Entry | None:
    """Delete an object, and return its marked version, or None when it is gone."""
    last, gone = _remove(cluster, resource, entry, options)
    return None if gone else last


def _remove(cluster: Cluster, resource: Resource, entry: Entry, options: DeleteOptions) -> tuple[Entry, bool]:
    """Delete an object, and return what is left, or was last, and whether it is gone.

    A second deletion of a marked object changes nothing, unless its policy is another one or it shortens the grace.
    """
    value = resource.load(entry)
    metadata: Object = value["metadata"]
    finalizers = _with_policy(metadata.get("finalizers") or [], options.policy)
    seconds = resource.strategy.grace_seconds(value, options.grace_seconds)
    due = cluster.clock() + timedelta(seconds=seconds or 0)
    if "deletionTimestamp" in metadata:
        if (again := resource.strategy.mark_again(value)) is not None:
            return _marked_again(cluster, resource, entry, again, options)
        before = metadata.get("deletionGracePeriodSeconds") or 0
        if seconds is None and finalizers != metadata.get("finalizers", []):
            return _redirected(cluster, resource, entry, value, finalizers=finalizers, options=options)
        if seconds is None or options.grace_seconds is None or seconds >= before:
            return entry, False
        due = datetime.fromisoformat(metadata["deletionTimestamp"]) + timedelta(seconds=seconds - before)
    marked = {
        **value,
        "metadata": {
            **metadata,
            "finalizers": finalizers,
            "deletionTimestamp": timestamp(due),
            "deletionGracePeriodSeconds": seconds or 0,
        },
    }
    if "generation" in metadata and "deletionTimestamp" not in metadata:
        marked["metadata"]["generation"] += 1
    special = resource.strategy.mark_deleted(cluster, resource, marked)
    stays = bool(finalizers or special is not None or seconds)
    if stays or seconds is not None:
        marked = special or marked
        marked["metadata"] = ordered(marked["metadata"])
        waiting = entry_of(resource, marked, _next(cluster, entry, options))
        if not options.dry_run:
            cluster.store.commit(resource.collection, waiting, entry)
        if stays:
            return waiting, False
        value, entry = marked, waiting
    last = entry_of(resource, value, _next(cluster, entry, options))
    if not options.dry_run:
        cluster.store.remove(resource.collection, last, entry)
        resource.strategy.removed(cluster, resource, value)
    return last, True


def _marked_again(
    cluster: Cluster, resource: Resource, entry: Entry, value: Object, options: DeleteOptions
) -> tuple[Entry, bool]:
    value = {**value, "metadata": ordered(value["metadata"])}
    changed = entry_of(resource, value, _next(cluster, entry, options))
    if not options.dry_run:
        cluster.store.commit(resource.collection, changed, entry)
    return changed, False


def _next(cluster: Cluster, entry: Entry, options: DeleteOptions) -> int:
    """Return the version of what is left: a dry run makes none."""
    return entry.revision if options.dry_run else cluster.store.revision + 1


def _redirected(
    cluster: Cluster, resource: Resource, entry: Entry, value: Object, *, finalizers: list[str], options: DeleteOptions
) -> tuple[Entry, bool]:
    """Delete a marked object once more, by another policy: what waited for its dependents may go at once, or the reverse."""
    if resource.strategy.mark_deleted(cluster, resource, value) is not None:  # it stays by rules of its own
        return entry, False
    marked = {**value, "metadata": {**value["metadata"], "finalizers": finalizers}}
    changed = entry_of(resource, marked, _next(cluster, entry, options))
    if finalizers:
        if not options.dry_run:
            cluster.store.commit(resource.collection, changed, entry)
        return changed, False
    last = entry_of(resource, value, _next(cluster, entry, options))
    if not options.dry_run:
        cluster.store.remove(resource.collection, last, entry)
        resource.strategy.removed(cluster, resource, value)
    return last, True


def _with_default(resource: Resource, options: DeleteOptions) -> DeleteOptions:
    """Return the options with the policy of a kind that does not leave it to the collector."""
    strategy = resource.strategy
    if options.policy or not strategy.orphans:
        return options
    if strategy.orphan_warning:
        options.warn(strategy.orphan_warning)
    return replace(options, policy="Orphan")


def _with_policy(finalizers: list[str], policy: str) -> list[str]:
    """Return the finalizers that a propagation policy leaves: its own, and not that of another policy."""
    if not policy:
        return finalizers
    mine = _POLICY_FINALIZERS.get(policy)
    kept = [one for one in finalizers if one not in _POLICY_FINALIZERS.values()]
    return [*kept, mine] if mine else kept


def _success(resource: Resource, entry: Entry) -> Object:
    details: Object = {"name": entry.key.name}
    if resource.group:
        details["group"] = resource.group
    details |= {"kind": resource.plural, "uid": entry.uid}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}
