"""The table of methods: what runs for each, and what it counts as for the limits."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.bot_api import answers, editing, files, places, polling, sending
from sandbox.bot_api.call import Call


class Pace(StrEnum):
    """What a call counts as."""

    FREE = "free"
    """Not limited."""
    NEW = "new"
    """A new message: all limits."""
    EDIT = "edit"
    """A change: the overall limit and the group's."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Bot API under its proper name."""

    name: str
    run: Callable[[Call], Any] | Callable[[Call], Awaitable[Any]]
    pace: Pace = Pace.FREE
    is_waiting: bool = False
    """Whether `run` is a coroutine function."""


_ALL = (
    Method("getMe", places.get_me),
    Method("getUpdates", polling.get_updates, is_waiting=True),
    Method("setWebhook", polling.set_webhook),
    Method("deleteWebhook", polling.delete_webhook),
    Method("getWebhookInfo", polling.get_webhook_info),
    Method("sendMessage", sending.send_message, Pace.NEW),
    Method("sendPhoto", sending.send_photo, Pace.NEW),
    Method("sendDocument", sending.send_document, Pace.NEW),
    Method("sendMediaGroup", sending.send_media_group, Pace.NEW),
    Method("copyMessage", sending.copy_message, Pace.NEW),
    Method("editMessageText", editing.edit_message_text, Pace.EDIT),
    Method("editMessageCaption", editing.edit_message_caption, Pace.EDIT),
    Method("editMessageReplyMarkup", editing.edit_message_reply_markup, Pace.EDIT),
    Method("editMessageMedia", editing.edit_message_media, Pace.EDIT),
    Method("deleteMessage", editing.delete_message),
    Method("deleteMessages", editing.delete_messages),
    Method("pinChatMessage", editing.pin_chat_message),
    Method("unpinChatMessage", editing.unpin_chat_message),
    Method("answerCallbackQuery", answers.answer_callback_query),
    Method("sendChatAction", answers.send_chat_action),
    Method("setMessageReaction", answers.set_message_reaction),
    Method("getFile", files.get_file),
    Method("getChat", places.get_chat),
    Method("getChatMember", places.get_chat_member),
    Method("getChatMemberCount", places.get_chat_member_count),
    Method("setMyCommands", places.set_my_commands),
    Method("getMyCommands", places.get_my_commands),
    Method("deleteMyCommands", places.delete_my_commands),
)
METHODS = {method.name.lower(): method for method in _ALL}
"""By name in small letters: Telegram does not mind the case."""
