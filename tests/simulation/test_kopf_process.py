"""Kopf operators as processes: started, stopped and killed beside each other, and honest about how they end."""

import asyncio
import builtins

import aiohttp
import kopf
import pytest

from harness.apiserver import Reply
from harness.clusters.client import NAMESPACES
from harness.clusters.cluster import Address
from harness.loading import operator_loader
from harness.simulation.clock import run
from harness.simulation.errors import SimulationError
from harness.simulation.faults import CrashAfterWrite
from harness.simulation.kopf_process import RESTART_DELAY, Life
from harness.simulation.trouble import Answer, Crash, Stage
from harness.simulation.world import Simulation

from .doubles import At, now
from .kopf_stage import GRANTS, grant, loader, stage

pytestmark = pytest.mark.virtual_time


def noting(seen, name=""):
    """An operator that notes the names of the objects it sees."""

    def decorate(registry):
        @kopf.on.event(*GRANTS, registry=registry)
        async def note(event, **_):
            seen.append(name + event["object"]["metadata"]["name"])

    return decorate


def marks(simulation):
    return [mark.text for mark in simulation.tape.marks]


async def test_an_operator_starts_works_and_stops():
    """The whole life of a process, in no virtual time but that of its messages."""
    seen = []
    async with stage() as (simulation, cluster):
        operator = simulation.operator("noter", loader(noting(seen)))
        await operator.start()
        await cluster.create(grant("x"), namespace="a")
        await cluster.settled()
        await operator.stop()

        assert (["x"], Life.STOPPED, ["started", "stopped"]) == (seen, operator.life, marks(simulation))


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_the_end_of_one_operator_leaves_the_others_at_work(end):
    """Kopf cancels every task born after it, and its SIGKILL timer would end the test's own process."""
    seen = []
    async with stage() as (simulation, cluster):
        first = simulation.operator("first", loader(noting(seen, "first ")))
        second = simulation.operator("second", loader(noting(seen, "second ")))
        await first.start()
        await second.start()
        await getattr(first, end)()
        await cluster.create(grant("x"), namespace="a")
        await asyncio.sleep(3600)
        await second.stop()

        assert ["second x"] == seen


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_kill_takes_no_virtual_time(restarts):
    """SIGKILL is an instant, whether or not somebody starts the process again later."""
    async with stage() as (simulation, _):
        operator = simulation.operator("noter", loader(noting([])), restarts=restarts)
        await operator.start()
        await asyncio.sleep(10)
        before = now()
        await operator.kill()

        assert (before, Life.CRASHED) == (now(), operator.life)
        assert [] == [task for task in asyncio.all_tasks() if getattr(task, "actor", None) is operator.actor]
        await operator.stop()


async def test_a_killed_operator_reaches_nothing_any_more():
    """Its finally blocks run, mute: no request of it is on the tape after the crash, and no blocking work is done."""
    done = []

    def decorate(registry):
        @kopf.on.create(*GRANTS, registry=registry)
        async def work(**_):
            try:
                await asyncio.sleep(3600)
            finally:
                with pytest.raises(ConnectionResetError):
                    await asyncio.to_thread(done.append, "written")
                done.append("refused")
                async with aiohttp.ClientSession() as session:
                    await session.get("http://api.rehearsal/version")
                done.append("asked")

    async with stage() as (simulation, cluster):
        operator = simulation.operator("worker", loader(decorate))
        await operator.start()
        await cluster.create(grant("x"), namespace="a")
        await asyncio.sleep(60)
        count = len(simulation.tape.messages)
        await operator.kill()
        await asyncio.sleep(60)

        assert ["refused"] == done
        assert [] == [message for message in simulation.tape.messages[count:] if message.moment.actor == "worker"]


async def test_a_crashed_operator_rises_by_itself_and_learns_what_it_missed():
    """As under a kubelet. Until then the run is not quiescent."""
    seen = []
    async with stage() as (simulation, cluster):
        operator = simulation.operator("noter", loader(noting(seen)), restarts=True)
        await operator.start()
        await operator.kill()
        killed = now()
        assert "noter: restarting after a crash" in simulation.quiescence.reasons()
        await cluster.create(grant("x"), namespace="a")
        assert [] == seen
        await cluster.settled()

        assert ["x"] == seen
        assert [("started again", killed + RESTART_DELAY)] == [
            (mark.text, mark.at) for mark in simulation.tape.marks if mark.text == "started again"
        ]
        await operator.stop()


