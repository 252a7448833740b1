"""Changes of sent messages: edits, deletions, pins."""

from typing import Any

from sandbox.bot_api.call import Call
from sandbox.bot_api.keyboards import read_inline_keyboard
from sandbox.bot_api.sending import CAPTION_UNITS_MAX, caption_content, input_media, text_content
from sandbox.chats import Chat, Message
from sandbox.errors import bad_request
from sandbox.media import Content

DELETABLE_SECONDS_MAX = 48 * 3600
DELETIONS_MAX = 100
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_message_text(call: Call) -> dict[str, Any]:
    """Replace a text and its keyboard."""
    chat, message = _editable(call)
    content = text_content(call)
    if message.has_media:
        raise bad_request("there is no text in the message to edit")
    return _edited(call, chat, message, content)


def edit_message_caption(call: Call) -> dict[str, Any]:
    """Replace a caption and the keyboard; no caption takes it away."""
    chat, message = _editable(call)
    text, entities = call.words("caption", units_max=CAPTION_UNITS_MAX, entities_name="caption_entities")
    if not message.has_media:
        raise bad_request("there is no caption in the message to edit")
    bare = {
        key: value for key, value in message.content.items() if key not in {"caption", "caption_entities"}
    }
    return _edited(call, chat, message, {**bare, **caption_content(text, entities, call)})


def edit_message_reply_markup(call: Call) -> dict[str, Any]:
    """Replace or take away the keyboard."""
    chat, message = _editable(call)
    return _edited(call, chat, message, message.content)


def edit_message_media(call: Call) -> dict[str, Any]:
    """Replace a photo or file, its caption and the keyboard."""
    chat, message = _editable(call)
    content = input_media(call, call.parsed("media"))
    if "media_group_id" in message.content:
        content["media_group_id"] = message.content["media_group_id"]
    return _edited(call, chat, message, content)


def delete_message(call: Call) -> bool:
    """Delete a message for everyone."""
    chat = call.chat()
    message = call.message(chat, call.whole("message_id"), purpose="delete")
    if not _is_deletable(call, message):
        raise bad_request("message can't be deleted for everyone")
    _delete(call, chat, message)
    return True


def delete_messages(call: Call) -> bool:
    """Delete up to 100 messages; those that are gone or too old are passed over."""
    chat = call.chat()
    wanted = call.parsed("message_ids")
    if not isinstance(wanted, list) or not wanted:
        raise bad_request("message identifiers are not specified")
    if len(wanted) > DELETIONS_MAX:
        raise bad_request("too many message identifiers specified")
    for message_id in wanted:
        message = chat.messages.get(int(message_id))
        if message is not None and not message.is_deleted and _is_deletable(call, message):
            _delete(call, chat, message)
    return True


def pin_chat_message(call: Call) -> bool:
    """Pin a message at the top of its chat."""
    chat = call.open_chat()
    message = call.message(chat, call.whole("message_id"), purpose="pin")
    if message.message_id not in chat.pinned_ids:
        chat.pinned_ids.append(message.message_id)
        call.world.changed(chat)
    return True


def unpin_chat_message(call: Call) -> bool:
    """Unpin a message, or the last pinned one."""
    chat = call.open_chat()
    message_id = call.whole("message_id") or (chat.pinned_ids[-1] if chat.pinned_ids else 0)
    if message_id not in chat.pinned_ids:
        raise bad_request("message to unpin not found")
    chat.pinned_ids.remove(message_id)
    call.world.changed(chat)
    return True


def _editable(call: Call) -> tuple[Chat, Message]:
    if call.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = call.open_chat()
    if not call.has("message_id"):
        raise bad_request("message identifier is not specified")
    message = call.message(chat, call.whole("message_id"), purpose="edit")
    if not message.is_from_bot:
        raise bad_request("message can't be edited")
    return chat, message


def _edited(call: Call, chat: Chat, message: Message, content: Content) -> dict[str, Any]:
    markup = read_inline_keyboard(call)
    if content == message.content and markup == message.reply_markup:
        raise bad_request(NOT_MODIFIED)
    if content != message.content:
        message.edited_at = call.world.now_seconds()
    message.content = content
    message.reply_markup = markup
    message.edits += 1
    call.world.changed(chat, message)
    return call.world.message_json(message)


def _is_deletable(call: Call, message: Message) -> bool:
    return call.world.now_seconds() - message.sent_at < DELETABLE_SECONDS_MAX


def _delete(call: Call, chat: Chat, message: Message) -> None:
    message.is_deleted = True
    if message.message_id in chat.pinned_ids:
        chat.pinned_ids.remove(message.message_id)
    call.world.changed(chat, message)
