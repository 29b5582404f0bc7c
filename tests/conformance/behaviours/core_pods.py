"""Pods: defaults, rules, subresources, deletion."""

from typing import Any

from ..samples import core
from ..script import behaviour
from ..side import Side

CONTAINER = {"name": "main", "image": "nginx:1.27"}


def pod(name: str = "one", *, metadata: Any = None, **spec: Any) -> dict[str, Any]:
    """Return a pod with one container."""
    return core("Pod", name, metadata=metadata, spec={"containers": [CONTAINER]} | spec)


def path(api: Side, name: str = "", part: str = "") -> str:
    return "/".join(filter(None, [api.core("pods"), name, part]))


@behaviour
def a_pod_gets_its_defaults(api: Side) -> None:
    api.post(path(api), pod())
    api.get(path(api, "one"))


@behaviour
def a_pull_policy_by_tag(api: Side) -> None:
    images = ("nginx", "nginx:latest", "nginx:1", "reg.example.com:5000/a/b", "a@sha256:" + "0" * 64, "Odd")
    api.post(path(api), pod(containers=[{"name": f"c{i}", "image": one} for i, one in enumerate(images)]))


@behaviour
def defaults_of_probes_ports_variables_and_hooks(api: Side) -> None:
    container = CONTAINER | {
        "ports": [{"containerPort": 80, "name": "http"}],
        "env": [
            {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "B", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "C", "value": "c"},
        ],
        "livenessProbe": {"httpGet": {"port": 80}},
        "readinessProbe": {"tcpSocket": {"port": "http"}, "periodSeconds": 3},
        "startupProbe": {"exec": {"command": ["true"]}},
        "lifecycle": {"preStop": {"httpGet": {"port": 80, "path": "/x"}}},
    }
    api.post(path(api), pod(containers=[container]))


@behaviour
def defaults_of_volumes(api: Side) -> None:
    volumes = [
        {"name": "a"},
        {"name": "b", "configMap": {"name": "x"}},
        {"name": "c", "secret": {"secretName": "x"}},
        {"name": "d", "hostPath": {"path": "/x"}},
        {"name": "e", "downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
        {"name": "f", "projected": {"sources": [{"configMap": {"name": "x"}}, {"secret": {"name": "y"}}]}},
        {"name": "g", "persistentVolumeClaim": {"claimName": "x"}},
        {"name": "h", "emptyDir": {"sizeLimit": "1024Mi"}},
    ]
    mounts = [{"name": one["name"], "mountPath": f"/{one['name']}"} for one in volumes]
    api.post(path(api), pod(volumes=volumes, containers=[CONTAINER | {"volumeMounts": mounts}]))


@behaviour
def requests_follow_limits_and_make_the_quality(api: Side) -> None:
    both = {"cpu": "1000m", "memory": "1024Mi"}
    api.post(path(api), pod("guaranteed", containers=[CONTAINER | {"resources": {"limits": both}}]))
    api.post(path(api), pod("burstable", containers=[CONTAINER | {"resources": {"requests": {"cpu": "0.1"}}}]))
    api.post(path(api), pod("tiny", containers=[CONTAINER | {"resources": {"requests": {"cpu": "0.0001"}}}]))


@behaviour
def a_pod_without_containers(api: Side) -> None:
    api.post(path(api), pod(containers=[]))
    api.post(path(api), core("Pod", "one"))


@behaviour
def containers_without_names_and_images(api: Side) -> None:
    api.post(path(api), pod(containers=[{"image": "x"}]))
    api.post(path(api), pod(containers=[{"name": "x"}]))
    api.post(path(api), pod(containers=[{"name": "Bad_Name", "image": "x"}, {"name": "a", "image": " x"}]))
    api.post(path(api), pod(containers=[CONTAINER, CONTAINER]))


@behaviour
def policies_that_do_not_exist(api: Side) -> None:
    api.post(path(api), pod(restartPolicy="Sometimes"))
    api.post(path(api), pod(dnsPolicy="Mine"))
    api.post(path(api), pod(containers=[CONTAINER | {"imagePullPolicy": "Often"}]))
    api.post(path(api), pod(containers=[CONTAINER | {"terminationMessagePolicy": "Shout"}]))
    api.post(path(api), pod(preemptionPolicy="Maybe"))


@behaviour
def ports_that_are_none(api: Side) -> None:
    for port in (
        {"containerPort": 0},
        {"containerPort": 70000},
        {"containerPort": 80, "protocol": "HTTP"},
        {"containerPort": 80, "name": "Not_a-name-of-a-port"},
        {"containerPort": 80, "hostPort": -1},
    ):
        api.post(path(api), pod(containers=[CONTAINER | {"ports": [port]}]))
    twice = [{"containerPort": 80, "name": "a", "hostPort": 80}, {"containerPort": 81, "name": "a", "hostPort": 80}]
    api.post(path(api), pod(containers=[CONTAINER | {"ports": twice}]))


@behaviour
def variables_that_are_wrong(api: Side) -> None:
    for variable in (
        {"name": ""},
        {"name": "a=b"},
        {"name": "A", "valueFrom": {}},
        {"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.nom"}}},
        {"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.phase"}}},
        {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "x"}}},
        {"name": "A", "valueFrom": {"secretKeyRef": {"name": "x", "key": "a b"}}},
        {"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.gpu"}}},
    ):
        api.post(path(api), pod(containers=[CONTAINER | {"env": [variable]}]))
    api.post(path(api), pod(containers=[CONTAINER | {"envFrom": [{"prefix": "x"}]}]))
    api.post(path(api), pod(containers=[CONTAINER | {"envFrom": [{"configMapRef": {}}]}]))


