"""The way to a PostgreSQL: URLs as people write them, an engine that never waits, errors that name the host."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
import psycopg
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from services.datastorage.errors import DatabaseRefused, DatabaseUnreachable, StoreUnavailable
from services.datastorage.settings import Settings


def parse_url(text: str) -> URL:
    """Read a database URL (``postgresql://user:password@host:port/name``, or ``postgres://``) for the driver we use.

    :raises DatabaseRefused: it is no URL, or not one of PostgreSQL. The password is not repeated.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise DatabaseRefused(
            "the database URL cannot be read: expected postgresql://user:password@host:port/database (DATABASE_URL, --database-url)"
        ) from None
    if url.drivername.partition("+")[0] not in {"postgresql", "postgres"}:
        raise DatabaseRefused(
            f"the database URL is of {url.drivername!r}: DataStorage needs postgresql://… (DATABASE_URL, --database-url)"
        )
    return url.set(drivername="postgresql")  # SQLAlchemy 2.1 means psycopg by that, and libpq reads it too


def place_of(url: URL) -> str:
    """Say where a URL points, without its password: ``host:port/database``."""
    host = url.host or url.query.get("host") or "local socket"
    return f"{host}:{url.port or url.query.get('port') or 5432}/{url.database or ''}"


def make_engine(url: URL | str, *, settings: Settings | None = None) -> Engine:
    """Make an engine; nothing is connected yet.

    The pool hands out a connection or fails at once: a request that waited for one inside a thread would hold that thread, and in
    virtual time would wait for ever. The session's zone is UTC, its isolation READ COMMITTED, statements are prepared at first use.
    """
    settings = settings or Settings()
    url = parse_url(url) if isinstance(url, str) else url
    options = {
        "timezone": "UTC",
        "lock_timeout": _milliseconds(settings.lock_timeout.total_seconds()),
        "statement_timeout": _milliseconds(settings.statement_timeout.total_seconds()),
        "client_min_messages": "warning",
    }
    asked = url.query.get("options", "")
    given = " ".join(asked) if isinstance(asked, tuple) else asked
    return create_engine(
        url.difference_update_query(["options"]),
        poolclass=QueuePool,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=0,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=json.loads,
        connect_args={
            "options": " ".join([given, *(f"-c {name}={value}" for name, value in options.items())]).strip(),
            "connect_timeout": max(2, round(settings.connect_timeout.total_seconds())),
            "application_name": "datastorage",
            "prepare_threshold": 0,
        },
    )


@contextmanager
def trouble_translated(engine: Engine) -> Iterator[None]:
    """Turn the driver's errors into ours, where the cause is the connection and not the statement."""
    try:
        yield
    except PoolTimeoutError:
        size = engine.pool.size() if isinstance(engine.pool, QueuePool) else 0
        raise StoreUnavailable(
            f"all {size} database connections are in use; the pool does not wait: "
            f"raise pool_size to the number of threads that use the store, or look for what keeps them"
        ) from None
    except (OperationalError, InterfaceError) as error:
        raise _unavailable(error.orig, engine.url) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise _unavailable(error, engine.url) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _unavailable(error.orig, engine.url) from error
        raise


def _unavailable(error: BaseException | None, url: URL) -> StoreUnavailable:
    """Tell a database that gave up (it says why, by an SQLSTATE that is not of class 57P or 08) from one that is not there."""
    cause = str(error).strip().splitlines()
    said = cause[0] if cause else type(error).__name__
    sqlstate = error.sqlstate if isinstance(error, psycopg.Error) else None
    if sqlstate and not sqlstate.startswith(("08", "28", "3D", "57P")):
        return StoreUnavailable(f"the database at {place_of(url)} gave up a transaction: {said}")
    return DatabaseUnreachable(
        f"the database at {place_of(url)} cannot be reached: {said}. Start it, correct DATABASE_URL (or --database-url), "
        f"or unset it to use the PostgreSQL that comes with the project"
    )


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
