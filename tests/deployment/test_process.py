"""Operators as Deployments: the life of a process, on an API server whose workloads move by stages, in virtual time.

There is no kubelet here: what runs in containers, and what is said through them, is tested on kind.
"""

import asyncio

import pytest

from harness.apiserver.stages import Stages
from harness.clusters.client import NAMESPACES
from harness.clusters.cluster import ClusterError
from harness.clusters.embedded import EmbeddedCluster
from harness.config import Config
from harness.deployment.manifests import DEPLOYMENTS, PODS
from harness.deployment.pods import pods
from harness.deployment.process import PodProcess
from harness.deployment.site import Site
from harness.simulation.errors import SimulationError
from harness.simulation.kopf_process import Life
from harness.simulation.world import Simulation

from .conftest import ROOT

pytestmark = [pytest.mark.virtual_time, pytest.mark.slow]

AI = "ai-analysis"


@pytest.fixture
async def cluster():
    with Simulation() as simulation:
        async with EmbeddedCluster(simulation, stages=Stages()) as found:
            yield found


@pytest.fixture
async def without_nodes():
    """A cluster whose pods stay Pending."""
    with Simulation() as simulation:
        async with EmbeddedCluster(simulation) as found:
            yield found


@pytest.fixture
def site(manifests):
    return Site.of(manifests, Config.read(ROOT).operators, image="controller-rehearsal:7", labels={"whose": "mine"})


def process(cluster, site, name=AI, **environ):
    return PodProcess(
        site.operators[name],
        client=cluster.client,
        site=site,
        settings=None,
        environ=environ,
        restarts=True,
        diary=cluster.simulation.tape,
    )


async def deployed(cluster, site, name=AI):
    return await cluster.client.get(DEPLOYMENTS, name, namespace=site.namespace)


async def test_what_is_no_operator_stands_before_the_first_scenario(cluster, site):
    """DataStorage and its database run; operators sleep until somebody starts them."""
    await site.stand(cluster.client)

    assert {"datastorage", "postgresql"} == {pod.workload for pod in await pods(cluster.client, site.namespace)}
    assert dict.fromkeys(site.operators, 0) == {
        name: (await deployed(cluster, site, name))["spec"]["replicas"] for name in site.operators
    }


async def test_everything_runs_the_image_that_was_asked_for(cluster, site):
    """What the manifests call `controller-rehearsal:dev` is a name; the tag of a run is its content."""
    await site.stand(cluster.client)
    body = await deployed(cluster, site)

    assert "controller-rehearsal:7" == body["spec"]["template"]["spec"]["containers"][0]["image"]


async def test_the_namespace_says_whose_it_is(cluster, site):
    """By which a session that was killed is swept up after."""
    await site.stand(cluster.client)

    assert "mine" == (await cluster.client.get(NAMESPACES, site.namespace))["metadata"]["labels"]["whose"]


async def test_a_namespace_of_somebody_elses_is_left_alone(cluster, site):
    """On a cluster that is shared it may be the real thing."""
    await cluster.client.create(NAMESPACES, {"metadata": {"name": site.namespace}})

    with pytest.raises(
        ClusterError, match="kubernaut-system is there already, and no run of ours made it: delete it first"
    ):
        await site.stand(cluster.client)


async def test_where_another_run_plays_nothing_is_deployed(cluster, site):
    """Its requests would be remediated by two orchestrators, one of them with somebody else's settings."""
    await cluster.client.create(NAMESPACES, {"metadata": {"name": "tenant-1", "labels": {"whose": "others"}}})

    with pytest.raises(ClusterError, match=r"another run plays on this cluster \(namespace tenant-1\)"):
        await site.stand(cluster.client)


async def test_what_this_run_applied_in_part_is_applied_again(cluster, site):
    """The first scenario may have failed to set its stage; the next one tries again."""
    labels = {"whose": "mine"}
    await cluster.client.create(NAMESPACES, {"metadata": {"name": site.namespace, "labels": labels}})
    await site.stand(cluster.client)

    assert "datastorage" in {pod.workload for pod in await pods(cluster.client, site.namespace)}


async def test_started_means_ready_with_its_settings(cluster, site):
    """A scenario that goes on earlier would race its own operator."""
    await site.stand(cluster.client)
    started = process(cluster, site, KUBERNAUT_RESYNC="18s", KUBERNAUT_HTTP_PORT="8080")
    await started.start()
    (pod,) = await started.pods()
    (container,) = (await deployed(cluster, site))["spec"]["template"]["spec"]["containers"]
    environ = {one["name"]: one["value"] for one in container["env"]}

    assert pod.ready
    assert {"KUBERNAUT_HTTP_HOST": "0.0.0.0", "KUBERNAUT_HTTP_PORT": "8080", "KUBERNAUT_RESYNC": "18s"} == environ  # noqa: S104
    assert (1, Life.RUNNING) == (started.starts, started.life)


