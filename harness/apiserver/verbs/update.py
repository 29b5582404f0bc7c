"""PUT: an object replaced by another that the client gives whole."""

import orjson

from harness.apiserver.bodies import body_type, read_object
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Conflict, NotFound
from harness.apiserver.messages import Reply, Request
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.create import create_object
from harness.apiserver.verbs.objects import admit
from harness.apiserver.verbs.options import write_options
from harness.apiserver.verbs.revision import check_place, revise


def update(cluster: Cluster, resource: Resource, key: Key, subresource: str, request: Request) -> Reply:
    """Replace the object at ``key`` by the one in the body (PUT)."""
    body_type(request.headers)
    options = write_options(request, "UpdateOptions")
    incoming = read_object(request, resource)
    candidate = admit(resource, incoming.value, options, incoming=incoming)
    metadata = candidate["metadata"]
    check_place(resource, key, metadata)
    entry = resource.collection.get(key)
    if entry is None:
        if resource.create_on_update and subresource in {"", "status"}:
            # Unlike a POST, it may name a version: the storage layer is not asked for a creation.
            unversioned = {name: value for name, value in metadata.items() if name != "resourceVersion"}
            candidate = {**candidate, "metadata": unversioned}
            made = create_object(
                cluster,
                resource,
                key.namespace,
                candidate,
                options=options,
                name=key.name,
                subresource=subresource,
            )
            return _versioned(made, metadata.get("resourceVersion")) if options.dry_run else made
        raise NotFound(resource, key.name)
    uid = metadata.get("uid", entry.uid)
    if uid != entry.uid:
        why = (
            f"StorageError: invalid object, Code: 4, Key: {_storage_key(resource, key)}, ResourceVersion: 0, "
            f"AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {entry.uid}"
        )
        raise Conflict(resource, key.name, why)
    return revise(cluster, resource, entry, candidate, subresource=subresource, options=options)


def _versioned(made: Reply, version: str | None) -> Reply:
    """Return the reply to a pretended creation with the version that the client gave: nothing has been stored that has another."""
    if not version:
        return made
    value = orjson.loads(made.body)
    value["metadata"]["resourceVersion"] = version
    return made._replace(body=orjson.dumps(value))


def _storage_key(resource: Resource, key: Key) -> str:
    """Return where etcd would hold an object: some messages show it."""
    kind = f"{resource.group}/{resource.plural}" if resource.custom else resource.plural
    return "/".join(["/registry", kind, *filter(None, key)])
