"""Every table, in one place: what the migrations must lead to.

Amounts (`amount`, `quantity`, `points`, …) are integers of 1/10 000.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects import postgresql

from storage.types import UtcInstant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigId = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(postgresql.JSONB, "postgresql")


def _id() -> Column[int]:
    return Column("id", BigId, Identity(), primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigId, ForeignKey(target), nullable=nullable)


units = Table(
    "units",
    metadata,
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(32), nullable=False),
    _ref("parent_id", "units.id", nullable=True),
    Column("rulebook", String(64)),
    Column("time_zone", String(64), nullable=False),
    Column("created_at", UtcInstant, nullable=False),
)

members = Table(
    "members",
    metadata,
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("status", String(32), nullable=False),
    Column("language", String(16)),
    Column("created_at", UtcInstant, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    _id(),
    _ref("member_id", "members.id"),
    _ref("unit_id", "units.id"),
    Column("kind", String(32), nullable=False),
    Column("since_on", Date),
    Column("until_on", Date),
    Index(None, "member_id"),
    Index(None, "unit_id"),
)

roles = Table(
    "roles",
    metadata,
    _id(),
    _ref("member_id", "members.id"),
    _ref("unit_id", "units.id"),
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
    _id(),
    Column("user_id", BigInteger, nullable=False),
    _ref("member_id", "members.id"),
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
    _id(),
    Column("code_hash", String(64), nullable=False, unique=True),
    _ref("member_id", "members.id"),
    _ref("created_by_id", "members.id", nullable=True),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("used_at", UtcInstant),
    Column("used_by_user_id", BigInteger),
    Column("revoked_at", UtcInstant),
    Index(None, "member_id"),
)

rulebook_versions = Table(
    "rulebook_versions",
    metadata,
    _id(),
    Column("rulebook", String(64), nullable=False),
    Column("version", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("loaded_at", UtcInstant, nullable=False),
    UniqueConstraint("rulebook", "digest"),
)

finalised_periods = Table(
    "finalised_periods",
    metadata,
    _id(),
    _ref("unit_id", "units.id"),
    Column("label", String(16), nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("until_on", Date, nullable=False),
    Column("finalised_at", UtcInstant, nullable=False),
    _ref("finalised_by_id", "members.id", nullable=True),
    UniqueConstraint("unit_id", "label"),
)

reports = Table(
    "reports",
    metadata,
    _id(),
    Column("cause_key", String(128), nullable=False, unique=True),
    _ref("unit_id", "units.id"),
    _ref("member_id", "members.id"),
    _ref("filed_by_id", "members.id"),
    Column("status", String(16), nullable=False),
    Column("category", String(64)),
    Column("item", String(64)),
    Column("level", String(64)),
    Column("quantity", BigInteger),
    Column("happened_on", Date),
    Column("note", Text, nullable=False),
    Column("is_saved", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("updated_at", UtcInstant, nullable=False),
    Column("submitted_at", UtcInstant),
    Column("decided_at", UtcInstant),
    Index(None, "unit_id", "status", "submitted_at"),
    Index(None, "member_id", "status"),
    Index(None, "filed_by_id", "status"),
)

submissions = Table(
    "submissions",
    metadata,
    _id(),
    _ref("report_id", "reports.id"),
    Column("revision", Integer, nullable=False),
    Column("facts", Json, nullable=False),
    Column("submitted_at", UtcInstant, nullable=False),
    UniqueConstraint("report_id", "revision"),
)

evidence = Table(
    "evidence",
    metadata,
    _id(),
    _ref("report_id", "reports.id"),
    Column("source_key", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("file_id", String(255)),
    Column("file_name", String(255)),
    Column("mime", String(128)),
    Column("size_bytes", BigInteger),
    Column("digest", String(64)),
    Column("thumbnail_digest", String(64)),
    Column("width", Integer),
    Column("height", Integer),
    Column("picture_hash", BigInteger),
    Column("failure", String(64)),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcInstant),
    Column("added_at", UtcInstant, nullable=False),
    UniqueConstraint("report_id", "source_key"),
    Index(None, "status", "next_attempt_at"),
    Index(None, "digest"),
)

decisions = Table(
    "decisions",
    metadata,
    _id(),
    _ref("report_id", "reports.id"),
    Column("revision", Integer, nullable=False),
    Column("action", String(16), nullable=False),
    Column("is_adjusted", Boolean, nullable=False),
    _ref("actor_id", "members.id"),
    Column("points", BigInteger),
    Column("reason", Text, nullable=False),
    Column("decided_at", UtcInstant, nullable=False),
    Column("undoes_id", BigId, ForeignKey("decisions.id"), unique=True),
    Index(None, "report_id"),
    Index(
        "uq_decisions_report_revision",
        "report_id",
        "revision",
        unique=True,
        sqlite_where=text("action <> 'undo'"),
        postgresql_where=text("action <> 'undo'"),
    ),
)

objections = Table(
    "objections",
    metadata,
    _id(),
    _ref("report_id", "reports.id"),
    Column("decision_id", BigId, ForeignKey("decisions.id"), nullable=False, unique=True),
    _ref("raised_by_id", "members.id"),
    Column("reason", Text, nullable=False),
    Column("raised_at", UtcInstant, nullable=False),
    Column("status", String(16), nullable=False),
    _ref("answered_by_id", "members.id", nullable=True),
    Column("answer", Text, nullable=False),
    Column("answered_at", UtcInstant),
    Index(None, "report_id"),
)

events = Table(
    "events",
    metadata,
    _id(),
    Column("cause_key", String(128), nullable=False, unique=True),
    _ref("unit_id", "units.id"),
    Column("item", String(64), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("level", String(64)),
    Column("quantity", BigInteger),
    Column("points", BigInteger, nullable=False),
    _ref("report_id", "reports.id", nullable=True),
    _ref("decision_id", "decisions.id", nullable=True),
    Column("reverses_id", BigId, ForeignKey("events.id"), unique=True),
    _ref("rulebook_version_id", "rulebook_versions.id"),
    _ref("recorded_by_id", "members.id"),
    Column("recorded_at", UtcInstant, nullable=False),
    Index(None, "report_id"),
    Index(None, "decision_id"),
)

entries = Table(
    "entries",
    metadata,
    _id(),
    _ref("unit_id", "units.id"),
    Column("sequence", BigInteger, nullable=False),
    _ref("event_id", "events.id"),
    _ref("member_id", "members.id"),
    Column("item", String(64), nullable=False),
    Column("category", String(64), nullable=False),
    Column("happened_on", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("counted_amount", BigInteger, nullable=False),
    Column("why", String(128), nullable=False),
    Column("clause", Text, nullable=False),
    _ref("rulebook_version_id", "rulebook_versions.id"),
    Column("cause_key", String(128), nullable=False, unique=True),
    Column("reverses_id", BigId, ForeignKey("entries.id"), unique=True),
    _ref("recorded_by_id", "members.id"),
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

inbox = Table(
    "inbox",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", String(64), nullable=False),
    Column("payload", Json, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("received_at", UtcInstant, nullable=False),
    Column("handled_at", UtcInstant),
    Column("failure", Text),
    Index(None, "status", "update_id"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("dedupe_key", String(200), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    _ref("member_id", "members.id", nullable=True),
    Column("facts", Json, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("due_at", UtcInstant, nullable=False),
    Column("lease_until_at", UtcInstant),
    Column("sent_at", UtcInstant),
    Column("message_id", BigInteger),
    Column("failure", String(200)),
    Index(None, "status", "due_at", "priority"),
    Index(None, "member_id", "status"),
)

dialogs = Table(
    "dialogs",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("step", String(64)),
    Column("data", Json, nullable=False),
    Column("screen_message_id", BigInteger),
    Column("updated_at", UtcInstant, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    _id(),
    _ref("report_id", "reports.id"),
    _ref("objection_id", "objections.id", nullable=True),
    _ref("member_id", "members.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    UniqueConstraint("chat_id", "message_id"),
    Index(None, "report_id", "member_id"),
    Index(None, "objection_id"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", String(64), primary_key=True),
    Column("file_id", String(255), nullable=False),
)

login_links = Table(
    "login_links",
    metadata,
    _id(),
    Column("token_hash", String(64), nullable=False, unique=True),
    _ref("member_id", "members.id"),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant, nullable=False),
    Column("used_at", UtcInstant),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    Column("token_hash", String(64), nullable=False, unique=True),
    _ref("member_id", "members.id"),
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
    _id(),
    Column("happened_at", UtcInstant, nullable=False),
    _ref("actor_id", "members.id", nullable=True),
    Column("action", String(64), nullable=False),
    _ref("member_id", "members.id", nullable=True),
    _ref("unit_id", "units.id", nullable=True),
    Column("facts", Json, nullable=False),
    Index(None, "happened_at"),
)
