"""Tables of due work: what was done for which scheduled time, and up to when somebody looked."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table

from storage.tables.columns import metadata
from storage.types import UtcInstant

due_claims = Table(
    "due_claims",
    metadata,
    Column("job", String(64), nullable=False),
    Column("slot", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("claimed_at", UtcInstant, nullable=False),
    PrimaryKeyConstraint("job", "slot"),
    Index(None, "claimed_at"),
)

due_marks = Table(
    "due_marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("looked_at", UtcInstant, nullable=False),
)
"""Up to `looked_at` everything that was scheduled has been claimed."""
