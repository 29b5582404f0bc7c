"""The HTTP front: a port, in a thread and a loop of its own.

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

from harness.apiserver.http.connection import Connection
from harness.apiserver.http.outgoing import Caller
from harness.apiserver.http.tls import Certificates
from harness.apiserver.outcalls import Call, Outcome
from harness.apiserver.server import ApiServer

_STOP_PATIENCE_SECONDS: Final = 1.0
"""How long a stop waits for replies that are under way; watches are ended first."""

_GLANCE_SECONDS: Final = 15.0
"""How often connections are looked at that nobody uses."""


class FrontError(Exception):
    """The front cannot serve: the message says where and why."""


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
        self._glance: asyncio.TimerHandle | None = None
        self._stopping: asyncio.Event | None = None
        self._failure: OSError | None = None
        self._ready = threading.Event()
        self._connections: set[Connection] = set()
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
        try:
            try:
                listening = await self._loop.create_server(
                    self._connection,
                    self._host,
                    self._port,
                    ssl=self._certificates.server_context() if self._certificates else None,
                )
            except OSError as problem:
                self._failure = problem
                return
            self._port = listening.sockets[0].getsockname()[1]
            self._server.on_deadline_changed = self._plan
            self._server.on_errand = self._start_errand
            self._plan()
            self._look_around()
            self._ready.set()
            await self._stopping.wait()
            listening.close()
        finally:
            self._server.on_deadline_changed = self._server.on_errand = None
            for errand in self._errands:
                errand.cancel()
            for timer in (self._timer, self._glance):
                if timer is not None:
                    timer.cancel()
            await self._shut()
            await self._caller.close()

    def _connection(self) -> Connection:
        return Connection(self._server, self._caller, opened=self._connections.add, closed=self._connections.discard)

    def _look_around(self) -> None:
        for connection in list(self._connections):
            connection.tire()
        self._glance = self._loop.call_later(_GLANCE_SECONDS, self._look_around)

    async def _shut(self) -> None:
        """Let every connection end what it has begun, and then end those that have not."""
        for connection in self._connections:
            connection.shut()
        if under_way := [one.under_way for one in self._connections if one.under_way is not None]:
            await asyncio.wait(under_way, timeout=_STOP_PATIENCE_SECONDS)
        for connection in list(self._connections):
            connection.abort()
        await asyncio.sleep(0)  # the connections hear of it

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


def _why(problem: OSError) -> str:
    """Say what is wrong with a host or port, and the way out; asyncio's own text repeats both and their numbers."""
    if isinstance(problem, socket.gaierror):
        return f"{problem.strerror}; the host is a name or an address of this machine"
    reason = os.strerror(problem.errno) if problem.errno else str(problem)
    if problem.errno in {errno.EADDRINUSE, errno.EACCES}:
        return f"{reason}; choose another port, or 0 for any free one"
    return reason
