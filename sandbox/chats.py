"""What people and the bot see: users, chats, messages, and the order in which they changed."""

from dataclasses import dataclass, field, fields
from typing import Any

FIRST_USER_ID = 1001
FIRST_GROUP_ID = -1001000000001


@dataclass(slots=True)
class User:
    """A person's account."""

    user_id: int
    first_name: str
    language_code: str
    username: str = ""
    has_blocked: bool = False

    def to_api(self) -> dict[str, Any]:
        """Return the Bot API's User."""
        user: dict[str, Any] = {
            "id": self.user_id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }
        if self.username:
            user["username"] = self.username
        return user


@dataclass(slots=True)
class Message:
    """One message; `content` is what the Bot API shows of it: text, photo, document and their words."""

    chat_id: int
    message_id: int
    sent_at: int
    sender_id: int
    is_from_bot: bool
    content: dict[str, Any]
    reply_markup: dict[str, Any] | None = None
    reply_to_id: int = 0
    edited_at: int = 0
    edits: int = 0
    is_deleted: bool = False
    is_protected: bool = False
    seq: int = 0

    @property
    def has_media(self) -> bool:
        """Whether its words are a caption."""
        return "photo" in self.content or "document" in self.content

    @property
    def words(self) -> str:
        """The text, or the caption."""
        text: str = self.content.get("text") or self.content.get("caption") or ""
        return text


@dataclass(slots=True)
class Alert:
    """The answer to a tapped button, as the person sees it."""

    user_id: int
    text: str
    show_alert: bool
    seq: int


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the user's) or a group (a negative id)."""

    chat_id: int
    title: str = ""
    member_ids: list[int] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    """By id, in the order of their last change."""
    alerts: list[Alert] = field(default_factory=list)
    reply_keyboard: dict[str, Any] | None = None
    pinned_ids: list[int] = field(default_factory=list)
    last_message_id: int = 0
    seq: int = 0

    @property
    def is_group(self) -> bool:
        """Whether several people talk here."""
        return self.chat_id < 0

    def changed_since(self, seq: int) -> list[Message]:
        """Return the messages changed after `seq`, by id."""
        changed = []
        for message in reversed(self.messages.values()):
            if message.seq <= seq:
                break
            changed.append(message)
        return sorted(changed, key=lambda message: message.message_id)

    def alerts_since(self, seq: int, user_id: int) -> list[Alert]:
        """Return one person's alerts after `seq`, oldest first."""
        new = []
        for alert in reversed(self.alerts):
            if alert.seq <= seq:
                break
            if alert.user_id == user_id:
                new.append(alert)
        return new[::-1]


@dataclass(slots=True)
class Callback:
    """A tapped button that waits for its answer."""

    callback_id: str
    user_id: int
    chat_id: int
    tapped_at: int


class ChatBook:
    """All accounts and chats; every change gets the next number."""

    def __init__(self) -> None:
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.callbacks: dict[str, Callback] = {}
        self.moved: dict[int, int] = {}
        """Groups that became supergroups: old id and new."""
        self.seq = 0
        self._last_private_message_id = 0

    def next_user_id(self) -> int:
        """Return the first id after the ones in use."""
        return max(FIRST_USER_ID, max(self.users, default=0) + 1)

    def next_group_id(self) -> int:
        """Return a group id that is not in use."""
        return FIRST_GROUP_ID - sum(chat.is_group for chat in self.chats.values()) - len(self.moved)

    def next_message_id(self, chat: Chat) -> int:
        """Return the next id: one count for all private chats, one for every group, as Telegram has it."""
        if chat.is_group:
            chat.last_message_id += 1
            return chat.last_message_id
        self._last_private_message_id += 1
        return self._last_private_message_id

    def touch(self, chat: Chat, message: Message | None = None) -> int:
        """Give a change of this chat, or of one message in it, the next number."""
        self.seq += 1
        chat.seq = self.seq
        if message is not None:
            message.seq = self.seq
            chat.messages.pop(message.message_id, None)
            chat.messages[message.message_id] = message
        return self.seq

    def skip_numbers(self, count: int) -> None:
        """Leave out the next ids and changes."""
        self.seq += count
        self._last_private_message_id += count
        for chat in self.chats.values():
            chat.last_message_id += count if chat.is_group else 0

    def dump(self) -> dict[str, Any]:
        """Return everything as JSON; it shares its parts with the book, so write it out at once."""
        return {
            "seq": self.seq,
            "last_private_message_id": self._last_private_message_id,
            "users": [_row(user) for user in self.users.values()],
            "callbacks": [_row(callback) for callback in self.callbacks.values()],
            "moved": [list(pair) for pair in self.moved.items()],
            "chats": [_dumped(chat) for chat in self.chats.values()],
        }

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` gave."""
        self.seq = dumped["seq"]
        self._last_private_message_id = dumped["last_private_message_id"]
        self.users = {row["user_id"]: User(**row) for row in dumped["users"]}
        self.callbacks = {row["callback_id"]: Callback(**row) for row in dumped["callbacks"]}
        self.moved = {int(old): int(new) for old, new in dumped.get("moved", [])}
        self.chats = {row["chat_id"]: _restored(row) for row in dumped["chats"]}


def _dumped(chat: Chat) -> dict[str, Any]:
    return {
        **_row(chat),
        "messages": [_row(message) for message in chat.messages.values()],
        "alerts": [_row(alert) for alert in chat.alerts],
    }


def _row(thing: User | Message | Alert | Chat | Callback) -> dict[str, Any]:
    """Name the fields of a thing without copying them: `asdict` takes ten times as long."""
    return {each.name: getattr(thing, each.name) for each in fields(thing)}


def _restored(row: dict[str, Any]) -> Chat:
    messages = [Message(**message) for message in row["messages"]]
    alerts = [Alert(**alert) for alert in row["alerts"]]
    return Chat(
        **{
            **row,
            "messages": {message.message_id: message for message in messages},
            "alerts": alerts,
        }
    )
