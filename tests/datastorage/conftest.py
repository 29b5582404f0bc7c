"""One PostgreSQL and one database for all tests of DataStorage; its rows are deleted before each test that asks for it."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from harness.simulation.clock import VirtualLoop
from services.datastorage.app import create_app
from services.datastorage.databases import clear, own_database
from services.datastorage.engine import make_engine
from services.datastorage.events import AuditEvent, EventCategory, EventOutcome
from services.datastorage.memory_store import MemoryStore
from services.datastorage.postgres_store import PostgresStore
from services.datastorage.store import AuditStore


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> Mapping[str, Any]:
    """Run each asynchronous test twice: with real threads in real time, and in virtual time, where threads run inline."""
    return {"real": asyncio.new_event_loop, "virtual": lambda: VirtualLoop(seed=7)}


NOW = datetime(2026, 1, 24, 15, 0, 0, 120000, tzinfo=UTC)


@pytest.fixture(scope="session")
def database(worker_id: str) -> Iterator[str]:
    """The URL of a database of this worker's own."""
    with own_database(label=worker_id) as url:
        yield url


@pytest.fixture(scope="session")
def session_engine(database: str) -> Iterator[Engine]:
    engine = make_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(session_engine: Engine) -> Engine:
    """An engine on an empty database."""
    clear(session_engine)
    return session_engine


@pytest.fixture
def postgres(engine: Engine) -> PostgresStore:
    return PostgresStore(engine)


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> AuditStore:
    """Each store in turn: what a test says of one holds of both."""
    return MemoryStore() if request.param == "memory" else PostgresStore(request.getfixturevalue("engine"))


@pytest.fixture
def make_event() -> Callable[..., AuditEvent]:
    """Return a function that makes events: the n-th has id n and happens n seconds after NOW, unless told otherwise."""
    count = 0

    def make(**fields: Any) -> AuditEvent:
        nonlocal count
        count += 1
        given = {
            "event_id": uuid.UUID(int=count),
            "version": "1.0",
            "event_type": "orchestrator.lifecycle.transitioned",
            "event_timestamp": NOW + timedelta(seconds=count),
            "event_category": EventCategory.ORCHESTRATION,
            "event_action": "transitioned",
            "event_outcome": EventOutcome.SUCCESS,
            "correlation_id": "tenant-a/rr-1",
            "event_data": {"from_phase": "Pending", "to_phase": "Processing"},
        }
        return AuditEvent(**{**given, **fields})

    return make


@pytest.fixture
def make_wire() -> Callable[..., dict[str, Any]]:
    """Return a function that makes events as a client sends them, now."""
    count = 0

    def make(**fields: Any) -> dict[str, Any]:
        nonlocal count
        count += 1
        given = {
            "event_id": str(uuid.UUID(int=count)),
            "version": "1.0",
            "event_type": "signalprocessing.phase.transition",
            "event_timestamp": datetime.now(UTC).isoformat(),
            "event_category": "signalprocessing",
            "event_action": "phase_transition",
            "event_outcome": "success",
            "correlation_id": "tenant-a/rr-1",
            "event_data": {"from_phase": "Pending", "to_phase": "Enriching"},
        }
        return {**given, **fields}

    return make


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered."""

    status: int
    media_type: str
    body: Any


Call = Callable[..., Awaitable[Answer]]


class Current:
    """Stands where the application expects its store and passes everything on to the one of the present request."""

    store: AuditStore

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@pytest.fixture(scope="session")
def current() -> Current:
    return Current()


@pytest.fixture(scope="session")
def app(current: Current) -> FastAPI:
    """One application for all tests: the framework takes a tenth of a second to make it."""
    return create_app(current)


@pytest.fixture
def call(app: FastAPI, current: Current) -> Callable[[AuditStore], Call]:
    """Return a client of an application in this process, without a server: ``call(store)(method, path, body)``."""

    def client(store: AuditStore) -> Call:
        async def request(
            method: str, path: str, body: Any = None, *, query: str = "", raw: bytes | None = None
        ) -> Answer:
            current.store = store
            sent: list[dict[str, Any]] = []
            incoming = [
                {"type": "http.request", "body": orjson.dumps(body) if raw is None and body is not None else raw or b""}
            ]

            async def receive() -> dict[str, Any]:
                return incoming.pop() if incoming else await asyncio.Event().wait()

            async def send(message: dict[str, Any]) -> None:
                sent.append(message)

            scope = {
                "type": "http",
                "asgi": {"version": "3.0"},
                "http_version": "1.1",
                "method": method,
                "scheme": "http",
                "path": path,
                "raw_path": path.encode(),
                "root_path": "",
                "query_string": query.encode(),
                "headers": [(b"content-type", b"application/json")],
                "server": ("datastorage", 8080),
                "client": ("test", 1),
            }
            await app(scope, receive, send)
            headers = dict(sent[0]["headers"])
            content = b"".join(message.get("body", b"") for message in sent[1:])
            return Answer(sent[0]["status"], headers[b"content-type"].decode(), orjson.loads(content))

        return request

    return client
