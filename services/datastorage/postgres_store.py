"""The store on PostgreSQL.

**Appending** takes one transaction of three statements: lock the heads of the chains, look which ids are stored, write. Locks are
always taken in the order of the keys, whatever the order of the events, so two batches with the same chains cannot wait for each other. A
chain that is new gets its head in the same statement that locks it, for the same reason. Under that lock nobody else appends to the chain,
so a sequence is given once; the unique keys of the ledger would refuse a second one.

**Reading back** goes through text (times to the microsecond by ``to_char``, ids, JSON): what is hashed is read exactly as it is stored,
and a row that somebody filled with nonsense is still read, to be named by verification.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Engine, Row, Text, cast, func, literal_column, select, text, true
from sqlalchemy.exc import IntegrityError

from services.datastorage.chain import HASHED_FIELDS, ChainRecord, Head, SealedEvent
from services.datastorage.engine import make_engine, trouble_translated
from services.datastorage.events import AuditEvent
from services.datastorage.jsonvalues import Json, decode
from services.datastorage.schema import AUDIT_CHAIN_HEADS, AUDIT_EVENT_IDS, AUDIT_EVENTS
from services.datastorage.settings import Settings
from services.datastorage.store import EventQuery, Page, Submission, not_yet_stored, seal, submissions

_LOCK_HEADS = text("""
    INSERT INTO audit_chain_heads AS head (correlation_id, last_sequence, last_hash, event_count)
    SELECT key, 0, '', 0 FROM unnest(CAST(:keys AS text[])) WITH ORDINALITY AS wanted (key, place) ORDER BY place
    ON CONFLICT (correlation_id) DO UPDATE SET event_count = head.event_count
    RETURNING correlation_id, last_sequence, last_hash, event_count
""")
"""An upsert that changes nothing: it makes the heads that are missing, and locks all of them, in the order of ``keys``."""

_KNOWN_DIGESTS = text("SELECT CAST(event_id AS text), digest FROM audit_event_ids WHERE event_id = ANY(CAST(:ids AS uuid[]))")

_WRITE = text("""
    WITH ledger AS (
        INSERT INTO audit_event_ids
        SELECT * FROM jsonb_populate_recordset(CAST(NULL AS audit_event_ids), CAST(:rows AS jsonb)) ORDER BY event_id
    ), heads AS (
        UPDATE audit_chain_heads AS head
        SET last_sequence = moved.last_sequence, last_hash = moved.last_hash, event_count = moved.event_count
        FROM jsonb_populate_recordset(CAST(NULL AS audit_chain_heads), CAST(:heads AS jsonb)) AS moved
        WHERE head.correlation_id = moved.correlation_id
    )
    INSERT INTO audit_events
    SELECT * FROM jsonb_populate_recordset(CAST(NULL AS audit_events), CAST(:rows AS jsonb))
""")
"""The events, their ledger entries and the moved heads in one statement; the tables' own row types say which member is which column."""

