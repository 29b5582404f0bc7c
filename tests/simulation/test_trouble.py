"""The one seam for trouble: each verdict at each stage, what several of them make together, and what is counted."""

import asyncio

import aiohttp
import pytest

from harness.apiserver import Reply, Request
from harness.simulation.actors import SCENARIO, Actor, acting_as
from harness.simulation.clock import run
from harness.simulation.errors import TroubleError
from harness.simulation.trouble import Answer, Crash, Delay, Gate, Hold, Stage, describe

from .doubles import URL, At, Echo, Watches, now, stage, turns

pytestmark = pytest.mark.virtual_time


@pytest.mark.parametrize("at", [Stage.BEFORE, Stage.AFTER])
async def test_a_delay_takes_its_time_before_or_after_the_service(at):
    """Whether the write or its reply is late is the difference between a race and none."""
    backend = Echo()
    async with stage(backend, At(at, Delay(2.5))) as simulation:
        asking = asyncio.create_task(simulation.session._request("POST", URL))
        await turns()
        assert (at is Stage.AFTER) == bool(backend.requests)
        (await asking).close()

        assert now() == 2.5


async def test_delays_of_several_troubles_add_up():
    """A fault and the latency of the run are both true."""
    async with stage(Echo(), At(Stage.BEFORE, Delay(2)), At(Stage.BEFORE, Delay(0.5)), At(Stage.AFTER, Delay(1))) as (
        simulation
    ):
        await simulation.open()

        assert now() == 3.5


async def test_an_answer_before_the_service_spares_it():
    """A conflict that the server never saw must not have written anything."""
    backend = Echo()
    async with stage(backend, At(Stage.BEFORE, Answer(Reply(409, {}, b"conflict")))) as simulation:
        reply = await simulation.open()

        assert (409, b"conflict", []) == (reply.status, await reply.read(), backend.requests)


async def test_an_answer_after_the_service_replaces_its_reply():
    """Written, and then told otherwise: what a proxy's time-out does."""
    backend = Echo()
    async with stage(backend, At(Stage.AFTER, Answer(Reply(504)))) as simulation:
        reply = await simulation.open()

        assert (504, 1) == (reply.status, len(backend.requests))


@pytest.mark.parametrize("at", [Stage.BEFORE, Stage.AFTER])
async def test_a_held_request_waits_for_its_gate_and_is_not_under_way(at):
    """The scenario decides how long; waiting for quiescence with a held message must not hang."""
    gate, backend = Gate(), Echo()
    async with stage(backend, At(at, Hold(gate))) as simulation:
        asking = asyncio.create_task(simulation.session._request("POST", URL))
        moment = await gate.reached()
        await simulation.quiescence.reached()
        assert (moment.verb, [moment], 0) == ("create", gate.waiting, simulation.network.under_way)
        assert (at is Stage.AFTER) == bool(backend.requests)
        await asyncio.sleep(60)
        gate.open()
        (await asking).close()

        assert (60.0, [], 0) == (now(), gate.waiting, simulation.network.under_way)


async def test_a_held_event_keeps_back_those_behind_it():
    """A stream is one: what comes after a held event cannot pass it."""
    gate, backend = Gate(), Watches()
    async with stage(backend, At(Stage.EVENT, None, Hold(gate))) as simulation:
        reply = await simulation.open()
        for line in (b"1\n", b"2\n", b"3\n"):
            backend.opened[0].push(line)
        assert b"1\n" == await reply.content.readline()
        await gate.reached()
        await simulation.quiescence.reached()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reply.content.readline(), 60)
        gate.open()

        assert [b"2\n", b"3\n"] == [await reply.content.readline(), await reply.content.readline()]
        assert 0 == simulation.network.under_way


async def test_a_message_waits_at_every_gate():
    """Two faults that hold the same write are both to be opened."""
    first, second, backend = Gate(), Gate(), Echo()
    async with stage(backend, At(Stage.BEFORE, Hold(first)), At(Stage.BEFORE, Hold(second))) as simulation:
        asking = asyncio.create_task(simulation.session._request("GET", URL))
        await first.reached()
        first.open()
        await second.reached()
        assert [] == backend.requests
        second.open()
        (await asking).close()

        assert 1 == len(backend.requests)


async def test_a_held_message_keeps_the_other_verdicts():
    """A hold must not swallow the delay, nor an answer decided by a trouble behind it."""
    gate, backend = Gate(), Echo()
    troubles = At(Stage.BEFORE, Hold(gate)), At(Stage.BEFORE, Delay(5)), At(Stage.BEFORE, Answer(Reply(503)))
    async with stage(backend, *troubles) as simulation:
        asking = asyncio.create_task(simulation.open())
        await gate.reached()
        gate.open()
        reply = await asking

        assert (503, [], 5.0) == (reply.status, backend.requests, now())


async def test_an_open_gate_lets_later_messages_pass():
    """A gate opens once, for all that are to come."""
    gate = Gate()
    gate.open()
    async with stage(Echo(), At(Stage.BEFORE, Hold(gate), forever=True)) as simulation:
        await simulation.open()

        assert (0.0, []) == (now(), gate.waiting)


async def test_a_gate_knows_who_came_first_also_after_it_was_opened():
    """Whoever awaits `reached` may get to run only after another task has opened the gate."""
    gate = Gate()
    async with stage(Echo(), At(Stage.BEFORE, Hold(gate))) as simulation:
        asking = asyncio.create_task(simulation.open())
        await gate.reached()
        gate.open()
        await asking

        assert "get" == (await gate.reached()).verb


