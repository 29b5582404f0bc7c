"""What drawn sequences of verbs have found: each differed once."""

from typing import Any

from ..generated.steps import LAST, Step, play
from ..samples import core
from ..script import behaviour
from ..side import Side
from ..workloads import job

_ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/<namespace>/roles"
_SERVICES = "/api/v1/namespaces/<namespace>/services"
_SECRETS = "/api/v1/namespaces/<namespace>/secrets"
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_APPLY = "application/apply-patch+yaml"
_STRATEGIC = "application/strategic-merge-patch+json"
_MERGE = "application/merge-patch+json"
_JOBS = "/apis/batch/v1/namespaces/<namespace>/jobs"
_ROLE = {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]}


@behaviour
def a_put_with_a_version_creates_a_role(api: Side) -> None:
    steps = [
        Step("POST", _ROLES, {"metadata": {"name": "one"}} | _ROLE),
        Step("PUT", f"{_ROLES}/two", {"metadata": {"name": "two", "resourceVersion": LAST}} | _ROLE),
    ]
    play(api, steps)


@behaviour
def a_job_that_is_not_there_is_deleted(api: Side) -> None:
    play(api, [Step("DELETE", f"{_JOBS}/two"), Step("DELETE", f"{_JOBS}/two", {"propagationPolicy": "Background"})])


@behaviour
def a_deleted_job_orphans_its_pods(api: Side) -> None:
    steps = [
        Step("POST", _JOBS, job("one")),
        Step("DELETE", f"{_JOBS}/one", query={"dryRun": "All"}),
        Step("DELETE", f"{_JOBS}/one"),
        Step("GET", f"{_JOBS}/one"),
        Step("PATCH", f"{_JOBS}/one", {"metadata": {"finalizers": None}}, _MERGE),
        Step("GET", f"{_JOBS}/one"),
    ]
    play(api, steps)


@behaviour
def a_deleted_collection_of_jobs_orphans_their_pods(api: Side) -> None:
    play(api, [Step("POST", _JOBS, job("one")), Step("DELETE", _JOBS), Step("GET", _JOBS)])


@behaviour
def a_put_of_its_status_creates_a_service(api: Side) -> None:
    steps = [
        Step("PUT", f"{_SERVICES}/two/status", _service("two")),
        Step("GET", f"{_SERVICES}/two"),
        Step("PATCH", f"{_SERVICES}/two", {"metadata": {"labels": {"app": "b"}}}, _MERGE),
        Step("PUT", f"{_SERVICES}/two/status", _service("two")),
    ]
    play(api, steps)


@behaviour
def an_applied_status_creates_a_service(api: Side) -> None:
    steps = [
        Step("PATCH", f"{_SERVICES}/two/status", _service("two"), _APPLY, {"fieldManager": "bob"}),
        Step("GET", f"{_SERVICES}/two"),
        Step("PATCH", f"{_SERVICES}/three/status", {"metadata": {"labels": {"app": "b"}}}, _MERGE),
    ]
    play(api, steps)


@behaviour
def a_service_is_created_in_a_dry_run(api: Side) -> None:
    steps = [
        Step("POST", _SERVICES, _service("two"), query={"dryRun": "All"}),
        Step("PUT", f"{_SERVICES}/two", _service("two"), query={"dryRun": "All"}),
        Step("PATCH", f"{_SERVICES}/two", _service("two"), _APPLY, {"fieldManager": "bob", "dryRun": "All"}),
        Step("PUT", f"{_SERVICES}/two/status", _service("two"), query={"dryRun": "All"}),
    ]
    play(api, steps)


@behaviour
def bytes_as_an_empty_list(api: Side) -> None:
    play(api, [Step("POST", _SECRETS, {"metadata": {"name": "one"}, "data": {"a": "YQ==", "b": []}})])


@behaviour
def bytes_as_a_list_of_numbers(api: Side) -> None:
    steps = [
        Step("POST", _SECRETS, {"metadata": {"name": "one"}, "data": {"a": [97, 98, 0, 255]}}),
        Step("POST", _SECRETS, {"metadata": {"name": "two"}, "data": {"a": [97, "b"]}}),
        Step("POST", _SECRETS, {"metadata": {"name": "three"}, "data": {"a": [256]}}),
        Step("POST", _SECRETS, {"metadata": {"name": "four"}, "data": {"a": [None, 97]}}),
    ]
    play(api, steps)


@behaviour
def a_status_patch_that_names_the_version_of_a_job(api: Side) -> None:
    steps = [
        Step("POST", _JOBS, job("one")),
        Step("PATCH", f"{_JOBS}/one/status", {"metadata": {"resourceVersion": LAST}}, _STRATEGIC),
        Step("PATCH", f"{_JOBS}/one/status", {"metadata": {"resourceVersion": LAST}}, _STRATEGIC),
        Step("PATCH", f"{_JOBS}/one/status", {"metadata": {"labels": {"none": None}}}, _STRATEGIC),
        Step("POST", _JOBS, job("two")),
        Step("PATCH", f"{_JOBS}/two/status", {"metadata": {"labels": {"none": None}}}, _STRATEGIC),
    ]
    play(api, steps)


@behaviour
def a_definition_without_versions(api: Side) -> None:
    steps = [
        Step("POST", _DEFINITIONS, _definition(given), query={"dryRun": "All"}) for given in ({}, {"versions": []})
    ]
    play(api, steps)


@behaviour
def a_definition_that_requires_a_field_twice(api: Side) -> None:
    schema = {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b", "b"]}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    wrong = version | {"selectableFields": [{"jsonPath": ".spec.a"}]}
    steps = [
        Step("POST", _DEFINITIONS, _definition({"versions": [one]}), query={"dryRun": "All"})
        for one in (version, wrong)
    ]
    play(api, steps)


def _service(name: str) -> Any:
    spec = {"ports": [{"name": "web", "port": 80}], "selector": {"app": "a"}}
    return core("Service", name, spec=spec) | {"metadata": {"name": name, "labels": {"app": "a"}}}


def _definition(given: dict[str, Any]) -> Any:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "widgets.<group>"},
        "spec": {"group": "<group>", "scope": "Namespaced", "names": {"plural": "widgets", "kind": "Widget"}} | given,
    }
