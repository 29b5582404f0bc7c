"""Custom kinds whose versions differ: a webhook turns one into the other, whenever somebody asks for the one that is not stored."""

from typing import Any

from ..hooks import Script, allow
from ..kinds import define, group_of, kind_of, objects_of, path_of, spec_of, widget
from ..script import behaviour
from ..side import Side

_V1 = spec_of({"place": {"type": "string"}, "kept": {"type": "string", "default": "by v1"}})
_V2 = spec_of(
    {"host": {"type": "string"}, "port": {"type": "integer", "maximum": 9}, "kept": {"type": "string"}},
)
_STATUS = {"type": "object", "properties": {"phase": {"type": "string"}}}


def converted(request: dict[str, Any]) -> dict[str, Any]:
    """Answer a review: ``place`` of v1 is ``host`` and ``port`` of v2."""
    return {
        "convertedObjects": [_turned(one, request["desiredAPIVersion"]) for one in request["objects"]],
        "result": {"status": "Success"},
    }


def _turned(value: dict[str, Any], wanted: str) -> dict[str, Any]:
    value = {**value, "apiVersion": wanted}
    if "spec" in value:
        spec = dict(value["spec"])
        if wanted.endswith("/v2") and "place" in spec:
            host, _, port = spec.pop("place").partition(":")
            spec |= {"host": host} | ({"port": int(port)} if port else {})
        elif wanted.endswith("/v1") and ("host" in spec or "port" in spec):
            spec["place"] = f"{spec.pop('host', '')}:{spec.pop('port', '')}"
        value["spec"] = spec
    return value


def several(api: Side, script: Script = converted, *, reviews: Any = ("v1",), **more: Any) -> dict[str, Any]:
    """Return a definition with two versions and a webhook between them; v1 is stored. ``more`` are fields of both versions."""
    definition = kind_of(api)
    version = {"served": True, "subresources": {"status": {}}} | more
    definition["spec"]["versions"] = [
        {"name": name, "storage": name == "v1", "schema": {"openAPIV3Schema": _with_status(schema)}} | version
        for name, schema in (("v1", _V1), ("v2", _V2))
    ]
    client = api.hooks.client(api.namespace, script)
    webhook = {"clientConfig": client, "conversionReviewVersions": list(reviews)}
    definition["spec"]["conversion"] = {"strategy": "Webhook", "webhook": webhook}
    return definition


def _with_status(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "properties": {**schema["properties"], "status": _STATUS}}


def made(api: Side, definition: dict[str, Any]) -> None:
    """Set up a definition, and see that it goes with the behaviour: a server may go on asking its webhook otherwise."""
    define(api, definition)
    api.at_end(lambda: api.gone(path_of(api, definition)))


def both(api: Side) -> tuple[str, str]:
    """Return the paths of the objects in both versions."""
    return objects_of(api), objects_of(api, version="v2")


@behaviour
def created_in_one_and_read_in_the_other(api: Side) -> None:
    made(api, several(api))
    first, second = both(api)
    api.post(first, widget(api, {"place": "a:1"}))
    api.get(f"{second}/one")
    api.post(second, widget(api, {"host": "b", "port": 2}, name="two", version="v2"))
    api.get(f"{first}/two")
    api.get(f"{second}/two")
    api.get(f"{first}/two/status")
    api.post(second, widget(api, {"host": "b", "port": 12}, name="three", version="v2"))
    api.post(second, widget(api, {"host": "b", "place": "x", "kept": "mine"}, name="three", version="v2"))
    api.get(f"{second}/none")


def _about(review: Any, uid: str) -> bool:
    """Tell whether a webhook was asked about this object: the other server's cache may ask about its own meanwhile."""
    return bool(review["request"]["objects"][0]["metadata"]["uid"] == uid)


