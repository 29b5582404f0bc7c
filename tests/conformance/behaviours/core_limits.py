"""Limit ranges and resource quotas, and what they let in."""

from typing import Any

from ..samples import config_map, core
from ..script import behaviour
from ..side import Side


def pod(name: str = "one", **resources: Any) -> dict[str, Any]:
    return core("Pod", name, spec={"containers": [{"name": "main", "image": "x:1", "resources": resources}]})


def limits(api: Side, *items: dict[str, Any]) -> None:
    api.post(api.core("limitranges"), core("LimitRange", "all", spec={"limits": list(items)}))


@behaviour
def a_limit_range_gets_its_defaults(api: Side) -> None:
    limits(api, {"type": "Container", "max": {"cpu": "2000m"}, "min": {"memory": "1Mi"}})


@behaviour
def limit_ranges_that_are_wrong(api: Side) -> None:
    path = api.core("limitranges")
    for item in (
        {"type": "Odd"},
        {"type": "a b"},
        {"type": "Container", "max": {"cpu": "1"}, "min": {"cpu": "2"}},
        {"type": "Container", "max": {"bananas": "1"}},
        {"type": "Pod", "default": {"cpu": "1"}},
        {"type": "PersistentVolumeClaim"},
        {"type": "Container", "maxLimitRequestRatio": {"cpu": "0.5"}},
    ):
        api.post(path, core("LimitRange", "one", spec={"limits": [item]}))
    api.post(path, core("LimitRange", "one", spec={"limits": [{"type": "Pod"}, {"type": "Pod"}]}))


@behaviour
def a_quota(api: Side) -> None:
    path = api.core("resourcequotas")
    hard = {"pods": "2", "requests.cpu": "1000m", "count/deployments.apps": "1", "services.nodeports": "0"}
    api.post(path, core("ResourceQuota", "one", spec={"hard": hard}, status={"hard": {"pods": "1"}}))
    api.merge(f"{path}/one/status", {"status": {"hard": hard, "used": dict.fromkeys(hard, "0")}})
    api.merge(f"{path}/one", {"spec": {"scopes": ["BestEffort"]}})
    api.delete(f"{path}/one")


@behaviour
def quotas_that_are_wrong(api: Side) -> None:
    path = api.core("resourcequotas")
    for hard in ({"bananas": "1"}, {"pods": "0.5"}, {"pods": "-1"}, {"a b": "1"}, {"cpu": "0.0001"}):
        api.post(path, core("ResourceQuota", "one", spec={"hard": hard}))
    api.post(path, core("ResourceQuota", "two", spec={"scopes": ["Odd"]}))
    api.post(
        path, core("ResourceQuota", "two", spec={"scopes": ["BestEffort", "NotBestEffort"], "hard": {"pods": "1"}})
    )


@behaviour
def a_quota_without_a_status_bounds_nothing(api: Side) -> None:
    api.post(api.core("resourcequotas"), core("ResourceQuota", "one", spec={"hard": {"configmaps": "0"}}))
    api.post(api.config_maps, config_map())


@behaviour
def a_replication_controller(api: Side) -> None:
    path = api.core("replicationcontrollers")
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "main", "image": "x:1"}]}}
    api.post(path, core("ReplicationController", "one", spec={"template": template}))
    api.post(path, core("ReplicationController", "two", spec={}))
    api.post(path, core("ReplicationController", "two", spec={"template": template, "selector": {"a": "c"}}))
    api.post(path, core("ReplicationController", "two", spec={"template": template, "replicas": -1}))
    never = template | {"spec": template["spec"] | {"restartPolicy": "Never"}}
    api.post(path, core("ReplicationController", "two", spec={"template": never}))
    api.merge(f"{path}/one/status", {"status": {"replicas": 1}})
    api.merge(f"{path}/one", {"spec": {"replicas": 3}})


@behaviour
def a_pod_template(api: Side) -> None:
    path = api.core("podtemplates")
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "main", "image": "x:1"}]}}
    api.post(path, core("PodTemplate", "one", template=template))
    api.post(path, core("PodTemplate", "two", template={"spec": {"containers": []}}))
