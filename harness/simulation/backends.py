"""What stands behind a host name: an API server core, or an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from harness.apiserver import Reply

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from harness.apiserver import ApiServer, Request, Subscription
    from harness.simulation.actors import Actor


class ApiServerBackend:
    """Fronts an API server core in memory: calls it, and steps it when its own deadlines pass."""

    def __init__(self, server: ApiServer, *, loop: asyncio.AbstractEventLoop, instant: Callable[[float], Any]) -> None:
        self._server, self._loop, self._instant = server, loop, instant
        self._timer: asyncio.TimerHandle | None = None
        server.on_deadline_changed = self._arm
        self._arm()

    def serve(self, request: Request, answer: Callable[[Reply | Subscription], None]) -> None:
        """Serve at once: the core is synchronous."""
        answer(self._server.handle(request))

    def stop(self) -> None:
        """Step no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._server.on_deadline_changed = None

    def _arm(self) -> None:
        deadline = self._server.next_deadline
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if deadline is not None:
            seconds = (deadline - self._instant(self._loop.time())).total_seconds()
            # The wall clock shows whole microseconds; a timer a hair too early would find nothing due and spin.
            self._timer = self._loop.call_later(max(0.0, seconds) + 1e-6, self._step)

    def _step(self) -> None:
        self._timer = None
        self._server.step()
        if self._timer is None:
            self._arm()


class AsgiBackend:
    """Serves requests by an ASGI application, as an actor of its own. Sends no lifespan events.

    :param app: any ASGI application; its blocking work goes through ``asyncio.to_thread``.
    """

    def __init__(self, app: Any, *, actor: Actor) -> None:
        self._app, self.actor = app, actor

    def serve(self, request: Request, answer: Callable[[Reply | Subscription], None]) -> None:
        """Serve one request in a task of the service's actor."""
        if self.actor.dead:
            answer(Reply(status=502, headers={"content-type": "text/plain"}, body=b"the service is down"))
            return
        self.actor.spawn(self._call(request, answer), name=f"{request.method} {request.path}")

    async def _call(self, request: Request, answer: Callable[[Reply | Subscription], None]) -> None:

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": request.path,
            "raw_path": request.path.encode(),
            "root_path": "",
            "query_string": urlencode(dict(request.query)).encode(),
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()],
            "client": ("simulation", 0),
            "server": (request.headers.get("host", ""), 80),
        }
        status, headers, body = 500, {}, b""

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status, headers, body
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = {
                    name.decode("latin-1"): value.decode("latin-1") for name, value in message.get("headers", ())
                }
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, send)
        answer(Reply(status=status, headers=headers, body=body))
