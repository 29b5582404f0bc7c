"""A real cluster, seen from a scenario: what is created, recorded, awaited and taken away. On both servers alike."""

import asyncio
from datetime import timedelta

import aiohttp
import kopf
import pytest

from harness.clock import Clock
from harness.clusters.client import NAMESPACES, ApiError, Client
from harness.clusters.cluster import ClusterError
from harness.history import FailedExpectation
from harness.scale import TimeScale
from harness.simulation.kopf_process import Loaded
from tests.clusters.real.places import CRDS, grant


def granter(address, **handlers):
    """Return what loads an operator that sets a phase on each AccessGrant: ``Active``, by an event handler of Kopf's."""

    def load():
        registry = kopf.OperatorRegistry()

        @kopf.on.login(registry=registry)
        def login(**_):
            return kopf.ConnectionInfo(server=address.server, token=address.token or None, ca_path=address.ca_file)

        @kopf.on.event("example.org", "v1", "accessgrants", registry=registry)
        async def activate(status, patch, name, **_):
            if wait := handlers.get(name):
                await wait()
            if "phase" not in status:
                patch.status["phase"] = "Active"

        return Loaded(registry=registry)

    return load


async def write(cluster, subject, **status):
    """Write a status as somebody else."""
    await cluster.client.patch(
        subject.plural, subject.name, {"status": status}, namespace=subject.namespace, subresource="status"
    )


def test_a_namespace_has_a_name_of_its_own_and_goes_with_the_scenario(play):
    """Scenarios share the server: what one left would be the other's surprise."""

    async def first(cluster, run):
        name = await cluster.namespace("a", labels={"team": "one"})
        created = await cluster.client.get(NAMESPACES, name)
        assert "one" == created["metadata"]["labels"]["team"]
        subject = await cluster.create(grant(), namespace=name)
        await cluster.client.patch(
            subject.plural, "x", {"metadata": {"finalizers": ["example.org/held"]}}, namespace=name
        )
        return name, subject

    async def second(cluster, run):
        left = await cluster.client.list(subject.plural, namespace=name)
        try:
            going = "deletionTimestamp" in (await cluster.client.get(NAMESPACES, name))["metadata"]
        except ApiError as error:
            going = error.status == 404
        return left, going

    name, subject = play(first)

    assert name.startswith("a-")
    assert ([], True) == play(second)


def test_every_version_is_recorded_from_the_first_on(play):
    """Also those that live shorter than any poll."""

    async def scene(cluster, run):
        namespace = await cluster.namespace("a")
        subject = await cluster.create(grant(), namespace=namespace)
        for phase in ("Active", "Expired"):
            await write(cluster, subject, phase=phase)
        watched = cluster.history.of(subject)
        assert ["Active", "Expired"] == await watched.phases()
        await watched.never("Expired", user="nobody")
        await watched.exactly(1, "Active")
        with pytest.raises(FailedExpectation, match=r"never in phase Active\nbut at \+00:0\d\.\d{3}  scenario wrote"):
            await watched.never("Active")

    play(scene)


def test_an_operator_is_waited_for_although_it_looks_idle(play):
    """A write that has not reached its watch will still move it: `never` must not close before."""

    async def scene(cluster, run):
        namespace = await cluster.namespace("a")
        operator = run.operator("granter", granter(cluster.address))
        await operator.start()
        subjects = [await cluster.create(grant(f"g{n}"), namespace=namespace) for n in range(3)]
        phases = [await cluster.history.of(subject).phases() for subject in subjects]
        await operator.stop()
        return phases

    assert [["Active"]] * 3 == play(scene)


@pytest.mark.slow
def test_a_killed_operator_writes_nothing_and_rises_again(play):
    """It dies between its read and its write; its successor does the work."""

    async def scene(cluster, run):
        reached, opened = asyncio.Event(), asyncio.Event()

        async def wait():
            reached.set()
            await opened.wait()

        namespace = await cluster.namespace("a")
        operator = run.operator("granter", granter(cluster.address, held=wait), restarts=True)
        await operator.start()
        subject = await cluster.create(grant("held"), namespace=namespace)
        await reached.wait()
        await operator.kill()
        assert {} == cluster.history.of(subject).current.get("status", {})
        opened.set()
        await cluster.history.of(subject).reaches("Active")
        await cluster.history.of(subject).exactly(1, "Active")
        starts = operator.starts
        await operator.stop()
        return starts

    assert 2 == play(scene)


