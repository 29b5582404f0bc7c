"""Quotas with their controller: what is counted at first, what admission adds, what is counted back."""

from typing import Any

from ..samples import config_map, core
from ..script import behaviour
from ..side import MERGE, Side

CLASSES = "/apis/scheduling.k8s.io/v1/priorityclasses"


def pod(name: str = "one", *, labels: Any = None, resources: Any = None, **spec: Any) -> dict[str, Any]:
    """Return a pod of one container."""
    container = {"name": "main", "image": "x:1", "resources": resources or {}}
    found = core("Pod", name, spec={"containers": [container]} | spec)
    return found | {"metadata": found["metadata"] | ({"labels": labels} if labels else {})}


def asking(name: str = "one", cpu: str = "100m", memory: str = "1Mi", **spec: Any) -> dict[str, Any]:
    """Return a pod that says all that it wants."""
    amounts = {"cpu": cpu, "memory": memory}
    return pod(name, resources={"requests": amounts, "limits": amounts}, **spec)


def service(name: str, kind: str = "ClusterIP", ports: int = 1, **spec: Any) -> dict[str, Any]:
    """Return a service."""
    listed = [{"name": f"p{index}", "port": index + 1} for index in range(ports)]
    return core("Service", name, spec={"type": kind, "ports": listed} | spec)


def claim(name: str, storage: str = "1Gi", **spec: Any) -> dict[str, Any]:
    """Return a claim."""
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage}}}
    return core("PersistentVolumeClaim", name, spec=wanted | spec)


def quota(api: Side, name: str = "all", **spec: Any) -> str:
    """Create a quota, wait until its bounds are counted, and return its path."""
    path = api.core("resourcequotas")
    api.post(path, core("ResourceQuota", name, spec=spec))
    hard = spec["hard"]
    api.until(f"{path}/{name}", lambda found: found["status"].get("hard", {}).keys() == hard.keys())
    return f"{path}/{name}"


def counted(api: Side, path: str, **used: str) -> None:
    """Wait until a quota says so, in the names that are given; "_" stands for "." and "__" for "/"."""
    wanted = {name.replace("__", "/").replace("_", "."): amount for name, amount in used.items()}
    api.until(path, lambda found: wanted.items() <= found["status"].get("used", {}).items())


def selecting(scope: str, operator: str, *values: str) -> dict[str, Any]:
    """Return the part of a spec that selects by one scope."""
    term = {"scopeName": scope, "operator": operator} | ({"values": list(values)} if values else {})
    return {"scopeSelector": {"matchExpressions": [term]}}


@behaviour(controllers=True)
def a_quota_is_filled_in(api: Side) -> None:
    api.in_time(f"{api.config_maps}/kube-root-ca.crt", lambda answer: answer.status == 200)
    api.setup(api.config_maps, config_map())
    path = quota(api, hard={"configmaps": "2", "count/configmaps": "5", "pods": "1000m", "requests.memory": "1024Mi"})
    api.get(path)


@behaviour(controllers=True)
def a_quota_bounds_and_what_goes_is_counted_back(api: Side) -> None:
    path = quota(api, hard={"secrets": "1"})
    secrets = api.core("secrets")
    api.setup(secrets, core("Secret", "one"))
    counted(api, path, secrets="1")
    api.refused(secrets, core("Secret", "two"))
    api.post(secrets, core("Secret", "two"))
    api.get(path)
    api.aside("DELETE", f"{secrets}/one")
    counted(api, path, secrets="0")
    api.get(path)
    api.awaited("POST", secrets, core("Secret", "two"), status=201, dryRun="All")
    api.post(secrets, core("Secret", "two"))


@behaviour(controllers=True)
def a_quota_that_is_new_where_much_is_there_already(api: Side) -> None:
    secrets = api.core("secrets")
    for name in "abc":
        api.setup(secrets, core("Secret", name))
    path = quota(api, hard={"secrets": "1"})
    counted(api, path, secrets="3")
    api.get(path)
    api.refused(secrets, core("Secret", "d"))
    api.post(secrets, core("Secret", "d"))
    api.merge(f"{secrets}/a", {"stringData": {"more": "no matter"}})


