"""The tables, as SQLAlchemy Core sees them. The migrations make them; a test holds the two together.

``audit_events`` is not partitioned yet, on purpose: partitions by month that somebody must remember to add are a time bomb, and a store
of one rehearsal needs none. The door is open: nothing asks ``audit_events`` for uniqueness beyond its primary key, which holds the
column that partitions would go by. What has to be unique over all time is in ``audit_event_ids``, which no retention empties.

No column has a default of the database's clock: all times come from the application.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.datastorage.events import CORRELATION_ID_LENGTH

METADATA = MetaData()

HASH = String(64)
"""SHA-256 in hex; empty before the first event of a chain."""

AUDIT_EVENTS = Table(
    "audit_events",
    METADATA,
    Column("event_id", Uuid, primary_key=True),
    Column("event_timestamp", DateTime(timezone=True), primary_key=True),
    Column("version", String(20), nullable=False),
    Column("event_type", String(100), nullable=False),
    Column("event_category", String(50), nullable=False),
    Column("event_action", String(50), nullable=False),
    Column("event_outcome", String(20), nullable=False),
    Column("correlation_id", String(CORRELATION_ID_LENGTH), nullable=False),
    Column("actor_type", String(50), nullable=False),
    Column("actor_id", String(255), nullable=False),
    Column("resource_type", String(100), nullable=False),
    Column("resource_id", String(CORRELATION_ID_LENGTH), nullable=False),
    Column("namespace", String(253)),
    Column("cluster_name", String(255)),
    Column("severity", String(20), nullable=False),
    Column("duration_ms", Integer),
    Column("parent_event_id", Uuid),
    Column("event_data", JSONB, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("previous_event_hash", HASH, nullable=False),
    Column("event_hash", HASH, nullable=False),
    Index("idx_audit_events_chain", "correlation_id", "sequence"),
    Index("idx_audit_events_timestamp", text("event_timestamp DESC")),
    Index("idx_audit_events_type", "event_type", text("event_timestamp DESC")),
)
"""The events themselves; everything but the last three columns is what the hash covers, beside ``sequence`` and ``previous_event_hash``."""

AUDIT_EVENT_IDS = Table(
    "audit_event_ids",
    METADATA,
    Column("event_id", Uuid, primary_key=True),
    Column("correlation_id", String(CORRELATION_ID_LENGTH), nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("digest", HASH, nullable=False),
    UniqueConstraint("correlation_id", "sequence", name="uq_audit_event_ids_chain"),
)
"""The ledger: every id ever stored, once, its place in its chain, and the digest of its body."""

AUDIT_CHAIN_HEADS = Table(
    "audit_chain_heads",
    METADATA,
    Column("correlation_id", String(CORRELATION_ID_LENGTH), primary_key=True),
    Column("last_sequence", BigInteger, nullable=False),
    Column("last_hash", HASH, nullable=False),
    Column("event_count", BigInteger, nullable=False),
)
"""Where each chain stands: locked by whoever appends to it, and the anchor against a cut tail."""
