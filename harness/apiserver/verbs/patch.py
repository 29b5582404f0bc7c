"""PATCH: an object changed as a patch says. Kinds of patches are in ``patches``."""

from harness.apiserver.bodies import patch_type
from harness.apiserver.cluster import Cluster
from harness.apiserver.errors import Invalid, NotFound
from harness.apiserver.fields import go_value, invalid
from harness.apiserver.messages import Object, Reply, Request
from harness.apiserver.patches import apply_patch
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key
from harness.apiserver.verbs.objects import UndecodableError, admit
from harness.apiserver.verbs.options import write_options
from harness.apiserver.verbs.revision import check_place, revise


def patch(cluster: Cluster, resource: Resource, key: Key, subresource: str, request: Request) -> Reply:
    """Change the object at ``key`` as the patch in the body says (PATCH)."""
    options = write_options(request, "PatchOptions")
    kind = patch_type(request.headers)
    entry = resource.collection.get(key)
    if entry is None:
        apply_patch(kind, request.body, {})  # what is wrong with the patch itself comes first only for its media type
        raise NotFound(resource, key.name)
    current = resource.load(entry)
    source = resource.load(entry) if kind.startswith("application/json-patch") else current
    patched = apply_patch(kind, request.body, source)
    if patched.get("apiVersion") != resource.api_version or patched.get("kind") != resource.kind:
        _check_type(resource, patched)
    try:
        candidate = admit(resource, patched, options, current)
    except UndecodableError as problem:
        error = invalid("patch", go_value(patched), problem.summary)
        raise Invalid(group="", kind="", name="", errors=[error]) from None
    check_place(resource, key, candidate["metadata"])
    return revise(cluster, resource, entry, candidate, subresource=subresource, options=options, current=current)


def _check_type(resource: Resource, patched: Object) -> None:
    kind, version = patched.get("kind"), patched.get("apiVersion")
    if not kind or not isinstance(kind, str):
        error = invalid("patch", go_value(patched), f"Object 'Kind' is missing in '{go_value(patched)}'")
        raise Invalid(group="", kind="", name="", errors=[error])
    errors = []
    if kind != resource.kind:
        errors.append(invalid("kind", kind, f"must be {resource.kind}"))
    if version != resource.api_version:
        errors.append(invalid("apiVersion", version, f"must be {resource.api_version}"))
    raise Invalid(group=resource.group, kind=resource.kind, name=str(patched.get("name", "")), errors=errors)
