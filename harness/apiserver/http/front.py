"""The HTTP front: aiohttp's low-level server, in a thread and a loop of its own.

Of its own, because Kopf treats every task born in its loop as its own and waits for it when it stops. All of the core runs
in that thread; other threads reach it through the port, and move its clock with `poke`.
"""

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Final, Self

from aiohttp import web
from aiohttp.hdrs import SERVER

from harness.apiserver.codec.coding import compressed
from harness.apiserver.http.outgoing import Caller
from harness.apiserver.http.stream import Watches, stream
from harness.apiserver.http.tls import Certificates, certified_user
from harness.apiserver.messages import Reply, Request, User, joined_headers
from harness.apiserver.outcalls import Call, Outcall, Outcome
from harness.apiserver.server import ApiServer
from harness.apiserver.targets import is_readable, read_query

_STOP_PATIENCE_SECONDS: Final = 1.0
"""How long a stop waits for replies that are under way; watches are ended first."""

_LONGEST_HEAD: Final = 1024 * 1024
"""How long a request line or a header may be, the limit of Go's server: selectors and tokens stand in the query."""


class FrontError(Exception):
    """The front cannot serve: the message says where and why."""


class _Received(web.BaseRequest):
    """A request whose response does not name the HTTP library, as the real server's do not."""

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        response.headers.popall(SERVER, None)


class HttpFront:
    """Serves an `ApiServer` on ``host`` and ``port`` (0: any free one) until it is stopped.

    ``clock`` must be the server's; it tells how long to wait for what is due. Usable as a context manager.
    """

    def __init__(
        self,
        server: ApiServer,
        *,
        clock: Callable[[], datetime],
        host: str = "127.0.0.1",
        port: int = 0,
        certificates: Certificates | None = None,
    ) -> None:
        self._loop: asyncio.AbstractEventLoop
        self._server, self._clock = server, clock
        self._host, self._port = host, port
        self._certificates = certificates
        self._thread: threading.Thread | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._stopping: asyncio.Event | None = None
        self._failure: OSError | None = None
        self._ready = threading.Event()
        self._watches = Watches()
        self._caller = Caller()
        self._errands: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it serves, such as ``http://127.0.0.1:34567``. Known once it has started."""
        return f"{'https' if self._certificates else 'http'}://{self._host}:{self._port}"

    @property
    def ca_pem(self) -> bytes:
        """The CA to trust, empty without TLS."""
        return self._certificates.ca_pem if self._certificates else b""

    def start(self) -> None:
        """Start serving, and return when the port answers.

        :raises FrontError: the port cannot be had.
        """
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="apiserver", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise FrontError(f"cannot serve on {self._host}:{self._port}: {_why(self._failure)}") from self._failure

    def stop(self) -> None:
        """End every watch, close the port and wait for the thread. Harmless when it does not run."""
        if self._thread is None or not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join()

    def poke(self) -> None:
        """Look at the clock again, because somebody has moved it; returns when what is due has been done."""
        if self._thread is None or not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._step_once(), self._loop).result()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()
            self._ready.set()

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        runner = web.ServerRunner(
            # A client that leaves cancels its handler: a watch must not outlive it until the next event. What it has
            # compressed stays compressed: the API takes no such bodies.
            web.Server(
                self._handle,
                request_factory=lambda message, payload, protocol, writer, task: _Received(
                    message, payload, protocol, writer, task, self._loop
                ),
                access_log=None,
                handler_cancellation=True,
                auto_decompress=False,
                max_line_size=_LONGEST_HEAD,
                max_field_size=_LONGEST_HEAD,
            ),
            shutdown_timeout=_STOP_PATIENCE_SECONDS,
        )
        await runner.setup()
        try:
            site = web.TCPSite(
                runner,
                self._host,
                self._port,
                ssl_context=self._certificates.server_context() if self._certificates else None,
            )
            try:
                await site.start()
            except OSError as problem:
                self._failure = problem
                return
            self._port = runner.addresses[0][1]
            self._server.on_deadline_changed = self._plan
            self._server.on_errand = self._start_errand
            self._plan()
            self._ready.set()
            await self._stopping.wait()
        finally:
            self._server.on_deadline_changed = self._server.on_errand = None
            for errand in self._errands:
                errand.cancel()
            if self._timer is not None:
                self._timer.cancel()
            self._watches.end()
            await runner.cleanup()
            await self._caller.close()

    def _stop(self) -> None:
        if self._stopping is not None:
            self._stopping.set()

    async def _step_once(self) -> None:
        self._step()

    def _step(self) -> None:
        self._server.step()
        self._plan()

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._server.next_deadline
        if due is not None:
            self._timer = self._loop.call_later(max(0.0, (due - self._clock()).total_seconds()), self._step)

    def _start_errand(self, calls: Sequence[Call], resume: Callable[[Sequence[Outcome]], None]) -> None:
        async def run() -> None:
            resume(await self._caller.make(calls))

        errand = self._loop.create_task(run())
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    def _certified(self, request: web.BaseRequest) -> User | None:
        if self._certificates is None or request.transport is None:
            return None
        return certified_user(request.transport.get_extra_info("ssl_object"))

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if not is_readable(request.raw_path):
            response = web.Response(status=400, text="400 Bad Request")
            response.force_close()
            return response
        body = await _read(request, self._server.settings.max_body_bytes)
        answer = self._server.handle(
            Request(
                method=request.method,
                path=request.path,
                query=read_query(request.raw_path),
                headers=joined_headers(request.headers.items()),
                body=body,
                user=self._certified(request),
            )
        )
        while isinstance(answer, Outcall):
            answer = answer.resume(await self._caller.make(answer.calls))
        if isinstance(answer, Reply):
            answer = compressed(answer, request.headers)
            response = web.Response(status=answer.status, headers=dict(answer.headers), body=answer.body)
            if len(body) > self._server.settings.max_body_bytes:
                response.force_close()  # the rest of the body is not read
            return response
        with self._watches.open(answer):
            return await stream(request, answer)


def _why(problem: OSError) -> str:
    """Say what is wrong with a host or port, and the way out; asyncio's own text repeats both and their numbers."""
    if isinstance(problem, socket.gaierror):
        return f"{problem.strerror}; the host is a name or an address of this machine"
    reason = os.strerror(problem.errno) if problem.errno else str(problem)
    if problem.errno in {errno.EADDRINUSE, errno.EACCES}:
        return f"{reason}; choose another port, or 0 for any free one"
    return reason


async def _read(request: web.BaseRequest, limit: int) -> bytes:
    """Return the body, or a little more than ``limit`` bytes of it when it is larger."""
    if not request.body_exists:
        return b""
    chunks, size = [], 0
    async for chunk in request.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > limit:
            break
    return b"".join(chunks)
