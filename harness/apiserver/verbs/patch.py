"""PATCH: an object changed as a patch says. Kinds of patches are in ``patches``, server-side apply in ``managed``."""

from harness.apiserver.bodies import Incoming, untyped
from harness.apiserver.cluster import Cluster
from harness.apiserver.codec.table import model_of
from harness.apiserver.errors import BadRequest, Conflict, InternalError, Invalid, NotFound
from harness.apiserver.fields import go_document, go_value, invalid, quote
from harness.apiserver.managed.applying import Application, applied, unconverted
from harness.apiserver.managed.views import type_of
from harness.apiserver.messages import Json, Object, Reply, Request
from harness.apiserver.patches import APPLY, Patched, apply_patch, patch_type, read_configuration
from harness.apiserver.patches.restoring import restore_problem
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.create import create_object
from harness.apiserver.verbs.objects import UndecodableError, UnknownFieldsError, admit
from harness.apiserver.verbs.options import WriteOptions, forces, patch_options
from harness.apiserver.verbs.revision import check_place, revise


def patch(cluster: Cluster, resource: Resource, key: Key, subresource: str, request: Request) -> Reply:
    """Change the object at ``key`` as the patch in the body says (PATCH).

    :raises ApiError: whatever the real server refuses; nothing is stored then.
    """
    kind = patch_type(request.headers, resource)
    options = patch_options(request, applies=kind == APPLY)
    if kind == APPLY:
        return _apply(cluster, resource, key, subresource, request)
    entry = resource.collection.get(key)
    if entry is None:
        raise NotFound(resource, key.name)
    current = resource.load(entry)
    outcome = apply_patch(kind, request.body, current, type_of(resource))
    candidate = _read(resource, outcome, options, current)
    check_place(resource, key, candidate["metadata"])
    return revise(cluster, resource, entry, candidate, subresource=subresource, options=options, current=current)


def _read(resource: Resource, outcome: Patched, options: WriteOptions, current: Object) -> Object:
    """Return the outcome of a patch as the decoder of its kind leaves it.

    :raises Invalid: it cannot be read.
    """
    value = outcome.value
    if not isinstance(value, dict):
        raise _unreadable(outcome, untyped(value), value)
    if value.get("apiVersion") != resource.api_version or value.get("kind") != resource.kind:
        value = _check_type(resource, outcome, options)
    try:
        return admit(resource, value, options, current, Incoming(value, faults=outcome.faults))
    except UndecodableError as problem:
        if outcome.strategic:
            unknown = isinstance(problem, UnknownFieldsError)
            why = "" if unknown else restore_problem(value, model_of(resource.api_version, resource.kind))
            raise _unreadable(outcome, why or problem.summary, value) from None
        summary = problem.summary
    shown = outcome.in_order() if outcome.in_order else value
    try:  # once more: of several faults, the first one in this order is told
        again = {**shown, "kind": resource.kind, "apiVersion": resource.api_version}
        admit(resource, again, options, None, Incoming(again, faults=outcome.faults))
    except UndecodableError as problem:
        summary = problem.summary
    raise _unreadable(outcome, summary, shown)


def _unreadable(outcome: Patched, why: str, value: Json) -> Invalid:
    shown = outcome.shown or (go_document(value) if isinstance(value, dict) else go_value(value))
    return Invalid(group="", kind="", name="", errors=[invalid("patch", shown, why)])


def _apply(cluster: Cluster, resource: Resource, key: Key, subresource: str, request: Request) -> Reply:
    """Merge the configuration in the body into the object at ``key``, or make one of it."""
    options = patch_options(request, applies=True)
    entry = resource.collection.get(key)
    if entry is None and subresource and not (resource.create_on_update and subresource == "status"):
        raise NotFound(resource, key.name)
    current = None if entry is None else resource.load(entry)
    config, repeated = read_configuration(request.body)
    application = Application(
        registry=cluster.registry,
        resource=resource,
        config=config,
        subresource=subresource,
        manager=options.manager,
        force=forces(request),
        now=cluster.now(),
    )
    stale = entry is not None and entry.epoch != resource.collection.epoch
    found = applied(application, current, stale=stale)
    _tell_repeated(repeated, options)
    managed: list[Object] = found["metadata"].pop("managedFields")
    try:
        candidate = admit(resource, found, options, current)
    except UnknownFieldsError:
        raise
    except UndecodableError as problem:
        if resource.custom:
            raise
        raise unconverted(application, problem.summary) from None
    check_place(resource, key, candidate["metadata"])
    if entry is None:
        _check_unborn(resource, key, candidate["metadata"])
        return create_object(
            cluster,
            resource,
            key.namespace,
            candidate,
            options=options,
            name=key.name,
            managed=managed,
            subresource=subresource,
        )
    return revise(
        cluster, resource, entry, candidate, subresource=subresource, options=options, current=current, managed=managed
    )


def _tell_repeated(repeated: list[str], options: WriteOptions) -> None:
    if not repeated or options.validation == "Ignore":
        return
    if options.strict:
        listed = "".join(f"\n  {one}" for one in repeated)
        raise BadRequest(f"error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:{listed}")
    for text in repeated:
        options.warn(text)


def _check_unborn(resource: Resource, key: Key, metadata: Object) -> None:
    """Check a configuration that makes a new object: it may name no uid; a version in it means nothing.

    :raises Conflict: it names the uid of an object that is not there.
    """
    metadata.pop("resourceVersion", None)
    if "uid" in metadata:
        why = f"uid mismatch: the provided object specified uid {metadata['uid']}, and no existing object was found"
        raise Conflict(resource, key.name, why)


def _check_type(resource: Resource, outcome: Patched, options: WriteOptions) -> Object:
    """Return a patched object with its type, which the decoder of a built-in kind knows without being told.

    :raises ApiError: it is not that of the resource any more.
    """
    value = outcome.in_order() if outcome.in_order else outcome.value
    kind, version = value.get("kind"), value.get("apiVersion")
    if unlike := untyped(value):
        raise _unreadable(outcome, unlike, value)
    if not resource.custom:
        kind, version = kind or resource.kind, version or resource.api_version
    if not kind:
        raise _unreadable(outcome, f"Object 'Kind' is missing in '{go_document(value)}'", value)
    if not version and resource.custom:
        raise InternalError("Object 'apiVersion' is missing in 'object has no apiVersion field'")
    errors = []
    if kind != resource.kind:
        errors.append(invalid("kind", kind, f"must be {resource.kind}"))
    if version != resource.api_version:
        if resource.custom and options.validation != "Ignore":  # a version that is not there has no fields
            for name in sorted(value.keys() - {"apiVersion", "kind", "metadata"}):
                options.warn(f"unknown field {quote(name)}")
        errors.append(invalid("apiVersion", version, f"must be {resource.api_version}"))
    metadata = value.get("metadata")
    name = metadata.get("name", "") if isinstance(metadata, dict) else ""
    if errors:
        raise Invalid(group=resource.group, kind=kind, name=str(name), errors=errors)
    return {**outcome.value, "kind": kind, "apiVersion": version}
