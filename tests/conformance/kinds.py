"""Kinds of a behaviour's own: definitions are cluster-wide, so each behaviour has a group of its own."""

import time
from typing import Any

from .samples import DEFINITIONS
from .side import Side

_PATIENCE_S = 30


def group_of(api: Side) -> str:
    """Return the behaviour's group."""
    return f"{api.namespace}.dev"


def kind_of(
    api: Side, schema: Any = None, *, name: str = "widgets", kind: str = "Widget", **version: Any
) -> dict[str, Any]:
    """Return a definition in the behaviour's group; ``version`` overrides fields of its only version."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{name}.{group_of(api)}"},
        "spec": {
            "group": group_of(api),
            "scope": "Namespaced",
            "names": {"plural": name, "kind": kind},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema or {"type": "object"}},
                }
                | version
            ],
        },
    }


def spec_of(properties: Any, **more: Any) -> dict[str, Any]:
    """Return a schema whose spec has these properties."""
    return {"type": "object", "properties": {"spec": {"type": "object", "properties": properties} | more}}


def path_of(api: Side, definition: Any) -> str:
    """Return the path of a definition."""
    return f"{DEFINITIONS}/{definition['metadata']['name']}"


def objects_of(api: Side, *, name: str = "widgets", version: str = "v1") -> str:
    """Return the path of the objects of a kind, in the behaviour's namespace."""
    return f"/apis/{group_of(api)}/{version}/namespaces/{api.namespace}/{name}"


def widget(api: Side, spec: Any = None, *, name: str = "one", version: str = "v1", **more: Any) -> dict[str, Any]:
    """Return an object of the kind; ``more`` are top-level fields beside its spec."""
    body = {"apiVersion": f"{group_of(api)}/{version}", "kind": "Widget", "metadata": {"name": name}}
    return body | ({} if spec is None else {"spec": spec}) | more


def define(api: Side, definition: Any) -> str:
    """Create a definition, not as part of the behaviour, and wait until its objects are served; return their path."""
    api.setup(DEFINITIONS, definition)
    spec = definition["spec"]
    version = next(one["name"] for one in spec["versions"] if one["served"])
    settled(api, definition)
    served(api, f"/apis/{spec['group']}/{version}/{spec['names']['plural']}")
    return objects_of(api, name=spec["names"]["plural"], version=version)


def settled(api: Side, definition: Any) -> None:
    """Wait until a definition has its conditions: the real server sets them after the reply."""
    _until(lambda: api.peek(path_of(api, definition)).json["status"].get("conditions"))


def served(api: Side, path: str) -> None:
    """Wait until a list answers."""
    _until(lambda: api.peek(path).status == 200)


def deleting(api: Side, path: str) -> None:
    """Wait until an object is marked as deleted."""
    _until(lambda: "deletionTimestamp" in api.peek(path).json["metadata"])


def gone(api: Side, path: str) -> None:
    """Wait until something is not there any more."""
    _until(lambda: api.peek(path).status == 404, lambda: api.peek(path).text)


def _until(holds: Any, say: Any = lambda: "") -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"it did not come to that in time: {say()}"
        time.sleep(0.02)
