"""Admission webhooks: when they are called, what they are asked, what their answers do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..hooks import Script, allow, deny, patch
from ..kinds import kind_of
from ..samples import DEFINITIONS, config_map, thing
from ..script import behaviour
from ..side import Side

GROUP = "/apis/admissionregistration.k8s.io/v1"
_ANYTHING = {"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*/*"]}
_THINGS = {
    "apiGroups": ["ex.dev"],
    "apiVersions": ["v1"],
    "operations": ["*"],
    "resources": ["things", "things/status"],
}


def hook(name: str, client: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a webhook that is called for things."""
    return {
        "name": f"{name}.ex.dev",
        "clientConfig": client,
        "rules": [_THINGS],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "timeoutSeconds": 5,
    } | more


@contextmanager
def configured(api: Side, kind: str, *hooks: dict[str, Any]) -> Iterator[None]:
    """Register webhooks for the behaviour's namespace alone, wait until they are called, and take them away at the end."""
    mine = {"matchLabels": {"kubernetes.io/metadata.name": api.namespace}}
    canary = hook(
        "canary",
        api.hooks.client("canary", deny(message="canary")),
        rules=[_ANYTHING],
        objectSelector={"matchLabels": {"canary": "yes"}},
    )
    plural = f"{kind.lower()}webhookconfigurations"
    body = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": f"{kind}WebhookConfiguration",
        "metadata": {"name": api.namespace},
        "webhooks": [{"namespaceSelector": mine} | one for one in (canary, *hooks)],
    }
    api.setup(f"{GROUP}/{plural}", body)
    bird = config_map("bird") | {"metadata": {"name": "bird", "labels": {"canary": "yes"}}}
    try:
        api.awaited("POST", api.config_maps, bird, status=400, dryRun="All")
        yield
    finally:
        api.gone(f"{GROUP}/{plural}/{api.namespace}")
        api.awaited("POST", api.config_maps, bird, status=201, dryRun="All")


def validating(api: Side, script: Script, **more: Any) -> Any:
    """Register one validating webhook."""
    return configured(api, "Validating", hook("check", api.hooks.client("check", script), **more))


def mutating(api: Side, script: Script, **more: Any) -> Any:
    """Register one mutating webhook."""
    return configured(api, "Mutating", hook("change", api.hooks.client("change", script), **more))


@behaviour
def a_webhook_refuses_a_creation(api: Side) -> None:
    with validating(api, deny(message="not today", code=403, reason="Forbidden")):
        api.post(api.things, thing())
    api.get(f"{api.things}/one")


@behaviour
def a_webhook_refuses_without_a_word(api: Side) -> None:
    with validating(api, deny()):
        api.post(api.things, thing())


@behaviour
def a_webhook_refuses_with_a_reason_alone(api: Side) -> None:
    with validating(api, deny(reason="Invalid")):
        api.post(api.things, thing())


@behaviour
def a_webhook_refuses_with_details(api: Side) -> None:
    details = {"name": "one", "kind": "Thing", "causes": [{"reason": "X", "message": "y", "field": "spec"}]}
    with validating(api, deny(message="m", code=422, reason="Invalid", details=details)):
        api.post(api.things, thing())


@behaviour
def a_webhook_refuses_with_the_code_of_a_success(api: Side) -> None:
    with validating(api, deny(message="m", code=200, status="Success")):
        api.post(api.things, thing())


@behaviour
def a_webhook_warns(api: Side) -> None:
    with validating(api, allow(warnings=["take care", 'of "this"'])):
        api.post(api.things, thing())
    with validating(api, lambda request: {"allowed": False, "warnings": ["first"]}):
        api.post(api.things, thing("two"))


@behaviour
def what_a_validating_webhook_is_asked_in_the_life_of_an_object(api: Side) -> None:
    with validating(api, allow()):
        api.post(api.things, thing())
        api.merge(f"{api.things}/one", {"spec": {"size": 6}})
        api.merge(f"{api.things}/one/status", {"status": {"phase": "New"}})
        found = api.get(f"{api.things}/one").json
        api.put(f"{api.things}/one", found | {"spec": {"owner": "ann", "size": 7}}, fieldManager="me")
        api.delete(f"{api.things}/one", {"propagationPolicy": "Background"})
        api.reviews()


@behaviour
def what_a_mutating_webhook_is_asked_in_the_life_of_an_object(api: Side) -> None:
    with mutating(api, allow()):
        api.post(api.things, thing())
        api.merge(f"{api.things}/one", {"spec": {"size": 6}})
        api.delete(f"{api.things}/one")
        api.reviews()


@behaviour
def a_webhook_is_asked_about_a_generated_name(api: Side) -> None:
    body = thing(metadata={"generateName": "gen-"})
    del body["metadata"]["name"]
    with mutating(api, allow()):
        api.post(api.things, body)
        api.reviews()


@behaviour
def a_webhook_is_asked_about_a_built_in(api: Side) -> None:
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
    with validating(api, allow(), rules=[rule]):
        api.post(api.config_maps, config_map(a="1"))
        api.reviews()


