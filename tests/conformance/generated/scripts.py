"""Strategies for scripts: what several clients do with a few objects of one kind."""

from typing import Any

from hypothesis import strategies as st

from ..samples import config_map, core, deployment, thing
from ..workloads import job
from .schemas import broken, definitions
from .steps import FIRST, GROUP, LAST, NAMESPACE, Step
from .values import values

NAMES = ("one", "two")


def _job() -> Any:
    """Return a job with labels: the first write to one without moves its version on the real server alone (a limitation)."""
    return (
        {"apiVersion": "batch/v1", "kind": "Job"} | job("one") | {"metadata": {"name": "one", "labels": {"app": "j"}}}
    )


_PLACES: dict[str, tuple[str, Any]] = {
    "things": (f"/apis/ex.dev/v1/namespaces/{NAMESPACE}/things", thing(size=3, tags=["a"], parts=[{"name": "p"}])),
    "configmaps": (f"/api/v1/namespaces/{NAMESPACE}/configmaps", config_map(a="1", b="2")),
    "secrets": (f"/api/v1/namespaces/{NAMESPACE}/secrets", core("Secret", "one", data={"a": "YQ=="}, type="Opaque")),
    "services": (
        f"/api/v1/namespaces/{NAMESPACE}/services",
        core("Service", "one", spec={"ports": [{"name": "web", "port": 80}], "selector": {"app": "a"}}),
    ),
    "pods": (
        f"/api/v1/namespaces/{NAMESPACE}/pods",
        core("Pod", "one", spec={"containers": [{"name": "c", "image": "i", "env": [{"name": "A", "value": "1"}]}]}),
    ),
    "deployments": (f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments", deployment(ports=[{"containerPort": 80}])),
    "jobs": (f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs", _job()),
    "roles": (
        f"/apis/rbac.authorization.k8s.io/v1/namespaces/{NAMESPACE}/roles",
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": {"name": "one"},
            "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}],
        },
    ),
}
KINDS = tuple(_PLACES)
_WITH_STATUS = {"things", "pods", "deployments", "jobs", "services"}

_PATCHES: tuple[dict[str, Any], ...] = (
    {"metadata": {"labels": {"app": "a"}}},
    {"metadata": {"labels": {"app": None}}},
    {"metadata": {"annotations": {"note": "x"}}},
    {"metadata": {"finalizers": ["ex.dev/hold"]}},
    {"metadata": {"finalizers": None}},
    {"metadata": {"resourceVersion": FIRST}},
    {"metadata": {"resourceVersion": LAST}},
    {"metadata": {"name": "other"}},
    {"spec": {"size": 7, "unknown": True}},
    {"spec": {"replicas": 3}},
    {"spec": None},
    {"data": {"a": "2", "c": "3"}},
    {"data": {"a": None}},
    {"status": {"phase": "New", "replicas": 1}},
)
_OPERATIONS: tuple[dict[str, Any], ...] = (
    {"op": "add", "path": "/metadata/labels", "value": {"x": "y"}},
    {"op": "remove", "path": "/metadata/labels"},
    {"op": "replace", "path": "/spec/size", "value": 8},
    {"op": "test", "path": "/metadata/name", "value": "one"},
    {"op": "add", "path": "/data/d", "value": "4"},
    {"op": "copy", "from": "/metadata/name", "path": "/metadata/annotations"},
    {"op": "move", "from": "/spec", "path": "/status"},
    {"op": "add", "path": "/spec/tags/-", "value": "z"},
)
_MEDIA = {"merge": "application/merge-patch+json", "strategic": "application/strategic-merge-patch+json"}


@st.composite
def _options(draw: st.DrawFn) -> dict[str, str]:
    """Return parameters of a write: none, mostly."""
    found: dict[str, str] = {}
    for name, choices in {
        "fieldValidation": ["Strict", "Warn", "Ignore", "Odd"],
        "dryRun": ["All"],
        "fieldManager": ["ann", "bob"],
    }.items():
        if draw(st.integers(0, 3)) == 3:
            found[name] = draw(st.sampled_from(choices))
    return found


@st.composite
def _bodies(draw: st.DrawFn, base: Any, *, name: str) -> Any:
    body = base | {"metadata": base["metadata"] | {"name": name}}
    labels = draw(st.sampled_from([None, {"app": "a"}, {"app": "b"}]))
    if labels:
        body["metadata"]["labels"] = labels
    return draw(broken(body)) if draw(st.booleans()) else body


def steps(kind: str) -> st.SearchStrategy[Step]:
    """Return one request about objects of a kind."""
    quick = (_creations, _reads, _updates, _patches, _applies, _deletions)
    return st.integers(0, 19).flatmap(  # a watch lasts a second
        lambda lot: _watches(kind) if lot == 19 else st.one_of(*(make(kind) for make in quick))
    )


def _objects(kind: str) -> st.SearchStrategy[str]:
    return st.sampled_from(NAMES).map(lambda name: f"{_PLACES[kind][0]}/{name}")


def _below(kind: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", "", "", "/status"] if kind in _WITH_STATUS else [""])


@st.composite
def _creations(draw: st.DrawFn, kind: str) -> Step:
    path, base = _PLACES[kind]
    return Step("POST", path, draw(_bodies(base, name=draw(st.sampled_from(NAMES)))), query=draw(_options()))


@st.composite
def _reads(draw: st.DrawFn, kind: str) -> Step:
    if draw(st.booleans()):
        return Step("GET", draw(_objects(kind)) + draw(_below(kind)))
    return Step("GET", _PLACES[kind][0], query=draw(_selections()))


@st.composite
def _updates(draw: st.DrawFn, kind: str) -> Step:
    at = draw(_objects(kind))
    body = draw(_bodies(_PLACES[kind][1], name=at.rpartition("/")[2]))
    version = draw(st.sampled_from([None, FIRST, LAST, LAST]))
    if version and isinstance(body.get("metadata"), dict):
        body = body | {"metadata": body["metadata"] | {"resourceVersion": version}}
    return Step("PUT", at + draw(_below(kind)), body, query=draw(_options()))


@st.composite
def _patches(draw: st.DrawFn, kind: str) -> Step:
    at, query = draw(_objects(kind)) + draw(_below(kind)), draw(_options())
    how = draw(st.sampled_from([*_MEDIA, "json"]))
    if how == "json":
        operations = draw(st.lists(st.sampled_from(_OPERATIONS), min_size=1, max_size=3))
        return Step("PATCH", at, operations, "application/json-patch+json", query)
    return Step("PATCH", at, draw(st.sampled_from(_PATCHES)), _MEDIA[how], query)


@st.composite
def _applies(draw: st.DrawFn, kind: str) -> Step:
    at = draw(_objects(kind))
    query = draw(_options()) | {"fieldManager": draw(st.sampled_from(["ann", "bob"]))}
    if draw(st.booleans()):
        query["force"] = "true"
    body = draw(_bodies(_PLACES[kind][1], name=at.rpartition("/")[2]))
    return Step("PATCH", at + draw(_below(kind)), body, "application/apply-patch+yaml", query)


def _watches(kind: str) -> st.SearchStrategy[Step]:
    return st.sampled_from([{}, {"resourceVersion": LAST}]).map(
        lambda query: Step("WATCH", _PLACES[kind][0], query=query)
    )


@st.composite
def _deletions(draw: st.DrawFn, kind: str) -> Step:
    options: dict[str, Any] = {}
    for name, choices in {
        "propagationPolicy": ["Background", "Orphan", "Foreground", "Odd"],
        "preconditions": [{"resourceVersion": FIRST}, {"resourceVersion": LAST}, {"uid": "other"}],
        "gracePeriodSeconds": [0, 5, -1],
    }.items():
        if draw(st.integers(0, 2)) == 2:
            options[name] = draw(st.sampled_from(choices))
    query = draw(st.sampled_from([{}, {}, {}, {"dryRun": "All"}]))
    return Step("DELETE", draw(_objects(kind)), options or None, query=query)


@st.composite
def _selections(draw: st.DrawFn) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, choices in {
        "labelSelector": ["app=a", "app!=a", "app in (a,b)", "!app", "app=", "app in a", "a b"],
        "fieldSelector": ["metadata.name=one", "metadata.name!=one", "spec.owner=ann", "status.phase=Pending", "x"],
        "limit": ["1", "0", "-1", "x"],
    }.items():
        if draw(st.integers(0, 2)) == 2:
            found[name] = draw(st.sampled_from(choices))
    return found


def scripts() -> st.SearchStrategy[list[Step]]:
    """Return what is done with objects of one kind; the first step creates one."""
    return st.sampled_from(KINDS).flatmap(
        lambda kind: st.lists(steps(kind), min_size=1, max_size=7).map(lambda more: [_first(kind), *more])
    )


def _first(kind: str) -> Step:
    path, base = _PLACES[kind]
    return Step("POST", path, base)


def defined() -> st.SearchStrategy[list[Step]]:
    """Return definitions, sound or not, that are only tried."""
    at = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    return st.lists(
        definitions(sound=False).map(lambda made: Step("POST", at, made, query={"dryRun": "All"})),
        min_size=1,
        max_size=1,
    )


@st.composite
def customs(draw: st.DrawFn) -> tuple[dict[str, Any], list[Step]]:
    """Return a sound definition, and what is done with objects of it."""
    made = draw(definitions(sound=True))
    version = made["spec"]["versions"][0]
    schema = version["schema"]["openAPIV3Schema"]
    path = f"/apis/{GROUP}/v1/namespaces/{NAMESPACE}/widgets"
    found: list[Step] = []
    for number in range(draw(st.integers(1, 8))):
        name = f"w{number}"
        body = {"apiVersion": f"{GROUP}/v1", "kind": "Widget", "metadata": {"name": name}} | _fields(
            draw(values(schema))
        )
        found.append(Step("POST", path, body, query=draw(_options())))
        if draw(st.booleans()):
            change = _fields(draw(values(schema)))
            found.append(Step("PATCH", f"{path}/{name}", change, "application/merge-patch+json", draw(_options())))
    return made, found


def _fields(value: Any) -> dict[str, Any]:
    return {key: one for key, one in value.items() if key in {"spec", "status"}} if isinstance(value, dict) else {}
