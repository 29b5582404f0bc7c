"""What is read from the cluster for each kind of target, and what happens when it is not there."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from operators.runtime.errors import Forbidden, KubeError, NotFound, Throttled, Unavailable
from operators.signal_processing.enrichment import Enrichment, Unresolvable, enrich
from operators.signal_processing.errors import EnrichmentTimeoutError

SHOP = {
    "metadata": {
        "name": "shop",
        "labels": {"team": "payments"},
        "annotations": {"note": "x", "kubectl.kubernetes.io/last-applied-configuration": "the whole object once more"},
    },
}
PATIENCE = timedelta(seconds=10)


class Cluster:
    """A cluster to read from: objects by (kind, namespace, name), in answer to GET and nothing else."""

    def __init__(self, *objects: tuple[str, dict[str, Any]], failing: dict[str, Exception] | None = None) -> None:
        self._objects = {
            (kind, found["metadata"].get("namespace", ""), found["metadata"]["name"]): found for kind, found in objects
        }
        self._failing = failing or {}
        self.reads: list[str] = []

    async def get(self, kind: Any, namespace: str, name: str) -> dict[str, Any]:
        self.reads.append(f"{kind.plural}/{name}")
        if kind.kind in self._failing:
            raise self._failing[kind.kind]
        try:
            return self._objects[kind.kind, namespace, name]
        except KeyError:
            raise NotFound(status=404, reason="NotFound", message=f'{kind.plural} "{name}" not found') from None


def owned(
    kind: str, name: str, *, by: tuple[str, str, str] | None = None, controller: bool = True, **fields: Any
) -> tuple[str, dict[str, Any]]:
    """An object of ``shop``, perhaps controlled by ``(apiVersion, kind, name)``."""
    references = (
        [{"apiVersion": by[0], "kind": by[1], "name": by[2], "uid": "u", "controller": controller}] if by else []
    )
    return kind, {"metadata": {"name": name, "namespace": "shop", "ownerReferences": references}, **fields}


async def read(cluster: Cluster, signal: dict[str, Any]) -> Any:
    return await enrich(cluster, signal, patience=PATIENCE)


async def test_a_pod_is_read_with_its_namespace_and_node(make_signal, complaints):
    """The analysis needs to know what crashed, where it ran and whose it is."""
    pod = owned(
        "Pod",
        "checkout-0",
        spec={"nodeName": "worker-1"},
        status={
            "phase": "Running",
            "containerStatuses": [
                {
                    "name": "app",
                    "ready": False,
                    "restartCount": 4,
                    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                    "lastState": {"terminated": {"reason": "OOMKilled"}},
                },
            ],
        },
    )
    node = (
        "Node",
        {
            "metadata": {"name": "worker-1", "labels": {"zone": "a"}},
            "status": {"allocatable": {"cpu": 4}, "conditions": [{"type": "Ready", "status": "True"}]},
        },
    )
    cluster = Cluster(("Namespace", SHOP), pod, node)

    enrichment = await read(cluster, make_signal())

    assert enrichment == Enrichment(
        {
            "degradedMode": False,
            "namespace": {"name": "shop", "labels": {"team": "payments"}, "annotations": {"note": "x"}},
            "pod": {
                "labels": {},
                "annotations": {},
                "phase": "Running",
                "nodeName": "worker-1",
                "containerStatuses": [
                    {
                        "name": "app",
                        "ready": False,
                        "restartCount": 4,
                        "state": "Waiting",
                        "lastTerminationReason": "OOMKilled",
                    }
                ],
            },
            "node": {
                "labels": {"zone": "a"},
                "conditions": [{"type": "Ready", "status": "True"}],
                "allocatable": {"cpu": "4"},
            },
        }
    )
    assert complaints({"kubernetesContext": enrichment.context}) == []
    assert cluster.reads == ["namespaces/shop", "pods/checkout-0", "nodes/worker-1"]


@pytest.mark.parametrize(
    ("kind", "found", "expected"),
    [
        (
            "Deployment",
            {"spec": {"replicas": 3}, "status": {"availableReplicas": 2, "readyReplicas": 2, "x": 1}},
            {"replicas": 3, "availableReplicas": 2, "readyReplicas": 2},
        ),
        (
            "StatefulSet",
            {"spec": {"replicas": 0}, "status": {"currentReplicas": 0}},
            {"replicas": 0, "currentReplicas": 0},
        ),
        (
            "DaemonSet",
            {"spec": {}, "status": {"desiredNumberScheduled": 3, "numberReady": 1}},
            {"desiredNumberScheduled": 3, "numberReady": 1},
        ),
        ("ReplicaSet", {"spec": {"replicas": 1}}, {"replicas": 1}),
        (
            "Service",
            {
                "spec": {
                    "type": "ClusterIP",
                    "clusterIP": "10.0.0.1",
                    "ports": [{"port": 80, "targetPort": 8080, "protocol": "TCP"}, {"port": 81, "targetPort": "web"}],
                }
            },
            {
                "type": "ClusterIP",
                "clusterIP": "10.0.0.1",
                "ports": [{"port": 80, "protocol": "TCP", "targetPort": "8080"}, {"port": 81, "targetPort": "web"}],
            },
        ),
    ],
)
async def test_each_kind_of_target_has_a_block_of_its_own(make_signal, complaints, kind, found, expected):
    """Two reads, and of the object only what the analysis can use."""
    cluster = Cluster(("Namespace", SHOP), owned(kind, "checkout", **found))
    enrichment = await read(cluster, make_signal(target={"kind": kind, "name": "checkout"}))

    assert {"labels": {}, "annotations": {}, **expected} == enrichment.context[kind[0].lower() + kind[1:]]
    assert len(cluster.reads) == 2
    assert not enrichment.degraded
    assert complaints({"kubernetesContext": enrichment.context}) == []


async def test_a_node_needs_no_namespace(make_signal):
    """Cluster-scoped targets come with an empty namespace; asking for it would fail them all."""
    cluster = Cluster(("Node", {"metadata": {"name": "worker-1"}}))
    enrichment = await read(cluster, make_signal(target={"kind": "Node", "name": "worker-1", "namespace": ""}))

    assert enrichment.context == {"degradedMode": False, "node": {"labels": {}}}
    assert cluster.reads == ["nodes/worker-1"]


@pytest.mark.parametrize("kind", ["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Service", "Node"])
async def test_a_missing_target_degrades_and_does_not_fail(make_signal, kind):
    """Pods are gone when they have crashed: that is when the signal matters (BR-SP-001)."""
    enrichment = await read(Cluster(("Namespace", SHOP)), make_signal(target={"kind": kind}))

    assert enrichment.degraded
    assert kind != "Node" or "namespace" not in enrichment.context


async def test_a_missing_namespace_is_final(make_signal):
    """Without it there is no tenant, no environment and nothing to wait for."""
    found = await read(Cluster(), make_signal())

    assert Unresolvable("ResourceNotFound", "namespace 'shop' of Pod 'checkout-0' does not exist") == found


async def test_a_pod_without_a_namespace_is_final(make_signal):
    """The schema lets an empty namespace pass, for Nodes; a Pod cannot be found with it, ever."""
    found = await read(Cluster(), make_signal(target={"namespace": ""}))

    assert Unresolvable("EnrichmentFailed", "the signal names Pod 'checkout-0' without a namespace") == found


@pytest.mark.parametrize("changes", [{"target": {"kind": "CustomThing"}}, {"targetType": "aws"}])
async def test_a_target_that_is_no_known_object_leaves_its_namespace(make_signal, changes):
    """Something in AWS, or of a kind without a block, can still belong to a tenant; it is not missing: not degraded."""
    cluster = Cluster(("Namespace", SHOP))
    enrichment = await read(cluster, make_signal(**changes))

    assert cluster.reads == ["namespaces/shop"]
    assert not enrichment.degraded


@pytest.mark.parametrize("kind", ["Namespace", "Pod", "Node", "ReplicaSet"])
@pytest.mark.parametrize("error", [Throttled, Unavailable, Forbidden])
async def test_an_error_of_the_server_is_not_taken_for_absence(make_signal, kind, error):
    """A 503 that reads as 'not there' would classify on half the truth, once and for all (SP-BUG-004)."""
    pod = owned("Pod", "checkout-0", by=("apps/v1", "ReplicaSet", "rs"), spec={"nodeName": "worker-1"})
    cluster = Cluster(("Namespace", SHOP), pod, failing={kind: error(status=503, reason="r", message="m")})
    with pytest.raises(KubeError):
        await read(cluster, make_signal())


async def test_an_attempt_ends_after_its_timeout(make_signal):
    """A server that never answers must not hold a worker of the queue for ever."""

    class Silent(Cluster):
        async def get(self, kind: Any, namespace: str, name: str) -> dict[str, Any]:
            return await asyncio.get_running_loop().create_future()

    with pytest.raises(EnrichmentTimeoutError, match="enrichment_timeout"):
        await enrich(Silent(), make_signal(), patience=timedelta(0))


async def test_owners_of_a_pod_are_listed_nearest_first(make_signal):
    """The workload to act on is the Deployment, though the alert names a Pod (BR-SP-100)."""
    cluster = Cluster(
        ("Namespace", SHOP),
        owned("Pod", "checkout-0", by=("apps/v1", "ReplicaSet", "checkout-5d")),
        owned("ReplicaSet", "checkout-5d", by=("apps/v1", "Deployment", "checkout")),
        owned("Deployment", "checkout"),
    )
    enrichment = await read(cluster, make_signal())

    assert enrichment.context["ownerChain"] == [
        {"kind": "ReplicaSet", "name": "checkout-5d", "namespace": "shop"},
        {"kind": "Deployment", "name": "checkout", "namespace": "shop"},
    ]


async def test_an_owner_that_is_gone_is_still_named(make_signal):
    """During a cascading deletion the owner goes first; what it was called is known nevertheless."""
    cluster = Cluster(("Namespace", SHOP), owned("Pod", "checkout-0", by=("apps/v1", "ReplicaSet", "gone")))
    enrichment = await read(cluster, make_signal())

    assert enrichment.context["ownerChain"] == [{"kind": "ReplicaSet", "name": "gone", "namespace": "shop"}]


async def test_a_reference_that_does_not_control_is_no_owner(make_signal):
    """Only one reference may control; the others are for garbage collection."""
    cluster = Cluster(("Namespace", SHOP), owned("Pod", "checkout-0", by=("v1", "ConfigMap", "x"), controller=False))
    enrichment = await read(cluster, make_signal())

    assert "ownerChain" not in enrichment.context


async def test_a_static_pod_is_controlled_by_its_node(make_signal):
    """A cluster-scoped owner has no namespace, and its kind is not followed further."""
    cluster = Cluster(("Namespace", SHOP), owned("Pod", "checkout-0", by=("v1", "Node", "worker-1")))
    enrichment = await read(cluster, make_signal())

    assert enrichment.context["ownerChain"] == [{"kind": "Node", "name": "worker-1"}]


async def test_a_ring_of_owners_ends_after_five(make_signal):
    """References are written by anyone; a ring must cost five reads and no more."""
    cluster = Cluster(
        ("Namespace", SHOP),
        owned("Pod", "checkout-0", by=("apps/v1", "ReplicaSet", "a")),
        owned("ReplicaSet", "a", by=("apps/v1", "ReplicaSet", "b")),
        owned("ReplicaSet", "b", by=("apps/v1", "ReplicaSet", "a")),
    )
    enrichment = await read(cluster, make_signal())

    assert [owner["name"] for owner in enrichment.context["ownerChain"]] == ["a", "b", "a", "b", "a"]
    assert len(cluster.reads) == 2 + 4