_READ_TIMESTAMP = func.to_char(
    AUDIT_EVENTS.c.event_timestamp.op("AT TIME ZONE")(literal_column("'UTC'")), literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""")
)


def _read_column(name: str) -> ColumnElement[Any]:
    if name == "event_timestamp":
        return _READ_TIMESTAMP.label(name)
    if name in {"event_id", "parent_event_id", "event_data"}:
        return cast(AUDIT_EVENTS.c[name], Text).label(name)
    return AUDIT_EVENTS.c[name]


_SEAL = (AUDIT_EVENTS.c.sequence, AUDIT_EVENTS.c.previous_hash, AUDIT_EVENTS.c.event_hash)
_EVENT_DATA = HASHED_FIELDS.index("event_data")
_SELECT_EVENTS = select(*(_read_column(name) for name in HASHED_FIELDS), *_SEAL)


class PostgresStore:
    """Audit events in PostgreSQL; the tables must be there (``migrate``)."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def connect(cls, url: str, *, settings: Settings | None = None) -> PostgresStore:
        """Make a store for a database URL. Connects at the first call, not now."""
        return cls(make_engine(url, settings=settings))

    def append(self, events: Sequence[AuditEvent]) -> None:
        """Store all of the events or none (see ``AuditStore``)."""
        ready = submissions(events)
        try:
            self._append(ready)
        except IntegrityError:
            # Between our look and our write somebody stored one of the ids in another chain, whose head we had not locked. The second look
            # sees it. A second time it cannot happen: the id is there now.
            self._append(ready)

    def find(self, query: EventQuery) -> Page:
        """Return a page of events, the latest first (see ``AuditStore``)."""
        matching = _filters(query)
        page = (
            _SELECT_EVENTS.add_columns(func.count().over().label("total"))
            .where(*matching)
            .order_by(AUDIT_EVENTS.c.event_timestamp.desc(), AUDIT_EVENTS.c.correlation_id, AUDIT_EVENTS.c.sequence.desc())
            .limit(query.limit)
            .offset(query.offset)
        )
        with trouble_translated(self.engine), self._reading() as connection:
            rows = connection.execute(page).all()
            if rows:
                return Page([_sealed(row) for row in rows], rows[0].total)
            if query.offset == 0:
                return Page([], 0)
            return Page([], connection.execute(select(func.count()).select_from(AUDIT_EVENTS).where(*matching)).scalar_one())

    def chain(self, correlation_id: str) -> ChainRecord | None:
        """Return all there is of one chain, in one snapshot (see ``AuditStore``)."""
        events, ids, heads = AUDIT_EVENTS.c, AUDIT_EVENT_IDS.c, AUDIT_CHAIN_HEADS.c
        of_the_chain = _SELECT_EVENTS.where(events.correlation_id == correlation_id).order_by(events.sequence, events.event_id)
        ledger = select(ids.sequence, cast(ids.event_id, Text)).where(ids.correlation_id == correlation_id).order_by(ids.sequence)
        head = select(heads.last_sequence, heads.last_hash, heads.event_count).where(heads.correlation_id == correlation_id)
        snapshot = self.engine.execution_options(isolation_level="REPEATABLE READ")
        with trouble_translated(self.engine), snapshot.connect() as connection:
            rows = connection.execute(of_the_chain).all()
            entries = connection.execute(ledger).all()
            anchor = connection.execute(head).one_or_none()
        if not rows and not entries and anchor is None:
            return None
        return ChainRecord(
            correlation_id,
            [_sealed(row) for row in rows],
            {sequence: event_id for sequence, event_id in entries},
            None if anchor is None else Head(*anchor),
        )

    def ping(self) -> None:
        """Ask the database for one row of the tables that everything needs."""
        with trouble_translated(self.engine), self._reading() as connection:
            connection.execute(select(true()).select_from(AUDIT_CHAIN_HEADS).limit(1)).all()

    def close(self) -> None:
        """Close the connections that are not in use."""
        self.engine.dispose()

    def _append(self, ready: Sequence[Submission]) -> None:
        with trouble_translated(self.engine), self.engine.begin() as connection:
            heads = _locked_heads(connection, sorted({submission.correlation_id for submission in ready}))
            known = connection.execute(_KNOWN_DIGESTS, {"ids": [submission.event_id for submission in ready]}).all()
            new = not_yet_stored(ready, dict(row._tuple() for row in known))
            if not new:
                connection.rollback()  # the upsert's untouched rows need not be written
                return
            sealed, moved = seal(new, heads)
            digests = {submission.event_id: submission.digest for submission in new}
            connection.execute(_WRITE, {"rows": _as_rows(sealed, digests), "heads": _as_heads(moved)})

    def _reading(self) -> Connection:
        """Return a connection for a single statement: without a transaction around it, two messages to the server are saved."""
        return self.engine.execution_options(isolation_level="AUTOCOMMIT").connect()


def _locked_heads(connection: Connection, keys: list[str]) -> dict[str, Head]:
    rows = connection.execute(_LOCK_HEADS, {"keys": keys}).all()
    return {row.correlation_id: Head(row.last_sequence, row.last_hash, row.event_count) for row in rows}


def _as_rows(sealed: Sequence[SealedEvent], digests: Mapping[str, str]) -> str:
    return orjson.dumps(
        [
            {
                **event.fields,
                "sequence": event.sequence,
                "previous_hash": event.previous_hash,
                "event_hash": event.event_hash,
                "digest": digests[event.event_id],
            }
            for event in sealed
        ]
    ).decode()


def _as_heads(moved: Mapping[str, Head]) -> str:
    return orjson.dumps(
        [
            {"correlation_id": key, "last_sequence": head.sequence, "last_hash": head.event_hash, "event_count": head.count}
            for key, head in moved.items()
        ]
    ).decode()


def _filters(query: EventQuery) -> list[ColumnElement[bool]]:
    columns = AUDIT_EVENTS.c
    equal = ("event_type", "event_category", "event_outcome", "severity", "correlation_id", "namespace")
    found = [columns[name] == value for name in equal if (value := getattr(query, name)) is not None]
    if query.since is not None:
        found.append(columns.event_timestamp >= query.since)
    if query.until is not None:
        found.append(columns.event_timestamp <= query.until)
    return found


def _sealed(row: Row[Any]) -> SealedEvent:
    fields: dict[str, Json] = dict(zip(HASHED_FIELDS, row, strict=False))
    fields["event_data"] = decode(row[_EVENT_DATA])
    return SealedEvent(fields, row.sequence, row.previous_hash, row.event_hash)
