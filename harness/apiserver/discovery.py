"""Discovery: which groups, versions and resources there are. Rendered again only when the table has changed."""

import base64
import hashlib
from typing import Final

import orjson

from harness.apiserver.messages import JSON_HEADERS, UNCACHED, Object, Reply
from harness.apiserver.resources import Registry, Resource, Subresource

_ALIVE: Final = frozenset({"/healthz", "/livez", "/readyz"})
_ALIVE_HEADERS: Final = {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
    "cache-control": UNCACHED,
}
_CUSTOM_VERBS: Final = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
"""The order in which the real server lists them for custom resources."""

_STATUS_VERBS: Final = ("get", "patch", "update")


class Discovery:
    """Answers the paths that tell a client what it may ask for."""

    def __init__(self, registry: Registry, *, git_version: str) -> None:
        self._registry = registry
        self._git_version = git_version
        self._rendered: dict[str, bytes] = {}
        self._version = -1

    def answer(self, path: str) -> Reply | None:
        """Return the reply to a GET of ``path``, or None when it is no path of discovery."""
        path = path.rstrip("/")
        if path in _ALIVE:
            return Reply(200, _ALIVE_HEADERS, b"ok")
        if self._version != self._registry.version:
            self._rendered = {where: orjson.dumps(what) for where, what in self._documents().items()}
            self._version = self._registry.version
        body = self._rendered.get(path)
        return None if body is None else Reply(200, JSON_HEADERS, body)

    def _documents(self) -> dict[str, Object]:
        groups = {group: versions for group, versions in self._registry.groups().items() if group}
        documents: dict[str, Object] = {
            "/version": _version(self._git_version),
            "/api": {
                "kind": "APIVersions",
                "versions": ["v1"],
                "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": "localhost"}],
            },
            "/apis": {
                "kind": "APIGroupList",
                "apiVersion": "v1",
                "groups": [_group(group, groups[group]) for group in groups],
            },
            "/api/v1": self._resources("", "v1"),
        }
        for group, versions in groups.items():
            documents[f"/apis/{group}"] = {"kind": "APIGroup", "apiVersion": "v1", **_group(group, versions)}
            for version in versions:
                documents[f"/apis/{group}/{version}"] = self._resources(group, version)
        documents[""] = {"paths": sorted(path for path in [*documents, *_ALIVE] if path)}
        return documents

    def _resources(self, group: str, version: str) -> Object:
        rows = []
        for resource in self._registry.in_version(group, version):
            rows.append(_row(resource))
            rows += [_subresource_row(resource, part) for part in parts(resource)]
        group_version = f"{group}/{version}" if group else version
        listed: Object = {"kind": "APIResourceList"}
        if group:
            listed["apiVersion"] = "v1"  # the core group's list has none
        return {**listed, "groupVersion": group_version, "resources": rows}


def _group(group: str, versions: tuple[str, ...]) -> Object:
    listed = [{"groupVersion": f"{group}/{version}", "version": version} for version in versions]
    return {"name": group, "versions": listed, "preferredVersion": listed[0]}


def _row(resource: Resource) -> Object:
    row: Object = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(_CUSTOM_VERBS if resource.custom else resource.verbs),
    }
    if resource.short_names:
        row["shortNames"] = list(resource.short_names)
    if resource.categories:
        row["categories"] = list(resource.categories)
    if storage := resource.storage_hash or (resource.custom and _storage_version_hash(resource)):
        row["storageVersionHash"] = storage
    return row


def _storage_version_hash(resource: Resource) -> str:
    """Return what changes with the version that objects are stored in, as the real server computes it."""
    stored = f"{resource.group}/{resource.version}/{resource.kind}"
    return base64.b64encode(hashlib.sha256(stored.encode()).digest()[:8]).decode()


def parts(resource: Resource) -> tuple[Subresource, ...]:
    """Return the subresources of a resource, by name; those of custom ones are the two that definitions know."""
    if not resource.custom:
        return resource.parts
    kinds = {"scale": ("autoscaling", "v1", "Scale")}
    own = (resource.group, resource.version, resource.kind)
    return tuple(Subresource(name, *kinds.get(name, own), _STATUS_VERBS) for name in sorted(resource.subresources))


def _subresource_row(resource: Resource, part: Subresource) -> Object:
    row: Object = {"name": f"{resource.plural}/{part.name}", "singularName": "", "namespaced": resource.namespaced}
    if (part.group, part.version) != (resource.group, resource.version):
        row |= {"group": part.group, "version": part.version}
    return {**row, "kind": part.kind, "verbs": list(part.verbs)}


def _version(git_version: str) -> Object:
    major, minor, *_ = git_version.lstrip("v").split(".")
    return {
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(int(minor) - 1),
        "gitVersion": git_version,
        "gitCommit": "embedded",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": "none",
        "platform": "embedded",
    }
