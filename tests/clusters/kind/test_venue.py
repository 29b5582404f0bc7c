"""A cluster that others play on, too, and that stays: here the embedded server on a port, under a context of a person's kubeconfig."""

import asyncio
from datetime import timedelta

import pytest
import yaml

from harness.clusters.client import NAMESPACES, ApiError, Client, Plural
from harness.clusters.kind.errors import KindError
from harness.clusters.kind.venue import check, venue
from harness.clusters.real.cluster import RealCluster
from harness.loading import operator_loader
from harness.realtime.loop import RealLoop
from harness.realtime.run import RealRun
from tests.clusters.real.places import grant, on_a_port

BINDINGS = Plural("rbac.authorization.k8s.io", "v1", "clusterrolebindings", namespaced=False)
GRANTS = Plural("example.org", "v1", "accessgrants")

GREEDY = """
import kopf

@kopf.on.event("example.org", "v1", "accessgrants")
async def take(patch, body, logger, **_):
    if body.get("status", {}).get("phase") is None and "deletionTimestamp" not in body["metadata"]:
        patch.status["phase"] = "Active"
"""


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Serve, and write a kubeconfig with a context for it."""
    with on_a_port(namespace_delay=timedelta(milliseconds=20)) as (found, _):
        content = {
            "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": found.address.server}}],
            "users": [{"name": "u", "user": {"token": "t"}}],
        }
        (tmp_path / "kubeconfig").write_text(yaml.safe_dump(content))
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
        monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
        yield found.address


def on(address, work):
    """Ask a server something."""

    async def main():
        client = Client(address)
        try:
            return await work(client)
        finally:
            await client.close()

    return asyncio.run(main())


def names(address, plural):
    return {one["metadata"]["name"] for one in on(address, lambda client: client.list(plural))}


def play(scene, place):
    """Play ``scene(cluster, run)`` at a place."""

    async def main():
        with RealRun() as run:
            async with RealCluster(place, run) as cluster:
                return await scene(cluster, run)

    with asyncio.Runner(loop_factory=RealLoop) as runner:
        return runner.run(main())


@pytest.mark.slow
def test_a_session_leaves_the_cluster_as_it_was(server):
    """Its administrator, its tenants, and all that is in them."""
    before = names(server, NAMESPACES), names(server, BINDINGS)

    async def scene(cluster, _):
        tenant = await cluster.namespace("a")
        await cluster.create(grant(), namespace=tenant)
        return tenant

    with venue("here") as place:
        tenant = play(scene, place)
        during = names(server, NAMESPACES)

    assert tenant.startswith("a-")
    assert during != before[0]
    assert before == (names(server, NAMESPACES), names(server, BINDINGS))
    with pytest.raises(ApiError, match="404"):
        on(server, lambda client: client.get(NAMESPACES, tenant))


@pytest.mark.slow
def test_what_a_killed_session_left_is_removed_by_the_next(server, tmp_path):
    """Namespaces of a session that lives stay."""
    with venue("here") as living:
        (sessions,) = (tmp_path / "cache" / "sessions").iterdir()
        (sessions / "dead").touch()
        (own,) = living.labels

        async def leave(client):
            for name, mark in (("left", "dead"), ("used", living.labels[own])):
                metadata = {"name": name, "labels": {own: mark}}
                await client.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})

        on(server, leave)
        with venue("here"):
            found = names(server, NAMESPACES)

    assert "left" not in found
    assert "used" in found


@pytest.mark.slow
def test_operators_of_one_session_do_not_do_the_work_of_another(server, tmp_path):
    """Two workers on one cluster: a scenario whose own operator is stopped must not see its objects move."""
    (tmp_path / "greedy.py").write_text(GREEDY)

    async def scene(cluster, run):
        other = Client(server)
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "others"}}
        await other.create(NAMESPACES, namespace)
        operator = run.operator(
            "greedy", operator_loader(str(tmp_path / "greedy.py"), address=cluster.address, environ={})
        )
        await operator.start()
        try:
            await other.create(GRANTS, grant(), namespace="others")
            tenant = await cluster.namespace("a")
            subject = await cluster.create(grant(), namespace=tenant)
            await cluster.history.of(subject).reaches("Active")
            await cluster.settled()
            found = await other.get(GRANTS, "x", namespace="others")
            return found.get("status")
        finally:
            await operator.stop()
            await other.close()

    with venue("here") as place:
        status = play(scene, place)

    assert status is None


def test_a_context_is_the_only_way_to_a_cluster_that_is_not_ours(server):
    """What the kubeconfig says otherwise, its current context for one, is nobody's wish."""
    with pytest.raises(
        KindError, match=r"no kind cluster of ours is up \(controller-rehearsal\): make kind-up, or .* --context"
    ):
        check()

    assert "(context here)" in check("here")
