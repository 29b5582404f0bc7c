"""The HTTP side of an operator: what probes and observers are told."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from operators.api import REMEDIATION_REQUEST, WORKFLOW_EXECUTION, Key
from operators.runtime import Done, ReconcileQueue, Requeue, RuntimeSettings, SettingsError
from operators.runtime.endpoints import Endpoints
from operators.runtime.heard import Heard
from operators.runtime.logs import logger
from operators.runtime.metrics import Metrics

WEB = Key("a", "web")


def an_object(uid, version, namespace="a"):
    return {"metadata": {"name": "web", "namespace": namespace, "uid": uid, "resourceVersion": str(version)}}


class Observed:
    """An operator's parts with their HTTP side open, and a client."""

    def __init__(self):
        self.gate, self.began = asyncio.Event(), asyncio.Event()
        self.result = Done()
        self.ill = None
        metrics = Metrics("tester")
        self.heard = Heard([REMEDIATION_REQUEST, WORKFLOW_EXECUTION])
        self.queue = ReconcileQueue(
            self.reconcile, settings=RuntimeSettings(), metrics=metrics, log=logger("tester", style="console")
        )
        self.endpoints = Endpoints("tester", queue=self.queue, heard=self.heard, metrics=metrics, ill=lambda: self.ill)

    async def reconcile(self, _key):
        self.began.set()
        await self.gate.wait()
        return self.result

    async def ask(self, path):
        async with self.client.get(f"http://127.0.0.1:{self.endpoints.port}{path}") as reply:
            return reply.status, await reply.text()

    async def idle(self, query=""):
        async with self.client.get(f"http://127.0.0.1:{self.endpoints.port}/idle{query}") as reply:
            return await reply.json()


@pytest.fixture
async def observed():
    found = Observed()
    await found.endpoints.open("127.0.0.1", 0)
    serving = asyncio.create_task(found.queue.run())
    async with aiohttp.ClientSession() as found.client:
        yield found
    serving.cancel()
    await found.endpoints.close()


async def test_who_is_at_work_says_with_what(observed):
    """A person who waits for an operator wants to know for which object."""
    observed.queue.wake(WEB)
    await observed.began.wait()

    assert "reconciling a/web" == (await observed.idle())["busy"]


async def test_who_rests_says_until_when(observed):
    """A deadline is declared, so that an observer may wait for it or not."""
    at = datetime.now(UTC) + timedelta(minutes=5)
    observed.result = Requeue(at)
    observed.gate.set()
    observed.queue.wake(WEB)
    await observed.began.wait()
    answer = await observed.idle()

    assert None is answer["busy"]
    assert at == datetime.fromisoformat(answer["nextDeadline"])


async def test_each_event_and_each_reconcile_is_an_activity(observed):
    """Two equal numbers prove that nothing went on between two looks, which two idle looks alone do not."""
    before = await observed.idle()
    observed.gate.set()
    observed.heard.note(REMEDIATION_REQUEST, an_object("1", 5), "MODIFIED")
    observed.queue.wake(WEB)
    await observed.began.wait()
    after = await observed.idle()

    assert 2 == after["activity"] - before["activity"]
    assert before["incarnation"] == after["incarnation"]


async def test_the_newest_version_of_each_object_is_told_by_kind(observed):
    """What an observer compares with a list of the API server."""
    observed.heard.note(REMEDIATION_REQUEST, an_object("1", 5), None)
    observed.heard.note(REMEDIATION_REQUEST, an_object("1", 8), "MODIFIED")
    observed.heard.note(REMEDIATION_REQUEST, an_object("2", 6), "ADDED")
    observed.heard.note(REMEDIATION_REQUEST, an_object("2", 9), "DELETED")

    assert {"remediationrequests.kubernaut.ai": {"1": 8}, "workflowexecutions.kubernaut.ai": {}} == (
        await observed.idle()
    )["heard"]


async def test_an_observer_of_some_namespaces_is_told_about_those(observed):
    """On a cluster with many tenants the rest would be most of the answer."""
    for uid, namespace in (("1", "a"), ("2", "b"), ("3", "c")):
        observed.heard.note(WORKFLOW_EXECUTION, an_object(uid, 5, namespace), "ADDED")
    found = (await observed.idle("?namespaces=a,c"))["heard"]

    assert {"1": 5, "3": 5} == found["workflowexecutions.kubernaut.ai"]


async def test_it_is_healthy_until_only_a_restart_can_help(observed):
    """A liveness probe must not restart what is merely waiting."""
    assert (200, "ok") == await observed.ask("/healthz")

    observed.ill = "the reconcile queue died"

    assert (500, "the reconcile queue died") == await observed.ask("/healthz")


async def test_it_is_ready_when_it_says_so(observed):
    """From the end of the start on."""
    assert 503 == (await observed.ask("/readyz"))[0]

    observed.endpoints.ready = True

    assert 200 == (await observed.ask("/readyz"))[0]


async def test_metrics_are_those_of_this_operator(observed):
    """A registry of its own: several operators in one process are not added up."""
    status, text = await observed.ask("/metrics")

    assert 200 == status
    assert "kubernaut_tester_queue_depth 0.0" in text


async def test_a_port_that_is_taken_is_refused_in_one_line(observed):
    """Two operators in one process cannot share a port; the line says what to change."""
    with pytest.raises(SettingsError, match=r"cannot listen on 127\.0\.0\.1:\d+: Address already in use; choose"):
        await observed.endpoints.open("127.0.0.1", observed.endpoints.port)