async def test_a_stop_calls_a_pending_restart_off():
    """Otherwise an operator would rise after the end of its scenario."""
    async with stage() as (simulation, cluster):
        operator = simulation.operator("noter", loader(noting([])), restarts=True)
        await operator.start()
        await operator.kill()
        await operator.stop()
        await asyncio.sleep(60)

        assert (1, Life.CRASHED) == (operator.starts, operator.life)
        assert [] == simulation.quiescence.reasons()
        await cluster.settled()


async def test_a_start_by_hand_takes_the_place_of_a_pending_restart():
    """Two incarnations at once would be two operators of one name."""
    async with stage() as (simulation, _):
        operator = simulation.operator("noter", loader(noting([])), restarts=True)
        await operator.start()
        await operator.kill()
        await operator.start()
        await asyncio.sleep(60)

        assert (2, Life.RUNNING) == (operator.starts, operator.life)
        await operator.stop()


async def test_a_second_start_of_a_running_operator_is_refused():
    """It would lose sight of the first."""
    async with stage() as (simulation, _):
        operator = simulation.operator("noter", loader(noting([])))
        await operator.start()
        with pytest.raises(RuntimeError, match="noter is running already"):
            await operator.start()
        await operator.stop()


async def test_a_start_that_fails_raises_its_cause_once():
    """The scenario sees the error of the startup handler, not one of the harness; stopping it is harmless then."""

    def decorate(registry):
        @kopf.on.startup(registry=registry)
        async def startup(**_):
            raise kopf.PermanentError("no such policy")

    async with stage() as (simulation, _):
        operator = simulation.operator("picky", loader(decorate))
        with pytest.raises(Exception, match="no such policy"):
            await operator.start()
        await operator.stop()

        assert (Life.FAILED, "started") == (operator.life, marks(simulation)[0])
        assert "no such policy" in marks(simulation)[1]


async def test_a_kill_during_the_start_ends_the_start():
    """A crash in a startup handler is a crash; whoever waits for the start must not wait for ever."""

    def decorate(registry):
        @kopf.on.startup(registry=registry)
        async def startup(**_):
            await asyncio.sleep(3600)

    async with stage() as (simulation, _):
        operator = simulation.operator("slow", loader(decorate))
        starting = asyncio.create_task(operator.start())
        await asyncio.sleep(10)
        before = now()
        await operator.kill()
        await starting

        assert (before, Life.CRASHED, ["started", "crashed"]) == (now(), operator.life, marks(simulation))


async def test_an_operator_that_fails_later_is_told_at_its_stop():
    """Nobody awaits a running operator; its failure must not vanish with its task."""
    async with stage() as (simulation, _):
        operator = simulation.operator("noter", loader(noting([])))
        await operator.start()
        await asyncio.sleep(60)
        root = next(task for task in asyncio.all_tasks() if task.get_name() == "resource observer")
        root.cancel()
        await asyncio.sleep(60)

        assert (Life.FAILED, "failed: SimulationError") == (operator.life, marks(simulation)[-1].partition("(")[0])
        with pytest.raises(SimulationError, match="noter ended by itself"):
            await operator.stop()


async def test_an_operator_that_fails_to_rise_is_told_at_its_stop():
    """The restart has no caller who could see the exception."""
    starts = []

    def decorate(registry):
        @kopf.on.startup(registry=registry)
        async def startup(**_):
            starts.append(now())
            if len(starts) > 1:
                raise kopf.PermanentError("no second time")

    async with stage() as (simulation, cluster):
        operator = simulation.operator("once", loader(decorate), restarts=True)
        await operator.start()
        await operator.kill()
        await cluster.settled()

        assert Life.FAILED is operator.life
        with pytest.raises(Exception, match="no second time"):
            await operator.stop()


