"""POST of an object: read, admit, validate, store."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Final

from harness.apiserver.admission import CREATE, Attributes, admit_to_namespace, is_namespace
from harness.apiserver.admission.accounts import with_account
from harness.apiserver.bodies import body_type, read_object
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import AlreadyExists, BadRequest, Invalid, Unreasoned
from harness.apiserver.fields import FieldError, forbidden, invalid
from harness.apiserver.jsontext import dumps
from harness.apiserver.managed import owners_of_new
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.metadata import (
    finalizer_warnings,
    name_errors,
    ordered,
    without_repeated_owners,
)
from harness.apiserver.names import path_segment
from harness.apiserver.quota import Charge, charges
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.looks import errors_of_new
from harness.apiserver.verbs.objects import (
    admit,
    as_posted,
    deprecations,
    entry_of,
    finished,
    key_of,
    reply,
    settle,
    written,
)
from harness.apiserver.verbs.options import WriteOptions, silent, write_options

_SUFFIX_ALPHABET: Final = "bcdfghjklmnpqrstvwxz2456789"
_LONGEST_BASE: Final = 58  # 63 less the five characters of the suffix


class VersionOnCreateError(Unreasoned):
    """500: what the storage layer says to an object that claims to have been stored already."""

    def __init__(self) -> None:
        super().__init__("resourceVersion should not be set on objects to be created")


def create(cluster: Cluster, resource: Resource, namespace: str, request: Request) -> Reply:
    """Create the object in the request's body.

    :raises ApiError: whatever the real server refuses; nothing is stored then.
    """
    body_type(request.headers)
    options = write_options(request, "CreateOptions")
    incoming = read_object(request, resource)
    value = admit(resource, incoming.value, options, incoming=incoming)
    value = with_account(cluster, resource, namespace, value)
    return create_object(cluster, resource, namespace, value, options=options)


def create_object(
    cluster: Cluster,
    resource: Resource,
    namespace: str,
    value: Object,
    *,
    options: WriteOptions,
    name: str = "",
    managed: list[Object] | None = None,
    subresource: str = "",
) -> Reply:
    """Create an admitted object (see `admit`); the second half of `create`, and a PUT or apply of what is not there.

    ``name`` is that of the request's path, "" for a POST: who may change an object must also be allowed to create it.
    ``managed`` are its managedFields, where the caller knows them: server-side apply does. ``subresource`` is the one by way
    of which the object comes to be: "" but for a service whose status is written before it is there.
    """
    metadata = _wiped(resource, namespace, value["metadata"])
    value = {**value, "metadata": metadata}
    if managed is None:
        posed = as_posted(resource, value)
        managed = owners_of_new(cluster, resource, posed, manager=options.manager, subresource=subresource)
    metadata["managedFields"] = managed
    admit_to_namespace(cluster, resource, metadata)
    asking = _attributes(resource, finished(resource, value), options) if cluster.admission.active else None
    if asking is not None:
        decode = partial(admit, resource, options=silent(options))
        value = cluster.admission.mutate(asking, decode=decode, warn=options.warn) or value
    metadata = _each_owner_once(_identified(cluster, value["metadata"]), options)
    asked = Key(namespace, name)
    resource.strategy.permit(cluster, resource, value, current=None, user=options.user, key=asked)
    if resource.has_status and not resource.strategy.born_with_status:
        value = {name: item for name, item in value.items() if name != "status"}
    if resource.counts_generation:
        metadata["generation"] = 1
    value = resource.strategy.signed({**value, "metadata": metadata}, options.user)
    value = _begun(cluster, resource, value, options=options, subresource=subresource)
    metadata = value["metadata"]
    if found := _errors(cluster, resource, value):
        raise Invalid(group=resource.collection.group, kind=value["kind"], name=metadata.get("name", ""), errors=found)
    if options.dry_run and not subresource:
        value = resource.strategy.pretended(cluster, value)
    cluster.access.require_creation(options.user, resource, asked)
    if "uid" not in metadata:  # a kind whose labels tell the uid has given it at birth
        metadata["uid"] = cluster.new_uid()
    if asking is not None:
        cluster.admission.validate(replace(asking, value=value, name=metadata["name"]), warn=options.warn)
    due = charges(cluster, resource, value)
    _check_free(resource, metadata)
    _warn(resource, value, options)
    if not options.dry_run:
        _settle(cluster, resource, value, due)
    read = resource.strategy.as_read(value)
    return _store(cluster, resource, read, options, lacking=read is not value)


def _begun(cluster: Cluster, resource: Resource, value: Object, *, options: WriteOptions, subresource: str) -> Object:
    for text in resource.strategy.early_warnings(value):
        options.warn(text)
    value = resource.strategy.begin(cluster, resource, value)
    if subresource:
        return value
    return resource.strategy.allotted(cluster, resource, value, dry_run=options.dry_run)


def _settle(cluster: Cluster, resource: Resource, value: Object, due: Iterable[Charge]) -> None:
    if resource.converter is not None:
        entry_of(resource, finished(resource, value), 0)  # what has to be asked is asked before anything is written
    settle(cluster, due)


def _check_free(resource: Resource, metadata: Object) -> None:
    if "resourceVersion" in metadata:
        raise VersionOnCreateError
    if (taken := resource.collection.get(key_of(resource, metadata))) is not None:
        leaving = b'"deletionTimestamp"' in taken.tail and "deletionTimestamp" in resource.load(taken)["metadata"]
        raise AlreadyExists(resource, metadata["name"], generated="generateName" in metadata, leaving=leaving)


def _each_owner_once(metadata: Object, options: WriteOptions) -> Object:
    metadata, repeated = without_repeated_owners(metadata)
    if repeated:
        options.warn(
            ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may "
            "reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: "
            + ", ".join(repeated)
        )
    return metadata


def _warn(resource: Resource, value: Object, options: WriteOptions) -> None:
    texts = resource.strategy.warnings(value, current=None)
    if resource.custom and value["metadata"].get("finalizers"):
        texts = [*texts, *finalizer_warnings(value["metadata"]["finalizers"])]
    for text in texts:
        options.warn(text)


def _attributes(resource: Resource, value: Object, options: WriteOptions) -> Attributes:
    metadata = value["metadata"]
    name = metadata.get("name", "")
    return Attributes(
        operation=CREATE,
        resource=resource,
        user=options.user,
        namespace=name if is_namespace(resource) else metadata.get("namespace", ""),
        name=name,
        options={**options.given, "kind": "CreateOptions"},
        value=value,
        dry_run=options.dry_run,
    )


def _wiped(resource: Resource, namespace: str, given: Object) -> Object:
    """Return metadata without what only the server may say, and in the namespace of the path."""
    metadata = {**given}
    for name in (
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "selfLink",
    ):
        metadata.pop(name, None)
    if metadata.get("namespace", namespace) != namespace:
        raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
    if resource.namespaced:
        metadata["namespace"] = namespace
    return metadata


def _identified(cluster: Cluster, given: Object) -> Object:
    """Return metadata with a name and the time of birth."""
    metadata = {**given}
    if "name" not in metadata and "generateName" in metadata:
        suffix = "".join(cluster.suffixes.choice(_SUFFIX_ALPHABET) for _ in range(5))
        metadata["name"] = metadata["generateName"][:_LONGEST_BASE] + suffix
    metadata["creationTimestamp"] = cluster.now()
    return metadata


def _errors(cluster: Cluster, resource: Resource, value: Object) -> list[FieldError]:
    metadata = value["metadata"]
    found: list[FieldError] = []
    if value["kind"] != resource.kind:
        return [invalid("kind", value["kind"], f"must be {resource.kind}")]
    name = metadata.get("name", "")
    found += name_errors(metadata, resource.check_name(name) or path_segment(name))
    if not resource.namespaced and "namespace" in metadata:
        found.append(forbidden("metadata.namespace", "not allowed on this type"))
    found += errors_of_new(resource, metadata)
    if resource.schema is not None:
        found += resource.schema.errors(value, before=found)
    found += resource.strategy.errors(cluster, resource, value, current=None, subresource="")
    return found


def _store(cluster: Cluster, resource: Resource, value: Object, options: WriteOptions, *, lacking: bool) -> Reply:
    value = finished(resource, value)
    metadata = value["metadata"]
    if (
        resource.converter is not None
    ):  # who converts it is shown what is stored; else it is put in order with its version
        value = {**value, "metadata": ordered(metadata)}
    entry = entry_of(resource, value, cluster.store.revision + 1)
    if not options.dry_run:
        entry = entry._replace(lacking=True) if lacking else entry
        cluster.store.commit(resource.collection, entry, None)
        resource.strategy.stored(cluster, resource, value, current=None)
        return written(resource, entry, options, status=201)
    if resource.custom:  # it is read again, by the schema of the version that is stored
        value = resource.load(entry)
    unsaved = {name: item for name, item in value["metadata"].items() if name != "resourceVersion"}
    body = dumps({**value, "metadata": ordered(unsaved)})  # what was never stored has no version
    return reply(201, body, [*deprecations(resource), *options.warnings])
