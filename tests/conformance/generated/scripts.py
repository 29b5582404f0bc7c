"""Strategies for scripts: what several clients do with a few objects of one kind."""

from typing import Any

from hypothesis import strategies as st

from ..samples import DEFINITIONS, config_map, core, deployment, thing
from ..workloads import job
from .schemas import broken, definitions
from .steps import CONTINUE, FIRST, GROUP, LAST, NAMESPACE, Script, Step
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
_SCALED = {"deployments"}
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
    quick = [_creations, _reads, _updates, _patches, _applies, _deletions, _pages, _collections]
    if kind in _SCALED:
        quick.append(_scales)
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


_WATCHES: tuple[dict[str, str], ...] = (
    {},
    {"resourceVersion": LAST},
    {"resourceVersion": FIRST},
    {"resourceVersion": "0"},
    {"labelSelector": "app=a", "resourceVersion": FIRST},
    {"fieldSelector": "metadata.name=one", "resourceVersion": FIRST},
    {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
        "timeoutSeconds": "2",
    },
    {"sendInitialEvents": "false"},
    {"resourceVersion": "x"},
)


def _watches(kind: str) -> st.SearchStrategy[Step]:
    return st.sampled_from(_WATCHES).map(lambda query: Step("WATCH", _PLACES[kind][0], query=query))


_PAGES: tuple[dict[str, str], ...] = (
    {"limit": "1"},
    {"limit": "1", "continue": CONTINUE},
    {"limit": "2", "continue": CONTINUE, "labelSelector": "app=a"},
    {"limit": "1", "resourceVersion": LAST, "resourceVersionMatch": "Exact"},
    {"limit": "1", "resourceVersion": FIRST, "resourceVersionMatch": "Exact"},
    {"resourceVersion": LAST, "resourceVersionMatch": "NotOlderThan"},
    {"resourceVersion": "0", "limit": "1"},
    {"continue": CONTINUE, "resourceVersion": LAST},
    {"resourceVersionMatch": "Exact"},
)


def _pages(kind: str) -> st.SearchStrategy[Step]:
    return st.sampled_from(_PAGES).map(lambda query: Step("GET", _PLACES[kind][0], query=query))


@st.composite
def _scales(draw: st.DrawFn, kind: str) -> Step:
    at, query = draw(_objects(kind)) + "/scale", draw(_options())
    body: dict[str, Any] = {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": at.split("/")[-2]}}
    body["spec"] = {"replicas": draw(st.sampled_from([0, 1, 3, -1, 2**31]))}
    match draw(st.sampled_from(["GET", "PUT", "merge", "apply"])):
        case "GET":
            return Step("GET", at)
        case "PUT":
            return Step("PUT", at, draw(broken(body)) if draw(st.booleans()) else body, query=query)
        case "merge":
            return Step("PATCH", at, {"spec": body["spec"]}, _MEDIA["merge"], query)
        case _:
            return Step("PATCH", at, body, "application/apply-patch+yaml", query | {"fieldManager": "ann"})


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
def _collections(draw: st.DrawFn, kind: str) -> Step:
    """Return the deletion of what a selector matches, of a page of it, or a pretended one."""
    query = draw(_selections())
    body = draw(st.sampled_from([None, None, {"propagationPolicy": "Orphan"}, {"gracePeriodSeconds": 0}]))
    if draw(st.booleans()):
        query["dryRun"] = "All"
    return Step("DELETE", _PLACES[kind][0], body, query=query)


@st.composite
def _selections(draw: st.DrawFn) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, choices in {
        "labelSelector": [
            "app=a",
            "app!=a",
            "app in (a,b)",
            "app notin (a)",
            "app",
            "!app",
            "app=",
            "app in a",
            "a b",
            "app>1",
        ],
        "fieldSelector": [
            "metadata.name=one",
            "metadata.name!=one",
            "metadata.namespace=x,metadata.name=one",
            "spec.owner=ann",
            "status.phase=Pending",
            "type=Opaque",
            "spec.type!=ClusterIP",
            "x",
            "metadata.name=one\\,two",
        ],
        "limit": ["1", "0", "-1", "x"],
    }.items():
        if draw(st.integers(0, 2)) == 2:
            found[name] = draw(st.sampled_from(choices))
    return found


def scripts() -> st.SearchStrategy[Script]:
    """Return what is done with objects of one kind; the first step creates one."""
    return st.sampled_from(KINDS).flatmap(
        lambda kind: st.lists(steps(kind), min_size=1, max_size=7).map(lambda more: Script((_first(kind), *more)))
    )


def _first(kind: str) -> Step:
    path, base = _PLACES[kind]
    return Step("POST", path, base)


def defined() -> st.SearchStrategy[Script]:
    """Return definitions, sound or not, that are only tried."""
    return definitions(sound=False).map(
        lambda made: Script((Step("POST", DEFINITIONS, made, query={"dryRun": "All"}),))
    )


@st.composite
def customs(draw: st.DrawFn) -> Script:
    """Return a sound definition, of one version or two, and what is done with objects of it by way of each."""
    made = draw(definitions(sound=True))
    if draw(st.booleans()):
        other = draw(definitions(sound=True))["spec"]["versions"][0]
        made["spec"]["versions"].append(other | {"name": "v2", "storage": False})
    versions = made["spec"]["versions"]
    found: list[Step] = []
    for number in range(draw(st.integers(1, 8))):
        name = f"w{number}"
        version = draw(st.sampled_from(versions))
        found.append(Step("POST", _widgets(version), draw(_widget(version, name)), query=draw(_options())))
        version = draw(st.sampled_from(versions))
        if draw(st.booleans()):
            schema = version["schema"]["openAPIV3Schema"]
            change = _fields(draw(values(schema)))
            at = f"{_widgets(version)}/{name}"
            found.append(Step("PATCH", at, change, "application/merge-patch+json", draw(_options())))
        if draw(st.booleans()):
            found.append(Step("GET", f"{_widgets(draw(st.sampled_from(versions)))}/{name}"))
    found.append(Step("GET", _widgets(draw(st.sampled_from(versions)))))
    return Script(tuple(found), made)


def _widgets(version: dict[str, Any]) -> str:
    return f"/apis/{GROUP}/{version['name']}/namespaces/{NAMESPACE}/widgets"


@st.composite
def _widget(draw: st.DrawFn, version: dict[str, Any], name: str) -> dict[str, Any]:
    drawn = _fields(draw(values(version["schema"]["openAPIV3Schema"])))
    return {"apiVersion": f"{GROUP}/{version['name']}", "kind": "Widget", "metadata": {"name": name}} | drawn


def _fields(value: Any) -> dict[str, Any]:
    return {key: one for key, one in value.items() if key in {"spec", "status"}} if isinstance(value, dict) else {}
