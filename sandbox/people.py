"""What people do with their phones: write, send photos and files, tap buttons, block the bot."""

import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.chats import Alert, Callback, Chat, Message, User
from sandbox.errors import ControlError
from sandbox.formatting import utf16_length, with_found_entities
from sandbox.media import Content
from sandbox.world import World

TEXT_UNITS_MAX = 4096
CAPTION_UNITS_MAX = 1024
ALBUM_PHOTOS_MAX = 10
CALLBACKS_KEPT_MAX = 10_000
ODD_KINDS = ("sticker", "voice", "location")


@dataclass(frozen=True, slots=True)
class PickedFile:
    """A file that a person picked on the phone."""

    filename: str
    data: bytes
    mime_type: str = ""


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a tap led to: a callback for the bot, or an address that the phone opens."""

    callback_id: str = ""
    url: str = ""


def find_user(world: World, user_id: int) -> User:
    """Find an account. Raises: ControlError 404."""
    user = world.book.users.get(user_id)
    if user is None:
        raise ControlError(404, f"there is no user {user_id}")
    return user


def find_chat(world: World, user: User, chat_id: int | None) -> Chat:
    """Find the private chat of a person, or a group they are in. Raises: ControlError 404."""
    chat = world.book.chats.get(user.user_id if chat_id is None else chat_id)
    if chat is None or user.user_id not in chat.member_ids:
        raise ControlError(404, f"user {user.user_id} is in no chat {chat_id}")
    return chat


def say(world: World, user: User, chat: Chat, text: str) -> list[Message]:
    """Send a text; one that is too long goes out in pieces, as from a real phone."""
    _refuse_when_blocked(user, chat)
    words = text.strip()
    if not words:
        raise ControlError(400, "a phone does not send an empty text")
    return [
        _deliver(world, user, chat, _worded("text", "entities", piece))
        for piece in _pieces(words, TEXT_UNITS_MAX)
    ]


def send_photos(
    world: World, user: User, chat: Chat, photos: list[PickedFile], caption: str = ""
) -> list[Message]:
    """Send one photo or an album; more than ten photos become several albums."""
    contents = [world.media.add_photo(photo.data, is_from_bot=False) for photo in photos]
    return _send_grouped(world, user, chat, contents, caption)


def send_documents(
    world: World, user: User, chat: Chat, documents: list[PickedFile], caption: str = ""
) -> list[Message]:
    """Send files as documents, several of them as one album."""
    contents = [
        world.media.add_document(document.data, filename=document.filename, mime_type=document.mime_type)
        for document in documents
    ]
    return _send_grouped(world, user, chat, contents, caption)


def send_odd(world: World, user: User, chat: Chat, kind: str) -> list[Message]:
    """Send a sticker, a voice message or a place."""
    _refuse_when_blocked(user, chat)
    content: Content
    match kind:
        case "sticker":
            content = world.media.add_sticker(b"RIFF....WEBP", emoji="👍")
        case "voice":
            content = world.media.add_voice(b"OggS....", duration_seconds=3)
        case _:
            content = {"location": {"latitude": 30.5728, "longitude": 104.0668}}
    return [_deliver(world, user, chat, content)]


def tap(
    world: World, user: User, chat: Chat, message_id: int, *, text: str | None = None, data: str | None = None
) -> Tapped:
    """Tap a button by its words, or send any data as only a tampered client could.

    Raises: ControlError 404 when there is no such message or button, 409 when several buttons fit.
    """
    message = chat.messages.get(message_id)
    if message is None:
        raise ControlError(404, f"there is no message {message_id} in chat {chat.chat_id}")
    _refuse_when_blocked(user, chat)
    if data is None:
        button = _find_button(message, text or "")
        if "url" in button:
            return Tapped(url=button["url"])
        data = button.get("callback_data")
        if data is None:
            raise ControlError(409, f"the button “{button['text']}” sends nothing to the bot")
    callback = Callback(
        callback_id=str(secrets.randbelow(10**18) + 10**17),
        user_id=user.user_id,
        chat_id=chat.chat_id,
        tapped_at=world.now_seconds(),
    )
    world.book.callbacks[callback.callback_id] = callback
    while len(world.book.callbacks) > CALLBACKS_KEPT_MAX:
        world.book.callbacks.pop(next(iter(world.book.callbacks)))
    world.updates.put(
        "callback_query",
        {
            "id": callback.callback_id,
            "from": user.to_api(),
            "message": _tapped_message(world, message),
            "chat_instance": str(abs(chat.chat_id) * 7919),
            "data": data,
        },
    )
    return Tapped(callback_id=callback.callback_id)


def show_alert(world: World, callback: Callback, text: str, *, show_alert: bool) -> None:
    """Show the answer to a tap on the phone that tapped."""
    chat = world.book.chats[callback.chat_id]
    seq = world.changed(chat)
    chat.alerts.append(Alert(user_id=callback.user_id, text=text, show_alert=show_alert, seq=seq))


def block(world: World, user: User) -> None:
    """Block the bot; it is told, once."""
    _set_blocked(world, user, has_blocked=True)


def unblock(world: World, user: User) -> None:
    """Let the bot write again; it is told, once."""
    _set_blocked(world, user, has_blocked=False)


def join_group(world: World, user: User, chat: Chat) -> None:
    """Come into a group; the bot sees the service message."""
    if user.user_id in chat.member_ids:
        return
    chat.member_ids.append(user.user_id)
    _deliver(world, user, chat, {"new_chat_members": [user.to_api()]})


def _set_blocked(world: World, user: User, *, has_blocked: bool) -> None:
    if user.has_blocked == has_blocked:
        return
    user.has_blocked = has_blocked
    was, now = ("member", "kicked") if has_blocked else ("kicked", "member")
    chat = world.book.chats[user.user_id]
    world.changed(chat)
    world.tell_membership(chat, user, was=was, now=now)


def _send_grouped(
    world: World, user: User, chat: Chat, contents: list[Content], caption: str
) -> list[Message]:
    _refuse_when_blocked(user, chat)
    words = caption.strip()
    if utf16_length(words) > CAPTION_UNITS_MAX:
        raise ControlError(400, f"a caption has at most {CAPTION_UNITS_MAX} characters")
    sent: list[Message] = []
    for start in range(0, len(contents), ALBUM_PHOTOS_MAX):
        album = contents[start : start + ALBUM_PHOTOS_MAX]
        group = {"media_group_id": str(13_000_000_000_000_000 + world.book.seq)} if len(album) > 1 else {}
        for content in album:
            spoken = _worded("caption", "caption_entities", words) if words and not sent else {}
            sent.append(_deliver(world, user, chat, {**group, **content, **spoken}))
    return sent


def _deliver(world: World, user: User, chat: Chat, content: Content) -> Message:
    message = world.post(chat, content, sender=user)
    world.updates.put("message", world.message_json(message))
    return message


def _worded(text_key: str, entities_key: str, words: str) -> Content:
    entities = with_found_entities(words, [])
    return {text_key: words, entities_key: entities} if entities else {text_key: words}


def _pieces(words: str, units_max: int) -> list[str]:
    if utf16_length(words) <= units_max:
        return [words]
    pieces = [""]
    room = units_max
    for character in words:
        units = utf16_length(character)
        if units > room:
            pieces.append("")
            room = units_max
        pieces[-1] += character
        room -= units
    return pieces


def _refuse_when_blocked(user: User, chat: Chat) -> None:
    if user.has_blocked and not chat.is_group:
        raise ControlError(409, f"user {user.user_id} has blocked the bot and cannot write to it")


def _tapped_message(world: World, message: Message) -> dict[str, Any]:
    """Show a message under its button; one that was deleted by its ids only, dated 0."""
    if message.is_deleted:
        return {
            "chat": world.chat_json(world.book.chats[message.chat_id]),
            "message_id": message.message_id,
            "date": 0,
        }
    return world.message_json(message)


def _find_button(message: Message, text: str) -> dict[str, Any]:
    where = f"message {message.message_id}"
    if message.is_deleted:
        raise ControlError(404, f"{where} was deleted")
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    buttons: list[dict[str, Any]] = [button for row in rows for button in row]
    names = " · ".join(button["text"] for button in buttons) or "none"
    exact = [button for button in buttons if button["text"] == text]
    near = exact or [button for button in buttons if text and text in button["text"]]
    if not near:
        raise ControlError(404, f"{where} has no button “{text}”; its buttons: {names}")
    if len(near) > 1:
        raise ControlError(409, f"{where} has {len(near)} buttons that fit “{text}”; its buttons: {names}")
    return near[0]