@behaviour(controllers=True)
def bounds_that_change(api: Side) -> None:
    api.in_time(f"{api.config_maps}/kube-root-ca.crt", lambda answer: answer.status == 200)
    path = quota(api, hard={"secrets": "1", "configmaps": "10"})
    api.merge(path, {"spec": {"hard": {"secrets": "3", "configmaps": None, "count/services": "1"}}})
    counted(api, path, count__services="0")
    api.get(path)


@behaviour(controllers=True)
def names_that_nothing_counts(api: Side) -> None:
    api.post(api.core("resourcequotas"), core("ResourceQuota", "one", spec={"hard": {"count/nothings.ex.dev": "1"}}))
    path = f"{api.core('resourcequotas')}/one"
    api.until(path, lambda found: "hard" in found["status"])
    api.get(path)
    api.merge(f"{path}/status", {"status": {"used": {"count/nothings.ex.dev": "7"}}})
    api.get(path)


@behaviour(controllers=True)
def custom_objects_are_counted(api: Side) -> None:
    path = quota(api, hard={"count/things.ex.dev": "1"})
    thing = {"apiVersion": "ex.dev/v1", "kind": "Thing", "metadata": {"name": "one"}}
    second = thing | {"metadata": {"name": "two"}}
    api.setup(api.things, thing)
    counted(api, path, count__things_ex_dev="1")
    api.refused(api.things, second)
    api.post(api.things, second)
    api.aside("DELETE", f"{api.things}/one")
    counted(api, path, count__things_ex_dev="0")
    api.get(path)


@behaviour(controllers=True)
def what_pods_ask_for(api: Side) -> None:
    hard = {"pods": "3", "requests.cpu": "300m", "limits.memory": "1Gi", "cpu": "1", "count/pods": "9"}
    path = quota(api, hard=hard | {"requests.example.com/gpu": "2"})
    pods = api.core("pods")
    api.refused(pods, asking("huge", cpu="20"))
    api.post(pods, pod("silent"))
    api.post(pods, asking("one", cpu="200m", memory="100Mi"))
    api.post(pods, asking("two", cpu="200m"))
    gpus = {"cpu": "1m", "memory": "1Mi", "example.com/gpu": "3"}
    api.post(pods, pod("three", resources={"requests": gpus, "limits": gpus}))
    api.get(path)
    api.aside("DELETE", f"{pods}/one")
    counted(api, path, pods="0", requests_cpu="0", count__pods="0")  # the real controller asks two caches
    api.get(path)


@behaviour(controllers=True)
def init_containers_and_whole_pods(api: Side) -> None:
    path = quota(api, hard={"requests.cpu": "10", "limits.memory": "10Gi", "requests.memory": "10Gi"})
    pods = api.core("pods")
    api.refused(pods, asking("huge", cpu="20"))
    small, large = (
        {name: {"cpu": cpu, "memory": memory} for name in ("requests", "limits")}
        for cpu, memory in (("100m", "10Mi"), ("2", "1Gi"))
    )
    containers = [{"name": name, "image": "x:1", "resources": small} for name in "ab"]
    first = [{"name": "once", "image": "x:1", "resources": large}]
    beside = [{"name": "beside", "image": "x:1", "resources": small, "restartPolicy": "Always"}]
    api.post(pods, core("Pod", "one", spec={"containers": containers, "initContainers": beside + first}))
    api.get(path)
    api.post(pods, core("Pod", "two", spec={"containers": [{"name": "a", "image": "x:1"}], "resources": large}))
    api.get(path)


