"""Strategies for objects of built-in kinds: sound ones, with values grafted on wherever the served OpenAPI document has a place.

What is grafted is of the type that the document names, and mostly nothing that the kind allows: so rules of validation meet.
"""

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from harness.apiserver.openapi import component

from ..samples import core, deployment
from ..workloads import job, template
from .schemas import JUNK
from .steps import NAMESPACE, Script, Step

_LABELS = {"matchLabels": {"app": "web"}}
_CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


def _of(version: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "one"}} | fields


_RUNS = {"selector": _LABELS, "template": template()}
_BODIES: dict[str, dict[str, Any]] = {
    "configmaps": core("ConfigMap", "one", data={"a": "1"}),
    "secrets": core("Secret", "one", data={"a": "YQ=="}),
    "services": core("Service", "one", spec={"ports": [{"port": 80}], "selector": {"app": "a"}}),
    "pods": core("Pod", "one", spec={"containers": [{"name": "c", "image": "i"}]}),
    "serviceaccounts": core("ServiceAccount", "one"),
    "resourcequotas": core("ResourceQuota", "one", spec={"hard": {"pods": "2"}}),
    "limitranges": core("LimitRange", "one", spec={"limits": [{"type": "Container", "max": {"cpu": "1"}}]}),
    "persistentvolumeclaims": core("PersistentVolumeClaim", "one", spec=_CLAIM),
    "endpoints": core("Endpoints", "one", subsets=[{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}]),
    "deployments": deployment(),
    "replicasets": _of("apps/v1", "ReplicaSet", spec=_RUNS),
    "statefulsets": _of("apps/v1", "StatefulSet", spec=_RUNS | {"serviceName": "s"}),
    "daemonsets": _of("apps/v1", "DaemonSet", spec=_RUNS),
    "jobs": _of("batch/v1", "Job", spec=job()["spec"]),
    "cronjobs": _of("batch/v1", "CronJob", spec={"schedule": "* * * * *", "jobTemplate": {"spec": job()["spec"]}}),
    "horizontalpodautoscalers": _of(
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        spec={"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}},
    ),
    "poddisruptionbudgets": _of("policy/v1", "PodDisruptionBudget", spec={"selector": _LABELS, "minAvailable": 1}),
    "networkpolicies": _of("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": _LABELS}),
    "ingresses": _of(
        "networking.k8s.io/v1",
        "Ingress",
        spec={"defaultBackend": {"service": {"name": "s", "port": {"number": 80}}}},
    ),
    "leases": _of("coordination.k8s.io/v1", "Lease", spec={"holderIdentity": "me", "leaseDurationSeconds": 15}),
    "roles": _of(
        "rbac.authorization.k8s.io/v1",
        "Role",
        rules=[{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
    ),
    "rolebindings": _of(
        "rbac.authorization.k8s.io/v1",
        "RoleBinding",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"},
        subjects=[{"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "u"}],
    ),
    "endpointslices": _of(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        addressType="IPv4",
        endpoints=[{"addresses": ["10.0.0.1"]}],
        ports=[{"port": 80}],
    ),
}
KINDS = tuple(_BODIES)

_WORDS = (
    "a", "one", "A b", "", "10.0.0.1", "2001:db8::1", "TCP", "1", "100m", "1Gi", "50%", "http", "/p", "a/b", "x" * 64,
    "RollingUpdate", "Never", "Always", "None", "ClusterIP", "web", "ex.dev/x", "key",
)  # fmt: skip
_NUMBERS = (0, 1, 2, 80, -1, 65536, 2**31)
_TIMES = ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000001Z", "yesterday")


_LEFT_OUT = {"schedulingGroup", "stopSignal", "sysctls", "windowsOptions"}
"""What docs/limitations.md names as not looked at."""


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "allOf" in schema:
        return _resolved(schema["allOf"][0])
    if "$ref" in schema:
        return dict(component(schema["$ref"].rpartition("/")[2]))
    return schema


def _model(body: dict[str, Any]) -> dict[str, Any]:
    group, _, version = body["apiVersion"].rpartition("/")
    name = {"": "core"}.get(group, group.removesuffix(".k8s.io").partition(".")[0])
    return dict(component(f"io.k8s.api.{name}.{version}.{body['kind']}"))


@st.composite
def _value(draw: st.DrawFn, schema: dict[str, Any], depth: int = 3) -> Any:  # noqa: PLR0911  one line for each type
    """Return something of the type of a schema; one in twelve is junk."""
    if draw(st.integers(0, 11)) == 11:
        return draw(st.sampled_from(JUNK))
    schema = _resolved(schema)
    if schema.get("enum"):
        return draw(st.sampled_from(schema["enum"]))
    kind, form = schema.get("type"), schema.get("format")
    if form == "int-or-string" or "oneOf" in schema:
        return draw(st.sampled_from((*_NUMBERS, "50%", "http", "1Gi", "x")))
    if kind == "array":
        return draw(st.lists(_value(schema["items"], depth - 1), max_size=2))
    if kind == "object" or "properties" in schema:
        return draw(_object(schema, depth))
    if kind == "boolean":
        return draw(st.booleans())
    if kind in {"integer", "number"}:
        return draw(st.sampled_from(_NUMBERS))
    if form == "date-time":
        return draw(st.sampled_from(_TIMES))
    return draw(st.sampled_from(("YQ==", "é") if form == "byte" else _WORDS))


@st.composite
def _object(draw: st.DrawFn, schema: dict[str, Any], depth: int) -> Any:
    properties = {name: one for name, one in (schema.get("properties") or {}).items() if name not in _LEFT_OUT}
    if not properties:
        inner = schema.get("additionalProperties")
        keys = st.sampled_from(("a", "cpu", "memory", "app", "A b"))
        return draw(st.dictionaries(keys, _value(inner, depth - 1), max_size=2)) if isinstance(inner, dict) else {}
    names = list(schema.get("required", []))
    if depth > 0:
        names += draw(st.lists(st.sampled_from(sorted(properties)), max_size=2, unique=True))
    return {name: draw(_value(properties[name], depth - 1)) for name in dict.fromkeys(names)}


def _places(
    value: Any, schema: dict[str, Any], path: tuple[Any, ...]
) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """Yield each place where something can be grafted on, with its schema: fields of what is there, set or not."""
    schema = _resolved(schema)
    if isinstance(value, dict):
        for name, one in (schema.get("properties") or {}).items():
            if not path and name in {"apiVersion", "kind", "metadata"}:
                continue
            if name in _LEFT_OUT:
                continue
            yield (*path, name), one
            if name in value:
                yield from _places(value[name], one, (*path, name))
    elif isinstance(value, list) and "items" in schema:
        for index, one in enumerate(value):
            yield from _places(one, schema["items"], (*path, index))


def _set(value: Any, path: tuple[Any, ...], item: Any) -> Any:
    key, *rest = path
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[key] = _set(value[key], tuple(rest), item) if rest else item
    return copied


@st.composite
def objects(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """Return an object of a built-in kind with one to three values grafted on."""
    body = _BODIES[kind]
    for _ in range(draw(st.integers(1, 3))):
        places = [place for place in _places(body, _model(body), ()) if place[0] and place[0][0] != "status"]
        path, schema = draw(st.sampled_from(places))
        body = _set(body, path, draw(_value(schema)))
    return body


@st.composite
def built_in(draw: st.DrawFn) -> Script:
    """Return attempts to create an object of a built-in kind, which leave nothing behind."""
    kind = draw(st.sampled_from(KINDS))
    body = draw(objects(kind))
    start = f"/apis/{body['apiVersion']}" if "/" in body["apiVersion"] else f"/api/{body['apiVersion']}"
    query = {"dryRun": "All"} | draw(st.sampled_from([{}, {}, {"fieldValidation": "Strict"}]))
    return Script((Step("POST", f"{start}/namespaces/{NAMESPACE}/{kind}", body, query=query),))
