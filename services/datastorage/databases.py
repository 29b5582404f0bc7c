"""A database of our own, in whatever PostgreSQL there is: the one of ``DATABASE_URL``, else the one that we bring along.

Tests and rehearsals delete rows between two runs. They do so only in a database that they made for themselves, which is what this module
makes, marks and drops. Where we may not create a database, a schema of our own in the given one serves as well; where not even that, the
refusal says what is missing.
"""

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from services.datastorage.embedded import embedded_postgres
from services.datastorage.engine import make_engine, parse_url, place_of, trouble_translated
from services.datastorage.errors import DatabaseRefused, NotOurDatabase, StoreUnavailable
from services.datastorage.migrate import migrate
from services.datastorage.settings import Settings

_MARK = "made_for_a_rehearsal"
"""The table whose presence says that every row here is ours to delete."""

_INSUFFICIENT_PRIVILEGE = "42501"


@contextmanager
def own_database(*, label: str = "", environ: Mapping[str, str] | None = None) -> Iterator[str]:
    """Provide the URL of an empty database that is ours alone, with DataStorage's tables; it is dropped at the end.

    :param label: part of its name, as the id of a test worker, so that a person sees whose it is.
    :raises DatabaseUnreachable: ``DATABASE_URL`` is set and nobody answers there.
    :raises DatabaseRefused: we may create neither a database nor a schema there.
    :raises EmbeddedPostgresError: it is not set, and our own PostgreSQL does not start.
    """
    with server_url(environ=environ) as server:
        name = "_".join(filter(None, ("rehearsal", re.sub(r"\W", "", label).lower()[:20], secrets.token_hex(4))))
        with _created(server, name) as url:
            engine = make_engine(url, settings=Settings(pool_size=1))
            migrate(engine)
            with engine.begin() as connection:
                connection.execute(text(f"CREATE TABLE {_MARK} ()"))
            engine.dispose()
            yield url.render_as_string(hide_password=False)


@contextmanager
def server_url(*, environ: Mapping[str, str] | None = None) -> Iterator[URL]:
    """Provide the URL of a PostgreSQL: ``DATABASE_URL`` if it is set, else a server that runs while the block runs."""
    given = (os.environ if environ is None else environ).get("DATABASE_URL", "").strip()
    if given:
        yield parse_url(given)
        return
    with embedded_postgres() as server:
        yield parse_url(server.dsn())


def clear(engine: Engine) -> None:
    """Delete all rows, as between two scenarios. DELETE: for few rows it is fifty times as fast as TRUNCATE.

    :raises NotOurDatabase: the database was not made by :func:`own_database`.
    """
    with trouble_translated(engine), engine.begin() as connection:
        ours = connection.execute(_DELETE).scalar_one()
    if not ours:
        raise NotOurDatabase(
            f"{place_of(engine.url)} was not made for a rehearsal: rows are only deleted in databases that own_database() made"
        )


_DELETE = text(f"""
    WITH mark AS (SELECT to_regclass('{_MARK}') IS NOT NULL AS ours),
         events AS (DELETE FROM audit_events WHERE (SELECT ours FROM mark)),
         ids AS (DELETE FROM audit_event_ids WHERE (SELECT ours FROM mark)),
         heads AS (DELETE FROM audit_chain_heads WHERE (SELECT ours FROM mark))
    SELECT ours FROM mark
""")  # noqa: S608  our own name
"""One statement: it is run between every two of thousands of seeds."""


@contextmanager
def _created(server: URL, name: str) -> Iterator[URL]:
    engine = make_engine(server, settings=Settings(pool_size=1))
    try:
        with trouble_translated(engine), engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            if _allowed(connection, f'CREATE DATABASE "{name}"'):
                url, drop = server.set(database=name), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
            elif _allowed(connection, f'CREATE SCHEMA "{name}"'):
                url, drop = _inside_schema(server, name), f'DROP SCHEMA IF EXISTS "{name}" CASCADE'
            else:
                raise DatabaseRefused(
                    f"the user of {place_of(server)} may create neither a database nor a schema there: "
                    f"grant CREATEDB to it, or CREATE on the database, or unset DATABASE_URL to use the PostgreSQL that comes with the project"
                )
        try:
            yield url
        finally:
            with (
                suppress(StoreUnavailable),  # the server is gone, and the database is with it, or is left to its owner
                trouble_translated(engine),
                engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection,
            ):
                connection.execute(text(drop))
    finally:
        engine.dispose()


def _allowed(connection: Connection, statement: str) -> bool:
    try:
        connection.execute(text(statement))
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) == _INSUFFICIENT_PRIVILEGE:
            return False
        raise
    return True


def _inside_schema(server: URL, name: str) -> URL:
    asked = server.query.get("options", "")
    given = " ".join(asked) if isinstance(asked, tuple) else asked
    return server.update_query_dict({"options": f"{given} -c search_path={name}".strip()})
