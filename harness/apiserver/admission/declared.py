"""What expressions of admission may name, with its types; a policy or condition that does not compile is refused when it is written."""

from collections.abc import Mapping
from typing import Final

from harness.apiserver.cel.checker import AnyField
from harness.apiserver.cel.types import (
    AUTHORIZER,
    BOOL,
    DYN,
    INT,
    NULL,
    RESOURCE_CHECK,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
)
from harness.apiserver.schema.cel import CelError, Expression

RESULT_OF_CONDITIONS: Final = (BOOL,)
RESULT_OF_MESSAGES: Final = (STRING,)
RESULTS_OF_ANNOTATIONS: Final = (STRING, NULL)

_TEXTS: Final = map_of(STRING, STRING)


def _struct(name: str) -> Type:
    return Type("struct", name=f"kubernetes.{name}")


STRUCTS: Final[Mapping[str, Mapping[str, Type]]] = {
    "kubernetes.AdmissionRequest": {
        "kind": _struct("GroupVersionKind"),
        "resource": _struct("GroupVersionResource"),
        "subResource": STRING,
        "requestKind": _struct("GroupVersionKind"),
        "requestResource": _struct("GroupVersionResource"),
        "requestSubResource": STRING,
        "name": STRING,
        "namespace": STRING,
        "operation": STRING,
        "userInfo": _struct("UserInfo"),
        "dryRun": BOOL,
        "options": DYN,
    },
    "kubernetes.GroupVersionKind": dict.fromkeys(("group", "version", "kind"), STRING),
    "kubernetes.GroupVersionResource": dict.fromkeys(("group", "version", "resource"), STRING),
    "kubernetes.UserInfo": {
        "username": STRING,
        "uid": STRING,
        "groups": list_of(STRING),
        "extra": map_of(STRING, list_of(STRING)),
    },
    "kubernetes.Namespace": {
        "metadata": _struct("NamespaceMetadata"),
        "spec": _struct("NamespaceSpec"),
        "status": _struct("NamespaceStatus"),
    },
    "kubernetes.NamespaceMetadata": {
        **dict.fromkeys(("name", "generateName", "namespace", "UID", "resourceVersion"), STRING),
        **dict.fromkeys(("labels", "annotations"), _TEXTS),
        **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), TIMESTAMP),
        **dict.fromkeys(("deletionGracePeriodSeconds", "generation"), INT),
        "finalizers": list_of(STRING),
    },
    "kubernetes.NamespaceSpec": {"finalizers": list_of(STRING)},
    "kubernetes.NamespaceStatus": {"conditions": list_of(_struct("NamespaceCondition")), "phase": STRING},
    "kubernetes.NamespaceCondition": {
        **dict.fromkeys(("status", "type", "message", "reason"), STRING),
        "lastTransitionTime": TIMESTAMP,
    },
}
"""The fields of requests and namespaces in expressions (k8s.io/apiserver/pkg/admission/plugin/cel)."""


PATCH_STRUCTS: Final[Mapping[str, Mapping[str, Type]]] = {
    "Object": AnyField(),
    "JSONPatch": {"op": STRING, "from": STRING, "path": STRING, "value": DYN},
}
"""What the expressions of mutating policies can make: the object or a part of it (``Object.spec``), steps of a JSON patch."""

RESULT_OF_CONFIGURATIONS: Final = (Type("struct", name="Object"),)
RESULT_OF_PATCHES: Final = (list_of(Type("struct", name="JSONPatch")),)


AUTHORIZERS: Final[Mapping[str, Type]] = {"authorizer": AUTHORIZER, "authorizer.requestResource": RESOURCE_CHECK}
"""The variables by which expressions ask for rights."""


_SIMPLE: Final = frozenset({"bool", "bytes", "double", "duration", "int", "null_type", "string", "timestamp", "uint"})


def kept(found: Type) -> Type:
    """Return what is remembered of the type of a variable: structs, optionals and types are anything."""
    if found.kind in {"list", "map"}:
        return Type(found.kind, tuple(map(kept, found.params)))
    return found if found.kind in _SIMPLE else DYN


REQUEST_NAMES: Final[Mapping[str, Type]] = {
    "request": _struct("AdmissionRequest"),
    "namespaceObject": _struct("Namespace"),
}
"""The variables that are the same for objects of every kind."""


class Declarations:
    """What one policy's expressions may name; variables are added in their order, each may name those before it.

    :param params: whether the policy takes parameters.
    :param composed: whether it has variables: a policy may, a webhook's conditions may not.
    """

    def __init__(self, *, params: bool, composed: bool) -> None:
        self._names: dict[str, Type] = {
            "object": DYN,
            "oldObject": DYN,
            **REQUEST_NAMES,
        }
        if params:
            self._names["params"] = DYN
        self._variables: dict[str, Type] = {}
        if composed:
            self._names["variables"] = _struct("variables")

    def problem(self, text: str, results: tuple[Type, ...], *, patches: bool = False, authorized: bool = True) -> str:
        """Return why an expression cannot be taken, or "".

        :param patches: whether it may make them.
        :param authorized: whether it may ask for rights: messages may not.
        """
        try:
            found = self._compiled(text, PATCH_STRUCTS if patches else {}, authorized=authorized).result
        except CelError as refused:
            return f"compilation failed: {refused}"
        if found in results:
            return ""
        if len(results) == 1:
            return f"must evaluate to {results[0]} but got {found}"
        return f"must evaluate to one of [{' '.join(one.kind for one in results)}] but got {found}"

    def add(self, name: str, text: str) -> str:
        """Take a variable; return why that cannot be, or ""."""
        try:
            self._variables[name] = kept(self._compiled(text).result)
        except CelError as refused:
            self._variables[name] = DYN
            return f"compilation failed: {refused}"
        return ""

    def _compiled(
        self, text: str, more: Mapping[str, Mapping[str, Type]] | None = None, *, authorized: bool = True
    ) -> Expression:
        names = {**self._names, **AUTHORIZERS} if authorized else self._names
        return Expression(text, names, {**STRUCTS, "kubernetes.variables": self._variables, **(more or {})})
