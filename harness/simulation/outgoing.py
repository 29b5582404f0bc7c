"""Calls of the API server to webhooks, in memory: to hosts of the same network, each within its own time limit."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from harness.apiserver import Answered, Reply, Request, Unanswered
from harness.simulation.errors import UnknownHostError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from harness.apiserver import Call
    from harness.simulation.network import Backend, Network
    from harness.simulation.transport import Outcome


class Calls:
    """Several calls that are made at the same time; what came is handed on when the last one has ended."""

    def __init__(self, calls: Sequence[Call], *, network: Network | None, loop: asyncio.AbstractEventLoop) -> None:
        self._calls, self._network, self._loop = calls, network, loop
        self._outcomes: dict[int, Answered | Unanswered] = {}
        self._limits: dict[int, asyncio.TimerHandle] = {}
        self._done: Callable[[list[Answered | Unanswered]], None]

    def make(self, done: Callable[[list[Answered | Unanswered]], None]) -> None:
        """Make them; ``done`` gets the outcomes in the calls' order."""
        self._done = done
        for number, call in enumerate(self._calls):
            late = functools.partial(self._ended, number, Unanswered("context deadline exceeded"))
            self._limits[number] = self._loop.call_later(call.timeout.total_seconds(), late)
            self._send(number, call)

    def _send(self, number: int, call: Call) -> None:
        url = urlsplit(call.url)
        host = url.hostname or ""
        request = Request(
            method="POST",
            path=url.path or "/",
            query=dict(parse_qsl(url.query)),
            headers={"content-type": "application/json", "host": url.netloc},
            body=call.body,
        )
        backend = self._backend(host)
        if backend is None:
            self._ended(number, Unanswered(f"dial tcp: lookup {host}: no such host"))
            return
        backend.serve(request, functools.partial(self._answered, number))

    def _backend(self, host: str) -> Backend | None:
        try:
            return self._network.backend(host) if self._network is not None else None
        except UnknownHostError:
            return None

    def _answered(self, number: int, outcome: Outcome) -> None:
        if isinstance(outcome, Reply):
            media = outcome.headers.get("content-type", "").partition(";")[0]
            self._ended(number, Answered(outcome.status, outcome.body, media))
        elif isinstance(outcome, ConnectionError):
            self._ended(number, Unanswered(str(outcome)))
        else:
            outcome.close()
            self._ended(number, Unanswered("a stream instead of an answer"))

    def _ended(self, number: int, outcome: Answered | Unanswered) -> None:
        if number in self._outcomes:
            return  # the limit had passed
        self._outcomes[number] = outcome
        self._limits[number].cancel()
        if len(self._outcomes) == len(self._calls):
            self._done([self._outcomes[one] for one in range(len(self._calls))])