async def test_a_task_that_swallows_its_cancellation_is_marked_on_the_tape():
    """It is mute and harmless, but it is a bug that only SIGKILL hides."""
    released = asyncio.Event()

    def decorate(registry):
        @kopf.on.startup(registry=registry)
        async def startup(**_):
            asyncio.create_task(_stubborn(released), name="stubborn")  # noqa: RUF006 - nobody looks after it: that is the case

    async with stage() as (simulation, _):
        operator = simulation.operator("leaky", loader(decorate))
        await operator.start()
        await operator.kill()

        assert ["started", "crashed", "left behind: stubborn ignores its cancellation"] == marks(simulation)
        released.set()


async def _stubborn(released):
    while not released.is_set():
        try:
            await released.wait()
        except asyncio.CancelledError:
            continue


async def test_a_crash_during_a_graceful_stop_does_not_bring_it_up_again():
    """The cleanup handler may write, and a fault may crash that write: the stop is a stop all the same."""

    def decorate(registry):
        @kopf.on.cleanup(registry=registry)
        async def cleanup(**_):
            async with aiohttp.ClientSession() as session:
                await session.post("http://api.rehearsal/api/v1/namespaces", json={})

    crash = At(Stage.BEFORE, Crash())
    async with stage() as (simulation, _):
        operator = simulation.operator("noter", loader(decorate), restarts=True)
        await operator.start()
        await asyncio.sleep(1)
        with simulation.trouble(crash):
            await operator.stop()
        await asyncio.sleep(60)

        assert (1, ["started", "stopped", "crashed"]) == (operator.starts, marks(simulation))


MODULE = """
from __future__ import annotations
from dataclasses import dataclass
import kopf

@dataclass
class Memory:
    seen: list[str]

MEMORY = Memory([])

@kopf.on.event("example.org", "v1", "accessgrants")
async def remember(name, **_):
    MEMORY.seen.append(name)
    REPORT.append(list(MEMORY.seen))
"""


async def test_a_restarted_module_has_lost_its_globals(tmp_path):
    """Decorated modules keep state in globals; a crash that kept it would hide that it is not persistent."""
    # The only way for a module that is imported afresh to tell its test.
    report = builtins.REPORT = []
    path = tmp_path / "operator.py"
    path.write_text(MODULE)
    try:
        async with stage() as (simulation, cluster):
            load = operator_loader(str(path), address=Address("http://api.rehearsal"), environ={})
            operator = simulation.operator("keeper", load, restarts=True)
            await operator.start()
            await cluster.create(grant("x"), namespace="a")
            await cluster.create(grant("y"), namespace="a")
            await cluster.settled()
            assert [["x"], ["x", "y"]] == report
            report.clear()
            await operator.kill()
            await cluster.settled()
            await operator.stop()

        assert [["x"], ["x", "y"]] == report
    finally:
        del builtins.REPORT


# -- quiescence of Kopf


def patching(*, sleep=0.0, retries=0):
    """An operator that sets the phase after a sleep and so many temporary errors."""

    def decorate(registry):
        @kopf.on.create(*GRANTS, registry=registry)
        async def handle(retry, patch, **_):
            await asyncio.sleep(sleep)
            if retry < retries:
                raise kopf.TemporaryError("not yet", delay=60)
            patch.status["phase"] = "Active"

    return decorate


@pytest.mark.parametrize("options", [{"sleep": 300}, {"retries": 3}], ids=["a handler sleeps", "retries are pending"])
async def test_the_run_is_not_quiescent_while_kopf_has_something_to_do(options):
    """A handler in its sleep or between two attempts will still write; `never` must not close before."""
    async with stage() as (simulation, cluster):
        operator = simulation.operator("patcher", loader(patching(**options)))
        await operator.start()
        await cluster.settled()
        subject = await cluster.create(grant("x"), namespace="a")
        await cluster.settled()

        assert "Active" == cluster.history.of(subject).current["status"]["phase"]
        await operator.stop()


