"""The pretend Telegram as a whole: its bot, its accounts and chats, its files, its clock."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sandbox.chats import Chat, ChatBook, Message, User
from sandbox.faults import Faults
from sandbox.limits import Pacer
from sandbox.media import Media
from sandbox.stats import Stats
from sandbox.updates import UpdateQueue

DEFAULT_TOKEN = "4200000001:AAsandbox-of-the-points-desk-0000000"  # noqa: S105  a pretend token opens nothing


EVERY_CHAT = 0
"""What listeners hear when no single chat is meant."""


class MovableClock(Protocol):
    """A clock that the control interface can move."""

    def now(self) -> datetime:
        """Return the current instant, aware."""
        ...

    def set(self, instant: datetime) -> None:
        """Show `instant` from now on."""
        ...

    def advance(self, by: timedelta) -> None:
        """Move by a span."""
        ...


class World:
    """Everything the sandbox knows; used from one event loop."""

    def __init__(
        self,
        *,
        clock: MovableClock,
        media_directory: Path,
        token: str = DEFAULT_TOKEN,
        bot_name: str = "积分",
        bot_username: str = "jifen_bot",
        limits: bool = True,
    ) -> None:
        self.clock = clock
        self.token = token
        self.bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": bot_name,
            "username": bot_username,
        }
        self.book = ChatBook()
        self.media = Media(media_directory)
        self.pacer = Pacer(limits=limits)
        self.faults = Faults()
        self.stats = Stats()
        self.updates = UpdateQueue(self.faults)
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.is_closed = False
        self._listeners: set[Listener] = set()

    @property
    def bot_id(self) -> int:
        """The bot's account."""
        return int(self.token.partition(":")[0])

    def now_seconds(self) -> int:
        """Return the clock's instant as Telegram writes it."""
        return int(self.clock.now().timestamp())

    def add_user(
        self,
        first_name: str,
        language_code: str = "zh-hans",
        *,
        user_id: int | None = None,
        username: str = "",
    ) -> User:
        """Make an account with its private chat; an id in use keeps its chat and gets the new name."""
        chosen = self.book.next_user_id() if user_id is None else user_id
        user = User(user_id=chosen, first_name=first_name, language_code=language_code, username=username)
        self.book.users[chosen] = user
        self.book.chats.setdefault(chosen, Chat(chat_id=chosen, member_ids=[chosen]))
        return user

    def add_group(self, title: str, member_ids: list[int]) -> Chat:
        """Make a group with these people and the bot; the bot is told that it was added."""
        chat = Chat(chat_id=self.book.next_group_id(), title=title, member_ids=list(member_ids))
        self.book.chats[chat.chat_id] = chat
        if member_ids:
            self.tell_membership(chat, self.book.users[member_ids[0]], was="left", now="member")
        return chat

    def upgrade_group(self, chat: Chat, *, is_told: bool = True) -> Chat:
        """Give a group a new id, as when it becomes a supergroup; the bot may or may not be told."""
        old_id = chat.chat_id
        new = Chat(chat_id=self.book.next_group_id(), title=chat.title, member_ids=list(chat.member_ids))
        if is_told:
            self.updates.put(
                "message",
                {
                    "message_id": self.book.next_message_id(chat),
                    "chat": self.chat_json(chat),
                    "date": self.now_seconds(),
                    "migrate_to_chat_id": new.chat_id,
                },
            )
        del self.book.chats[old_id]
        self.book.moved[old_id] = new.chat_id
        self.book.chats[new.chat_id] = new
        return new

    def tell_membership(self, chat: Chat, by: User, *, was: str, now: str) -> None:
        """Queue a my_chat_member update: somebody added, blocked or unblocked the bot."""
        self.updates.put(
            "my_chat_member",
            {
                "chat": self.chat_json(chat),
                "from": by.to_api(),
                "date": self.now_seconds(),
                "old_chat_member": self._bot_member(was),
                "new_chat_member": self._bot_member(now),
            },
        )

    def post(
        self,
        chat: Chat,
        content: dict[str, Any],
        *,
        sender: User | None = None,
        reply_markup: dict[str, Any] | None = None,
        reply_to_id: int = 0,
        is_protected: bool = False,
    ) -> Message:
        """Add a message of a person, or of the bot when there is no sender."""
        message = Message(
            chat_id=chat.chat_id,
            message_id=self.book.next_message_id(chat),
            sent_at=self.now_seconds(),
            sender_id=self.bot_id if sender is None else sender.user_id,
            is_from_bot=sender is None,
            content=content,
            reply_markup=reply_markup,
            reply_to_id=reply_to_id,
            is_protected=is_protected,
        )
        self.changed(chat, message)
        return message

    def changed(self, chat: Chat, message: Message | None = None) -> int:
        """Give a change its number and wake those who watch the chat."""
        seq = self.book.touch(chat, message)
        for listener in self._listeners:
            listener.chat_changed(chat.chat_id)
        return seq

    def close(self) -> None:
        """Send everyone away who waits for news."""
        self.is_closed = True
        self.updates.close()
        for listener in self._listeners:
            listener.chat_changed(EVERY_CHAT)

    def listen(self, listener: "Listener") -> None:
        """Tell this listener of every change from now on."""
        self._listeners.add(listener)

    def unlisten(self, listener: "Listener") -> None:
        """Stop telling it."""
        self._listeners.discard(listener)

    def chat_json(self, chat: Chat) -> dict[str, Any]:
        """Return the Bot API's Chat."""
        if chat.is_group:
            return {"id": chat.chat_id, "title": chat.title, "type": "supergroup"}
        user = self.book.users[chat.chat_id]
        row: dict[str, Any] = {"id": chat.chat_id, "first_name": user.first_name, "type": "private"}
        if user.username:
            row["username"] = user.username
        return row

    def message_json(self, message: Message, *, with_reply: bool = True) -> dict[str, Any]:
        """Return the Bot API's Message."""
        chat = self.book.chats[message.chat_id]
        row: dict[str, Any] = {
            "message_id": message.message_id,
            "from": self.bot if message.is_from_bot else self.book.users[message.sender_id].to_api(),
            "chat": self.chat_json(chat),
            "date": message.sent_at,
        }
        if message.edited_at:
            row["edit_date"] = message.edited_at
        if message.is_protected:
            row["has_protected_content"] = True
        if with_reply and message.reply_to_id:
            replied = chat.messages.get(message.reply_to_id)
            if replied is not None and not replied.is_deleted:
                row["reply_to_message"] = self.message_json(replied, with_reply=False)
        row.update(message.content)
        if message.reply_markup is not None:
            row["reply_markup"] = message.reply_markup
        return row

    def _bot_member(self, status: str) -> dict[str, Any]:
        member: dict[str, Any] = {"user": self.bot, "status": status}
        if status == "kicked":
            member["until_date"] = 0
        return member


class Listener(Protocol):
    """Whoever wants to know that a chat changed."""

    def chat_changed(self, chat_id: int) -> None:
        """Take note of the change."""
        ...
