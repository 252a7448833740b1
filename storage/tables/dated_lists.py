"""The table of lists that were read out on their day."""

from sqlalchemy import Boolean, Column, Date, String, Table, UniqueConstraint

from storage.tables.columns import Json, id_column, metadata, reference
from storage.types import UtcInstant

dated_lists = Table(
    "dated_lists",
    metadata,
    id_column(),
    reference("unit_id", "units.id"),
    Column("listed_on", Date, nullable=False),
    Column("code", String(32), nullable=False),
    Column("period", String(16), nullable=False),
    Column("name", String(60), nullable=False),
    Column("is_frozen", Boolean, nullable=False),
    Column("lines", Json, nullable=False),
    Column("tied", Json, nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    UniqueConstraint("unit_id", "listed_on", "code", "period"),
)
"""Who was on a rulebook's list on its day; `tied` are names between whom the committee decides."""
