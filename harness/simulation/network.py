"""The network of a simulated run: hosts by name, and what is under way between them.

Clients are not touched. aiohttp's ``TCPConnector`` is what Kopf, ``kubernetes.aio`` and our own clients end in; while a
`Network` is installed, the connections that it creates end in a `transport.Connection` to a *backend* of the simulation
instead of in a socket. A host that is not part of the simulation cannot be reached: it is an error, not the internet.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import ssl
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
from aiohttp.client_proto import ResponseHandler

from harness.simulation.actors import Actor, current_actor
from harness.simulation.errors import TroubleError, UnknownHostError
from harness.simulation.transport import Connection, Outcome
from harness.simulation.trouble import Moment, Stage, Trouble, Verdict, describe, report

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator

    from harness.apiserver import Request


class Backend(Protocol):
    """What answers requests for a host."""

    def serve(self, request: Request, answer: Callable[[Outcome], None]) -> None:
        """Serve one request; call ``answer`` once, at once or later. A `ConnectionError` breaks the connection instead."""
        ...


class Observer(Protocol):
    """Somebody who sees every message: the tape."""

    def saw(self, moment: Moment, body: bytes) -> None:
        """Take note of a request that was served (its reply's body), or of a delivered watch event (its line)."""
        ...


class Network:
    """Hosts, connections and the trouble between them.

    :ivar troubles: asked in order at every moment; append to it, remove from it.
    :ivar under_way: number of messages that have left and not arrived; zero is one condition of quiescence.
    """

    def __init__(self) -> None:
        self.troubles: list[Trouble] = []
        self.observers: list[Observer] = []
        self.under_way = 0
        self._hosts: dict[str, Backend] = {}
        self._requests: dict[str, int] = {}
        self._writes: dict[str, int] = {}
        self._events: dict[str, int] = {}

    def add(self, host: str, backend: Backend) -> None:
        """Put a backend behind a host name."""
        self._hosts[host] = backend

    def backend(self, host: str | None) -> Backend:
        """Return the backend of a host.

        :raises UnknownHostError: there is none.
        """
        if host not in self._hosts:
            known = ", ".join(sorted(self._hosts)) or "none"
            # With an errno, because aiohttp passes on only the text that stands beside one.
            raise UnknownHostError(errno.EHOSTUNREACH, f"no host {host!r} in the simulation; its hosts are: {known}")
        return self._hosts[host]

    def connect(
        self, host: str | None, *, actor: Actor, protocol: asyncio.Protocol, loop: asyncio.AbstractEventLoop
    ) -> Connection:
        """Open a connection on behalf of an actor.

        :raises ConnectionRefusedError: the actor is dead.
        """
        backend = self.backend(host)
        if actor.dead:
            raise ConnectionRefusedError(errno.ECONNREFUSED, f"{actor.name} is dead: it opens no connections")
        connection = Connection(
            network=self, host=str(host), backend=backend, actor=actor, protocol=protocol, loop=loop
        )
        protocol.connection_made(connection)
        return connection

    def moment(self, actor: Actor, host: str, request: Request) -> Moment:
        """Count a request and describe it, as it leaves."""
        verb, resource, key = describe(request)
        name = actor.name
        self._requests[name] = self._requests.get(name, 0) + 1
        write = 0
        if verb not in {"get", "list", "watch"}:
            write = self._writes[name] = self._writes.get(name, 0) + 1
        return Moment(
            stage=Stage.BEFORE,
            actor=name,
            host=host,
            verb=verb,
            resource=resource,
            object=key,
            n=self._requests[name],
            write=write,
            request=request,
        )

    def delivery(self, moment: Moment) -> Moment:
        """Count a watch event on its way along the stream that ``moment`` opened."""
        count = self._events[moment.actor] = self._events.get(moment.actor, 0) + 1
        return Moment(
            stage=Stage.EVENT,
            actor=moment.actor,
            host=moment.host,
            verb="watch",
            resource=moment.resource,
            object=moment.object,
            n=count,
            write=0,
            request=moment.request,
            status=200,
        )

    def verdicts(self, moment: Moment) -> list[Verdict]:
        """Ask every trouble. One that fails ends the run, whoever's message it was asked about."""
        found: list[Verdict] = []
        for trouble in tuple(self.troubles):
            try:
                verdict = trouble.judge(moment)
            except Exception as error:  # noqa: BLE001 - a trouble is anybody's code
                report(
                    TroubleError(f"{trouble!r} failed at {moment.stage} of {moment.verb} {moment.resource}: {error!r}")
                )
                continue
            if verdict is not None:
                found.append(verdict)
        return found

    def observe(self, moment: Moment, body: bytes) -> None:
        """Show a message to the observers."""
        for observer in self.observers:
            observer.saw(moment, body)

    def busy(self) -> str | None:
        """Part of the work-source protocol of `quiescence.WorkSource`."""
        return f"{self.under_way} messages under way" if self.under_way else None

    def next_deadline(self) -> None:
        """Messages under way are work, not deadlines."""

    @contextlib.contextmanager
    def installed(self) -> Iterator[Network]:
        """Put this network below aiohttp for the length of the body."""
        network = self
        original = aiohttp.TCPConnector._create_connection  # noqa: SLF001 - unchanged from aiohttp 3.8 to 3.14

        async def create_connection(
            connector: aiohttp.TCPConnector,
            req: Any,
            traces: Any,
            timeout: Any,  # noqa: ASYNC109 - aiohttp's signature
        ) -> ResponseHandler:
            del traces, timeout
            protocol = ResponseHandler(loop=connector._loop)  # noqa: SLF001
            # A dead process leaves its sessions unclosed; closed connectors keep Python from complaining about that.
            current_actor().at_crash(connector._close)  # noqa: SLF001
            try:
                network.connect(req.url.host, actor=current_actor(), protocol=protocol, loop=connector._loop)  # noqa: SLF001
            except OSError as error:
                raise aiohttp.ClientConnectorError(req.connection_key, error) from error
            return protocol

        # Both Kopf and kubernetes.aio build a TLS context per login, 18 ms each, even for plain http.
        make_context = ssl.create_default_context
        aiohttp.TCPConnector._create_connection = create_connection  # type: ignore[method-assign, assignment]  # noqa: SLF001
        ssl.create_default_context = functools.partial(_light_context, make_context)
        try:
            yield self
        finally:
            aiohttp.TCPConnector._create_connection = original  # type: ignore[method-assign]  # noqa: SLF001
            ssl.create_default_context = make_context


def _light_context(make: Callable[..., ssl.SSLContext], *args: Any, **kwargs: Any) -> ssl.SSLContext:
    """Skip the loading of the system's certificates: nobody in memory presents one."""
    if kwargs.get("cafile") or kwargs.get("capath") or kwargs.get("cadata"):
        return make(*args, **kwargs)
    del args
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
