"""The in-memory connection under an unmodified aiohttp: virtual time-outs, streams in order, and nothing left under way."""

import asyncio

import aiohttp
import pytest

from harness.apiserver import Reply
from harness.simulation.clock import run
from harness.simulation.trouble import Answer, Break, Crash, Delay, Gate, Hold, Stage

from .doubles import HOST, URL, At, Echo, Watches, now, stage, turns

pytestmark = pytest.mark.virtual_time


async def test_an_unknown_host_is_an_error_that_names_the_hosts_there_are():
    """A typo in a setting must not look like a network problem, nor reach the internet."""
    async with stage(Echo()) as simulation:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await simulation.session.get("http://servcie.test/")

    assert "no host 'servcie.test' in the simulation; its hosts are: service.test" in str(caught.value)


async def test_connections_are_kept_alive_and_used_again():
    """Keep-alive is what real clients do; a new connection per request would hide their bugs with stale ones."""
    async with stage(Echo()) as simulation:
        connected = []
        connect = simulation.network.connect
        simulation.network.connect = lambda *args, **options: connected.append(args) or connect(*args, **options)
        for _ in range(3):
            async with simulation.session.get(URL) as reply:
                await reply.read()

    assert [(HOST,)] == connected


@pytest.mark.parametrize(
    ("limits", "fires"),
    [(aiohttp.ClientTimeout(sock_read=3), 3.0), (aiohttp.ClientTimeout(total=4.5), 4.5)],
    ids=["sock_read", "total"],
)
async def test_a_client_timeout_fires_at_its_exact_virtual_time(limits, fires):
    """Time-outs are what operators are made of; they must cost no real time and come neither early nor late."""
    async with stage(Echo(after=None)) as simulation:
        with pytest.raises(TimeoutError):
            await simulation.session.get(URL, timeout=limits)

        assert now() == fires


async def test_a_reply_after_the_clients_timeout_is_dropped():
    """The client has closed the connection; the late reply must reach neither it nor its next request."""
    backend = Echo(after=5)
    async with stage(backend) as simulation:
        with pytest.raises(TimeoutError):
            await simulation.session.get(f"{URL}/first", timeout=aiohttp.ClientTimeout(total=1))
        assert simulation.network.under_way == 1
        async with simulation.session.get(f"{URL}/second") as reply:
            assert "/second" == (await reply.json())["path"]

        assert (now(), simulation.network.under_way) == (6.0, 0)


async def test_a_client_that_is_cancelled_leaves_nothing_under_way():
    """Kopf cancels requests whenever a watch is paused or a handler is superseded."""
    async with stage(Echo(after=5)) as simulation:
        request = asyncio.create_task(simulation.session._request("GET", URL))
        await asyncio.sleep(1)
        request.cancel()
        await asyncio.wait({request})
        await simulation.quiescence.reached()

        assert (now(), simulation.network.under_way) == (5.0, 0)


async def test_what_was_sent_is_served_although_its_sender_has_gone():
    """As on a real network: a time-out says nothing about whether the write happened."""
    backend = Echo()
    async with stage(backend, At(Stage.BEFORE, Delay(5))) as simulation:
        with pytest.raises(TimeoutError):
            await simulation.session.post(URL, data=b"x", timeout=aiohttp.ClientTimeout(total=1))
        assert [] == backend.requests
        await simulation.quiescence.reached()

        assert ["POST"] == [request.method for request in backend.requests]


async def test_a_connection_that_breaks_before_the_request_is_served_is_a_reset():
    """The client's own retry logic has to see the error that a real socket would give."""
    backend = Echo()
    async with stage(backend, At(Stage.BEFORE, Break())) as simulation:
        with pytest.raises(aiohttp.ClientOSError) as caught:
            await simulation.session.post(URL)

        assert (104, [], 0) == (caught.value.errno, backend.requests, simulation.network.under_way)


async def test_a_reply_that_is_lost_after_the_write_was_served():
    """The write happened, the client does not know: the classic of at-least-once."""
    backend = Echo()
    async with stage(backend, At(Stage.AFTER, Break())) as simulation:
        with pytest.raises(aiohttp.ClientOSError):
            await simulation.session.post(URL)

        assert (1, 0) == (len(backend.requests), simulation.network.under_way)


async def test_half_a_body_is_a_payload_error():
    """The head has come, the body has not: aiohttp reports that while reading, not while asking."""
    async with stage(Echo(), At(Stage.AFTER, Break(sent=10))) as simulation:
        reply = await simulation.open()
        assert 201 == reply.status
        with pytest.raises(aiohttp.ClientPayloadError):
            await reply.read()

        assert 0 == simulation.network.under_way


async def test_the_backend_may_break_the_connection_itself():
    """A service that dies in the middle of a request answers nothing."""

    class Dying:
        def serve(self, request, answer):
            answer(ConnectionResetError(104, "gone"))

    async with stage(Dying()) as simulation:
        with pytest.raises(aiohttp.ClientOSError, match="gone"):
            await simulation.session.post(URL)

        assert 0 == simulation.network.under_way


async def _lines(reply):
    return [line async for line in reply.content]


