"""One call of a method: its parameters read with Telegram's own complaints."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.bot_api.bodies import Body, Upload
from sandbox.chats import Chat, Message
from sandbox.errors import bad_request, forbidden, group_upgraded
from sandbox.formatting import Entity, parse_html, trimmed, utf16_length, with_found_entities
from sandbox.world import World

_FALSE = frozenset({"", "false", "0", "no", "False"})


@dataclass(frozen=True, slots=True)
class Call:
    """The world, and what one request asked of it."""

    world: World
    body: Body

    def has(self, name: str) -> bool:
        """Whether the parameter was given and is not empty."""
        value = self.body.values.get(name)
        return value is not None and value != ""

    def text(self, name: str) -> str:
        """Return a parameter as text, empty when it is missing."""
        value = self.body.values.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Return a parameter as yes or no; missing is no."""
        return self.text(name) not in _FALSE

    def whole(self, name: str, default: int = 0) -> int:
        """Return a parameter as a whole number, `default` when it is missing or none."""
        try:
            return int(float(self.text(name)))
        except ValueError:
            return default

    def parsed(self, name: str) -> Any:
        """Return a parameter that is JSON, in a string or already parsed; None when it is missing."""
        value = self.body.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, reference: str) -> Upload | None:
        """Return the uploaded file that `attach://name` or a part's own name refers to."""
        return self.body.uploads.get(reference.removeprefix("attach://"))

    def chat(self, name: str = "chat_id") -> Chat:
        """Return the chat that the bot names. Raises: BotApiError 400 "chat not found"."""
        wanted = self.text(name)
        if not wanted:
            raise bad_request("chat_id is empty")
        try:
            chat_id = int(wanted)
        except ValueError:
            raise bad_request("chat not found") from None
        if chat_id in self.world.book.moved:
            raise group_upgraded(self.world.book.moved[chat_id])
        chat = self.world.book.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def open_chat(self) -> Chat:
        """Return a chat that the bot may write to now. Raises: BotApiError 403 when it is blocked there."""
        chat = self.chat()
        if not chat.is_group and self.world.book.users[chat.chat_id].has_blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def message(self, chat: Chat, message_id: int, *, purpose: str) -> Message:
        """Return a message that is still there. Raises: BotApiError 400 "message to … not found"."""
        message = chat.messages.get(message_id)
        if message is None or message.is_deleted:
            raise bad_request(f"message to {purpose} not found")
        return message

    def words(self, name: str, *, units_max: int, entities_name: str) -> tuple[str, list[Entity]]:
        """Return a text of this call and its entities; empty when it is missing."""
        return formatted(
            self.text(name),
            parse_mode=self.text("parse_mode"),
            entities=self.parsed(entities_name),
            units_max=units_max,
            too_long="message is too long" if name == "text" else "message caption is too long",
        )

    def reply_to_id(self, chat: Chat) -> int:
        """Return the message that is replied to, 0 for none. Raises: BotApiError 400 when it is gone."""
        parameters = self.parsed("reply_parameters") or {}
        if not isinstance(parameters, Mapping):
            raise bad_request("can't parse reply parameters: expected an Object")
        message_id = int(parameters.get("message_id") or self.whole("reply_to_message_id"))
        if not message_id:
            return 0
        replied = chat.messages.get(message_id)
        if replied is not None and not replied.is_deleted:
            return message_id
        if parameters.get("allow_sending_without_reply") or self.flag("allow_sending_without_reply"):
            return 0
        raise bad_request("message to be replied not found")


def formatted(
    source: str, *, parse_mode: str, entities: Any, units_max: int, too_long: str
) -> tuple[str, list[Entity]]:
    """Turn words in a parse mode (HTML or none) into text and entities within a length.

    Raises: BotApiError 400 for broken markup, another mode, or too many UTF-16 units.
    """
    if parse_mode.lower() == "html":
        text, found = parse_html(source)
    elif parse_mode:
        raise bad_request("unsupported parse_mode")
    else:
        text, found = source, [dict(entity) for entity in entities or []]
    text, found = trimmed(text, found)
    if utf16_length(text) > units_max:
        raise bad_request(too_long)
    return text, with_found_entities(text, found)
