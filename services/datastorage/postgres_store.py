"""The store on PostgreSQL.

**Appending** takes one transaction of two statements: lock the heads of the chains, write. Locks are always taken in the order of the
keys, whatever the order of the events, so two batches with the same chains cannot wait for each other for ever. A chain that is new gets
its head in the same statement that locks it, for the same reason. Under that lock nobody else appends to the chain, so a sequence is given
once; the unique keys of the ledger would refuse a second one.

Most events are new, so nobody asks first: the write itself says when an id was in the ledger already, is rolled back, and is tried again with
what the ledger holds. Ids never leave the ledger, so what was read outside of the lock stays true.

**Reading back** goes through text (times to the microsecond by ``to_char``, ids, JSON): what is hashed is read exactly as it is stored,
and a row that somebody filled with nonsense is still read, to be named by verification.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Self

import orjson
import psycopg
from sqlalchemy import Connection, Engine, Row, TextClause, text

from services.datastorage.chain import HASHED_FIELDS, ChainRecord, Head, SealedEvent
from services.datastorage.engine import make_engine, trouble_translated
from services.datastorage.errors import ChainBroken
from services.datastorage.events import AuditEvent
from services.datastorage.jsonvalues import Json, decode
from services.datastorage.settings import Settings
from services.datastorage.store import EventQuery, Page, Submission, not_yet_stored, seal, submissions

_LOCK_HEADS = """
    INSERT INTO audit_chain_heads AS head (correlation_id, last_sequence, last_hash, event_count)
    SELECT key, 0, '', 0 FROM jsonb_array_elements_text(CAST(%(keys)s AS jsonb)) WITH ORDINALITY AS wanted (key, place) ORDER BY place
    ON CONFLICT (correlation_id) DO UPDATE SET event_count = head.event_count
    RETURNING correlation_id, last_sequence, last_hash, event_count
"""
"""An upsert that changes nothing: it makes the heads that are missing, and locks all of them as ``FOR UPDATE`` does, in the order of ``keys``."""

_WRITE = """
    WITH ledger AS (
        INSERT INTO audit_event_ids
        SELECT * FROM jsonb_populate_recordset(CAST(NULL AS audit_event_ids), CAST(%(rows)s AS jsonb)) ORDER BY event_id
        ON CONFLICT (event_id) DO NOTHING
        RETURNING event_id
    ), events AS (
        INSERT INTO audit_events
        SELECT event.* FROM jsonb_populate_recordset(CAST(NULL AS audit_events), CAST(%(rows)s AS jsonb)) AS event
        WHERE event_id IN (SELECT event_id FROM ledger)
    ), heads AS (
        UPDATE audit_chain_heads AS head
        SET last_sequence = moved.last_sequence, last_hash = moved.last_hash, event_count = moved.event_count
        FROM jsonb_populate_recordset(CAST(NULL AS audit_chain_heads), CAST(%(heads)s AS jsonb)) AS moved
        WHERE head.correlation_id = moved.correlation_id
    )
    SELECT count(*) FROM ledger
"""
"""Ledger, events and heads in one statement; returns how many ids were new. The tables' own row types say which member is which column.

The ids are inserted in their order: two batches that cross wait for each other in one direction only.
"""

_DIGESTS = text("SELECT CAST(event_id AS text), digest FROM audit_event_ids WHERE event_id = ANY(CAST(:ids AS uuid[]))")

_FILTERS = {
    **{
        name: f"{name} = :{name}"
        for name in ("event_type", "event_category", "event_outcome", "severity", "correlation_id", "namespace")
    },
    "since": "event_timestamp >= :since",
    "until": "event_timestamp <= :until",
}

_READ_AS = {
    "event_timestamp": """to_char(event_timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\\:MI\\:SS.US"Z"')""",
    **{name: f"CAST({name} AS text)" for name in ("event_id", "parent_event_id", "event_data")},
}
_EVENT_DATA = HASHED_FIELDS.index("event_data")
_SELECT = (
    f"SELECT {', '.join(_READ_AS.get(name, name) for name in HASHED_FIELDS)}, sequence, previous_event_hash, event_hash"
)

_CHAIN = text(f"{_SELECT} FROM audit_events WHERE correlation_id = :correlation_id ORDER BY sequence, event_id")
_LEDGER = text(
    "SELECT sequence, CAST(event_id AS text) FROM audit_event_ids WHERE correlation_id = :correlation_id ORDER BY sequence"
)
_HEAD = text(
    "SELECT last_sequence, last_hash, event_count FROM audit_chain_heads WHERE correlation_id = :correlation_id"
)
_PING = text("SELECT 1 FROM audit_chain_heads LIMIT 1")


@cache
def _page(filters: tuple[str, ...]) -> TextClause:
    """Return the query for a page of what matches these filters; the last column counts all that match.

    Written once per set of filters: building it from its parts for each request costs a millisecond.
    """
    where = " AND ".join(_FILTERS[name] for name in filters) or "TRUE"
    order = "audit_events.event_timestamp DESC, correlation_id, sequence DESC"
    return text(
        f"{_SELECT}, count(*) OVER () FROM audit_events WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset"
    )


