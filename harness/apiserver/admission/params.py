"""The parameters of a policy: objects that a binding names, or selects by labels."""

from collections.abc import Mapping
from typing import Any

from harness.apiserver.admission.attributes import Attributes
from harness.apiserver.admission.matching import selector
from harness.apiserver.cluster import Cluster
from harness.apiserver.messages import Json
from harness.apiserver.resources import Resource
from harness.apiserver.store import Key


class ParamsError(Exception):
    """A binding whose parameters cannot be found; the message is the real server's."""


def params_of(
    cluster: Cluster, kind: Mapping[str, Any] | None, reference: Mapping[str, Any] | None, attributes: Attributes
) -> list[Json]:
    """Return the parameter objects; one None for a policy that takes none, or that is bound without any.

    :raises ParamsError: the kind is not known, or what is named is missing and must not be.
    """
    if kind is None or reference is None:
        return [None]
    resource = cluster.registry.of_kind(kind["apiVersion"], kind["kind"])
    if resource is None:
        text = f"&ParamKind{{APIVersion:{kind['apiVersion']},Kind:{kind['kind']},}}"
        raise ParamsError(f"paramKind kind `{text}` not known")
    found = _found(resource, _place(resource, reference, attributes), reference)
    if not found and reference.get("parameterNotFoundAction") == "Deny":
        raise ParamsError("no params found for policy binding with `Deny` parameterNotFoundAction")
    return found


def _place(resource: Resource, reference: Mapping[str, Any], attributes: Attributes) -> str:
    if not resource.namespaced:
        if reference.get("namespace"):
            raise ParamsError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
        return ""
    place: str = reference.get("namespace") or attributes.namespace
    if not place:
        raise ParamsError("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources")
    return place


def _found(resource: Resource, place: str, reference: Mapping[str, Any]) -> list[Json]:
    if reference.get("name"):
        entry = resource.collection.get(Key(place, reference["name"]))
        return [] if entry is None else [resource.load(entry)]
    wanted = selector(reference.get("selector"))
    return [resource.load(entry) for entry in resource.collection.scan(place) if wanted.matches(entry.labels)]