@behaviour
def probes_that_are_wrong(api: Side) -> None:
    for probe in (
        {},
        {"httpGet": {"port": 0}},
        {"httpGet": {"port": 80, "scheme": "GOPHER"}},
        {"tcpSocket": {"port": "no_port"}},
        {"exec": {}},
        {"exec": {"command": ["x"]}, "tcpSocket": {"port": 1}},
        {"exec": {"command": ["x"]}, "periodSeconds": -1},
        {"exec": {"command": ["x"]}, "successThreshold": 2},
    ):
        api.post(path(api), pod(containers=[CONTAINER | {"livenessProbe": probe}]))


@behaviour
def mounts_that_are_wrong(api: Side) -> None:
    volumes = [{"name": "a", "emptyDir": {}}]
    for mounts in (
        [{"name": "b", "mountPath": "/b"}],
        [{"name": "a"}],
        [{"name": "a", "mountPath": "/a"}, {"name": "a", "mountPath": "/a"}],
        [{"name": "a", "mountPath": "/a", "subPath": "../x"}],
    ):
        api.post(path(api), pod(volumes=volumes, containers=[CONTAINER | {"volumeMounts": mounts}]))


@behaviour
def volumes_that_are_wrong(api: Side) -> None:
    for volume in (
        {"name": ""},
        {"name": "Up"},
        {"name": "a", "emptyDir": {}, "hostPath": {"path": "/x"}},
        {"name": "a", "hostPath": {"path": ""}},
        {"name": "a", "hostPath": {"path": "/x", "type": "Odd"}},
        {"name": "a", "configMap": {}},
        {"name": "a", "secret": {}},
        {"name": "a", "secret": {"secretName": "x", "defaultMode": 1000}},
        {"name": "a", "configMap": {"name": "x", "items": [{"key": "k", "path": "../p"}]}},
        {"name": "a", "persistentVolumeClaim": {"claimName": ""}},
    ):
        api.post(path(api), pod(volumes=[volume]))
    api.post(path(api), pod(volumes=[{"name": "a", "emptyDir": {}}, {"name": "a", "emptyDir": {}}]))


@behaviour
def amounts_that_are_wrong(api: Side) -> None:
    for resources in (
        {"requests": {"cpu": "-1"}},
        {"limits": {"cpu": "1"}, "requests": {"cpu": "2"}},
        {"limits": {"bananas": "1"}},
        {"limits": {"ex.dev/gpu": "0.5"}},
        {"requests": {"ex.dev/gpu": "1"}},
        {"limits": {"pods": "1"}},
    ):
        api.post(path(api), pod(containers=[CONTAINER | {"resources": resources}]))


