"""The documents of ``/openapi/v3`` about the built-in API, put together again from the data files."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

import orjson

from harness.apiserver.messages import Json, Object
from harness.apiserver.openapi.components import PREFIX, described
from harness.apiserver.openapi.data import read

KINDS: Final = "x-kubernetes-group-version-kind"
META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1."
BUILT_IN_INFO: Final = {"title": "Kubernetes", "version": "1.36"}
SECURITY: Final = {
    "BearerToken": {
        "type": "apiKey",
        "description": "Bearer Token authentication",
        "name": "authorization",
        "in": "header",
    }
}
_REFERENCE: Final = re.compile(re.escape(PREFIX) + r'([^"]+)')
_OF_ALL_GROUPS: Final = ("DeleteOptions", "WatchEvent")
"""Types that every document claims for the groups that it is about."""


@cache
def _folded() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read("paths")
    return found


def names() -> Iterable[str]:
    """Return what each document is about, such as ``apis/apps/v1``; what is served under that name below ``/openapi/v3``."""
    found: Mapping[str, Any] = _folded()["documents"]
    return found.keys()


def paths(name: str) -> Object:
    """Return the paths of a document, fresh but for shared parts, which are never to be changed.

    :raises KeyError: there is none of this name.
    """
    found: Object = _unfolded(_folded()["documents"][name])
    return found


def document(name: str) -> Object:
    """Return a whole document.

    :raises KeyError: there is none of this name.
    """
    found = paths(name)
    components: Object = {"securitySchemes": SECURITY}
    if schemas := schemas_of(found, described, kinds_of_all=_own_versions(name)):
        components = {"schemas": schemas, **components}
    return {"openapi": "3.0.0", "info": BUILT_IN_INFO, "paths": found, "components": components}


def schemas_of(
    found: Json, schema_of: Callable[[str], Object], *, kinds_of_all: Iterable[tuple[str, str]]
) -> dict[str, Object]:
    """Return the types that ``found`` refers to, directly or through others, by name; ``schema_of`` knows them.

    ``kinds_of_all`` are the groups and versions that have the kinds which all groups share.
    """
    wanted: dict[str, Object] = {}
    todo = set(_REFERENCE.findall(orjson.dumps(found).decode()))
    while todo:
        name = todo.pop()
        wanted[name] = schema_of(name)
        todo |= set(_REFERENCE.findall(orjson.dumps(wanted[name]).decode())) - wanted.keys()
    versions = list(kinds_of_all)
    for kind in _OF_ALL_GROUPS:
        if (schema := wanted.get(META + kind)) is not None:
            kinds = [{"group": group, "kind": kind, "version": version} for group, version in versions]
            wanted[META + kind] = {**schema, KINDS: kinds}
    return {name: wanted[name] for name in sorted(wanted)}


def versions_everywhere() -> list[tuple[str, str]]:
    """Return every group and version that kube-apiserver knows, served or not: what the document of version 2 claims."""
    return [(group, version) for group, version in _folded()["versions"]]


def _own_versions(name: str) -> list[tuple[str, str]]:
    match name.split("/"):
        case ["apis", group, version]:
            return [("", "v1"), (group, version)]
    return [("", "v1")]


def _unfolded(item: Json) -> Json:
    if not isinstance(item, dict):
        return item
    parts = _folded()["parts"]
    found = {}
    for key, part in item.items():
        if key == "parameters":
            found[key] = [parts[number] for number in part]
        elif key in {"responses", "requestBody"}:
            found[key] = parts[part]
        else:
            found[key] = part if key == KINDS else _unfolded(part)
    return found
