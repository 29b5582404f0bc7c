"""What is admitted beside objects: bindings, evictions, tokens, reviews, scales, connections. Who is asked, in which words, and when."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..hooks import Script, allow, deny, patch
from ..samples import core, deployment, thing
from ..script import behaviour
from ..side import MERGE, Side
from .admission_policies import bound
from .core_pods import path, pod
from .schemas_scale import scaled
from .webhooks import GROUP, hook

_AUTHENTICATION, _AUTHORIZATION = "/apis/authentication.k8s.io/v1", "/apis/authorization.k8s.io/v1"


def rule(resources: str, groups: str = "*", operations: str = "*") -> dict[str, Any]:
    """Return a rule about parts."""
    return {
        "apiGroups": groups.split(),
        "apiVersions": ["*"],
        "operations": operations.split(),
        "resources": resources.split(),
    }


@contextmanager
def asked(api: Side, resources: str, change: Script, check: Script) -> Iterator[None]:
    """Register a mutating and a validating webhook about some resources, and wait until both are called."""
    mine = {"matchLabels": {"kubernetes.io/metadata.name": api.namespace}}
    made = []
    for kind, name, script in (("Mutating", "change", change), ("Validating", "check", check)):
        canary = hook(
            "canary",
            api.hooks.client("canary", deny(message="canary")),
            rules=[rule("configmaps")],
            objectSelector={"matchLabels": {"canary": name}},
        )
        own = hook(name, api.hooks.client(name, script), rules=[rule(resources)])
        plural = f"{GROUP}/{kind.lower()}webhookconfigurations"
        body = {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": f"{kind}WebhookConfiguration",
            "metadata": {"name": api.namespace},
            "webhooks": [{"namespaceSelector": mine} | one for one in (canary, own)],
        }
        api.setup(plural, body)
        made.append((f"{plural}/{api.namespace}", core("ConfigMap", "bird", metadata={"labels": {"canary": name}})))
    try:
        for _, bird in made:
            api.awaited("POST", api.config_maps, bird, status=400, dryRun="All")
        yield
    finally:
        for where, _ in made:
            api.gone(where)
        for _, bird in made:
            api.awaited("POST", api.config_maps, bird, status=201, dryRun="All")


def _binding(name: str = "one", **more: Any) -> dict[str, Any]:
    return core("Binding", name, target={"kind": "Node", "name": "a"}) | more


def _eviction(name: str = "one", **more: Any) -> dict[str, Any]:
    return {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}} | more


def _token(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}


@behaviour
def bindings_are_admitted(api: Side) -> None:
    for name in ("one", "two"):
        api.setup(path(api), pod(name))
    with asked(api, "pods/binding bindings", allow(), allow()):
        api.post(path(api, "one", "binding"), _binding(), fieldManager="scheduler")
        api.post(api.core("bindings"), _binding("two"))
        api.post(path(api, "none", "binding"), _binding("none"))
        api.post(path(api, "one", "binding"), _binding("two"))
        api.post(path(api, "one", "binding"), _binding(), dryRun="All")
        api.reviews()


@behaviour
def bindings_are_changed_and_refused(api: Side) -> None:
    for name in ("one", "two"):
        api.setup(path(api), pod(name))
    elsewhere = patch({"op": "replace", "path": "/target/name", "value": "b"})
    with asked(api, "pods/binding bindings", elsewhere, allow()):
        api.post(path(api, "one", "binding"), _binding())
        api.get(path(api, "one"))
    with asked(api, "pods/binding bindings", allow(), deny(message="stay")):
        api.post(path(api, "two", "binding"), _binding("two"))
        api.post(api.core("bindings"), _binding("two"))
        api.post(path(api, "none", "binding"), _binding("none"))
        api.post(path(api, "two", "binding"), _binding("two", target={"kind": "Pod", "name": "a"}))
        api.post(path(api, "one", "binding"), _binding())
    with asked(api, "pods/binding bindings", deny(message="stay"), allow()):
        api.post(path(api, "two", "binding"), _binding("two"))
        api.get(path(api, "two"))


@behaviour
def evictions_are_admitted(api: Side) -> None:
    for name in ("one", "two"):
        api.setup(path(api), pod(name))
    with asked(api, "pods/eviction pods", allow(), allow()):
        api.post(path(api, "one", "eviction"), _eviction(deleteOptions={"gracePeriodSeconds": 0}))
        api.post(path(api, "two", "eviction"), _eviction("two"), dryRun="All")
        api.post(path(api, "none", "eviction"), _eviction("none"))
        api.post(path(api, "two", "eviction"), _eviction("one"))
        api.reviews()


@behaviour
def evictions_are_changed_and_refused(api: Side) -> None:
    for name in ("one", "two"):
        api.setup(path(api), pod(name, nodeName="a"))
    never = patch({"op": "add", "path": "/deleteOptions", "value": {"gracePeriodSeconds": 0}})
    with asked(api, "pods/eviction", never, allow()):
        api.post(path(api, "one", "eviction"), _eviction())
        api.get(path(api, "one"))
    with asked(api, "pods/eviction", allow(), deny(message="stay", code=429, reason="TooManyRequests")):
        api.post(path(api, "two", "eviction"), _eviction("two"))
        api.post(path(api, "none", "eviction"), _eviction("none"))
        api.get(path(api, "two"))


@behaviour
def tokens_are_admitted(api: Side) -> None:
    accounts = api.core("serviceaccounts")
    api.setup(accounts, core("ServiceAccount", "robot"))
    with asked(api, "serviceaccounts/token", allow(), allow()):
        api.post(f"{accounts}/robot/token", _token())
        api.post(f"{accounts}/robot/token", _token(expirationSeconds=5))
        api.post(f"{accounts}/none/token", _token())
        api.reviews()


@behaviour
def tokens_are_changed_and_refused(api: Side) -> None:
    accounts = api.core("serviceaccounts")
    api.setup(accounts, core("ServiceAccount", "robot"))
    longer = patch({"op": "replace", "path": "/spec/expirationSeconds", "value": 7200})
    with asked(api, "serviceaccounts/token", longer, allow()):
        api.post(f"{accounts}/robot/token", _token())
    with asked(api, "serviceaccounts/token", allow(), deny(message="no tokens")):
        api.post(f"{accounts}/robot/token", _token())
        api.post(f"{accounts}/robot/token", _token(expirationSeconds=5))
        api.post(f"{accounts}/none/token", _token())


@behaviour
def reviews_are_admitted(api: Side) -> None:
    group, wish = {"apiVersion": "authorization.k8s.io/v1"}, {"resourceAttributes": {"verb": "get", "resource": "pods"}}
    here = {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": api.namespace}}
    reviews = (
        (f"{_AUTHORIZATION}/selfsubjectaccessreviews", group | {"kind": "SelfSubjectAccessReview", "spec": wish}),
        (
            f"{_AUTHORIZATION}/subjectaccessreviews",
            group | {"kind": "SubjectAccessReview", "spec": wish | {"user": "a"}},
        ),
        (
            f"{_AUTHORIZATION}/namespaces/{api.namespace}/localsubjectaccessreviews",
            group | {"kind": "LocalSubjectAccessReview", "spec": here | {"user": "a"}},
        ),
        (
            f"{_AUTHORIZATION}/selfsubjectrulesreviews",
            group | {"kind": "SelfSubjectRulesReview", "spec": {"namespace": "nowhere"}},
        ),
        (
            f"{_AUTHENTICATION}/tokenreviews",
            {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": {"token": "unknown"}},
        ),
        (
            f"{_AUTHENTICATION}/selfsubjectreviews",
            {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"},
        ),
    )
    names = " ".join(where.rpartition("/")[2] for where, _ in reviews)
    with asked(api, names, allow(), allow()):
        for where, body in reviews:
            api.post(where, body)
        api.reviews()
    with asked(api, names, allow(), deny(message="no questions")):
        for where, body in reviews:
            api.post(where, body)
    other = patch({"op": "add", "path": "/spec/user", "value": "b"})
    with asked(api, "subjectaccessreviews", other, allow()):
        api.post(*reviews[1])
    groups = ["authentication.k8s.io", "authorization.k8s.io"]
    rules = [
        {"apiGroups": ["ex.dev"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["things"]},
        {"apiGroups": groups, "apiVersions": ["v1"], "operations": ["*"], "resources": ["*"]},
    ]
    with bound(api, {"expression": "object.kind == 'Thing'"}, rules=rules):
        for where, body in reviews:
            api.post(where, body)


_PARTS = ("exec", "attach", "portforward", "proxy")


@behaviour
def connections_are_admitted(api: Side) -> None:
    api.setup(path(api), pod())
    resources = " ".join(f"pods/{part}" for part in (*_PARTS, "log"))
    with asked(api, resources, allow(), allow()):
        for part in (*_PARTS, "log"):
            api.get(path(api, "one", part))
            api.post(path(api, "one", part), None)
        api.request("GET", path(api, "one", "exec"), query=[("command", "a"), ("command", "b"), ("stdin", "true")])
        api.get(path(api, "one", "exec"), container="c", tty="1", stdout="yes", stderr="0", other="x")
        api.get(path(api, "one", "attach"), container="c", stdin="")
        api.get(path(api, "one", "portforward"), ports="80")
        api.request("GET", path(api, "one", "proxy/some/path"), query={"path": "ignored", "more": "x"})
        api.get(path(api, "none", "exec"))
        api.get(path(api, "one", "exec"), dryRun="All")
        api.reviews()


@behaviour
def connections_are_changed_and_refused(api: Side) -> None:
    api.setup(path(api), pod())
    resources = " ".join(f"pods/{part}" for part in _PARTS)
    other = patch({"op": "add", "path": "/container", "value": "other"})
    with asked(api, "pods/exec pods/attach", other, allow()):
        for part in ("exec", "attach"):
            api.get(path(api, "one", part))
    with asked(api, resources, allow(), deny(message="no entry", code=403, reason="Forbidden")):
        for part in _PARTS:
            api.get(path(api, "one", part))
            api.get(path(api, "none", part))
    with asked(api, resources, deny(message="no entry"), allow()):
        api.post(path(api, "one", "exec"), None)


@behaviour
def connections_to_services_and_nodes_are_admitted(api: Side) -> None:
    services = api.core("services")
    api.setup(services, core("Service", "one", spec={"ports": [{"port": 80}]}))
    with asked(api, "services/proxy nodes/proxy", allow(), deny(message="no entry")):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            api.request(method, f"{services}/one/proxy/a/b", head=MERGE if method == "PATCH" else None)
        api.request("GET", f"{services}/http:one:80/proxy", query={"path": "x", "q": "y"})
        api.get(f"{services}/none/proxy")
        api.get("/api/v1/nodes/none/proxy/logs")
        api.reviews()


@behaviour
def scales_are_admitted(api: Side) -> None:
    api.setup(api.deployments, deployment())
    with asked(api, "deployments/scale deployments", allow(), allow()):
        found = api.get(f"{api.deployments}/one/scale").json
        api.put(f"{api.deployments}/one/scale", found | {"spec": {"replicas": 3}}, fieldManager="me")
        api.merge(f"{api.deployments}/one/scale", {"spec": {"replicas": 4}}, dryRun="All")
        api.merge(f"{api.deployments}/one/scale", {"spec": {"replicas": -4}})
        api.merge(f"{api.deployments}/none/scale", {"spec": {"replicas": 4}})
        api.reviews()


@behaviour
def scales_are_changed_and_refused(api: Side) -> None:
    api.setup(api.deployments, deployment())
    more = patch({"op": "replace", "path": "/spec/replicas", "value": 7})
    with asked(api, "deployments/scale", more, allow()):
        api.merge(f"{api.deployments}/one/scale", {"spec": {"replicas": 3}})
        api.get(f"{api.deployments}/one")
    with asked(api, "deployments/scale", allow(), deny(message="enough")):
        api.merge(f"{api.deployments}/one/scale", {"spec": {"replicas": 3}})
        api.merge(f"{api.deployments}/one", {"spec": {"replicas": 3}})


@behaviour
def scales_of_custom_objects_are_admitted(api: Side) -> None:
    widgets = scaled(api)
    group = widgets.split("/")[2]
    body = {"apiVersion": f"{group}/v1", "kind": "Widget", "metadata": {"name": "one"}, "spec": {"count": 1}}
    api.setup(widgets, body)
    with asked(api, "widgets/scale", allow(), allow()):
        api.merge(f"{widgets}/one/scale", {"spec": {"replicas": 3}})
        found = api.get(f"{widgets}/one/scale").json
        api.put(f"{widgets}/one/scale", found | {"spec": {"replicas": 2}})
        api.reviews()
    more = patch({"op": "replace", "path": "/spec/replicas", "value": 7})
    with asked(api, "widgets/scale", more, allow()):
        api.merge(f"{widgets}/one/scale", {"spec": {"replicas": 3}})
        api.get(f"{widgets}/one")


@behaviour
def policies_about_parts(api: Side) -> None:
    accounts = api.core("serviceaccounts")
    api.setup(accounts, core("ServiceAccount", "robot"))
    api.setup(path(api), pod())
    api.setup(api.deployments, deployment())
    canary = {"apiGroups": ["ex.dev"], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["things"]}
    parts = "pods/binding pods/eviction pods/exec pods/attach pods/portforward serviceaccounts/token deployments/scale"
    never = {
        "expression": "request.kind.kind == 'Thing'",
        "messageExpression": "request.operation + ' ' + object.kind + ' ' + request.kind.kind + ' ' + request.subResource"
        " + ' ' + string(has(object.metadata)) + ' ' + string(oldObject == null)",
    }
    with bound(api, never, rules=[canary, rule(parts)]):
        api.post(path(api, "one", "binding"), _binding())
        api.post(path(api, "one", "eviction"), _eviction())
        for part in ("exec", "attach", "portforward"):
            api.get(path(api, "one", part), container="c")
        api.post(f"{accounts}/robot/token", _token())
        api.merge(f"{api.deployments}/one/scale", {"spec": {"replicas": 3}})
        api.post(api.things, thing())


@behaviour
def other_parts_are_admitted(api: Side) -> None:
    api.setup(path(api), pod())
    with asked(api, "pods/ephemeralcontainers pods/resize pods/status", allow(), allow()):
        debug = {"name": "debug", "image": "busybox"}
        api.merge(path(api, "one", "ephemeralcontainers"), {"spec": {"ephemeralContainers": [debug]}})
        api.merge(path(api, "one", "status"), {"status": {"phase": "Running"}})
        api.reviews()