@behaviour
def names_in_a_spec(api: Side) -> None:
    api.post(path(api), pod(serviceAccountName="Up"))
    api.post(path(api), pod(hostname="a.b"))
    api.post(path(api), pod(nodeName="a b"))
    api.post(path(api), pod(nodeSelector={"a b": "c d"}))
    api.post(path(api), pod(activeDeadlineSeconds=0))
    api.post(path(api), pod(serviceAccountName="mine"))


@behaviour
def tolerations(api: Side) -> None:
    api.post(path(api), pod(tolerations=[{"operator": "Exists"}]))
    for toleration in (
        {"key": "a b", "operator": "Exists"},
        {"operator": "Equal"},
        {"key": "a", "operator": "Exists", "value": "x"},
        {"key": "a", "operator": "Near"},
        {"key": "a", "operator": "Exists", "effect": "NoLunch"},
        {"key": "a", "operator": "Exists", "effect": "NoSchedule", "tolerationSeconds": 3},
    ):
        api.post(path(api), pod("two", tolerations=[toleration]))


@behaviour
def affinities(api: Side) -> None:
    key = "requiredDuringSchedulingIgnoredDuringExecution"
    for affinity in (
        {"nodeAffinity": {key: {"nodeSelectorTerms": []}}},
        {"nodeAffinity": {key: {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "In"}]}]}}},
        {"nodeAffinity": {key: {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Odd"}]}]}}},
        {"podAffinity": {key: [{"labelSelector": {"matchLabels": {"a": "b"}}, "topologyKey": ""}]}},
    ):
        api.post(path(api), pod(affinity=affinity))


@behaviour
def spreading(api: Side) -> None:
    good = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
    for change in ({"maxSkew": 0}, {"topologyKey": ""}, {"whenUnsatisfiable": "Cry"}):
        api.post(path(api), pod(topologySpreadConstraints=[good | change]))
    api.post(path(api), pod(topologySpreadConstraints=[good, good]))


@behaviour
def security_contexts(api: Side) -> None:
    api.post(path(api), pod(securityContext={"runAsUser": -1}))
    api.post(path(api), pod(containers=[CONTAINER | {"securityContext": {"runAsUser": -1}}]))
    api.post(path(api), pod(containers=[CONTAINER | {"securityContext": {"seccompProfile": {"type": "Odd"}}}]))
    api.post(path(api), pod(securityContext={"runAsNonRoot": True, "fsGroup": 5}))


@behaviour
def init_containers(api: Side) -> None:
    sidecar = {"name": "side", "image": "x", "restartPolicy": "Always", "readinessProbe": {"tcpSocket": {"port": 1}}}
    api.post(path(api), pod(initContainers=[{"name": "first", "image": "x"}, sidecar]))
    api.post(path(api), pod("two", initContainers=[{"name": "main", "image": "x"}]))
    api.post(path(api), pod("two", initContainers=[{"name": "i", "image": "x", "lifecycle": {"preStop": {}}}]))


@behaviour
def host_network(api: Side) -> None:
    ports = [{"containerPort": 80}]
    api.post(path(api), pod(hostNetwork=True, containers=[CONTAINER | {"ports": ports}]))
    ports = [{"containerPort": 80, "hostPort": 81}]
    api.post(path(api), pod("two", hostNetwork=True, containers=[CONTAINER | {"ports": ports}]))


@behaviour
def a_gated_pod(api: Side) -> None:
    api.post(path(api), pod(schedulingGates=[{"name": "ex.dev/wait"}]))
    api.post(path(api), pod("two", nodeName="n", schedulingGates=[{"name": "ex.dev/wait"}]))
    api.merge(path(api, "one"), {"spec": {"schedulingGates": []}})


@behaviour
def a_pod_whose_name_is_no_host_name(api: Side) -> None:
    api.post(path(api), pod("a.b"))


@behaviour
def what_may_change_of_a_pod(api: Side) -> None:
    api.post(path(api), pod())
    api.merge(path(api, "one"), {"spec": {"containers": [CONTAINER | {"image": "nginx:1.28"}]}})
    api.merge(path(api, "one"), {"spec": {"activeDeadlineSeconds": 60}})
    api.merge(path(api, "one"), {"spec": {"activeDeadlineSeconds": 90}})
    api.merge(path(api, "one"), {"spec": {"activeDeadlineSeconds": None}})
    api.json_patch(path(api, "one"), {"op": "add", "path": "/spec/tolerations/-", "value": {"operator": "Exists"}})
    api.merge(path(api, "one"), {"spec": {"tolerations": []}})
    api.merge(path(api, "one"), {"metadata": {"labels": {"a": "b"}}})


@behaviour
def what_may_not_change_of_a_pod(api: Side) -> None:
    api.post(path(api), pod())
    api.merge(path(api, "one"), {"spec": {"restartPolicy": "Never"}})
    api.merge(path(api, "one"), {"spec": {"nodeName": "x"}})
    api.merge(path(api, "one"), {"spec": {"containers": [CONTAINER, {"name": "b", "image": "x"}]}})
    api.merge(path(api, "one"), {"spec": {"serviceAccountName": "other"}})
    api.merge(path(api, "one"), {"spec": {"terminationGracePeriodSeconds": 5}})


@behaviour
def the_status_of_a_pod(api: Side) -> None:
    api.post(path(api), pod())
    status = {"phase": "Running", "podIP": "10.0.0.7", "podIPs": [{"ip": "10.0.0.7"}]}
    api.merge(path(api, "one", "status"), {"status": status, "metadata": {"labels": {"x": "y"}}})
    api.merge(path(api, "one", "status"), {"status": {"qosClass": "Guaranteed"}})
    api.merge(path(api, "one", "status"), {"spec": {"nodeName": "ignored"}})
    api.merge(path(api, "one"), {"status": {"phase": "Failed"}})


@behaviour
def a_pod_on_no_node_goes_at_once(api: Side) -> None:
    version = api.post(path(api), pod()).version
    api.delete(path(api, "one"))
    api.get(path(api, "one"))
    api.events(path(api), resourceVersion=version)


@behaviour
def a_pod_on_a_node_goes_with_grace(api: Side) -> None:
    version = api.post(path(api), pod(nodeName="far")).version
    api.delete(path(api, "one"))
    api.delete(path(api, "one"))
    api.delete(path(api, "one"), gracePeriodSeconds="40")
    api.merge(path(api, "one"), {"metadata": {"labels": {"late": "yes"}}})
    api.delete(path(api, "one"), gracePeriodSeconds="5")
    api.delete(path(api, "one"), {"gracePeriodSeconds": 0})
    api.get(path(api, "one"))
    api.events(path(api), resourceVersion=version)


@behaviour
def a_pod_that_is_done_goes_at_once(api: Side) -> None:
    api.post(path(api), pod(nodeName="far"))
    api.merge(path(api, "one", "status"), {"status": {"phase": "Succeeded"}})
    api.delete(path(api, "one"))


@behaviour
def a_pod_with_a_finalizer(api: Side) -> None:
    api.post(path(api), pod(metadata={"finalizers": ["ex.dev/wait"]}))
    api.delete(path(api, "one"))
    api.merge(path(api, "one"), {"metadata": {"finalizers": None}})
    api.get(path(api, "one"))


@behaviour
def binding(api: Side) -> None:
    api.post(path(api), pod())
    body = core("Binding", "one")
    api.post(path(api, "one", "binding"), body | {"target": {"kind": "Node"}})
    api.post(path(api, "one", "binding"), body | {"target": {"kind": "Table", "name": "n"}})
    api.post(path(api, "one", "binding"), body | {"target": {"kind": "Node", "name": "n"}})
    api.post(path(api, "one", "binding"), body | {"target": {"kind": "Node", "name": "m"}})
    api.post(path(api, "none", "binding"), core("Binding", "none") | {"target": {"kind": "Node", "name": "n"}})
    api.get(path(api, "one"))


@behaviour
def binding_by_the_collection(api: Side) -> None:
    api.post(path(api), pod())
    body = core("Binding", "one") | {"target": {"kind": "Node", "name": "n"}}
    api.post(api.core("bindings"), body)
    api.get(path(api, "one"))


@behaviour
def eviction(api: Side) -> None:
    api.post(path(api), pod())
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "one"}}
    api.post(path(api, "one", "eviction"), body | {"metadata": {"name": "two"}})
    api.post(path(api, "one", "eviction"), body)
    api.post(path(api, "one", "eviction"), body)


