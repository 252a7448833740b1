"""Tables of people and what they belong to: units, households, members, roles, accounts, invitations."""

from sqlalchemy import BigInteger, Column, Date, Index, String, Table, text

from storage.tables.columns import id_column, metadata, reference
from storage.types import UtcInstant

units = Table(
    "units",
    metadata,
    id_column(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(32), nullable=False),
    reference("parent_id", "units.id", nullable=True),
    Column("rulebook", String(64)),
    Column("time_zone", String(64), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
)

members = Table(
    "members",
    metadata,
    id_column(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("status", String(32), nullable=False),
    Column("language", String(16)),
    Column("created_at", UtcInstant, nullable=False),
)

households = Table(
    "households",
    metadata,
    id_column(),
    Column("code", String(64), nullable=False, unique=True),
)

memberships = Table(
    "memberships",
    metadata,
    id_column(),
    reference("member_id", "members.id"),
    reference("unit_id", "units.id"),
    Column("kind", String(32), nullable=False),
    Column("since_on", Date),
    Column("until_on", Date),
    Column("class", String(64), key="class_", nullable=False, server_default=""),
    reference("household_id", "households.id", nullable=True),
    Index(None, "member_id"),
    Index(None, "unit_id"),
    Index(None, "household_id"),
)

roles = Table(
    "roles",
    metadata,
    id_column(),
    reference("member_id", "members.id"),
    reference("unit_id", "units.id"),
    Column("role", String(32), nullable=False),
    Column("granted_at", UtcInstant, nullable=False),
    Column("revoked_at", UtcInstant),
    Index(None, "unit_id"),
    Index(
        "uq_roles_active",
        "member_id",
        "unit_id",
        "role",
        unique=True,
        sqlite_where=text("revoked_at IS NULL"),
        postgresql_where=text("revoked_at IS NULL"),
    ),
)

accounts = Table(
    "accounts",
    metadata,
    id_column(),
    Column("user_id", BigInteger, nullable=False),
    reference("member_id", "members.id"),
    Column("bound_at", UtcInstant, nullable=False),
    Column("unbound_at", UtcInstant),
    Column("blocked_at", UtcInstant),
    Index(
        "uq_accounts_user_active",
        "user_id",
        unique=True,
        sqlite_where=text("unbound_at IS NULL"),
        postgresql_where=text("unbound_at IS NULL"),
    ),
    Index(
        "uq_accounts_member_active",
        "member_id",
        unique=True,
        sqlite_where=text("unbound_at IS NULL"),
        postgresql_where=text("unbound_at IS NULL"),
    ),
)

invitations = Table(
    "invitations",
    metadata,
    id_column(),
    Column("code_hash", String(64), nullable=False, unique=True),
    reference("member_id", "members.id"),
    reference("created_by_id", "members.id", nullable=True),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("used_at", UtcInstant),
    Column("used_by_user_id", BigInteger),
    Column("revoked_at", UtcInstant),
    Index(None, "member_id"),
)
