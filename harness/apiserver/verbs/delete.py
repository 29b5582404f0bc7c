"""DELETE of one object and of a collection.

With finalizers (its own, or those of a propagation policy) an object is only marked; it goes when the last one is
removed. Without, it goes at once. Dependents are the garbage collector's business.
"""

import orjson

from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Conflict, NotFound
from harness.apiserver.messages import JSON_HEADERS, Object, Reply, Request
from harness.apiserver.metadata import ordered
from harness.apiserver.resources import Resource
from harness.apiserver.store import Entry, Key
from harness.apiserver.verbs.objects import entry_of, reply
from harness.apiserver.verbs.options import DeleteOptions, delete_options
from harness.apiserver.verbs.read import selection

_POLICY_FINALIZERS = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}


def delete(cluster: Cluster, resource: Resource, key: Key, request: Request) -> Reply:
    """Delete the object at ``key``: the reply is the marked object, or a ``Status`` when it is gone."""
    options = delete_options(request)
    entry = resource.collection.get(key)
    if entry is None:
        raise NotFound(resource, key.name)
    if options.uid and options.uid != entry.uid:
        why = (
            f"the UID in the precondition ({options.uid}) does not match the UID in record ({entry.uid}). "
            "The object might have been deleted and then recreated"
        )
        raise Conflict(resource, key.name, why, kind=resource.kind)
    if options.resource_version and options.resource_version != str(entry.revision):
        why = (
            f"the ResourceVersion in the precondition ({options.resource_version}) does not match the ResourceVersion "
            f"in record ({entry.revision}). The object might have been modified"
        )
        raise Conflict(resource, key.name, why, kind=resource.kind)
    marked = remove(cluster, resource, entry, options)
    if marked is not None:
        return reply(200, resource.body(marked))
    if resource.returns_deleted:
        return reply(200, resource.body(entry))
    return reply(200, orjson.dumps(_success(resource, entry)))


def delete_collection(cluster: Cluster, resource: Resource, namespace: str | None, request: Request) -> Reply:
    """Delete what the selectors in the query match; the reply lists it."""
    options = delete_options(request)
    entries = selection(resource, namespace, request.query)
    for entry in entries:
        current = resource.collection.get(entry.key)
        if current is not None:
            remove(cluster, resource, current, options)
    listed: Object = {
        "apiVersion": resource.api_version,
        "kind": resource.list_kind,
        "metadata": {**({"continue": ""} if resource.custom else {}), "resourceVersion": str(cluster.store.revision)},
    }
    items = b",".join(map(resource.body, entries))
    return Reply(200, JSON_HEADERS, orjson.dumps(listed)[:-1] + b',"items":[' + items + b"]}")


def remove(cluster: Cluster, resource: Resource, entry: Entry, options: DeleteOptions) -> Entry | None:
    """Delete an object, and return its marked version, or None when it is gone.

    A second deletion of a marked object changes nothing.
    """
    value = resource.load(entry)
    metadata: Object = value["metadata"]
    if "deletionTimestamp" in metadata:
        return entry
    finalizers = _with_policy(metadata.get("finalizers") or [], options.policy)
    marked = {
        **value,
        "metadata": {
            **metadata,
            "finalizers": finalizers,
            "deletionTimestamp": cluster.now(),
            "deletionGracePeriodSeconds": 0,
        },
    }
    if "generation" in metadata:
        marked["metadata"]["generation"] += 1
    special = resource.strategy.mark_deleted(cluster, resource, marked)
    if finalizers or special is not None:
        marked = special or marked
        marked["metadata"] = ordered(marked["metadata"])
        waiting = entry_of(resource, marked, cluster.store.revision + 1)
        if not options.dry_run:
            cluster.store.commit(resource.collection, waiting, entry)
        return waiting
    last = entry_of(resource, value, cluster.store.revision + 1)
    if not options.dry_run:
        cluster.store.remove(resource.collection, last, entry)
        resource.strategy.removed(cluster, resource, value)
    return None


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
