"""The orchestrator as Kopf runs it, with scripted stand-ins, on a simulated network in virtual time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import SimpleNamespace

import kopf
import orjson
import pytest

from harness.apiserver import ApiServer, Reply, ServerSettings
from harness.simulation.backends import ApiServerBackend
from harness.simulation.clocks import instant
from harness.simulation.kopf_process import Loaded
from harness.simulation.world import Simulation
from operators import remediation_orchestrator
from operators.api.kinds import REMEDIATION_REQUEST, SIGNAL_PROCESSING
from operators.remediation_orchestrator.handlers import concerns_owner
from operators.runtime import Connection
from operators.standins import ai_analysis, signal_processing, workflow_execution

MODULES = {
    "orchestrator": remediation_orchestrator,
    "signals": signal_processing,
    "analyses": ai_analysis,
    "executions": workflow_execution,
}


class AuditTrail:
    """The audit sink behind its HTTP door; keeps one of each event."""

    def __init__(self):
        self.stored = {}

    def serve(self, request, answer):
        for event in orjson.loads(request.body):
            assert self.stored.setdefault(event["event_id"], event) == event
        answer(Reply(201, body=b"{}"))


@pytest.fixture
async def play(clusters) -> AsyncIterator[SimpleNamespace]:
    """All four operators, running; ``requests`` counts what each of them asks."""
    with Simulation() as simulation:
        server = ApiServer(
            clock=simulation.now,
            new_uid=lambda: simulation.streams.uuid("uids"),
            settings=ServerSettings(bookmark_interval=None),
        )
        backend = ApiServerBackend(server, loop=simulation.loop, instant=instant)
        trail, requests = AuditTrail(), Counter()
        simulation.network.add("api.test", backend)
        simulation.network.add("audit.test", trail)
        cluster = clusters(server=server)
        operators = {name: simulation.operator(name, loader(module)) for name, module in MODULES.items()}
        for operator in operators.values():
            await operator.start()
        await simulation.quiescence.reached()
        answer = server.handle

        def count(request):
            requests[request.headers["user-agent"].partition(" ")[0], request.method] += 1
            return answer(request)

        server.handle = count
        yield SimpleNamespace(
            cluster=cluster, simulation=simulation, operators=operators, trail=trail, requests=requests
        )
        for operator in operators.values():
            await operator.stop()
        backend.stop()


def loader(module):
    """Builds an operator afresh, as a new process would."""

    def load():
        settings = module.Settings(connection=Connection(server="http://api.test"), datastorage_url="http://audit.test")
        operator = module.build(kopf.OperatorRegistry(), settings)
        return Loaded(registry=operator.registry, settings=operator.settings, sources=operator.sources)

    return load


def ends(play, *names):
    """Phases of requests."""
    return [play.cluster.get(REMEDIATION_REQUEST, name)["status"]["overallPhase"] for name in names]


@pytest.mark.slow
async def test_a_remediation_with_the_watches_around_it_stays_within_its_budget(play):
    """The figures of the reconciler's docstring. How many of our own writes' events merge is a matter of latencies."""
    play.cluster.submit("rr")
    await asyncio.sleep(10)
    await play.simulation.quiescence.reached()
    needed, woken_by_own_writes = 9, 6 * 2
    spent = {method: n for (actor, method), n in play.requests.items() if actor == remediation_orchestrator.NAME}

    assert ["Completed"] == ends(play, "rr")
    assert spent.pop("GET") <= needed + woken_by_own_writes
    assert {"POST": 4, "PATCH": 6, "DELETE": 1} == spent
    assert 6 == len(play.trail.stored)


@pytest.mark.slow
async def test_duplicates_are_woken_by_the_end_of_their_original(play):
    """By the index, at once; not by the resync ten minutes later."""
    play.cluster.submit("rr")
    await asyncio.sleep(0.1)
    for name in ("dup-1", "dup-2"):
        play.cluster.submit(name)
    await asyncio.sleep(10)

    assert ["Completed"] * 3 == ends(play, "rr", "dup-1", "dup-2")


@pytest.mark.slow
async def test_a_duplicate_is_woken_by_the_deletion_of_its_original(play):
    """And goes all the way itself."""
    play.cluster.submit("rr", signal_processing="hang")
    await asyncio.sleep(0.1)
    play.cluster.submit("dup")
    await asyncio.sleep(5)
    assert ["Blocked"] == ends(play, "dup")
    play.cluster.delete(REMEDIATION_REQUEST, "rr")
    await asyncio.sleep(10)

    assert ["Completed"] == ends(play, "dup")


@pytest.mark.slow
async def test_a_deleted_child_is_made_again_at_once(play):
    """A deletion wakes the owner, whatever the child's phase was."""
    play.cluster.submit("rr", signal_processing="succeed after=30s")
    await asyncio.sleep(5)
    first = play.cluster.get(SIGNAL_PROCESSING, "sp-rr")["metadata"]["uid"]
    play.cluster.delete(SIGNAL_PROCESSING, "sp-rr")
    await asyncio.sleep(1)

    assert first != play.cluster.get(SIGNAL_PROCESSING, "sp-rr")["metadata"]["uid"]


