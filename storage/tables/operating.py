"""Tables of running the desk: login links, sessions, leases, the audit trail."""

from sqlalchemy import Column, Index, String, Table

from storage.tables.columns import Json, id_column, metadata, reference
from storage.types import UtcInstant

login_links = Table(
    "login_links",
    metadata,
    id_column(),
    Column("token_hash", String(64), nullable=False, unique=True),
    reference("member_id", "members.id"),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("used_at", UtcInstant),
)

sessions = Table(
    "sessions",
    metadata,
    id_column(),
    Column("token_hash", String(64), nullable=False, unique=True),
    reference("member_id", "members.id"),
    Column("csrf_token", String(64), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("revoked_at", UtcInstant),
    Index(None, "member_id"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until_at", UtcInstant, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    Column("happened_at", UtcInstant, nullable=False),
    reference("actor_id", "members.id", nullable=True),
    Column("action", String(64), nullable=False),
    reference("member_id", "members.id", nullable=True),
    reference("unit_id", "units.id", nullable=True),
    Column("facts", Json, nullable=False),
    Index(None, "happened_at"),
)