def test_what_the_garbage_collector_is_to_remove_is_waited_for(play, venue):
    """A child whose owner is deleted will go, a moment later: that is work, though nobody of ours does it."""
    if venue.missing:
        pytest.skip(venue.missing)

    async def scene(cluster, run):
        namespace = await cluster.namespace("a")
        owner = await cluster.create(grant("owner"), namespace=namespace)
        reference = {"apiVersion": "example.org/v1", "kind": "AccessGrant", "name": "owner", "uid": owner.uid}
        child = grant("child")
        child["metadata"]["ownerReferences"] = [reference]
        child = await cluster.create(child, namespace=namespace)
        await cluster.client.delete(owner.plural, "owner", namespace=namespace)
        await cluster.settled()
        return [version.type for version in cluster.history.of(child).versions]

    assert ["ADDED", "DELETED"] == play(scene)


def test_a_kind_that_is_not_served_is_refused_with_what_there_is(play):
    """The usual cause is a forgotten --crds."""

    async def scene(cluster, run):
        with pytest.raises(ClusterError, match=r"Ghost of example.org/v1 is not served here.*: AccessGrant"):
            await cluster.create({"apiVersion": "example.org/v1", "kind": "Ghost", "metadata": {"name": "x"}})
        with pytest.raises(ClusterError, match=r"Ghost of ghosts.org/v1 is not served here.*: none"):
            await cluster.create({"apiVersion": "ghosts.org/v1", "kind": "Ghost", "metadata": {"name": "x"}})

    play(scene)


def test_what_was_just_written_is_in_the_history(play):
    """`stays` begins with it: neither an object that is not there yet nor the version before."""

    async def scene(cluster, run):
        namespace = await cluster.namespace("a")
        subject = await cluster.create(grant(), namespace=namespace)
        await cluster.history.of(subject).stays(during=timedelta(milliseconds=20), phase_of_nothing=None)
        await write(cluster, subject, phase="Expired")
        await cluster.history.of(subject).stays("Expired", during=timedelta(milliseconds=20))

    play(scene)


def test_durations_of_a_scenario_are_scaled(play):
    """The clock says how long they last here."""

    async def scene(cluster, run):
        return Clock(cluster).lasts(timedelta(minutes=10))

    assert timedelta(seconds=6) == play(scene, scale=TimeScale(scenario=0.01))


@pytest.mark.parametrize("venue", [pytest.param("envtest", marks=pytest.mark.slow)], indirect=True)
def test_definitions_are_applied_once_and_stay(play, venue, tmp_path):
    """A changed file is applied again; an unchanged one costs nothing."""

    async def scene(cluster, run):
        applied = await cluster.apply(CRDS)
        again = await cluster.apply(CRDS)
        return applied, again, len(venue.applied)

    applied, again, count = play(scene)

    assert ["customresourcedefinitions/accessgrants.example.org"] == applied == again
    assert 1 == count


@pytest.mark.parametrize("venue", [pytest.param("envtest", marks=pytest.mark.slow)], indirect=True)
def test_anything_that_discovery_knows_is_applied(play, venue, tmp_path):
    """Not only definitions: a scenario may bring roles, quotas, policies."""
    (tmp_path / "1.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tuning}\ndata: {a: '1'}\n")
    (tmp_path / "2.yaml").write_text(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: readers}\n"
    )

    async def scene(cluster, run):
        applied = await cluster.apply(tmp_path)
        (tmp_path / "3.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: Bad_Name}\n")
        with pytest.raises(ClusterError, match=r"3.yaml: Service Bad_Name was refused: 422 Invalid"):
            await cluster.apply(tmp_path)
        return applied

    assert ["configmaps/tuning", "clusterroles/readers"] == play(scene)


def test_nobody_who_answers_is_an_error_of_the_network(play, venue):
    """Not a scenario that waits for ever."""

    async def scene(cluster, run):
        cluster.client._server = "http://127.0.0.1:9"
        with pytest.raises(aiohttp.ClientError):
            await cluster.namespace("a")

    play(scene)


@pytest.mark.parametrize("venue", [pytest.param("envtest", marks=pytest.mark.slow)], indirect=True)
def test_a_story_tells_who_wrote_within_one_second(play, venue):
    """ManagedFields tell whole seconds; which entry is new tells the rest."""

    async def scene(cluster, run):
        namespace = await cluster.namespace("a")
        subject = await cluster.create(grant(), namespace=namespace)
        await write(cluster, subject, phase="Active")
        other = Client(cluster.address, name="somebody")
        await other.patch(
            subject.plural, "x", {"status": {"phase": "Expired"}}, namespace=namespace, subresource="status"
        )
        await other.close()
        with pytest.raises(FailedExpectation) as caught:
            await cluster.history.of(subject).never("Expired")
        return caught.value.story

    story = play(scene)

    assert ["scenario", "scenario", "somebody"] == [line.split()[1] for line in story]
