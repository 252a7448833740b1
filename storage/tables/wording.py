"""Table of the units' own words, in versions."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from storage.tables.columns import id_column, metadata, reference
from storage.types import UtcInstant

wordings = Table(
    "wordings",
    metadata,
    id_column(),
    reference("unit_id", "units.id"),
    Column("slot", String(32), nullable=False),
    Column("language", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    reference("author_id", "members.id"),
    Column("written_at", UtcInstant, nullable=False),
    UniqueConstraint("unit_id", "slot", "language", "version"),
)
