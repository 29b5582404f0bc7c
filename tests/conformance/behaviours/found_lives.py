"""Changes of built-in objects that Hypothesis found to be answered differently once."""

from typing import Any

from ..generated.bodies import CLUSTER, NAMESPACED
from ..samples import config_map, core, thing
from ..script import behaviour
from ..side import JSON_PATCH, Side
from ..workloads import path, workload

_METADATA: tuple[dict[str, Any], ...] = (
    {"finalizers": ["a b"]},
    {"finalizers": ["foregroundDeletion", "orphan"]},
    {"finalizers": ["hold", "ex.dev/hold", "kubernetes"]},
    {"labels": {"A b": "x y"}},
    {"annotations": {"a/b/c": ""}},
    {"deletionTimestamp": "2020-01-01T00:00:00Z"},
    {"ownerReferences": [{}]},
    {"ownerReferences": [{"apiVersion": "v1", "kind": "Event", "name": "o", "uid": "u", "controller": True}]},
)
_TABLE = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
_PARTIAL = {"accept": "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"}


def _collection(api: Side, kind: str) -> str:
    version = (NAMESPACED | CLUSTER)[kind]["apiVersion"]
    start = f"/apis/{version}" if "/" in version else f"/api/{version}"
    return f"{start}/namespaces/{api.namespace}/{kind}" if kind in NAMESPACED else f"{start}/{kind}"


def _body(api: Side, kind: str) -> dict[str, Any]:
    body = (NAMESPACED | CLUSTER)[kind]
    if kind == "events":
        body = body | {"involvedObject": body["involvedObject"] | {"namespace": api.namespace}}
    return body | {"metadata": body["metadata"] | {"name": "one" if kind in NAMESPACED else api.namespace}}


@behaviour
def metadata_that_no_kind_takes(api: Side) -> None:
    for kind in (
        "configmaps",
        "deployments",
        "leases",
        "endpointslices",
        "events",
        "persistentvolumes",
        "roles",
        "nodes",
    ):
        at, body = _collection(api, kind), _body(api, kind)
        for metadata in _METADATA:
            api.post(at, body | {"metadata": body["metadata"] | metadata}, dryRun="All")
        api.aside("POST", at, body)
        for metadata in _METADATA:
            api.merge(f"{at}/{body['metadata']['name']}", {"metadata": metadata})
        api.aside("DELETE", f"{at}/{body['metadata']['name']}")


@behaviour
def metadata_that_no_status_takes(api: Side) -> None:
    for kind in ("deployments", "cronjobs", "persistentvolumeclaims", "poddisruptionbudgets", "pods"):
        at = _collection(api, kind)
        api.aside("POST", at, _body(api, kind))
        for metadata in _METADATA:
            api.merge(f"{at}/one/status", {"metadata": metadata})


@behaviour
def metadata_that_no_custom_kind_takes(api: Side) -> None:
    for metadata in _METADATA:
        api.post(api.things, thing(metadata=metadata), dryRun="All")
    api.aside("POST", api.things, thing())
    for metadata in _METADATA:
        api.merge(f"{api.things}/one", {"metadata": metadata})


@behaviour
def replication_controllers_leave_their_pods(api: Side) -> None:
    at = api.core("replicationcontrollers")
    for query in ({}, {"propagationPolicy": "Background"}):
        api.post(at, _body(api, "replicationcontrollers"))
        api.delete(f"{at}/one", **query)
        api.merge(f"{at}/one", {"metadata": {"finalizers": None}})


@behaviour
def what_only_versions_of_daemon_sets_tell(api: Side) -> None:
    at = path(api, "apps/v1", "daemonsets")
    api.post(at, workload())
    api.post(at, workload("two", metadata={"annotations": {"a": "b"}}))
    for form in (_TABLE, _PARTIAL):
        api.request("GET", at, head=form)
    api.request("GET", at, head=_TABLE, query={"includeObject": "Object"})


@behaviour
def generations_of_what_has_no_spec(api: Side) -> None:
    at = path(api, "discovery.k8s.io/v1", "endpointslices")
    api.post(at, _body(api, "endpointslices"))
    api.merge(f"{at}/one", {"metadata": {"labels": {"a": "b"}}})
    api.strategic(f"{at}/one", {"endpoints": []})
    templates = api.core("podtemplates")
    api.post(templates, _body(api, "podtemplates"))
    api.merge(f"{templates}/one", {"template": {"metadata": {"labels": {"a": "b"}}}})


