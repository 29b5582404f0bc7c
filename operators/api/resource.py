"""What every Kubernetes object has, read from its JSON without copying it.

Objects travel as dicts, as the API server sent them; these functions are the only places that know where things lie.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from operators.api.kinds import Kind

__all__ = [
    "Key",
    "Resource",
    "annotations_of",
    "controller_of",
    "generation_of",
    "key_of",
    "labels_of",
    "phase_of",
    "status_of",
    "uid_of",
    "version_of",
]

Resource: TypeAlias = dict[str, Any]
"""An object as the API server sent it. Treated as immutable: whoever changes one makes a new one."""


class Key(NamedTuple):
    """Where a namespaced object lives; what a reconcile queue carries."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


def key_of(obj: Mapping[str, Any]) -> Key:
    """Namespace and name of an object."""
    metadata = obj["metadata"]
    return Key(metadata.get("namespace", ""), metadata["name"])


def uid_of(obj: Mapping[str, Any]) -> str:
    """The uid that the API server gave; a re-created name has another."""
    return str(obj["metadata"]["uid"])


def version_of(obj: Mapping[str, Any]) -> str:
    """The resourceVersion; opaque, only ever compared for equality."""
    return str(obj["metadata"]["resourceVersion"])


def generation_of(obj: Mapping[str, Any]) -> int:
    """The generation of the spec; 1 after create."""
    return int(obj["metadata"].get("generation", 1))


def annotations_of(obj: Mapping[str, Any]) -> Mapping[str, str]:
    """The annotations; empty when there are none."""
    return obj["metadata"].get("annotations") or {}


def labels_of(obj: Mapping[str, Any]) -> Mapping[str, str]:
    """The labels; empty when there are none."""
    return obj["metadata"].get("labels") or {}


def status_of(obj: Mapping[str, Any]) -> Mapping[str, Any]:
    """The status; empty when the controller has not written one."""
    return obj.get("status") or {}


def phase_of(obj: Mapping[str, Any], kind: Kind) -> str:
    """The phase as text; empty when it is not set yet or the kind has none."""
    return str(status_of(obj).get(kind.phase_field) or "") if kind.phase_field else ""


def controller_of(obj: Mapping[str, Any], kind: Kind) -> Mapping[str, Any] | None:
    """The owner reference that names the controller, if it is of ``kind`` (any version of its group); else None."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        group = str(reference.get("apiVersion", "")).rpartition("/")[0]
        if reference.get("controller") and reference.get("kind") == kind.kind and group == kind.group:
            return dict(reference)
    return None
