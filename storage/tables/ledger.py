"""Tables of the ledger: events, entries and the head of each chain.

An entry without a member is the unit's own.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint

from storage.tables.columns import BigId, id_column, metadata, reference
from storage.types import UtcInstant

events = Table(
    "events",
    metadata,
    id_column(),
    Column("cause_key", String(128), nullable=False, unique=True),
    reference("unit_id", "units.id"),
    Column("item", String(64), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("level", String(64)),
    Column("quantity", BigInteger),
    Column("points", BigInteger, nullable=False),
    reference("report_id", "reports.id", nullable=True),
    reference("decision_id", "decisions.id", nullable=True),
    Column("reverses_id", BigId, ForeignKey("events.id"), unique=True),
    reference("rulebook_version_id", "rulebook_versions.id"),
    reference("recorded_by_id", "members.id"),
    Column("recorded_at", UtcInstant, nullable=False),
    Index(None, "report_id"),
    Index(None, "decision_id"),
)

entries = Table(
    "entries",
    metadata,
    id_column(),
    reference("unit_id", "units.id"),
    Column("sequence", BigInteger, nullable=False),
    reference("event_id", "events.id"),
    reference("member_id", "members.id", nullable=True),
    Column("item", String(64), nullable=False),
    Column("category", String(64), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("counted_amount", BigInteger, nullable=False),
    Column("why", String(128), nullable=False),
    Column("clause", Text, nullable=False),
    reference("rulebook_version_id", "rulebook_versions.id"),
    Column("cause_key", String(128), nullable=False, unique=True),
    Column("reverses_id", BigId, ForeignKey("entries.id"), unique=True),
    reference("recorded_by_id", "members.id"),
    Column("recorded_at", UtcInstant, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("unit_id", "sequence"),
    Index(None, "member_id", "happened_on"),
    Index(None, "unit_id", "happened_on"),
    Index(None, "event_id"),
)

ledger_heads = Table(
    "ledger_heads",
    metadata,
    Column("unit_id", BigId, ForeignKey("units.id"), primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