@cache
def _count(filters: tuple[str, ...]) -> TextClause:
    where = " AND ".join(_FILTERS[name] for name in filters) or "TRUE"
    return text(f"SELECT count(*) FROM audit_events WHERE {where}")  # noqa: S608  our own words


class PostgresStore:
    """Audit events in PostgreSQL; the tables must be there (``migrate``)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # A single statement needs no transaction around it: that saves two messages to the server.
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._snapshot = engine.execution_options(isolation_level="REPEATABLE READ")

    @classmethod
    def connect(cls, url: str, *, settings: Settings | None = None) -> Self:
        """Make a store for a database URL. Connects at the first call, not now."""
        return cls(make_engine(url, settings=settings))

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Store all of the events or none (see ``AuditStore``)."""
        ready = submissions(events)
        new = ready
        try:
            with trouble_translated(self.engine):
                while new and not self._written(new):
                    new = not_yet_stored(ready, self._digests(ready))
        except psycopg.IntegrityError as error:
            # Not from us: the head of the chain is locked and its next place is free, unless somebody changed one of the two.
            raise ChainBroken(f"the next place of a chain is taken: {str(error).strip()}") from error

    def find(self, query: EventQuery) -> Page:
        """Return a page of events, the latest first (see ``AuditStore``)."""
        values = {name: value for name in _FILTERS if (value := getattr(query, name)) is not None}
        filters = tuple(values)
        with trouble_translated(self.engine), self._reading.connect() as connection:
            rows = connection.execute(_page(filters), {**values, "limit": query.limit, "offset": query.offset}).all()
            if rows or query.offset == 0:
                return Page([_sealed(row) for row in rows], rows[0][-1] if rows else 0)
            return Page([], connection.execute(_count(filters), values).scalar_one())  # a page behind the last one

    def chain(self, correlation_id: str) -> ChainRecord | None:
        """Return all there is of one chain, in one snapshot (see ``AuditStore``)."""
        key = {"correlation_id": correlation_id}
        with (
            trouble_translated(self.engine),
            self._snapshot.begin() as connection,
        ):  # ended by COMMIT: ROLLBACK makes psycopg forget its prepared statements
            rows = connection.execute(_CHAIN, key).all()
            ledger = connection.execute(_LEDGER, key).all()
            head = connection.execute(_HEAD, key).one_or_none()
        if not rows and not ledger and head is None:
            return None
        return ChainRecord(
            correlation_id,
            [_sealed(row) for row in rows],
            {row[0]: row[1] for row in ledger},
            None if head is None else Head(*head),
        )

    def ping(self) -> None:
        """Ask the database for one row of the tables that everything needs."""
        with trouble_translated(self.engine), self._reading.connect() as connection:
            connection.execute(_PING).all()

    def close(self) -> None:
        """Close the connections that are not in use."""
        self.engine.dispose()

    def _written(self, new: Sequence[Submission]) -> bool:
        """Store all of the events, or none when an id of theirs is in the ledger."""
        with self.engine.connect() as connection, connection.begin() as transaction:
            cursor = _cursor(connection)
            heads = _locked_heads(cursor, sorted({submission.correlation_id for submission in new}))
            sealed, moved = seal(new, heads)
            digests = {submission.event_id: submission.digest for submission in new}
            cursor.execute(_WRITE, {"rows": _as_rows(sealed, digests), "heads": _as_heads(moved)})
            (stored,) = cursor.fetchone() or (0,)
            if stored != len(new):
                transaction.rollback()
            return bool(stored == len(new))

    def _digests(self, ready: Sequence[Submission]) -> dict[str, str]:
        with self._reading.connect() as connection:
            rows = connection.execute(_DIGESTS, {"ids": [submission.event_id for submission in ready]}).all()
        return {row[0]: row[1] for row in rows}


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    """Return the driver's cursor: appending is the busiest path, and its two statements cost 0.3 ms less without SQLAlchemy around them."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()


def _locked_heads(cursor: psycopg.Cursor[Any], keys: list[str]) -> dict[str, Head]:
    cursor.execute(_LOCK_HEADS, {"keys": orjson.dumps(keys).decode()})
    return {key: Head(sequence, event_hash, count) for key, sequence, event_hash, count in cursor}


def _as_rows(sealed: Sequence[SealedEvent], digests: Mapping[str, str]) -> str:
    return orjson.dumps(
        [
            {
                **event.fields,
                "sequence": event.sequence,
                "previous_event_hash": event.previous_hash,
                "event_hash": event.event_hash,
                "digest": digests[event.event_id],
            }
            for event in sealed
        ]
    ).decode()


def _as_heads(moved: Mapping[str, Head]) -> str:
    return orjson.dumps(
        [
            {
                "correlation_id": key,
                "last_sequence": head.sequence,
                "last_hash": head.event_hash,
                "event_count": head.count,
            }
            for key, head in moved.items()
        ]
    ).decode()


def _sealed(row: Row[Any]) -> SealedEvent:
    fields: dict[str, Json] = dict(zip(HASHED_FIELDS, row, strict=False))
    fields["event_data"] = decode(row[_EVENT_DATA])
    return SealedEvent(fields, *row[len(HASHED_FIELDS) : len(HASHED_FIELDS) + 3])
