"""New messages: texts, photos, documents, albums, copies."""

from typing import Any

from sandbox.bot_api.call import Call, formatted
from sandbox.bot_api.keyboards import read_markup
from sandbox.chats import Chat, Message
from sandbox.errors import bad_request
from sandbox.formatting import Entity
from sandbox.media import Content

TEXT_UNITS_MAX = 4096
CAPTION_UNITS_MAX = 1024
ALBUM_SIZE_MIN = 2
ALBUM_SIZE_MAX = 10
MEDIA_KINDS = ("photo", "document")


def send_message(call: Call) -> dict[str, Any]:
    """Send a text."""
    chat = call.open_chat()
    content = text_content(call)
    return call.world.message_json(_post(call, chat, content))


def send_photo(call: Call) -> dict[str, Any]:
    """Send a photo: uploaded, attached, or known by its file_id."""
    return _send_media(call, "photo")


def send_document(call: Call) -> dict[str, Any]:
    """Send a file: uploaded, attached, or known by its file_id."""
    return _send_media(call, "document")


def send_media_group(call: Call) -> list[dict[str, Any]]:
    """Send an album of 2 to 10 photos, or of 2 to 10 documents."""
    chat = call.open_chat()
    items = call.parsed("media")
    if not isinstance(items, list) or not items:
        raise bad_request("there are no messages to send")
    if len(items) > ALBUM_SIZE_MAX:
        raise bad_request("too many messages to send as an album")
    if len(items) < ALBUM_SIZE_MIN:
        raise bad_request("an album must have 2-10 items")
    kinds = {item.get("type") if isinstance(item, dict) else None for item in items}
    if not kinds <= set(MEDIA_KINDS):
        raise bad_request("can't parse InputMedia: wrong type")
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    reply_to_id = call.reply_to_id(chat)
    contents = [input_media(call, item) for item in items]
    group = {"media_group_id": str(14_000_000_000_000_000 + call.world.book.seq)}
    sent = [
        call.world.post(
            chat, {**group, **content}, reply_to_id=reply_to_id, is_protected=call.flag("protect_content")
        )
        for content in contents
    ]
    return [call.world.message_json(message) for message in sent]


def copy_message(call: Call) -> dict[str, int]:
    """Send a message's content again, with another caption and keyboard where given."""
    chat = call.open_chat()
    source = call.message(call.chat("from_chat_id"), call.whole("message_id"), purpose="copy")
    content = {key: value for key, value in source.content.items() if key != "media_group_id"}
    if source.has_media and call.has("caption"):
        content.pop("caption", None)
        content.pop("caption_entities", None)
        content.update(_caption(call))
    return {"message_id": _post(call, chat, content).message_id}


def text_content(call: Call) -> Content:
    """Read the text of a call. Raises: BotApiError 400 when there is none."""
    text, entities = call.words("text", units_max=TEXT_UNITS_MAX, entities_name="entities")
    if not text:
        raise bad_request("message text is empty")
    content = _with_mentions(call, {"text": text}, "entities", entities)
    preview = call.parsed("link_preview_options")
    if isinstance(preview, dict):
        content["link_preview_options"] = preview
    return content


def caption_content(text: str, entities: list[Entity], call: Call) -> Content:
    """Return the caption part of a content; nothing for no words."""
    return _with_mentions(call, {"caption": text}, "caption_entities", entities) if text else {}


def input_media(call: Call, item: Any) -> Content:
    """Turn an InputMediaPhoto or InputMediaDocument into a message's content.

    Raises: BotApiError 400 for what is none.
    """
    if not isinstance(item, dict) or item.get("type") not in MEDIA_KINDS:
        raise bad_request("can't parse InputMedia: wrong type")
    content = dict(_file_content(call, item["type"], str(item.get("media", ""))))
    text, entities = formatted(
        str(item.get("caption") or ""),
        parse_mode=str(item.get("parse_mode") or ""),
        entities=item.get("caption_entities"),
        units_max=CAPTION_UNITS_MAX,
        too_long="message caption is too long",
    )
    return {**content, **caption_content(text, entities, call)}


def _send_media(call: Call, kind: str) -> dict[str, Any]:
    chat = call.open_chat()
    reference = call.text(kind) or kind
    if not call.text(kind) and kind not in call.body.uploads:
        raise bad_request(f"there is no {kind} in the request")
    content = {**_file_content(call, kind, reference), **_caption(call)}
    return call.world.message_json(_post(call, chat, content))


def _file_content(call: Call, kind: str, reference: str) -> Content:
    upload = call.upload(reference)
    if upload is None:
        if reference.startswith("attach://"):
            raise bad_request(f"can't find file part {reference.removeprefix('attach://')} in the request")
        return call.world.media.content_of(reference, kind)
    if not upload.data:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        return call.world.media.add_photo(upload.data, is_from_bot=True)
    return call.world.media.add_document(upload.data, filename=upload.filename, mime_type=upload.mime_type)


def _caption(call: Call) -> Content:
    text, entities = call.words("caption", units_max=CAPTION_UNITS_MAX, entities_name="caption_entities")
    return caption_content(text, entities, call)


def _post(call: Call, chat: Chat, content: Content) -> Message:
    reply_to_id = call.reply_to_id(chat)
    return call.world.post(
        chat,
        content,
        reply_markup=read_markup(call, chat),
        reply_to_id=reply_to_id,
        is_protected=call.flag("protect_content"),
    )


def _with_mentions(call: Call, content: Content, key: str, entities: list[Entity]) -> Content:
    """Add the entities; a link to a known account becomes a mention of that person."""
    for entity in entities:
        person_id = str(entity.get("url", "")).removeprefix("tg://user?id=")
        if entity["type"] == "text_link" and person_id.isdigit():
            user = call.world.book.users.get(int(person_id))
            if user is not None:
                entity["type"] = "text_mention"
                entity["user"] = user.to_api()
            del entity["url"]
    known = [entity for entity in entities if entity["type"] != "text_link" or "url" in entity]
    if known:
        content[key] = known
    return content