async def test_pods_with_the_same_settings_are_kept_for_the_next_scenario(cluster, site):
    """Three seconds per operator and scenario would double the time of a run."""
    await site.stand(cluster.client)
    first, second = (process(cluster, site, KUBERNAUT_RESYNC="18s") for _ in range(2))
    await first.start()
    before = await first.pods()
    await first.retire()
    await second.start()

    assert before == await second.pods()


async def test_other_settings_take_other_pods_and_never_both_at_once(cluster, site):
    """Two operators on one stage, one with the settings of yesterday, is what nobody would find."""
    await site.stand(cluster.client)
    await process(cluster, site, KUBERNAUT_RESYNC="18s").start()
    (before,) = await pods(cluster.client, site.namespace, AI)
    most = 0

    async def count():
        nonlocal most
        while True:
            most = max(most, len([one for one in await pods(cluster.client, site.namespace, AI) if one.running]))
            await asyncio.sleep(0.01)

    counting = asyncio.create_task(count())
    await process(cluster, site, KUBERNAUT_RESYNC="19s").start()
    counting.cancel()
    (after,) = await pods(cluster.client, site.namespace, AI)

    assert before.name != after.name
    assert 1 == most


async def test_stopped_means_gone(cluster, site):
    """What is submitted after a stop must meet nobody."""
    await site.stand(cluster.client)
    stopped = process(cluster, site)
    await stopped.start()
    await stopped.stop()

    assert [] == await stopped.pods()

    await stopped.start()

    assert 1 == len(await stopped.pods())
    assert 2 == stopped.starts


async def test_who_is_not_on_the_next_stage_is_sent_away(cluster, site):
    """A scenario of one operator runs that one alone."""
    await site.stand(cluster.client)
    for name in (AI, "workflow-execution"):
        await process(cluster, site, name).start()
    await site.rest(cluster.client, [AI])

    assert {"workflow-execution", "datastorage", "postgresql"} == {
        pod.workload for pod in await pods(cluster.client, site.namespace)
    }
    assert {"workflow-execution"} == set(site.running)


async def test_one_that_sleeps_by_default_is_woken(cluster, site):
    """The scripted SignalProcessing has no replicas: it would work beside the real one."""
    await site.stand(cluster.client)
    woken = process(cluster, site, "scripted-signal-processing")
    await woken.start()

    assert 1 == len(await woken.pods())


async def test_two_starts_are_a_mistake(cluster, site):
    """As of every process."""
    await site.stand(cluster.client)
    started = process(cluster, site)
    await started.start()

    with pytest.raises(RuntimeError, match="ai-analysis is running already"):
        await started.start()


async def test_a_container_that_ended_by_itself_fails_the_scenario(cluster, site):
    """A crash loop that nobody asked for must not pass because the kubelet is quick."""
    await site.stand(cluster.client)
    ended = process(cluster, site)
    await ended.start()
    (pod,) = await ended.pods()
    container = {"name": "operator", "image": "x", "imageID": "x", "ready": True, "state": {"running": {}}}
    container |= {"restartCount": 1, "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}}
    status = {"status": {"containerStatuses": [container]}}
    await cluster.client.patch(PODS, pod.name, status, namespace=site.namespace, subresource="status")

    with pytest.raises(SimulationError, match="ai-analysis ended by itself: Error, exit status 1"):
        await ended.retire()


async def test_what_was_replaced_at_the_end_of_a_scenario_is_sent_away_too(cluster, site):
    """Its Deployment makes a new pod of it at once, which nobody on the next stage has asked for."""
    await site.stand(cluster.client)
    killed = process(cluster, site)
    await killed.start()
    (before,) = await killed.pods()
    killed._killed = True
    await killed.retire()
    await asyncio.sleep(10)
    (after,) = await killed.pods()

    assert before.name != after.name

    await site.rest(cluster.client, [AI])

    assert [] == await killed.pods()


async def test_what_did_not_become_ready_is_sent_away_too(without_nodes, site):
    """A pod that comes late would work on somebody else's stage."""
    site._stands = True  # nothing will, here
    await without_nodes.client.create(NAMESPACES, {"metadata": {"name": site.namespace}})
    late = process(without_nodes, site)
    with pytest.raises(SimulationError):
        await late.start()
    await site.rest(without_nodes.client, [AI])

    assert 0 == (await deployed(without_nodes, site))["spec"]["replicas"]


async def test_what_does_not_become_ready_is_told_with_its_pods(without_nodes, site):
    """A pod that nobody schedules, an image that nobody has: the message says how far it came."""
    site._stands = True  # nothing will, here
    await without_nodes.client.create(NAMESPACES, {"metadata": {"name": site.namespace}})
    waiting = process(without_nodes, site)

    with pytest.raises(SimulationError, match=r"ai-analysis does not become ready within 180 s\n"):
        await waiting.start()


def test_an_operator_without_a_deployment_is_named(manifests):
    """With those that there are."""
    with pytest.raises(
        Exception, match="the deployment has no Deployment 'elsewhere'; it has: ai-analysis, datastorage"
    ):
        Site.of(manifests, [AI, "elsewhere"])
