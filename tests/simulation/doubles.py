"""Small backends and troubles for tests of the network. Each is a real one of its kind, only simple."""

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp

from harness.apiserver import Reply
from harness.apiserver.subscription import Subscription
from harness.simulation.actors import Actor, acting_as
from harness.simulation.world import Simulation

HOST = "service.test"
URL = f"http://{HOST}"


class Echo:
    """Answers what it was asked, as JSON, after so many virtual seconds; ``None``: never."""

    def __init__(self, *, after=0.0):
        self.after = after
        self.requests = []

    def serve(self, request, answer):
        self.requests.append(request)
        shown = {
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "body": request.body.decode(),
        }
        reply = Reply(201, {"content-type": "application/json", "x-served": "yes"}, json.dumps(shown).encode())
        if self.after:
            asyncio.get_running_loop().call_later(self.after, answer, reply)
        elif self.after is not None:
            answer(reply)


class Watches:
    """Answers every request with a watch; the test pushes its lines."""

    def __init__(self, *backlog):
        self.opened = []
        self.closed = []
        self._backlog = backlog

    def serve(self, request, answer):
        found = Subscription()
        found.when_released(lambda: self.closed.append(found))
        for line in self._backlog:
            found.push(line)
        self.opened.append(found)
        answer(found)


class At:
    """Gives these verdicts at a stage, one per message in turn; the last one goes on for ever if ``forever``."""

    def __init__(self, stage, *verdicts, forever=False):
        self.stage, self._verdicts, self._forever = stage, list(verdicts), forever
        self.moments = []

    def judge(self, moment):
        if moment.stage is not self.stage:
            return None
        self.moments.append(moment)
        if self._forever:
            return self._verdicts[0]
        return self._verdicts.pop(0) if self._verdicts else None


@asynccontextmanager
async def stage(backend, *troubles, name="client"):
    """A simulation without latency, a client session of a mortal actor, and the given troubles.

    ``simulation.open`` is a GET whose reply stays open to the end.
    """
    with Simulation() as simulation:
        simulation.network.troubles[:] = troubles
        simulation.network.add(HOST, backend)
        simulation.client = Actor(name)
        with acting_as(simulation.client):
            async with aiohttp.ClientSession() as session, AsyncExitStack() as replies:
                simulation.session = session
                simulation.open = lambda url=URL: replies.enter_async_context(session.get(url))
                yield simulation


def now():
    """Virtual seconds since the start of the run."""
    return asyncio.get_running_loop().time()


async def turns(count=10):
    """Let the loop turn; no virtual time passes."""
    for _ in range(count):
        await asyncio.sleep(0)
