"""Discovery in one document (KEP-3352): what kubectl and client-go ask for first. The only version left in 1.36 is v2."""

from typing import Final

from harness.apiserver.discovery.rows import parts
from harness.apiserver.messages import Object
from harness.apiserver.resources import Registry, Resource

PARAMETERS: Final = "g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
"""What follows the media type of the document."""


def core(registry: Registry) -> Object:
    """Return what ``/api`` says: the core group alone, which has no name."""
    return _list([_group(registry, "")])


def groups(registry: Registry) -> Object:
    """Return what ``/apis`` says: every other group."""
    return _list([_group(registry, group) for group in registry.groups() if group])


def _list(items: list[Object]) -> Object:
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _group(registry: Registry, group: str) -> Object:
    versions = [
        {
            "version": version,
            "resources": [_resource(one) for one in registry.in_version(group, version)],
            "freshness": "Current",
        }
        for version in registry.groups()[group]
    ]
    return {"metadata": {"name": group} if group else {}, "versions": versions}


def _resource(resource: Resource) -> Object:
    row: Object = {
        "resource": resource.plural,
        # A built-in kind of the resource's own group and version is named without them.
        "responseKind": _kind(resource, resource.group, resource.version, resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        row["shortNames"] = list(resource.short_names)
    if resource.categories:
        row["categories"] = list(resource.categories)
    found = [
        {
            "subresource": part.name,
            "responseKind": _kind(resource, part.group, part.version, part.kind),
            "verbs": list(part.verbs),
        }
        for part in parts(resource)
    ]
    return {**row, "subresources": found} if found else row


def _kind(resource: Resource, group: str, version: str, kind: str) -> Object:
    own = not resource.custom and (group, version) == (resource.group, resource.version)
    return {"group": "" if own else group, "version": "" if own else version, "kind": kind}
