"""What sets Kubernaut's services on a stage.

The database is started once per process, when the first scenario needs it, and ends with the process; between scenarios its
rows are deleted. A run on several workers shares one PostgreSQL (`shared_server`), with a database for each.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.remediation.trail import AuditTrail
from harness.simulation.actors import Actor
from harness.simulation.backends import AsgiBackend
from services.datastorage.app import create_app
from services.datastorage.databases import clear, own_database, server_url
from services.datastorage.engine import make_engine
from services.datastorage.postgres_store import PostgresStore
from services.datastorage.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy import Engine

    from harness.stage import Stage


@dataclass(frozen=True, slots=True)
class _Database:
    """A database of this process, and the application on it."""

    engine: Engine
    app: Any


@functools.cache
def _database() -> _Database:
    stack = contextlib.ExitStack()
    url = stack.enter_context(own_database(label=os.environ.get("PYTEST_XDIST_WORKER", "")))
    # In virtual time every transaction runs inline: one connection is all that can ever be in use.
    settings = Settings(pool_size=1)
    engine = make_engine(url, settings=settings)
    stack.callback(engine.dispose)
    atexit.register(stack.close)
    return _Database(engine, create_app(PostgresStore(engine), settings=settings))


@contextlib.asynccontextmanager
async def datastorage(stage: Stage, host: str) -> AsyncIterator[AuditTrail]:
    """Put DataStorage on the stage's network, over an empty database; give its trail to the scenario."""
    database = _database()
    clear(database.engine)
    stage.simulation.network.add(host, AsgiBackend(database.app, actor=Actor(host)))
    stage.environ["DATASTORAGE_URL"] = f"http://{host}"
    trail = AuditTrail(f"http://{host}", database.engine, settled=stage.cluster.settled)
    try:
        yield trail
    finally:
        await trail.close()


@contextlib.contextmanager
def shared_server() -> Iterator[None]:
    """Run one PostgreSQL for all workers of a run; they find it by DATABASE_URL."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with server_url() as url:
        os.environ["DATABASE_URL"] = url.render_as_string(hide_password=False)
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"]