async def test_a_watch_ends_when_the_server_ends_it():
    """The end of a stream is part of the protocol: clients reconnect on it."""
    backend = Watches(b"1\n", b"2\n")
    async with stage(backend) as simulation:
        reply = await simulation.open()
        backend.opened[0].push(b"3\n")
        backend.opened[0].end()

        assert [b"1\n", b"2\n", b"3\n"] == await _lines(reply)
        assert (200, 0) == (reply.status, simulation.network.under_way)


@pytest.mark.parametrize("seed", range(8))
def test_a_watch_keeps_its_order_under_random_delays(seed):
    """Real streams are TCP: an event may be late, it never overtakes. The seed also shuffles timers of one instant."""

    class Jitter:
        def judge(self, moment):
            draw = asyncio.get_running_loop().streams.of("jitter").random()
            return Delay(round(draw, 1)) if moment.stage is Stage.EVENT else None

    async def watch():
        backend = Watches()
        async with stage(backend, Jitter()) as simulation:
            reply = await simulation.open()
            for number in range(30):
                backend.opened[0].push(b"%d\n" % number)
                await asyncio.sleep(0.1 if number % 3 else 0)
            backend.opened[0].end()
            lines = await _lines(reply)
            return lines, simulation.network.under_way

    assert ([b"%d\n" % number for number in range(30)], 0) == run(watch(), seed=seed)


async def test_closing_a_watch_unsubscribes_and_drops_what_is_under_way():
    """A closed watch that stays subscribed costs every later write, for the rest of the run."""
    backend = Watches()
    async with stage(backend, At(Stage.EVENT, Delay(5), forever=True)) as simulation:
        reply = await simulation.open()
        backend.opened[0].push(b"1\n")
        backend.opened[0].push(b"2\n")
        assert 2 == simulation.network.under_way
        reply.close()

        assert (backend.opened, 0) == (backend.closed, simulation.network.under_way)
        await asyncio.sleep(10)
        assert 0 == simulation.network.under_way


async def test_closing_a_watch_whose_lines_are_held_counts_nothing_twice():
    """Held lines are not under way; taking them off the count again would hide real messages for ever."""
    gate = Gate()
    backend = Watches()
    async with stage(backend, At(Stage.EVENT, Hold(gate))) as simulation:
        reply = await simulation.open()
        backend.opened[0].push(b"1\n")
        backend.opened[0].push(b"2\n")
        await gate.reached()
        assert 0 == simulation.network.under_way
        reply.close()
        gate.open()
        await turns()

        assert (1, 0) == (len(backend.closed), simulation.network.under_way)


async def test_a_watch_that_breaks_in_the_middle_of_an_event():
    """Half a line must not reach the client as an event; it sees a payload error and reconnects."""
    backend = Watches(b'{"n":1}\n', b'{"n":2}\n')
    async with stage(backend, At(Stage.EVENT, None, Break(sent=3))) as simulation:
        reply = await simulation.open()

        assert b'{"n":1}\n' == await reply.content.readline()
        with pytest.raises(aiohttp.ClientPayloadError):
            await reply.content.readline()
        assert (1, 0) == (len(backend.closed), simulation.network.under_way)


@pytest.mark.parametrize("moment", ["before", "after", "event"])
async def test_a_crash_at_any_stage_of_a_watch_leaves_nothing_behind(moment):
    """Also when the crash comes with the very first line, while the stream is being opened."""
    backend = Watches(b"1\n", b"2\n")
    async with stage(backend, At(Stage(moment), Crash())) as simulation:

        async def watch():
            async with simulation.session.get(URL) as reply:
                await _lines(reply)

        process = simulation.client.spawn(watch())
        await asyncio.wait({process})

        assert (True, 0.0) == (process.cancelled(), now())
        assert (len(backend.opened), 0) == (len(backend.closed), simulation.network.under_way)
        for watch in backend.opened:
            watch.push(b"3\n")
        assert 0 == simulation.network.under_way


async def test_a_watch_that_gets_another_answer_is_let_go():
    """A trouble that answers 410 in place of a watch must not leave the server with a subscriber."""
    backend = Watches()
    async with stage(backend, At(Stage.AFTER, Answer(Reply(410)))) as simulation:
        async with simulation.session.get(URL) as reply:
            assert 410 == reply.status

        assert backend.opened == backend.closed


async def test_a_client_that_leaves_before_its_watch_is_open_is_let_go():
    """The subscription exists from the moment of serving; its reply may take a while."""
    backend = Watches()
    async with stage(backend, At(Stage.AFTER, Delay(5))) as simulation:
        with pytest.raises(TimeoutError):
            await simulation.session.get(URL, timeout=aiohttp.ClientTimeout(total=1))
        await simulation.quiescence.reached()

        assert (backend.opened, 0) == (backend.closed, simulation.network.under_way)


async def test_a_new_watch_may_use_the_connection_of_one_that_ended():
    """Clients reconnect on the connection they have; lines of the old watch must not come along."""
    backend = Watches()
    async with stage(backend) as simulation:
        reply = await simulation.open()
        backend.opened[0].end()
        await reply.read()
        reply = await simulation.open()
        backend.opened[0].push(b"old\n")
        backend.opened[1].push(b"new\n")
        backend.opened[1].end()

        assert [b"new\n"] == await _lines(reply)