@behaviour
def a_webhook_of_the_old_review_version(api: Side) -> None:
    with validating(api, allow(), admissionReviewVersions=["v1beta1"]):
        api.post(api.things, thing())
        api.reviews()


@behaviour
def operations_that_are_not_asked_for(api: Side) -> None:
    with validating(api, deny(), rules=[_THINGS | {"operations": ["UPDATE"]}]):
        api.post(api.things, thing())
        api.merge(f"{api.things}/one", {"spec": {"size": 6}})
        api.merge(f"{api.things}/one/status", {"status": {"phase": "New"}})
        api.delete(f"{api.things}/one")


@behaviour
def subresources_are_asked_for_by_name(api: Side) -> None:
    with validating(api, deny(), rules=[_THINGS | {"resources": ["things/status"]}]):
        api.post(api.things, thing())
        api.merge(f"{api.things}/one", {"spec": {"size": 6}})
        api.merge(f"{api.things}/one/status", {"status": {"phase": "New"}})


@behaviour
def scopes_of_rules(api: Side) -> None:
    with validating(api, deny(), rules=[_THINGS | {"scope": "Cluster"}]):
        api.post(api.things, thing())
    with validating(api, deny(), rules=[_THINGS | {"scope": "Namespaced"}]):
        api.post(api.things, thing("two"))


@behaviour
def labels_select_objects(api: Side) -> None:
    with validating(api, deny(), objectSelector={"matchExpressions": [{"key": "check", "operator": "Exists"}]}):
        api.post(api.things, thing())
        api.post(api.things, thing("two", metadata={"labels": {"check": "me"}}))
        api.merge(f"{api.things}/one", {"metadata": {"labels": {"check": "me"}}})


@behaviour
def match_conditions_narrow(api: Side) -> None:
    conditions = [{"name": "big", "expression": "object.spec.size > 5"}]
    with validating(api, deny(), matchConditions=conditions):
        api.post(api.things, thing(size=5))
        api.post(api.things, thing("two", size=6))


@behaviour
def match_conditions_that_fail(api: Side) -> None:
    conditions = [{"name": "lost", "expression": "object.spec.low > 5"}]
    with validating(api, deny(), matchConditions=conditions):
        api.post(api.things, thing())
    with validating(api, deny(), matchConditions=conditions, failurePolicy="Ignore"):
        api.post(api.things, thing("two"))


@behaviour
def match_conditions_know_the_request(api: Side) -> None:
    text = "request.operation == 'CREATE' && request.userInfo.username != '' && namespaceObject.metadata.name != ''"
    with validating(api, deny(), matchConditions=[{"name": "mine", "expression": text}]):
        api.post(api.things, thing())


@behaviour
def a_webhook_changes_an_object(api: Side) -> None:
    operations = (
        {"op": "add", "path": "/metadata/labels", "value": {"seen": "yes"}},
        {"op": "replace", "path": "/spec/size", "value": 7},
    )
    with mutating(api, patch(*operations)):
        api.post(api.things, thing())
        api.get(f"{api.things}/one")


@behaviour
def a_webhook_makes_an_object_invalid(api: Side) -> None:
    with mutating(api, patch({"op": "replace", "path": "/spec/size", "value": 70})):
        api.post(api.things, thing())


@behaviour
def a_webhook_adds_a_field_that_nobody_knows(api: Side) -> None:
    with mutating(api, patch({"op": "add", "path": "/spec/colour", "value": "red"})):
        api.post(api.things, thing())


@behaviour
def a_webhook_s_patch_does_not_apply(api: Side) -> None:
    with mutating(api, patch({"op": "remove", "path": "/spec/nothing"})):
        api.post(api.things, thing())


@behaviour
def a_webhook_changes_nothing_after_all(api: Side) -> None:
    with mutating(api, patch({"op": "test", "path": "/spec/owner", "value": "ann"})):
        api.post(api.things, thing())


@behaviour
def a_webhook_changes_an_update_into_no_change(api: Side) -> None:
    api.post(api.things, thing())
    with mutating(api, patch({"op": "replace", "path": "/spec/size", "value": 5})):
        api.merge(f"{api.things}/one", {"spec": {"size": 8}})


@behaviour
def a_webhook_tries_to_change_a_deletion(api: Side) -> None:
    api.post(api.things, thing())
    with mutating(api, patch({"op": "add", "path": "/spec/size", "value": 7})):
        api.delete(f"{api.things}/one")


@behaviour
def a_webhook_keeps_an_object_from_being_deleted(api: Side) -> None:
    api.post(api.things, thing())
    with validating(api, deny(message="keep it"), rules=[_THINGS | {"operations": ["DELETE"]}]):
        api.delete(f"{api.things}/one")
        api.delete(api.things)
    api.delete(f"{api.things}/one")


