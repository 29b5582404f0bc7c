"""Audit events, their ledger of ids, and the heads of their chains."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("event_timestamp", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("event_type", sa.String(100), nullable=False),
        sa.Column("event_category", sa.String(50), nullable=False),
        sa.Column("event_action", sa.String(50), nullable=False),
        sa.Column("event_outcome", sa.String(20), nullable=False),
        sa.Column("correlation_id", sa.String(317), nullable=False),
        sa.Column("actor_type", sa.String(50), nullable=False),
        sa.Column("actor_id", sa.String(255), nullable=False),
        sa.Column("resource_type", sa.String(100), nullable=False),
        sa.Column("resource_id", sa.String(317), nullable=False),
        sa.Column("namespace", sa.String(253)),
        sa.Column("cluster_name", sa.String(255)),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("duration_ms", sa.Integer),
        sa.Column("parent_event_id", sa.Uuid),
        sa.Column("event_data", postgresql.JSONB, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("previous_event_hash", sa.String(64), nullable=False),
        sa.Column("event_hash", sa.String(64), nullable=False),
    )
    op.create_index("idx_audit_events_chain", "audit_events", ["correlation_id", "sequence"])
    op.create_index("idx_audit_events_timestamp", "audit_events", [sa.text("event_timestamp DESC")])
    op.create_index("idx_audit_events_type", "audit_events", ["event_type", sa.text("event_timestamp DESC")])
    op.create_table(
        "audit_event_ids",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("correlation_id", sa.String(317), nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.UniqueConstraint("correlation_id", "sequence", name="uq_audit_event_ids_chain"),
    )
    op.create_table(
        "audit_chain_heads",
        sa.Column("correlation_id", sa.String(317), primary_key=True),
        sa.Column("last_sequence", sa.BigInteger, nullable=False),
        sa.Column("last_hash", sa.String(64), nullable=False),
        sa.Column("event_count", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("audit_chain_heads")
    op.drop_table("audit_event_ids")
    op.drop_table("audit_events")