async def test_the_run_is_not_quiescent_while_kopf_waits_to_watch_again():
    """What happened while no watch was open is still to be learnt."""
    seen = []
    async with stage() as (simulation, cluster):
        operator = simulation.operator("noter", loader(noting(seen)))
        await operator.start()
        await cluster.settled()
        # The stream ends with 410: Kopf pauses, then lists again.
        collection = cluster.server._cluster.registry.find("example.org", "v1", "accessgrants").collection
        for deliver in list(collection.subscribers):
            feed = deliver.__self__.subscription
            if feed._sink is not None and deliver.__self__._bookmarks:
                feed.push(b'{"type":"ERROR","object":{"code":410,"message":"too old"}}\n')
                feed.end()
        await cluster.create(grant("x"), namespace="a")
        await cluster.settled()

        assert ["x"] == seen
        await operator.stop()


async def test_the_run_is_not_quiescent_while_an_overloaded_server_is_to_be_asked_again():
    """A 429 is a promise to come back."""

    class Overloaded:
        left = 2

        def judge(self, moment):
            if moment.stage is Stage.BEFORE and moment.verb == "patch" and self.left:
                self.left -= 1
                body = b'{"kind":"Status","code":429,"details":{"retryAfterSeconds":30}}'
                return Answer(Reply(429, {"content-type": "application/json", "retry-after": "30"}, body))
            return None

    async with stage() as (simulation, cluster):
        operator = simulation.operator("patcher", loader(patching()))
        await operator.start()
        subject = await cluster.create(grant("x"), namespace="a")
        with simulation.trouble(Overloaded()) as trouble:
            await cluster.settled()

        assert (0, "Active") == (trouble.left, cluster.history.of(subject).current["status"]["phase"])
        await operator.stop()


async def test_the_run_is_not_quiescent_while_the_garbage_collector_has_work():
    """A dependent of a deleted owner is still there, and will not be."""
    async with stage() as (simulation, cluster):
        owner = await cluster.create(grant("owner"), namespace="a")
        reference = {"apiVersion": "example.org/v1", "kind": "AccessGrant", "name": "owner", "uid": owner.uid}
        child = grant("child")
        child["metadata"]["ownerReferences"] = [reference]
        dependent = await cluster.create(child, namespace="a")
        await cluster.settled()
        await cluster.client.delete(owner.plural, "owner", namespace="a")
        assert ["API server: garbage collection"] == simulation.quiescence.reasons()
        await cluster.settled()

        assert cluster.history.versions(dependent)[-1].gone


async def test_the_run_is_not_quiescent_while_a_namespace_is_being_deleted():
    """Its content goes with it, seconds later."""
    async with stage() as (simulation, cluster):
        subject = await cluster.create(grant("x"), namespace="a")
        await cluster.client.delete(NAMESPACES, "a")
        assert simulation.quiescence.reasons()
        await cluster.settled()

        assert cluster.history.versions(subject)[-1].gone
        assert [] == [one for one in await cluster.client.list(NAMESPACES) if one["metadata"]["name"] == "a"]


async def test_an_idle_operator_is_quiescent_at_once():
    """Open watches, keep-alives and Kopf's own idle timers are not work."""
    async with stage() as (simulation, cluster):
        operator = simulation.operator("noter", loader(noting([])))
        await operator.start()
        await cluster.settled()
        before = now()
        await cluster.settled()

        assert before == now()
        await operator.stop()


@pytest.mark.parametrize(("write", "phases"), [(1, []), (2, ["Active"])])
async def test_a_crash_after_a_write_finds_the_gap_between_two_of_kopf(write, phases):
    """Kopf writes down that a handler succeeded before it writes the status: a crash in between loses the status for ever.

    That is Kopf's, and true; this is the sort of thing that the seam is for.
    """
    async with stage() as (simulation, cluster):
        operator = simulation.operator("patcher", loader(patching()), restarts=True)
        await operator.start()
        with simulation.trouble(CrashAfterWrite("patcher", write)) as crash:
            subject = await cluster.create(grant("x"), namespace="a")
            await cluster.settled()

        assert (1, phases) == (len(crash.fired), await cluster.history.of(subject).phases())
        assert ["started", "crashed", "started again"] == marks(simulation)
        await operator.stop()


def test_a_simulation_needs_a_virtual_loop():
    """On a real loop nothing would fail at first, and everything later."""

    async def main():
        Simulation()

    with pytest.raises(SimulationError, match="this is a _UnixSelectorEventLoop"):
        asyncio.run(main())
    run(main())
