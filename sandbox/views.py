"""What a phone shows: a chat's messages and alerts as the control interface gives them."""

import asyncio
from typing import Any

from sandbox.bot_api.places import EVERYWHERE, audience_key
from sandbox.chats import Chat, Message, User
from sandbox.world import EVERY_CHAT, World

_ODD = ("sticker", "voice", "location", "new_chat_members")


def chat_view(world: World, user: User, chat: Chat, *, after: int) -> dict[str, Any]:
    """Return what changed in a chat after a change number, and all that is not a message."""
    alerts = chat.alerts_since(after, user.user_id)
    return {
        "messages": [message_view(world, message) for message in chat.changed_since(after)],
        "alerts": [
            {"text": alert.text, "show_alert": alert.show_alert, "seq": alert.seq} for alert in alerts
        ],
        "seq": chat.seq,
        "reply_keyboard": keyboard_view(chat),
        "commands": offered_commands(world, user),
        "pinned": list(chat.pinned_ids),
        "groups": [
            {"chat_id": group.chat_id, "title": group.title}
            for group in world.book.chats.values()
            if group.is_group and user.user_id in group.member_ids
        ],
        "blocked": user.has_blocked,
        "now": world.clock.now().isoformat(),
    }


def message_view(world: World, message: Message) -> dict[str, Any]:
    """Return one message; the keys of the fixed interface first, those of the page after them."""
    content = message.content
    photo = content.get("photo")
    document = content.get("document")
    sender = world.book.users.get(message.sender_id)
    return {
        "message_id": message.message_id,
        "from": "bot" if message.is_from_bot else "user",
        "text": message.words,
        "photos": 1 if photo else 0,
        "buttons": _buttons(message),
        "edits": message.edits,
        "deleted": message.is_deleted,
        "seq": message.seq,
        "date": message.sent_at,
        "user_id": message.sender_id,
        "sender": sender.first_name if sender else world.bot["first_name"],
        "entities": content.get("entities") or content.get("caption_entities") or [],
        "photo_urls": [_address(world, photo[-1]["file_id"])] if photo else [],
        "photo_size": [photo[-1]["width"], photo[-1]["height"]] if photo else None,
        "document": _document(world, document),
        "odd": next((kind for kind in _ODD if kind in content), None),
        "media_group_id": content.get("media_group_id"),
        "reply_to": message.reply_to_id or None,
        "protected": message.is_protected,
    }


def keyboard_view(chat: Chat) -> dict[str, Any] | None:
    """Return the keyboard under the text box, as rows of words."""
    if chat.reply_keyboard is None:
        return None
    return {
        "rows": [[button["text"] for button in row] for row in chat.reply_keyboard["keyboard"]],
        "placeholder": chat.reply_keyboard.get("input_field_placeholder", ""),
    }


def offered_commands(world: World, user: User) -> list[dict[str, str]]:
    """Return the commands of this person's menu: the narrowest audience that has some."""
    scopes = ({"type": "chat", "chat_id": user.user_id}, {"type": "all_private_chats"}, EVERYWHERE)
    language = user.language_code.partition("-")[0]
    for scope in scopes:
        for code in (language, ""):
            commands = world.commands.get(audience_key(scope, code))
            if commands:
                return commands
    return []


def transcript(world: World, chat: Chat) -> str:
    """Write a chat down line by line, for a failing test and for people."""
    lines = []
    for message in sorted(chat.messages.values(), key=lambda message: message.message_id):
        view = message_view(world, message)
        marks: list[str] = [kind for kind in ("photo", "document", *_ODD) if kind in message.content]
        marks += ["deleted"] if message.is_deleted else []
        marks += [f"edited {message.edits}×"] if message.edits else []
        aside = f" ({', '.join(marks)})" if marks else ""
        lines.append(f"#{message.message_id} {view['sender']}{aside}: {message.words}")
        lines += ["    " + " ".join(f"[{button['text']}]" for button in row) for row in view["buttons"]]
    return "\n".join(lines) + "\n"


class ChatWatch:
    """Waits until one chat changes."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self._chat = chat
        self._changed = asyncio.Event()

    def chat_changed(self, chat_id: int) -> None:
        """Take note of a change."""
        if chat_id in {self._chat.chat_id, EVERY_CHAT}:
            self._changed.set()

    async def wait(self, *, after: int, seconds: float) -> None:
        """Return when the chat is past `after`, at the latest after that many seconds."""
        if self._chat.seq > after or seconds <= 0 or self._world.is_closed:
            return
        self._world.listen(self)
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return
        finally:
            self._world.unlisten(self)


def _buttons(message: Message) -> list[list[dict[str, Any]]]:
    if message.reply_markup is None:
        return []
    return [
        [
            {
                "text": button["text"],
                "data": button.get("callback_data"),
                "url": button.get("url"),
                "style": button.get("style"),
            }
            for button in row
        ]
        for row in message.reply_markup["inline_keyboard"]
    ]


def _document(world: World, document: dict[str, Any] | None) -> dict[str, Any] | None:
    if document is None:
        return None
    return {
        "name": document["file_name"],
        "size": document["file_size"],
        "mime_type": document["mime_type"],
        "url": _address(world, document["file_id"]),
    }


def _address(world: World, file_id: str) -> str:
    stored = world.media.find(file_id)
    return f"/sandbox/files/{stored.path}" if stored else ""