@pytest.mark.parametrize(("at", "served"), [(Stage.BEFORE, 0), (Stage.AFTER, 1)])
async def test_a_crash_falls_before_or_after_the_write(at, served):
    """The two places where at-least-once and at-most-once part."""
    backend, steps = Echo(), []

    async def process(session):
        try:
            await session.post(URL)
            steps.append("told")
        finally:
            steps.append("finally")
            with pytest.raises((aiohttp.ClientError, RuntimeError)):
                await session.post(URL)

    async with stage(backend, At(at, Crash())) as simulation:
        task = simulation.client.spawn(process(simulation.session))
        await asyncio.wait({task})

        assert (served, ["finally"], 0.0) == (len(backend.requests), steps, now())
        assert (True, 0) == (simulation.client.dead, simulation.network.under_way)


async def test_a_late_message_of_a_dead_process_does_not_kill_its_successor():
    """Both go by one name. A crash meant for a message of the first must not reach the second."""
    crash = At(Stage.AFTER, Crash())
    killed = []
    async with stage(Echo(after=5), crash) as simulation:
        simulation.client.on_crash = lambda: killed.append("crashed")
        task = simulation.client.spawn(simulation.session._request("POST", URL))
        await asyncio.sleep(1)
        await simulation.client.crash()
        await simulation.quiescence.reached()

        assert (5.0, 1, []) == (now(), len(crash.moments), killed)
        assert task.done()


async def test_requests_and_writes_are_counted_by_the_name_of_their_actor():
    """'Crash after the third write' must mean the same in every run, over all incarnations of an operator."""
    seen = At(Stage.BEFORE)
    async with stage(Echo(), seen) as simulation:
        for method in ("GET", "POST", "GET", "PATCH"):
            async with simulation.session.request(method, URL):
                pass
        with acting_as(Actor("other")):
            async with aiohttp.ClientSession() as session, session.delete(URL):
                pass
        with acting_as(Actor("client")):
            async with aiohttp.ClientSession() as session, session.put(URL):
                pass

    counted = [(moment.actor, moment.n, moment.write) for moment in seen.moments]
    assert counted == [
        ("client", 1, 0),
        ("client", 2, 1),
        ("client", 3, 0),
        ("client", 4, 2),
        ("other", 1, 1),
        ("client", 5, 3),
    ]


async def test_events_are_counted_on_their_own():
    """Deliveries do not shift the numbers of requests."""
    seen, backend = At(Stage.EVENT), Watches(b"1\n", b"2\n")
    async with stage(backend, seen) as simulation:
        await simulation.open()

    assert [(1, 0, "watch"), (2, 0, "watch")] == [(moment.n, moment.write, moment.verb) for moment in seen.moments]


class Broken:
    """A trouble with a bug."""

    def judge(self, moment):
        raise KeyError("spec")


def test_a_trouble_that_fails_itself_ends_the_run():
    """It is asked in the middle of somebody's write: that one must not get a 500 for a bug of the test."""

    async def main():
        async with stage(Echo(), Broken()) as simulation:
            await simulation.open()

    with pytest.raises(TroubleError, match=r"Broken.*failed at before of get /: KeyError\('spec'\)"):
        run(main())


def test_an_answer_to_an_event_is_refused():
    """A watch event has nobody to answer; the run says so instead of doing something similar."""

    async def main():
        backend = Watches(b"1\n")
        async with stage(backend, At(Stage.EVENT, Answer(Reply(410)))) as simulation:
            await simulation.open()
            await asyncio.sleep(1)

    with pytest.raises(TroubleError, match="a watch event cannot be answered"):
        run(main())


def test_a_crash_of_the_scenario_is_refused():
    """Nobody would be left to tell; and all scenarios after it in the process would be dead from the start."""

    async def main():
        async with stage(Echo(), At(Stage.AFTER, Crash())):
            with acting_as(SCENARIO):
                async with aiohttp.ClientSession() as session, session.get(URL):
                    pass

    with pytest.raises(TroubleError, match="scenario cannot crash"):
        run(main())

    assert not SCENARIO.dead


async def test_the_scenario_keeps_no_connection_of_past_runs():
    """It lives as long as the process: what it remembers of a run is never given back."""
    async with stage(Echo()):
        with acting_as(SCENARIO):
            async with aiohttp.ClientSession() as session, session.get(URL):
                pass

    assert {} == SCENARIO._closers


@pytest.mark.parametrize(
    ("method", "path", "query", "expected"),
    [
        ("GET", "/api/v1/namespaces", {}, ("list", "namespaces", "")),
        ("GET", "/api/v1/namespaces/a", {}, ("get", "namespaces", "a")),
        ("PATCH", "/api/v1/namespaces/a/status", {}, ("patch", "namespaces/status", "a")),
        ("PUT", "/api/v1/namespaces/a/finalize", {}, ("update", "namespaces/finalize", "a")),
        ("GET", "/api/v1/namespaces/a/pods", {"watch": "true"}, ("watch", "pods", "a")),
        ("POST", "/apis/example.org/v1/namespaces/a/things", {}, ("create", "things", "a")),
        ("PATCH", "/apis/example.org/v1/namespaces/a/things/b/status", {}, ("patch", "things/status", "a/b")),
        ("DELETE", "/apis/example.org/v1/namespaces/a/things/b", {}, ("delete", "things", "a/b")),
        ("GET", "/apis/example.org/v1/things", {"watch": "1"}, ("watch", "things", "")),
        ("GET", "/apis/example.org/v1", {}, ("get", "/apis/example.org/v1", "")),
        ("POST", "/v1/events", {}, ("create", "/v1/events", "")),
    ],
)
def test_a_request_is_described_by_its_path(method, path, query, expected):
    """Troubles pick their messages by these words."""
    assert expected == describe(Request(method=method, path=path, query=query))