@behaviour
def eviction_of_a_running_pod(api: Side) -> None:
    api.post(path(api), pod(nodeName="far", metadata={"labels": {"app": "a"}}))
    api.merge(path(api, "one", "status"), {"status": {"phase": "Running"}})
    api.post(
        f"/apis/policy/v1/namespaces/{api.namespace}/poddisruptionbudgets",
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": "all"},
            "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}},
        },
    )
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "one"}}
    api.post(path(api, "one", "eviction"), body)
    budget = f"/apis/policy/v1/namespaces/{api.namespace}/poddisruptionbudgets/all"
    status = {"observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1}
    api.merge(f"{budget}/status", {"status": status | {"expectedPods": 1}})
    api.post(path(api, "one", "eviction"), body)
    api.merge(f"{budget}/status", {"status": status | {"disruptionsAllowed": 1, "currentHealthy": 2}})
    api.post(path(api, "one", "eviction"), body)
    api.get(path(api, "one"))


@behaviour
def connections_to_a_pod_on_no_node(api: Side) -> None:
    api.post(path(api), pod())
    for part in ("log", "exec", "attach", "portforward", "proxy"):
        api.get(path(api, "one", part))
    api.get(path(api, "one", "log"), container="other")
    api.get(path(api, "none", "log"))


@behaviour
def connections_to_a_pod_on_an_unknown_node(api: Side) -> None:
    api.post(path(api), pod(nodeName="nowhere", containers=[CONTAINER, {"name": "b", "image": "x"}]))
    api.get(path(api, "one", "log"))
    for part in ("log", "exec", "attach", "portforward"):
        api.get(path(api, "one", part), container="b")


@behaviour
def ephemeral_containers(api: Side) -> None:
    api.post(path(api), pod())
    debug = {"name": "debug", "image": "busybox"}
    api.merge(path(api, "one", "ephemeralcontainers"), {"spec": {"ephemeralContainers": [debug]}})
    api.get(path(api, "one", "ephemeralcontainers"))
    api.post(path(api), pod("two", ephemeralContainers=[debug]))


@behaviour
def priorities(api: Side) -> None:
    api.post(path(api), pod(priorityClassName="nobody-knows"))
    api.post(path(api), pod(priorityClassName="system-node-critical"))
    api.post(path(api), pod("two", priority=7))


@behaviour
def a_resize(api: Side) -> None:
    asked = {"requests": {"cpu": "100m"}, "limits": {"cpu": "1"}}
    api.post(path(api), pod(containers=[CONTAINER | {"resources": asked}]))
    api.merge(path(api, "one"), {"spec": {"containers": [CONTAINER | {"resources": asked | {"limits": {"cpu": "2"}}}]}})
    change = {"name": "main", "resources": {"requests": {"cpu": "200m"}, "limits": {"cpu": "2"}}}
    api.request(
        "PATCH",
        path(api, "one", "resize"),
        [{"op": "replace", "path": "/spec/containers/0/resources", "value": change["resources"]}],
        head={"content-type": "application/json-patch+json"},
    )
    api.get(path(api, "one", "resize"))


@behaviour
def a_replaced_pod(api: Side) -> None:
    found = api.post(path(api), pod()).json
    found["spec"]["containers"][0]["image"] = "nginx:2"
    api.put(path(api, "one"), found | {"status": {"phase": "Failed"}})
    api.put(path(api, "one"), pod())


@behaviour
def pods_by_field(api: Side) -> None:
    api.post(path(api), pod())
    api.post(path(api), pod("two", nodeName="n", restartPolicy="Never"))
    api.get(path(api), fieldSelector="spec.nodeName=n,status.phase=Pending")
    api.get(path(api), fieldSelector="spec.restartPolicy!=Never")
    api.get(path(api), fieldSelector="spec.image=x")


@behaviour
def pods_that_are_deleted_together(api: Side) -> None:
    api.post(path(api), pod())
    api.post(path(api), pod("two", nodeName="n"))
    api.delete(path(api))
    api.get(path(api, "one"))
    api.get(path(api, "two"))