def _second(request: dict[str, Any]) -> dict[str, Any]:
    labels = request["object"]["metadata"].get("labels") or {}
    return patch({"op": "add", "path": "/metadata/labels", "value": labels | {"second": "1"}})(request)  # type: ignore[return-value]


def _first(request: dict[str, Any]) -> dict[str, Any]:
    labels = request["object"]["metadata"].get("labels") or {}
    return patch({"op": "add", "path": "/metadata/labels", "value": labels | {"first": str(len(labels))}})(request)  # type: ignore[return-value]


@behaviour
def a_later_change_calls_an_earlier_webhook_again(api: Side) -> None:
    first = hook("first", api.hooks.client("first", _first), reinvocationPolicy="IfNeeded")
    second = hook("second", api.hooks.client("second", _second))
    with configured(api, "Mutating", first, second):
        api.post(api.things, thing())
        api.reviews()


@behaviour
def webhooks_are_called_in_order(api: Side) -> None:
    first = hook("first", api.hooks.client("first", _first))
    second = hook("second", api.hooks.client("second", _second), reinvocationPolicy="IfNeeded")
    with configured(api, "Mutating", second, first):
        api.post(api.things, thing())
        api.reviews()


@behaviour
def a_dry_run_is_not_sent_to_webhooks_with_side_effects(api: Side) -> None:
    with validating(api, allow(), sideEffects="NoneOnDryRun"):
        api.post(api.things, thing(), dryRun="All")
        api.reviews()


def _failing(api: Side, script: Callable[..., Any], **more: Any) -> None:
    with validating(api, script, **more):
        api.post(api.things, thing())
    with validating(api, script, failurePolicy="Ignore", **more):
        api.post(api.things, thing("two"))


@behaviour
def a_webhook_that_answers_with_a_status(api: Side) -> None:
    for status in (404, 500, 503, 403, 301):
        with validating(api, lambda request, status=status: status):
            api.post(api.things, thing())
    with validating(api, lambda request: 500, failurePolicy="Ignore"):
        api.post(api.things, thing("two"))


@behaviour
def a_webhook_that_nobody_serves(api: Side) -> None:
    client = {"url": "https://127.0.0.1:1/check", "caBundle": api.hooks.authority}
    with configured(api, "Validating", hook("check", client)):
        api.post(api.things, thing())
    with configured(api, "Mutating", hook("check", client)):
        api.post(api.things, thing())
    with configured(api, "Mutating", hook("check", client, failurePolicy="Ignore")):
        api.post(api.things, thing())


@behaviour(sockets="in memory there are no certificates")
def a_webhook_whose_certificate_is_not_trusted(api: Side) -> None:
    client = api.hooks.client("check", allow())
    del client["caBundle"]
    with configured(api, "Validating", hook("check", client)):
        api.post(api.things, thing())


@behaviour
def a_webhook_that_answers_too_late(api: Side) -> None:
    _failing(api, lambda request: None, timeoutSeconds=1)


@behaviour
def a_webhook_that_answers_for_somebody_else(api: Side) -> None:
    _failing(api, lambda request: {"uid": "another", "allowed": True})


@behaviour
def a_webhook_whose_answer_has_no_response(api: Side) -> None:
    _failing(api, lambda request: b'{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}')


@behaviour
def a_webhook_whose_answer_has_no_version(api: Side) -> None:
    def answer(request: dict[str, Any]) -> bytes:
        return b'{"response": {"uid": "%s", "allowed": true}}' % request["uid"].encode()

    _failing(api, answer)


@behaviour
def a_validating_webhook_that_wants_to_change(api: Side) -> None:
    _failing(api, patch({"op": "add", "path": "/spec/size", "value": 7}))


@behaviour
def a_mutating_webhook_with_a_patch_without_a_type(api: Side) -> None:
    with mutating(api, allow(patch="W10=")):
        api.post(api.things, thing())
    with mutating(api, allow(patchType="JSONPatch")):
        api.post(api.things, thing())


@behaviour
def configurations_are_not_sent_to_webhooks(api: Side) -> None:
    with configured(api, "Validating", hook("check", api.hooks.client("check", deny()), rules=[_ANYTHING])):
        api.get(f"{GROUP}/validatingwebhookconfigurations/{api.namespace}")


@behaviour
def empty_values_of_what_no_webhook_is_asked_about(api: Side) -> None:
    """That there is somebody to ask leaves a write as it came."""
    spec = {"accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/a"}}
    volume, path = {"metadata": {"name": api.namespace}}, "/api/v1/persistentvolumes"
    definition = kind_of(api)
    definition["spec"]["versions"] = []
    with configured(api, "Mutating"):
        api.post(DEFINITIONS, definition)
        api.post(path, volume | {"spec": spec | {"capacity": {}}})
        api.post(path, volume | {"spec": spec | {"capacity": {"storage": "1Gi"}}})
        api.put(f"{path}/{api.namespace}", volume | {"spec": spec | {"capacity": {}}})
        api.delete(f"{path}/{api.namespace}")
