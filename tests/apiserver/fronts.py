"""The fronts that the contract suite runs on, behind one small synchronous client.

A front is a context manager that takes a `ManualClock` and settings and yields an `Api`. To put another one under the
contract, add it to `FRONTS`.
"""

import http.client
import itertools
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from harness.apiserver import ApiServer, Outcall, Reply, Request, ServerSettings
from harness.apiserver.http import HttpFront

MERGE = {"content-type": "application/merge-patch+json"}
JSON_PATCH = {"content-type": "application/json-patch+json"}


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 24, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Answer:
    """A response: its JSON, or None when it is none."""

    status: int
    headers: Mapping[str, str]
    text: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.text) if self.headers.get("content-type") == "application/json" else None

    @property
    def version(self) -> str:
        return self.json["metadata"]["resourceVersion"]

    @property
    def causes(self) -> list[tuple[str, str]]:
        return [(cause["field"], cause["message"]) for cause in self.json["details"]["causes"]]


class Stream(Protocol):
    """A watch in progress."""

    def take(self, count: int) -> list[dict[str, Any]]:
        """Return the next ``count`` events; waits for them where there is something to wait for."""

    def ended(self) -> bool:
        """Tell whether the server has ended the watch (after what was taken)."""

    def close(self) -> None:
        """Leave."""


class Api(Protocol):
    """What a test may do, on every front."""

    clock: ManualClock

    def request(self, method: str, path: str, body: Any = None, *, headers: Any = None, query: Any = None) -> Answer:
        """Send one request; ``body`` is JSON, or bytes as they are."""

    def watch(self, path: str, **query: str) -> Stream:
        """Open a watch."""

    def advance(self, span: timedelta) -> None:
        """Move the clock and let the server do what is due at each moment on the way."""


class BaseApi:
    """Shorthands over `Api.request`."""

    def get(self, path: str, *, headers: Any = None, **query: str) -> Answer:
        return self.request("GET", path, headers=headers, query=query)

    def post(self, path: str, body: Any, **query: str) -> Answer:
        return self.request("POST", path, body, query=query)

    def put(self, path: str, body: Any, **query: str) -> Answer:
        return self.request("PUT", path, body, query=query)

    def merge(self, path: str, body: Any, **query: str) -> Answer:
        return self.request("PATCH", path, body, headers=MERGE, query=query)

    def json_patch(self, path: str, *operations: Any) -> Answer:
        return self.request("PATCH", path, list(operations), headers=JSON_PATCH)

    def delete(self, path: str, body: Any = None, **query: str) -> Answer:
        return self.request("DELETE", path, body, query=query)


def _encoded(body: Any) -> bytes:
    return b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()


class CoreStream:
    """A watch on the core: everything that will come has come."""

    def __init__(self, subscription: Any) -> None:
        self._lines: deque[bytes] = deque()
        self._ended = False
        self._subscription = subscription
        subscription.attach(self._lines.append, self._end)

    def _end(self) -> None:
        self._ended = True

    def take(self, count: int) -> list[dict[str, Any]]:
        assert len(self._lines) >= count, f"{count} events wanted, there are {list(self._lines)}"
        return [json.loads(self._lines.popleft()) for _ in range(count)]

    def ended(self) -> bool:
        return self._ended and not self._lines

    def close(self) -> None:
        self._subscription.close()


class CoreApi(BaseApi):
    """The core itself, without any transport."""

    def __init__(self, server: ApiServer, clock: ManualClock) -> None:
        self.server, self.clock = server, clock

    def _ask(self, method: str, path: str, body: Any, headers: Any, query: Any) -> Any:
        head = {"user-agent": "suite/1.0", "content-type": "application/json"} | (headers or {})
        answer = self.server.handle(Request(method, path, query or {}, head, _encoded(body)))
        return answer.resume(()) if isinstance(answer, Outcall) and answer.pause else answer

    def request(self, method: str, path: str, body: Any = None, *, headers: Any = None, query: Any = None) -> Answer:
        reply = self._ask(method, path, body, headers, query)
        assert isinstance(reply, Reply)
        return Answer(reply.status, reply.headers, reply.body)

    def watch(self, path: str, **query: str) -> Stream:
        return CoreStream(self._ask("GET", path, None, None, {"watch": "true"} | query))

    def advance(self, span: timedelta) -> None:
        end = self.clock.now + span
        while (due := self.server.next_deadline) is not None and due <= end:
            self.clock.now = max(due, self.clock.now)
            self.server.step()
        self.clock.now = end


class HttpStream:
    """A watch over a socket; reading waits, with a limit that only a broken server reaches."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
        self._connection, self._response = connection, response

    def take(self, count: int) -> list[dict[str, Any]]:
        return [json.loads(self._response.readline()) for _ in range(count)]

    def ended(self) -> bool:
        return self._response.readline() == b""

    def close(self) -> None:
        self._response.close()
        self._connection.close()


class HttpApi(BaseApi):
    """The TCP front, asked by the standard library's client."""

    def __init__(self, front: HttpFront, server: ApiServer, clock: ManualClock) -> None:
        self.front, self.server, self.clock = front, server, clock
        self._connection = http.client.HTTPConnection(front.url.removeprefix("http://"), timeout=10)
        self._streams: list[HttpStream] = []

    @staticmethod
    def _target(path: str, query: Any) -> str:
        return quote(path) + ("?" + urlencode(query) if query else "")

    def request(self, method: str, path: str, body: Any = None, *, headers: Any = None, query: Any = None) -> Answer:
        head = {"user-agent": "suite/1.0", "content-type": "application/json"} | (headers or {})
        self._connection.request(method, self._target(path, query), _encoded(body), head)
        response = self._connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())

    def watch(self, path: str, **query: str) -> Stream:
        connection = http.client.HTTPConnection(self.front.url.removeprefix("http://"), timeout=10)
        connection.request("GET", self._target(path, {"watch": "true"} | query), headers={"user-agent": "suite/1.0"})
        stream = HttpStream(connection, connection.getresponse())
        self._streams.append(stream)
        return stream

    def advance(self, span: timedelta) -> None:
        end = self.clock.now + span
        while (due := self.server.next_deadline) is not None and due <= end:
            self.clock.now = max(due, self.clock.now)
            self.front.poke()
        self.clock.now = end
        self.front.poke()

    def close(self) -> None:
        for stream in self._streams:
            stream.close()
        self._connection.close()


def new_server(clock: ManualClock, settings: ServerSettings) -> ApiServer:
    """Return a server with the given clock whose uids count up."""
    numbers = itertools.count(1)
    return ApiServer(clock=clock, new_uid=lambda: f"00000000-0000-4000-8000-{next(numbers):012}", settings=settings)


@contextmanager
def core_front(clock: ManualClock, settings: ServerSettings) -> Iterator[Api]:
    yield CoreApi(new_server(clock, settings), clock)


@contextmanager
def http_front(clock: ManualClock, settings: ServerSettings) -> Iterator[Api]:
    server = new_server(clock, settings)
    with HttpFront(server, clock=clock) as front:
        api = HttpApi(front, server, clock)
        try:
            yield api
        finally:
            api.close()


FRONTS: dict[str, Callable[[ManualClock, ServerSettings], AbstractContextManager[Api]]] = {
    "core": core_front,
    "http": http_front,
}
