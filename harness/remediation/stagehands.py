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

from harness.config import ConfigError
from harness.remediation.reach import DeployedService, LocalService
from harness.remediation.trail import AuditTrail
from services.datastorage.app import create_app
from services.datastorage.databases import clear, own_database, server_url
from services.datastorage.engine import make_engine
from services.datastorage.errors import DataStorageError
from services.datastorage.postgres_store import PostgresStore
from services.datastorage.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy import Engine

    from harness.stage import Stage

_SHARED = "HARNESS_SHARED_DATABASE_URL"
"""Where the workers of a run find its PostgreSQL. Not DATABASE_URL: that is a person's word, and tests read it."""


@dataclass(frozen=True, slots=True)
class _Database:
    """A database of this process, and the application on it."""

    engine: Engine
    app: Any


@functools.cache
def _database(pool_size: int) -> _Database:
    stack = contextlib.ExitStack()
    environ = {"DATABASE_URL": os.environ.get("DATABASE_URL") or os.environ.get(_SHARED, "")}  # a person's word first
    url = stack.enter_context(own_database(label=os.environ.get("PYTEST_XDIST_WORKER", ""), environ=environ))
    settings = Settings(pool_size=pool_size)
    engine = make_engine(url, settings=settings)
    stack.callback(engine.dispose)
    atexit.register(stack.close)
    return _Database(engine, create_app(PostgresStore(engine), settings=settings))


@contextlib.asynccontextmanager
async def datastorage(stage: Stage, host: str) -> AsyncIterator[AuditTrail]:
    """Put DataStorage on the stage's network, over an empty database; give its trail to the scenario.

    :raises ConfigError: there is no database to be had.
    """
    if stage.company is not None:
        # It stands in the cluster. Nobody deletes its rows: each scenario has tenants of its own, and reads their chains alone.
        inside = DeployedService(stage.cluster.client, namespace=stage.company.site.namespace, name=host)
        yield AuditTrail(inside.ask, inside.statement, settled=stage.cluster.settled)
        return
    try:
        # In virtual time every transaction runs inline: one connection is all that can ever be in use.
        database = _database(1 if stage.cluster.virtual_time else Settings().pool_size)
        clear(database.engine)
    except DataStorageError as error:
        raise ConfigError(f"DataStorage cannot be set up: {error}") from error
    url = stage.environ["DATASTORAGE_URL"] = await stage.serve(host, database.app)
    reach = LocalService(url, database.engine)
    try:
        yield AuditTrail(reach.ask, reach.statement, settled=stage.cluster.settled)
    finally:
        await reach.close()


@contextlib.contextmanager
def shared_server() -> Iterator[None]:
    """Run one PostgreSQL for all workers of a run, if nobody gave us one."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with server_url() as url:
        os.environ[_SHARED] = url.render_as_string(hide_password=False)
        try:
            yield
        finally:
            del os.environ[_SHARED]
