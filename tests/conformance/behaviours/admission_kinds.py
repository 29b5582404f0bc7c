"""Configurations of webhooks, policies and their bindings, as objects. The selectors match nothing that other behaviours write."""

from ..script import behaviour
from ..side import Side

GROUP = "/apis/admissionregistration.k8s.io/v1"
NEVER = {"matchLabels": {"workloads.ex.dev/never": "x"}}
RULE = {"apiGroups": ["ex.dev"], "apiVersions": ["v1"], "resources": ["things"], "operations": ["CREATE"]}
URL = {"url": "https://localhost:1/hook"}


def webhook(**fields):
    return {
        "name": "one.hooks.ex.dev",
        "clientConfig": URL,
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "objectSelector": NEVER,
    } | fields


def configuration(name, *webhooks):
    return {"metadata": {"name": name}, "webhooks": list(webhooks)}


@behaviour
def webhooks_are_defaulted(api: Side) -> None:
    for kind in ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"):
        here = f"{GROUP}/{kind}"
        service = {"service": {"namespace": "default", "name": "web"}}
        api.post(here, configuration("workloads", webhook(rules=[RULE], clientConfig=service)))
        api.merge(f"{here}/workloads", {"metadata": {"labels": {"a": "b"}}})
        api.merge(f"{here}/workloads", {"webhooks": [webhook(timeoutSeconds=3)]})
        api.delete(f"{here}/workloads")
    api.post(f"{GROUP}/validatingwebhookconfigurations", {"metadata": {"name": "workloads"}}, dryRun="All")


@behaviour
def webhooks_that_are_refused(api: Side) -> None:
    for fields in (
        {"name": ""},
        {"name": "one.two"},
        {"name": "Bad_"},
        {"sideEffects": None},
        {"sideEffects": "Some"},
        {"failurePolicy": "Odd", "matchPolicy": "Odd", "timeoutSeconds": 31},
        {"admissionReviewVersions": []},
        {"admissionReviewVersions": ["v2", "v2", "Bad_"]},
        {"clientConfig": {}},
        {"clientConfig": {"url": "http://user@host/path?query=1#part"}},
        {"clientConfig": {"url": "https:///path"}},
        {"clientConfig": {"service": {"path": "x//Bad_/", "port": 70000}}},
        {"clientConfig": URL | {"service": {"name": "a", "namespace": "b"}}},
        {"matchConditions": [{"name": "bad name", "expression": "true"}, {"name": "", "expression": " "}]},
        {"objectSelector": {"matchExpressions": [{"key": "a", "operator": "Odd"}]}},
    ):
        body = configuration("workloads", webhook(**fields))
        api.post(f"{GROUP}/validatingwebhookconfigurations", body, dryRun="All")
    twice = configuration("workloads", webhook(), webhook())
    api.post(f"{GROUP}/validatingwebhookconfigurations", twice, dryRun="All")
    again = configuration("workloads", webhook(reinvocationPolicy="Odd"))
    api.post(f"{GROUP}/mutatingwebhookconfigurations", again, dryRun="All")


@behaviour
def rules_of_webhooks_that_are_refused(api: Side) -> None:
    for fields in (
        {"apiGroups": [], "apiVersions": [], "resources": [], "operations": []},
        {"apiGroups": ["*", "a"], "apiVersions": ["*", ""], "operations": ["*", "ODD"]},
        {"resources": ["", "*", "pods", "*/*"]},
        {"resources": ["pods/*", "pods/status", "*/scale", "a/scale"]},
        {"scope": "Odd"},
    ):
        body = configuration("workloads", webhook(rules=[RULE | fields]))
        api.post(f"{GROUP}/validatingwebhookconfigurations", body, dryRun="All")


@behaviour
def validating_policies(api: Side) -> None:
    here = f"{GROUP}/validatingadmissionpolicies"
    api.post(here, {"metadata": {"name": "workloads"}})
    for spec in (
        {"failurePolicy": "Odd", "matchConstraints": {}, "paramKind": {}},
        {
            "validations": [{"expression": " ", "message": "a\nb", "reason": "Odd"}],
            "paramKind": {"apiVersion": "a/V1", "kind": "a b"},
        },
        {"auditAnnotations": [{"key": "bad key"}], "variables": [{"name": "", "expression": ""}]},
    ):
        api.post(here, {"metadata": {"name": "workloads"}, "spec": spec})
    good = {
        "matchConstraints": {"resourceRules": [RULE], "objectSelector": NEVER},
        "validations": [{"expression": "object.metadata.name != 'x'"}],
    }
    api.post(here, {"metadata": {"name": "workloads"}, "spec": good})
    api.merge(f"{here}/workloads", {"spec": {"failurePolicy": "Ignore"}})
    api.delete(f"{here}/workloads")


@behaviour
def bindings_of_policies(api: Side) -> None:
    here = f"{GROUP}/validatingadmissionpolicybindings"
    for spec in (
        {},
        {"policyName": "Bad_", "validationActions": ["Deny", "Warn", "Odd", "Odd"]},
        {"policyName": "a", "validationActions": ["Deny"], "paramRef": {}},
        {
            "policyName": "a",
            "validationActions": ["Deny"],
            "paramRef": {"name": "a/b", "selector": {}, "parameterNotFoundAction": "Odd"},
        },
    ):
        api.post(here, {"metadata": {"name": "workloads"}, "spec": spec})
    good = {"policyName": "none", "validationActions": ["Deny"], "matchResources": {"objectSelector": NEVER}}
    api.post(here, {"metadata": {"name": "workloads"}, "spec": good})
    api.merge(f"{here}/workloads", {"spec": {"validationActions": ["Audit"]}})
    api.delete(f"{here}/workloads")
