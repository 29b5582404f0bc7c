"""What stands behind a host name: an API server core, or an ASGI application."""

from __future__ import annotations

import asyncio
import errno
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from harness.apiserver import Outcall, Reply
from harness.simulation.outgoing import Calls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.apiserver import Answered, ApiServer, Call, Request, Subscription, Unanswered
    from harness.simulation.actors import Actor
    from harness.simulation.network import Network
    from harness.simulation.transport import Outcome

_log = logging.getLogger(__name__)


class ApiServerBackend:
    """Fronts an API server core in memory: calls it, and steps it when its own deadlines pass."""

    def __init__(
        self,
        server: ApiServer,
        *,
        loop: asyncio.AbstractEventLoop,
        instant: Callable[[float], Any],
        network: Network | None = None,
    ) -> None:
        self._server, self._loop, self._instant = server, loop, instant
        self._network = network
        self._timer: asyncio.TimerHandle | None = None
        server.on_deadline_changed = self._arm
        server.on_errand = self._run_errand
        self._arm()

    def serve(self, request: Request, answer: Callable[[Outcome], None]) -> None:
        """Serve at once, as the core is synchronous; or when the webhooks have answered that it asks first."""
        self._give(self._server.handle(request), answer)

    def _give(self, found: Reply | Subscription | Outcall, answer: Callable[[Outcome], None]) -> None:
        if not isinstance(found, Outcall):
            answer(found)
            return
        if found.pause:
            self._loop.call_later(found.pause.total_seconds(), lambda: self._give(found.resume(()), answer))
            return
        Calls(found.calls, network=self._network, loop=self._loop).make(
            lambda outcomes: self._give(found.resume(outcomes), answer)
        )

    def busy(self) -> str | None:
        """Part of the work-source protocol: what the server will still do by itself."""
        return self._server.busy()

    def next_deadline(self) -> None:
        """None: bookmarks and the time-outs of watches are no deadlines."""

    def stop(self) -> None:
        """Step no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._server.on_deadline_changed = self._server.on_errand = None

    def _run_errand(self, calls: Sequence[Call], resume: Callable[[list[Answered | Unanswered]], None]) -> None:
        Calls(calls, network=self._network, loop=self._loop).make(resume)

    def _arm(self) -> None:
        deadline = self._server.next_deadline
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if deadline is not None:
            seconds = (deadline - self._instant(self._loop.time())).total_seconds()
            # Both moments are whole microseconds of the wall clock: what is not due yet is at least one away.
            self._timer = self._loop.call_later(max(0.0, seconds), self._step)

    def _step(self) -> None:
        self._timer = None
        self._server.step()
        if self._timer is None:
            self._arm()


class AsgiBackend:
    """Serves requests by an ASGI application, as an actor of its own. Sends no lifespan events.

    An application that raises has answered 500, as behind a real server; one whose actor dies leaves a broken connection.
    Of a parameter or header that comes twice, the last one counts.

    :param app: any ASGI application; its blocking work goes through ``asyncio.to_thread``.
    """

    def __init__(self, app: Any, *, actor: Actor) -> None:
        self._app, self.actor = app, actor

    def serve(self, request: Request, answer: Callable[[Outcome], None]) -> None:
        """Serve one request in a task of the service's actor."""
        if self.actor.dead:
            answer(ConnectionRefusedError(errno.ECONNREFUSED, f"{self.actor} is down"))
            return
        call = _Call(request)
        task = self.actor.spawn(call.run(self._app), name=f"{request.method} {request.path}")
        # A callback of the task, not code in it: a task that is cancelled before its first step runs none.
        task.add_done_callback(lambda ended: answer(call.outcome(ended, self.actor)))


class _Call:
    """One request at an ASGI application."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._status, self._headers, self._body = 0, dict[str, str](), b""
        self._asked = False
        self._over = asyncio.Event()

    async def run(self, app: Any) -> None:
        try:
            await app(self._scope(), self._receive, self._send)
        finally:
            self._over.set()

    def outcome(self, task: asyncio.Task[None], actor: Actor) -> Outcome:
        """Say what the client gets."""
        if task.cancelled() or actor.dead:
            return ConnectionResetError(errno.ECONNRESET, f"{actor} died")
        if (error := task.exception()) is not None:
            _log.error("%s %s failed in %s", self._request.method, self._request.path, actor, exc_info=error)
        if not self._status:
            return Reply(status=500, headers={"content-type": "text/plain"}, body=b"Internal Server Error")
        return Reply(status=self._status, headers=self._headers, body=self._body)

    def _scope(self) -> dict[str, Any]:
        request = self._request
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": request.path,
            "raw_path": quote(request.path).encode(),
            "root_path": "",
            "query_string": urlencode(dict(request.query)).encode(),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()],
            "client": ("simulation", 0),
            "server": (request.headers.get("host", ""), 80),
        }

    async def _receive(self) -> dict[str, Any]:
        if self._asked:
            await self._over.wait()  # who asks again wants to know when the client leaves; it does not, before the end
            return {"type": "http.disconnect"}
        self._asked = True
        return {"type": "http.request", "body": self._request.body, "more_body": False}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {
                name.decode("latin-1"): value.decode("latin-1") for name, value in message.get("headers", ())
            }
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                self._over.set()
