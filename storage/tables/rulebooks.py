"""Tables of the rules: rulebook versions and the periods that are final under them."""

from sqlalchemy import Column, Date, Index, String, Table, Text, UniqueConstraint

from storage.tables.columns import id_column, metadata, reference
from storage.types import UtcInstant

rulebook_versions = Table(
    "rulebook_versions",
    metadata,
    id_column(),
    Column("rulebook", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("loaded_at", UtcInstant, nullable=False),
    Column("effective_on", Date),
    reference("published_by_id", "members.id", nullable=True),
    Column("reason", Text, nullable=False, server_default=""),
    Index(None, "rulebook"),
)

finalised_periods = Table(
    "finalised_periods",
    metadata,
    id_column(),
    reference("unit_id", "units.id"),
    Column("label", String(16), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("finalised_at", UtcInstant, nullable=False),
    reference("finalised_by_id", "members.id", nullable=True),
    UniqueConstraint("unit_id", "label"),
)
