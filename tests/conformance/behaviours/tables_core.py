"""Rows of the core group's kinds, in the states that their cells tell of."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import MERGE, Side
from ..tables import LONG_AGO, asked, made, shown
from ..workloads import template


def _pod(name: str = "one", **spec: Any) -> dict[str, Any]:
    return core("Pod", name, spec={"containers": [{"name": "a", "image": "i"}, {"name": "b", "image": "i"}]} | spec)


def _container(name: str = "a", **fields: Any) -> dict[str, Any]:
    return {"name": name, "image": "i", "imageID": "", "ready": False, "restartCount": 0} | fields


def _ended(code: int = 0, **fields: Any) -> dict[str, Any]:
    return {"terminated": {"exitCode": code} | fields}


RUNNING = {"running": {"startedAt": LONG_AGO}}
READY = {"type": "Ready", "status": "True"}


def _condition(kind: str, status: str = "True", **more: str) -> dict[str, str]:
    return {"type": kind, "status": status} | more


@behaviour
def phases_of_a_pod(api: Side) -> None:
    shown(
        api,
        api.core("pods"),
        _pod(),
        {},
        {"phase": "Pending", "conditions": [_condition("PodScheduled", "False", reason="SchedulingGated")]},
        {"phase": "Running", "podIPs": [{"ip": "10.1.2.3"}], "podIP": "10.1.2.3", "conditions": None},
        {"phase": "Unknown", "reason": "NodeLost", "podIPs": None, "podIP": None},
        {"phase": "Succeeded", "reason": None, "nominatedNodeName": "other"},
        {"phase": "Failed", "reason": "Evicted"},
    )


@behaviour
def containers_of_a_pod(api: Side) -> None:
    def state(*containers: Any, **more: Any) -> dict[str, Any]:
        return {"phase": "Running", "conditions": None, "containerStatuses": list(containers)} | more

    shown(
        api,
        api.core("pods"),
        _pod(),
        state(_container(state={"waiting": {"reason": "ContainerCreating"}})),
        state(_container(state={"waiting": {}}), _container("b", ready=True, state=RUNNING)),
        state(_container(ready=True, state=RUNNING), _container("b", ready=True, state=RUNNING)),
        state(_container(state=_ended(1, reason="Error")), _container("b", state=_ended(reason="Completed"))),
        state(_container(state=_ended(reason="Completed")), _container("b", state=_ended(1, reason="Error"))),
        state(_container(state=_ended(137, signal=9)), _container("b", ready=True, state=RUNNING)),
        state(_container(state=_ended(3))),
        state(_container(state=_ended(reason="Completed")), _container("b", ready=True, state=RUNNING)),
        state(
            _container(state=_ended(reason="Completed")),
            _container("b", ready=True, state=RUNNING),
            conditions=[READY],
        ),
    )


@behaviour
def restarts_of_a_pod(api: Side) -> None:
    def state(*containers: Any) -> dict[str, Any]:
        return {"phase": "Running", "containerStatuses": list(containers)}

    before = _ended(1, finishedAt=LONG_AGO)
    shown(
        api,
        api.core("pods"),
        _pod(),
        state(_container(restartCount=2, state=RUNNING)),
        state(_container(restartCount=2, state=RUNNING, lastState=before), _container("b", restartCount=3)),
        state(
            _container(restartCount=1, lastState=before),
            _container("b", restartCount=1, lastState=_ended(finishedAt="1690-01-01T00:00:00Z")),
        ),
        state(_container(restartCount=0, lastState=before)),
    )


@behaviour
def init_containers_of_a_pod(api: Side) -> None:
    inits = [
        {"name": "x", "image": "i"},
        {"name": "y", "image": "i", "restartPolicy": "Always"},
        {"name": "z", "image": "i"},
    ]

    def state(*containers: Any, **more: Any) -> dict[str, Any]:
        return {"phase": "Pending", "conditions": None, "initContainerStatuses": list(containers)} | more

    done = _container("x", state=_ended(reason="Completed"), restartCount=4, lastState=_ended(finishedAt=LONG_AGO))
    shown(
        api,
        api.core("pods"),
        _pod(initContainers=inits),
        state(_container("x", state={"waiting": {"reason": "PodInitializing"}})),
        state(_container("x", state={"waiting": {"reason": "ErrImagePull"}})),
        state(_container("x", state=RUNNING)),
        state(_container("x", state=_ended(2, reason="Error"))),
        state(_container("x", state=_ended(2))),
        state(_container("x", state=_ended(2, signal=15))),
        state(done, _container("y", started=False, state=RUNNING)),
        state(done, _container("y", started=True, ready=True, state=RUNNING), _container("z", state=RUNNING)),
        state(
            done,
            _container("y", started=True, ready=True, state=RUNNING, restartCount=5),
            _container("z", state=_ended()),
            phase="Running",
            containerStatuses=[_container(ready=True, state=RUNNING, restartCount=1)],
        ),
        state(
            _container("x", state=RUNNING),
            conditions=[_condition("Initialized")],
            containerStatuses=[_container(ready=True, state=RUNNING)],
        ),
    )


@behaviour
def readiness_gates_of_a_pod(api: Side) -> None:
    gates = [{"conditionType": "ex.dev/one"}, {"conditionType": "ex.dev/two"}]
    shown(
        api,
        api.core("pods"),
        _pod(readinessGates=gates),
        {},
        {"conditions": [_condition("ex.dev/one"), _condition("ex.dev/two", "False")]},
    )


@behaviour
def a_pod_that_is_deleted(api: Side) -> None:
    for phase in ("Running", "Succeeded", "Unknown"):
        body = _pod(phase.lower())
        body["metadata"]["finalizers"] = ["ex.dev/wait"]
        state = {"phase": phase} | ({"reason": "NodeLost"} if phase == "Unknown" else {})
        one = made(api, api.core("pods"), body, state)
        api.aside("DELETE", one)
        asked(api, one, includeObject="None")


@behaviour
def rows_of_pods_tell_which_have_ended(api: Side) -> None:
    for phase in ("Running", "Succeeded", "Failed"):
        made(api, api.core("pods"), _pod(phase.lower()), {"phase": phase})
    asked(api, api.core("pods"))


@behaviour
def services(api: Side) -> None:
    port = {"port": 80, "protocol": "TCP"}
    for name, spec in {
        "plain": {"clusterIP": "10.96.0.10", "ports": [port], "selector": {"b": "1", "a": "2"}},
        "headless": {"clusterIP": "None"},
        "outside": {"clusterIP": "10.96.0.11", "ports": [port], "externalIPs": ["1.2.3.4", "1.2.3.5"]},
        "nodes": {
            "type": "NodePort",
            "clusterIP": "10.96.0.12",
            "ports": [
                port | {"nodePort": 30010, "name": "a"},
                {"port": 53, "protocol": "UDP", "nodePort": 30011, "name": "b"},
            ],
        },
        "named": {"type": "ExternalName", "externalName": "ex.dev"},
    }.items():
        shown(api, api.core("services"), core("Service", name, spec=spec))


@behaviour
def a_balanced_service(api: Side) -> None:
    port = {"port": 80, "nodePort": 30012}
    spec = {"type": "LoadBalancer", "clusterIP": "10.96.0.13", "ports": [port], "externalIPs": ["1.2.3.4"]}
    ingress = [{"ip": "9.9.9.9"}, {"hostname": "a.very.long.name.of.a.balancer.ex.dev"}, {"ip": "9.9.9.9"}]
    shown(api, api.core("services"), core("Service", "one", spec=spec), {}, {"loadBalancer": {"ingress": ingress}})
    alone = {"type": "LoadBalancer", "clusterIP": "10.96.0.14", "ports": [{"port": 80, "nodePort": 30013}]}
    shown(api, api.core("services"), core("Service", "two", spec=alone), {}, {"loadBalancer": {"ingress": ingress[1:]}})


@behaviour
def endpoints(api: Side) -> None:
    def addresses(*ips: str) -> list[dict[str, str]]:
        return [{"ip": one} for one in ips]

    port = {"port": 80}
    for name, subsets in {
        "none": [],
        "one": [{"addresses": addresses("1.1.1.1"), "ports": [port]}],
        "more": [
            {"addresses": addresses("1.1.1.1", "1.1.1.2"), "ports": [port | {"name": "a"}, {"port": 81, "name": "b"}]},
            {"addresses": addresses("fd00::1"), "ports": [port]},
        ],
        "headless": [{"addresses": addresses("1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4")}],
        "unready": [{"notReadyAddresses": addresses("1.1.1.1"), "ports": [port]}],
        "six": [{"addresses": addresses("fd00::1"), "ports": [port]}],
    }.items():
        shown(api, api.core("endpoints"), core("Endpoints", name, subsets=subsets))


@behaviour
def nodes(api: Side) -> None:
    body = core("Node", f"{api.namespace}-a", metadata={"labels": {"kubernetes.io/role": "odd"}})
    body["metadata"]["labels"] |= {"node-role.kubernetes.io/worker": "", "node-role.kubernetes.io/a": "b"}
    info = {"kubeletVersion": "v1.36.3", "osImage": "Linux", "kernelVersion": "6.1", "architecture": "arm64"}
    addresses = [{"type": "Hostname", "address": "n"}, {"type": "InternalIP", "address": "10.0.0.1"}]
    addresses.append({"type": "ExternalIP", "address": "1.2.3.4"})
    shown(
        api,
        "/api/v1/nodes",
        body,
        {},
        {"conditions": [_condition("Ready")], "nodeInfo": info, "addresses": addresses},
        {"conditions": [_condition("Ready", "Unknown")], "nodeInfo": {"kernelVersion": None}},
    )
    shown(api, "/api/v1/nodes", core("Node", f"{api.namespace}-b", spec={"unschedulable": True}))


@behaviour
def volumes(api: Side) -> None:
    spec = {
        "capacity": {"storage": "1024Mi"},
        "accessModes": ["ReadWriteMany", "ReadWriteOnce", "ReadOnlyMany"],
        "hostPath": {"path": "/data"},
        "storageClassName": "slow",
        "claimRef": {"namespace": "a", "name": "b"},
    }
    one = core("PersistentVolume", f"{api.namespace}-a", spec=spec)
    shown(api, "/api/v1/persistentvolumes", one, {}, {"phase": "Failed", "reason": "Odd"})
    noted = {"annotations": {"volume.beta.kubernetes.io/storage-class": "old"}, "finalizers": ["ex.dev/wait"]}
    bare = {key: spec[key] for key in ("capacity", "hostPath")} | {"accessModes": ["ReadWriteOncePod"]}
    other = made(
        api, "/api/v1/persistentvolumes", core("PersistentVolume", f"{api.namespace}-b", metadata=noted, spec=bare)
    )
    asked(api, other, includeObject="None")
    api.aside("DELETE", other)
    asked(api, other, includeObject="None")
    api.aside("PATCH", other, {"metadata": {"finalizers": None}}, MERGE)


@behaviour
def claims(api: Side) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "slow"}
    state = {"phase": "Bound", "capacity": {"storage": "2048Mi"}, "accessModes": ["ReadWriteOnce", "ReadWriteMany"]}
    plural = api.core("persistentvolumeclaims")
    shown(api, plural, core("PersistentVolumeClaim", "one", spec=spec), {}, state)
    bound = core("PersistentVolumeClaim", "two", spec=spec | {"volumeName": "there", "volumeMode": "Block"})
    shown(api, plural, bound, {}, state)
    noted = {"annotations": {"volume.beta.kubernetes.io/storage-class": "old"}}
    shown(api, plural, core("PersistentVolumeClaim", "three", metadata=noted, spec=spec | {"storageClassName": None}))


@behaviour
def events_of_the_old_form(api: Side) -> None:
    target = {"kind": "Pod", "name": "p", "namespace": api.namespace, "fieldPath": "spec.containers{a}"}
    for name, fields in {
        "bare": {},
        "counted": {"firstTimestamp": "1690-01-01T00:00:00Z", "lastTimestamp": LONG_AGO, "count": 7},
        "sourced": {
            "source": {"component": "kubelet", "host": "n"},
            "type": "Normal",
            "reason": "R",
            "message": " m\n",
        },
        "nameless": {"involvedObject": {"kind": "Pod", "namespace": api.namespace}},
    }.items():
        shown(api, api.core("events"), core("Event", name, **{"involvedObject": target} | fields))


@behaviour
def events_of_the_new_form(api: Side) -> None:
    path = f"/apis/events.k8s.io/v1/namespaces/{api.namespace}/events"
    body = {
        "metadata": {"name": "one"},
        "eventTime": "1690-01-01T00:00:00.000000Z",
        "regarding": {"kind": "Pod", "name": "p", "namespace": api.namespace},
        "reportingController": "ex.dev/controller",
        "reportingInstance": "c-1",
        "action": "A",
        "reason": "R",
        "type": "Normal",
        "note": "n",
    }
    shown(api, path, body)
    asked(api, f"{api.core('events')}/one")
    series = {"series": {"count": 3, "lastObservedTime": LONG_AGO.replace("Z", ".000000Z")}}
    shown(api, path, body | {"metadata": {"name": "two"}} | series)


@behaviour
def data(api: Side) -> None:
    shown(api, api.config_maps, core("ConfigMap", "one", data={"a": "1"}, binaryData={"b": "AA==", "c": "AA=="}))
    shown(api, api.config_maps, core("ConfigMap", "two"))
    shown(api, api.core("secrets"), core("Secret", "one", data={"a": "AA=="}, stringData={"b": "c"}))
    shown(api, api.core("secrets"), core("Secret", "two", type="ex.dev/odd"))
    shown(api, api.core("serviceaccounts"), core("ServiceAccount", "one"))
    shown(api, api.core("limitranges"), core("LimitRange", "one", spec={"limits": [{"type": "Pod"}]}))


@behaviour
def a_namespace(api: Side) -> None:
    asked(api, f"/api/v1/namespaces/{api.namespace}", includeObject="None")


@behaviour
def a_quota(api: Side) -> None:
    hard = {"pods": "4", "limits.cpu": "2", "limits.memory": "1024Mi", "requests.cpu": "1500m", "cpu": "0.5"}
    body = core("ResourceQuota", "one", spec={"hard": hard})
    shown(api, api.core("resourcequotas"), body, {"hard": None, "used": None}, {"hard": hard, "used": {"pods": "1"}})


@behaviour
def templates_and_their_oldest_keeper(api: Side) -> None:
    made_of = template({"b": "1", "a": "2"})
    shown(api, api.core("podtemplates"), core("PodTemplate", "one", template=made_of))
    keeper = core("ReplicationController", "one", spec={"replicas": 3, "selector": {"a": "2"}, "template": made_of})
    shown(api, api.core("replicationcontrollers"), keeper, {"replicas": 0}, {"replicas": 3, "readyReplicas": 1})
