"""Tables of what comes from the chat and goes to it: inbox, outbox, dialogs, cards, uploads."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.columns import Json, id_column, metadata, reference
from storage.types import UtcInstant

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
    id_column(),
    Column("dedupe_key", String(200), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    reference("member_id", "members.id", nullable=True),
    Column("chat_id", BigInteger),
    reference("announcement_id", "announcements.id", nullable=True),
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
    Index(None, "status", "priority", "id"),
    Index(None, "member_id", "status"),
    Index(None, "chat_id", "status"),
    Index(None, "announcement_id", "status"),
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
    id_column(),
    reference("report_id", "reports.id"),
    reference("objection_id", "objections.id", nullable=True),
    reference("member_id", "members.id"),
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