@behaviour
def the_first_write_to_a_claim(api: Side) -> None:
    at = api.core("persistentvolumeclaims")
    api.post(at, _body(api, "persistentvolumeclaims"))
    api.merge(f"{at}/one", {})
    api.merge(f"{at}/one", {})
    api.merge(f"{at}/one", {"spec": {"dataSource": {"kind": "one", "name": "/p"}}})


@behaviour
def volumes_are_checked_twice(api: Side) -> None:
    at, body = _collection(api, "persistentvolumes"), _body(api, "persistentvolumes")
    api.post(at, body)
    for spec in (
        {"glusterfs": {"readOnly": False}},
        {"rbd": {"monitors": [], "image": "None", "pool": "A b"}},
        {"accessModes": []},
    ):
        api.merge(f"{at}/{api.namespace}", {"spec": spec})
    api.delete(f"{at}/{api.namespace}", gracePeriodSeconds="0")


@behaviour
def empty_lists_of_devices(api: Side) -> None:
    at = path(api, "resource.k8s.io/v1", "resourceclaims")
    api.post(at, _body(api, "resourceclaims"))
    api.merge(f"{at}/one", {"spec": {"devices": {"constraints": [], "requests": [{}]}}})
    slices, body = _collection(api, "resourceslices"), _body(api, "resourceslices")
    api.post(slices, body)
    spec = {key: value for key, value in body["spec"].items() if key != "nodeName"}
    for terms in ([], [{"matchFields": []}, {}]):
        api.put(f"{slices}/{api.namespace}", body | {"spec": spec | {"nodeSelector": {"nodeSelectorTerms": terms}}})
    api.delete(f"{slices}/{api.namespace}")


@behaviour
def applied_values_that_no_field_can_hold(api: Side) -> None:
    budgets = path(api, "policy/v1", "poddisruptionbudgets")
    budget = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "one"}}
    api.apply(budgets, budget | {"spec": {"minAvailable": 2**31}})
    api.apply(api.core("secrets"), core("Secret", "one", data={"a": "é"}))
    api.apply(api.config_maps, config_map() | {"metadata": {"name": "one", "creationTimestamp": "x"}})
    container = {"name": "c", "image": "i", "resources": {"limits": {"cpu": "x"}}}
    api.apply(api.core("pods"), core("Pod", "one", spec={"containers": [container]}))
    api.apply(api.core("services"), core("Service", "one", spec={"ports": [{"port": 1.5}]}))


@behaviour
def what_the_first_bookmark_shows(api: Side) -> None:
    query = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
    for kind in ("deployments", "replicasets", "statefulsets", "daemonsets"):
        api.events(path(api, "apps/v1", kind), **query)


@behaviour
def statuses_that_are_written_in_part(api: Side) -> None:
    volumes, controllers = _collection(api, "persistentvolumes"), api.core("replicationcontrollers")
    api.post(volumes, _body(api, "persistentvolumes"))
    at = f"{volumes}/{api.namespace}/status"
    for status in ({"phase": "Pending", "reason": "x"}, {"phase": "Bound"}, {"phase": "Bound", "reason": "y"}):
        api.request("PATCH", at, [{"op": "add", "path": "/status", "value": status}], head=JSON_PATCH)
    api.delete(f"{volumes}/{api.namespace}", gracePeriodSeconds="0")
    api.post(controllers, _body(api, "replicationcontrollers"))
    api.merge(f"{controllers}/one/status", {"status": {"fullyLabeledReplicas": 2, "availableReplicas": 1}})
    sets = path(api, "apps/v1", "daemonsets")
    body = api.post(sets, workload()).json
    api.put(f"{sets}/web/status", body | {"metadata": {"name": "web"}})


@behaviour
def what_patches_of_bytes_and_controllers_show(api: Side) -> None:
    api.post(api.config_maps, config_map())
    api.strategic(f"{api.config_maps}/one", {"binaryData": {"a": {}}})
    api.strategic(f"{api.config_maps}/one", {"binaryData": {"a": 5}})
    classes = _collection(api, "ingressclasses")
    api.post(classes, _body(api, "ingressclasses"))
    api.put(f"{classes}/{api.namespace}", {"metadata": {"name": api.namespace}})
    api.delete(f"{classes}/{api.namespace}")