@behaviour(controllers=True)
def a_pod_that_has_ended(api: Side) -> None:
    path = quota(api, hard={"pods": "1", "count/pods": "5"})
    pods = api.core("pods")
    api.setup(pods, pod())
    counted(api, path, pods="1")
    api.refused(pods, pod("two"))
    api.post(pods, pod("two"))
    api.aside("PATCH", f"{pods}/one/status", {"status": {"phase": "Succeeded"}}, MERGE)
    counted(api, path, pods="0", count__pods="1")
    api.get(path)


@behaviour(controllers=True)
def scopes(api: Side) -> None:
    high = f"{api.namespace}-high"
    api.setup(CLASSES, {"metadata": {"name": high}, "value": 7})
    bounds = {"hard": {"pods": "10"}}
    paths = [
        quota(api, "best", scopes=["BestEffort"], **bounds),
        quota(api, "not-best", scopes=["NotBestEffort"], **bounds),
        quota(api, "ending", scopes=["Terminating"], **bounds),
        quota(api, "not-ending", scopes=["NotTerminating"], **bounds),
        quota(api, "classed", scopes=["PriorityClass"], **bounds),
        quota(api, "high", **selecting("PriorityClass", "In", high), **bounds),
        quota(api, "not-high", **selecting("PriorityClass", "NotIn", high), **bounds),
        quota(api, "unclassed", **selecting("PriorityClass", "DoesNotExist"), **bounds),
        quota(api, "abroad", scopes=["CrossNamespacePodAffinity"], **bounds),
        quota(api, "two", scopes=["NotBestEffort"], **selecting("Terminating", "Exists"), **bounds),
    ]
    pods = api.core("pods")
    term = {"topologyKey": "zone", "namespaces": ["elsewhere"], "labelSelector": {"matchLabels": {"a": "b"}}}
    api.setup(pods, pod("a"))
    api.setup(pods, asking("b", activeDeadlineSeconds=7))
    api.setup(pods, asking("c", priorityClassName=high))
    api.setup(pods, pod("d", affinity={"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}))
    for path in paths:
        # Whether admission had heard of the quota does not matter: bounds that change are counted again.
        api.aside("PATCH", path, {"spec": {"hard": {"pods": "11"}}}, MERGE)
    for path in paths:
        api.until(path, lambda found: found["status"]["hard"] == {"pods": "11"})
        api.note(api.peek(path).json["status"])


@behaviour(controllers=True)
def a_pod_that_is_given_a_deadline(api: Side) -> None:
    pods = api.core("pods")
    api.setup(pods, pod())
    ending = quota(api, "ending", hard={"pods": "1"}, scopes=["Terminating"])
    other = quota(api, "other", hard={"pods": "1"}, scopes=["NotTerminating"])
    counted(api, other, pods="1")
    api.refused(pods, pod("two"))
    api.merge(f"{pods}/one", {"spec": {"activeDeadlineSeconds": 100}})
    counted(api, ending, pods="1")
    counted(api, other, pods="0")
    api.get(ending)
    api.get(other)


@behaviour(controllers=True)
def services_and_their_ports(api: Side) -> None:
    path = quota(
        api, hard={"services": "4", "services.nodeports": "4", "services.loadbalancers": "1", "count/services": "9"}
    )
    services = api.core("services")
    api.refused(services, service("many", "NodePort", ports=5))
    api.post(services, service("many", "NodePort", ports=5))
    api.setup(services, service("a", "NodePort", ports=2))
    api.setup(services, service("b", "LoadBalancer"))
    api.setup(services, service("c"))
    counted(api, path, services="3", services_nodeports="3", services_loadbalancers="1")
    api.post(services, service("d", "LoadBalancer", allocateLoadBalancerNodePorts=False))
    api.merge(f"{services}/c", {"spec": {"type": "LoadBalancer"}})
    api.aside("PATCH", f"{services}/b", {"spec": {"type": "ClusterIP", "allocateLoadBalancerNodePorts": None}}, MERGE)
    counted(api, path, services_nodeports="2", services_loadbalancers="0")
    api.get(path)
    api.aside("DELETE", f"{services}/a")
    counted(api, path, services="2", services_nodeports="0")


@behaviour(controllers=True)
def claims_and_their_classes(api: Side) -> None:
    gold = "gold.storageclass.storage.k8s.io/"
    hard = {
        "persistentvolumeclaims": "3",
        "requests.storage": "10Gi",
        f"{gold}requests.storage": "2Gi",
        f"{gold}persistentvolumeclaims": "2",
    }
    path = quota(api, hard=hard)
    claims = api.core("persistentvolumeclaims")
    api.refused(claims, claim("huge", "11Gi"))
    api.post(claims, claim("huge", "11Gi"))
    api.post(claims, claim("a", "1500m", storageClassName="gold"))
    api.post(claims, claim("b", "2Gi", storageClassName="gold"))
    api.post(claims, claim("b", "2Gi", storageClassName="silver"))
    api.get(path)
    api.aside(
        "PATCH", f"{claims}/b/status", {"status": {"allocatedResources": {"storage": "20Gi"}, "phase": "Bound"}}, MERGE
    )
    counted(api, path, requests_storage="21474836482")
    api.get(path)


@behaviour(controllers=True)
def a_quota_of_quotas(api: Side) -> None:
    first = quota(api, "a", hard={"resourcequotas": "2"})
    counted(api, first, resourcequotas="1")
    quota(api, "b", hard={"secrets": "1"})
    counted(api, first, resourcequotas="2")
    api.refused(api.core("resourcequotas"), core("ResourceQuota", "c", spec={"hard": {"secrets": "1"}}))
    api.post(api.core("resourcequotas"), core("ResourceQuota", "c", spec={"hard": {"secrets": "1"}}))
    api.aside("DELETE", f"{api.core('resourcequotas')}/b")
    counted(api, first, resourcequotas="1")
    api.get(first)


@behaviour(controllers=True)
def claims_of_devices(api: Side) -> None:
    devices = f"/apis/resource.k8s.io/v1/namespaces/{api.namespace}/resourceclaims"
    fast, slow = (f"{name}.deviceclass.resource.k8s.io/devices" for name in ("fast", "slow"))
    path = quota(api, hard={"count/resourceclaims.resource.k8s.io": "2", fast: "40", slow: "3"})

    def wanting(name: str, *requests: dict[str, Any]) -> dict[str, Any]:
        listed = [{"name": f"r{index}"} | one for index, one in enumerate(requests)]
        return {"metadata": {"name": name}, "spec": {"devices": {"requests": listed}}}

    one = {"exactly": {"deviceClassName": "slow", "allocationMode": "ExactCount", "count": 2}}
    every = {"exactly": {"deviceClassName": "fast", "allocationMode": "All"}}
    choice = [
        {"name": "a", "deviceClassName": "fast", "count": 1},
        {"name": "b", "deviceClassName": "fast", "count": 3},
        {"name": "c", "deviceClassName": "slow", "count": 1},
    ]
    api.refused(devices, wanting("two", one, one))
    api.post(devices, wanting("two", one, one))
    api.post(devices, wanting("one", one, every))
    api.get(path)
    api.post(devices, wanting("two", {"firstAvailable": choice}))
    api.get(path)
    api.aside("DELETE", f"{devices}/one")
    counted(api, path, slow_deviceclass_resource_k8s_io__devices="1")
    api.get(path)


@behaviour(controllers=True)
def claims_that_warn(api: Side) -> None:
    claims = api.core("persistentvolumeclaims")
    old = claim("old", "1500m")
    old["metadata"]["annotations"] = {"volume.beta.kubernetes.io/storage-class": "gold"}
    path = quota(api, hard={"gold.storageclass.storage.k8s.io/requests.storage": "1Gi"})
    api.refused(claims, claim("huge", "2Gi", storageClassName="gold"))
    api.post(claims, old)
    api.merge(f"{claims}/old", {"metadata": {"labels": {"a": "b"}}})
    api.merge(f"{claims}/old/status", {"status": {"phase": "Lost"}})
    api.get(path)