@pytest.mark.slow
async def test_a_cooldown_of_an_hour_ends_on_the_microsecond_and_costs_one_reconcile(play):
    """The timer is a hint, the absolute time in status is the truth."""
    for n in range(3):
        play.cluster.submit(f"f-{n}", ai_analysis="fail after=0s", signal_processing="succeed after=0s")
        await asyncio.sleep(5)
    play.cluster.submit("rr")
    await asyncio.sleep(5)
    until = play.cluster.get(REMEDIATION_REQUEST, "rr")["status"]["blockedUntil"]
    await asyncio.sleep(3590)
    assert ["Failed", "Failed", "Failed", "Blocked"] == ends(play, "f-0", "f-1", "f-2", "rr")
    await asyncio.sleep(10)
    status = play.cluster.get(REMEDIATION_REQUEST, "rr")["status"]

    assert ("Failed", "blocked") == (status["overallPhase"], status["failurePhase"])
    # a millisecond or less for the reading, which latencies of the network take
    assert until[:21] == status["completedAt"][:21]
    play.cluster.submit("next")
    await asyncio.sleep(10)
    assert ["Completed"] == ends(play, "next")


@pytest.mark.slow
async def test_an_orchestrator_started_again_goes_on_where_its_objects_stand(play):
    """It learns its keys from the first list; deadlines and events are in the objects."""
    play.cluster.submit("rr", signal_processing="succeed after=20s")
    await asyncio.sleep(5)
    await play.operators["orchestrator"].kill()
    await asyncio.sleep(60)
    assert ["Processing"] == ends(play, "rr")
    await play.operators["orchestrator"].start()
    await asyncio.sleep(10)

    assert ["Completed"] == ends(play, "rr")
    assert 6 == len(play.trail.stored)


@pytest.mark.slow
async def test_at_rest_an_hour_costs_no_request(play):
    """Finished requests have no timers."""
    play.cluster.submit("rr")
    await asyncio.sleep(60)
    play.requests.clear()
    began = datetime.now(UTC)
    await asyncio.sleep(3600)

    assert Counter() == play.requests
    assert 3600 == (datetime.now(UTC) - began).total_seconds()


@pytest.mark.parametrize(
    ("event", "phase", "expected"),
    [
        ("MODIFIED", "Enriching", False),
        ("ADDED", "", False),
        (None, "Pending", False),
        ("MODIFIED", "Completed", True),
        ("MODIFIED", "Failed", True),
        (None, "Completed", True),
        ("DELETED", "Enriching", True),
    ],
)
def test_only_an_end_or_a_deletion_of_a_child_concerns_its_request(event, phase, expected):
    """Everything else would be a reconcile that reads two objects and does nothing."""
    told = {"type": event, "object": {"status": {"phase": phase}}}

    assert expected is concerns_owner(told, SIGNAL_PROCESSING)
