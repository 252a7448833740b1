"""Tables of announcements: themselves, who confirmed reading them, their progress messages, and groups."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.columns import Json, id_column, metadata, reference
from storage.types import UtcInstant

announcements = Table(
    "announcements",
    metadata,
    id_column(),
    Column("cause_key", String(128), nullable=False, unique=True),
    reference("unit_id", "units.id"),
    reference("author_id", "members.id"),
    Column("text", Text, nullable=False),
    Column("attachment_kind", String(16)),
    Column("file_id", String(255)),
    Column("file_name", String(255)),
    Column("file_digest", String(64)),
    Column("audience", Json, nullable=False),
    Column("wants_confirmation", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("total", Integer, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("due_at", UtcInstant),
    Column("started_at", UtcInstant),
    Column("ended_at", UtcInstant),
    Index(None, "status", "due_at"),
    Index(None, "unit_id", "status"),
)

confirmations = Table(
    "confirmations",
    metadata,
    id_column(),
    reference("announcement_id", "announcements.id"),
    reference("member_id", "members.id"),
    Column("confirmed_at", UtcInstant, nullable=False),
    UniqueConstraint("announcement_id", "member_id"),
)

progress_messages = Table(
    "progress_messages",
    metadata,
    id_column(),
    reference("announcement_id", "announcements.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("language", String(16), nullable=False),
    Column("shown", String(64), nullable=False),
    UniqueConstraint("chat_id", "message_id"),
    Index(None, "announcement_id"),
)

group_chats = Table(
    "group_chats",
    metadata,
    id_column(),
    Column("chat_id", BigInteger, nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    reference("unit_id", "units.id"),
    reference("added_by_id", "members.id"),
    Column("added_at", UtcInstant, nullable=False),
    Column("left_at", UtcInstant),
    Index(None, "unit_id"),
)
