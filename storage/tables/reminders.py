"""Tables of a unit's habits: settings, days put in by hand, reminder days, 本月无, and stand-ins."""

from sqlalchemy import Column, Date, ForeignKey, Index, PrimaryKeyConstraint, String, Table

from storage.tables.columns import BigId, id_column, metadata, reference
from storage.types import UtcInstant

unit_settings = Table(
    "unit_settings",
    metadata,
    Column("unit_id", BigId, ForeignKey("units.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("value", String(200), nullable=False),
    Column("set_at", UtcInstant, nullable=False),
    reference("set_by_id", "members.id"),
    PrimaryKeyConstraint("unit_id", "name"),
)

calendar_days = Table(
    "calendar_days",
    metadata,
    Column("unit_id", BigId, ForeignKey("units.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(60), nullable=False),
    Column("set_at", UtcInstant, nullable=False),
    reference("set_by_id", "members.id"),
    PrimaryKeyConstraint("unit_id", "day"),
)

reminder_days = Table(
    "reminder_days",
    metadata,
    Column("unit_id", BigId, ForeignKey("units.id"), nullable=False),
    Column("month", String(16), nullable=False),
    Column("remind_on", Date, nullable=False),
    Column("set_at", UtcInstant, nullable=False),
    reference("set_by_id", "members.id"),
    PrimaryKeyConstraint("unit_id", "month"),
)

nothing_to_report = Table(
    "nothing_to_report",
    metadata,
    Column("member_id", BigId, ForeignKey("members.id"), nullable=False),
    Column("unit_id", BigId, ForeignKey("units.id"), nullable=False),
    Column("month", String(16), nullable=False),
    Column("answered_at", UtcInstant, nullable=False),
    PrimaryKeyConstraint("member_id", "unit_id", "month"),
    Index(None, "unit_id", "month"),
)
"""Members who answered that there is nothing to report for a month (本月无)."""

stand_ins = Table(
    "stand_ins",
    metadata,
    id_column(),
    reference("unit_id", "units.id"),
    reference("member_id", "members.id"),
    reference("asked_by_id", "members.id"),
    Column("since_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("status", String(16), nullable=False),
    Column("made_at", UtcInstant, nullable=False),
    Index(None, "status", "unit_id"),
)
"""Members who decide in a recorder's stead (代审), from a day until before another."""