@behaviour
def what_the_webhook_is_asked(api: Side) -> None:
    made(api, several(api))
    first, second = both(api)
    api.setup(first, widget(api, {"place": "a:1"}, metadata={"name": "one", "labels": {"a": "b"}}))
    api.hooks.asked.clear()
    uid = api.get(f"{second}/one").json["metadata"]["uid"]
    path, review = next(one for one in reversed(api.hooks.asked) if _about(one[1], uid))
    api.note([path.partition("?")[0], review])


@behaviour
def reviews_of_the_first_version_both_know(api: Side) -> None:
    made(api, several(api, reviews=["v9", "v1beta1", "v1"]))
    first, second = both(api)
    api.setup(first, widget(api, {"place": "a:1"}))
    api.hooks.asked.clear()
    api.get(f"{second}/one")
    api.note(api.hooks.asked[-1][1]["apiVersion"])


@behaviour
def lists_in_both_versions(api: Side) -> None:
    made(api, several(api))
    first, second = both(api)
    for name, spec in (("a", {"place": "a:1"}), ("b", {"place": "b:2"}), ("c", {"place": "c"})):
        api.setup(first, widget(api, spec, metadata={"name": name, "labels": {"app": name}}))
    api.get(second)
    api.get(second, labelSelector="app in (a,b)")
    api.get(second, fieldSelector="metadata.name=b")
    token = api.get(second, limit="2").json["metadata"]["continue"]
    api.request("GET", second, query={"limit": "2", "continue": token})
    api.request("GET", second, head={"accept": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"})
    api.request("GET", second, head={"accept": "application/json;as=Table;g=meta.k8s.io;v=v1"})


@behaviour
def updated_by_way_of_either(api: Side) -> None:
    made(api, several(api))
    first, second = both(api)
    first_seen = api.post(first, widget(api, {"place": "a:1"})).json
    seen = api.get(f"{second}/one").json
    seen["spec"]["port"] = 5
    api.put(f"{second}/one", seen)
    api.put(f"{second}/one", seen)
    first_seen["spec"]["place"] = "z:9"
    api.put(f"{first}/one", first_seen)
    api.merge(f"{second}/one", {"spec": {"host": "q"}})
    api.merge(f"{second}/one", {"spec": {"host": "q"}})
    api.json_patch(
        f"{second}/one", {"op": "test", "path": "/spec/host", "value": "q"}, {"op": "remove", "path": "/spec/port"}
    )
    api.get(f"{first}/one")
    api.merge(f"{second}/one", {"spec": {"port": 100}})
    api.merge(f"{second}/one/status", {"status": {"phase": "New"}})
    api.merge(f"{first}/one/status", {"status": {"phase": "Old"}})
    api.get(f"{second}/one")
    api.merge(f"{second}/one", {"metadata": {"labels": {"a": "b"}}}, dryRun="All")


@behaviour
def applied_in_one_after_the_other(api: Side) -> None:
    made(api, several(api))
    first, second = both(api)
    api.apply(first, widget(api, {"place": "a:1", "kept": "x"}), manager="ann")
    api.apply(second, widget(api, {"host": "b"}, version="v2"), manager="bob")
    api.apply(second, widget(api, {"host": "b", "port": 1}, version="v2"), manager="bob", force="true")
    api.apply(first, widget(api, {"kept": "y"}), manager="ann")
    api.apply(second, widget(api, {"host": "new"}, name="two", version="v2"), manager="bob")
    api.get(f"{first}/two")


@behaviour
def watched_in_the_version_that_is_not_stored(api: Side) -> None:
    made(api, several(api))
    first, second = both(api)
    start = api.get(second).version
    api.setup(first, widget(api, {"place": "a:1"}))
    api.aside("PATCH", f"{first}/one", {"spec": {"place": "a:2"}}, {"content-type": "application/merge-patch+json"})
    api.aside("DELETE", f"{first}/one")
    api.setup(second, widget(api, {"host": "b", "port": 2}, name="two", version="v2"))
    api.events(second, resourceVersion=start)
    api.events(second)
    api.events(first)
    api.events(second, resourceVersion=start, fieldSelector="metadata.name=two")


@behaviour
def labels_that_only_one_version_has(api: Side) -> None:
    def labelled(request: dict[str, Any]) -> dict[str, Any]:
        answer = converted(request)
        for one in answer["convertedObjects"]:
            one["metadata"] = {**one["metadata"], "labels": {"seen-in": one["apiVersion"].rpartition("/")[2]}}
        return answer

    made(api, several(api, labelled))
    first, second = both(api)
    api.setup(first, widget(api, {"place": "a:1"}))
    api.get(f"{second}/one")
    api.get(second, labelSelector="seen-in=v2")
    api.get(first, labelSelector="seen-in=v2")
    api.events(second, labelSelector="seen-in=v2")


@behaviour
def deleted_by_way_of_the_other(api: Side) -> None:
    made(api, several(api))
    first, second = both(api)
    api.setup(first, widget(api, {"place": "a:1"}))
    api.setup(first, widget(api, {"place": "a:1"}, metadata={"name": "held", "finalizers": ["ex.dev/a"]}))
    api.delete(f"{second}/one")
    api.delete(f"{second}/held")
    api.delete(f"{second}/held")
    api.merge(f"{second}/held", {"metadata": {"finalizers": None}})
    api.get(f"{first}/held")
    for name in "abc":
        api.setup(first, widget(api, {"place": f"{name}:1"}, name=name))
    api.delete(second)
    api.get(first)


@behaviour
def refusals_of_the_webhook(api: Side) -> None:
    says: dict[str, Any] = {"answer": None}

    def scripted(request: dict[str, Any]) -> Any:
        return says["answer"](request) if says["answer"] else converted(request)

    made(api, several(api, scripted))
    first, second = both(api)
    api.setup(first, widget(api, {"place": "a:1"}))
    for result in ({"status": "Failure", "message": "not today"}, {"status": "Failure"}, {}, {"message": "odd"}):
        says["answer"] = lambda request, result=result: {"result": result}
        api.get(f"{second}/one")
    api.post(second, widget(api, {"host": "b"}, name="two", version="v2"))
    api.delete(f"{second}/one")
    api.get(f"{first}/one")
    api.get(f"{first}/two")


@behaviour
def answers_that_cannot_be_used(api: Side) -> None:
    says: dict[str, Any] = {"change": None}

    def scripted(request: dict[str, Any]) -> Any:
        answer = converted(request)
        return says["change"](answer) if says["change"] else answer

    def each(**fields: Any) -> Any:
        return lambda answer: answer | {"convertedObjects": [one | fields for one in answer["convertedObjects"]]}

    def metadata(**fields: Any) -> Any:
        return lambda answer: (
            answer
            | {"convertedObjects": [one | {"metadata": one["metadata"] | fields} for one in answer["convertedObjects"]]}
        )

    made(api, several(api, scripted))
    first, second = both(api)
    api.setup(first, widget(api, {"place": "a:1"}))
    for change in (
        lambda answer: answer | {"convertedObjects": []},
        lambda answer: answer | {"convertedObjects": answer["convertedObjects"] * 2},
        lambda answer: answer | {"uid": "other"},
        lambda answer: answer | {"convertedObjects": [{}]},
        lambda answer: answer | {"convertedObjects": [{"apiVersion": "v1"}]},
        each(apiVersion="other/v2"),
        each(kind="Other"),
        each(metadata={"name": "one"}),
        each(metadata=None),
        metadata(name="other"),
        metadata(namespace="other"),
        metadata(uid="other"),
        metadata(labels={"a b": "c"}),
        metadata(labels={"a": 1}),
        metadata(labels="x"),
        metadata(annotations={"A B": "c"}),
        metadata(labels=None, annotations={"seen": "yes"}, finalizers=["ex.dev/a"], generation=9),
        each(spec={"unknown": 1, "port": 3}),
        each(spec={"port": "three"}),
        lambda answer: 500,
        lambda answer: 404,
        lambda answer: b"",
        lambda answer: b"x",
        lambda answer: b"{}",
        lambda answer: b'{"apiVersion":"apiextensions.k8s.io/v1","kind":"ConversionReview"}',
        lambda answer: b'{"apiVersion":"apiextensions.k8s.io/v1beta1","kind":"ConversionReview","response":{}}',
    ):
        says["change"] = change
        api.get(f"{second}/one")


@behaviour
def webhooks_that_cannot_be_reached(api: Side) -> None:
    definition = several(api)
    definition["spec"]["conversion"]["webhook"]["clientConfig"] = {"url": "https://127.0.0.1:1/convert"}
    made(api, definition)
    first, second = both(api)
    api.post(first, widget(api, {"place": "a:1"}))
    api.get(f"{second}/one")
    api.post(second, widget(api, {"host": "a"}, name="two", version="v2"))
    api.get(first)


@behaviour(sockets="in memory there are no certificates")
def webhooks_with_a_certificate_that_is_not_trusted(api: Side) -> None:
    definition = several(api)
    del definition["spec"]["conversion"]["webhook"]["clientConfig"]["caBundle"]
    made(api, definition)
    first, second = both(api)
    api.setup(first, widget(api, {"place": "a:1"}))
    api.get(f"{second}/one")


@behaviour
def another_version_comes_to_be_stored(api: Side) -> None:
    definition = several(api)
    made(api, definition)
    first, second = both(api)
    api.setup(first, widget(api, {"place": "a:1"}))
    api.setup(first, widget(api, {"place": "b:2"}, name="two"))
    found = api.peek(path_of(api, definition)).json
    for version in found["spec"]["versions"]:
        version["storage"] = version["name"] == "v2"
    found["spec"]["versions"][1]["schema"]["openAPIV3Schema"]["description"] = "changed"
    api.changed(path_of(api, definition), {"spec": found["spec"]}, second)
    api.get(f"{first}/one")
    api.get(f"{second}/one")
    api.merge(f"{second}/one", {"spec": {"port": 3}})
    api.get(first)
    api.get(second)
    api.delete(f"{second}/two")
    api.get(first)


@behaviour
def admission_in_the_version_that_a_rule_names(api: Side) -> None:
    definition = several(api)
    made(api, definition)
    first, second = both(api)
    rule = {"apiGroups": [group_of(api)], "apiVersions": ["v1"], "operations": ["*"], "resources": ["widgets"]}
    hook = {
        "name": "a.ex.dev",
        "clientConfig": api.hooks.client(f"{api.namespace}-admission", allow(warnings=["seen"])),
        "rules": [rule],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    configuration = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": api.namespace},
        "webhooks": [hook],
    }
    path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
    api.setup(path, configuration)
    api.warned("POST", first, widget(api, name="canary"), text="seen", dryRun="All")
    api.hooks.asked.clear()
    api.post(second, widget(api, {"host": "a", "port": 1}, version="v2"))
    api.merge(f"{second}/one", {"spec": {"port": 2}})
    api.note([review for path, review in api.hooks.asked if path.startswith(f"/{api.namespace}-admission")])
    api.gone(f"{path}/{api.namespace}")


@behaviour
def scaled_by_way_of_the_other(api: Side) -> None:
    scale = {"specReplicasPath": ".spec.port", "statusReplicasPath": ".status.port"}
    definition = several(api)
    versions = definition["spec"]["versions"]
    versions[1]["subresources"] = {"status": {}, "scale": scale}
    made(api, definition)
    first, second = both(api)
    api.setup(first, widget(api, {"place": "a:1"}))
    api.get(f"{second}/one/scale")
    api.merge(f"{second}/one/scale", {"spec": {"replicas": 4}})
    api.note(api.peek(f"{first}/one").json["spec"])


@behaviour
def a_patch_of_nothing_that_the_webhook_does_not_turn_back(api: Side) -> None:
    made(api, several(api))
    first, second = both(api)
    api.post(first, widget(api, {"place": "a"}))
    api.merge(f"{second}/one", {})
    api.get(f"{first}/one")
    api.merge(f"{second}/one", {})
    api.merge(f"{first}/one", {})
