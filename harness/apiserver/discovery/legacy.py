"""Discovery in its older form: a document for each path, of groups, of one group, of the resources of one version."""

from harness.apiserver.discovery.rows import parts, storage_hash
from harness.apiserver.messages import Object
from harness.apiserver.resources import Registry, Resource, Subresource


def documents(registry: Registry) -> dict[str, Object]:
    """Return every document by its path, but for ``/api``."""
    groups = {group: versions for group, versions in registry.groups().items() if group}
    found: dict[str, Object] = {
        "/apis": {
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": [_group(group, versions) for group, versions in groups.items()],
        },
        "/api/v1": resource_list(registry, "", "v1"),
    }
    for group, versions in groups.items():
        found[f"/apis/{group}"] = {"kind": "APIGroup", "apiVersion": "v1", **_group(group, versions)}
        for version in versions:
            found[f"/apis/{group}/{version}"] = resource_list(registry, group, version)
    return found


def core_versions(host: str) -> Object:
    """Return the document at ``/api``; ``host`` is where the client has found the server."""
    addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": host}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}


def resource_list(registry: Registry, group: str, version: str) -> Object:
    """Return the resources of one group and version."""
    rows = []
    for resource in registry.in_version(group, version):
        rows.append(_row(resource))
        rows += [_part_row(resource, part) for part in parts(resource)]
    listed: Object = {"kind": "APIResourceList"}
    if group:
        listed["apiVersion"] = "v1"  # the core group's list has none
    return {**listed, "groupVersion": f"{group}/{version}" if group else version, "resources": rows}


def _group(group: str, versions: tuple[str, ...]) -> Object:
    listed = [{"groupVersion": f"{group}/{version}", "version": version} for version in versions]
    return {"name": group, "versions": listed, "preferredVersion": listed[0]}


def _row(resource: Resource) -> Object:
    row: Object = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        row["shortNames"] = list(resource.short_names)
    if resource.categories:
        row["categories"] = list(resource.categories)
    if storage := storage_hash(resource):
        row["storageVersionHash"] = storage
    return row


def _part_row(resource: Resource, part: Subresource) -> Object:
    row: Object = {"name": f"{resource.plural}/{part.name}", "singularName": "", "namespaced": resource.namespaced}
    if (part.group, part.version) != (resource.group, resource.version):
        row |= {"group": part.group, "version": part.version}
    return {**row, "kind": part.kind, "verbs": list(part.verbs)}
