"""Tables of a unit's habits: settings, calendar days put in by hand, reminder days, and 本月无."""

from sqlalchemy import Column, Date, ForeignKey, Index, PrimaryKeyConstraint, String, Table

from storage.tables.columns import BigId, metadata, reference
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
