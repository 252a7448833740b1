"""Sends a report's photos and documents into a chat: by file id where the bot knows one, else uploaded."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendDocument, SendMediaGroup, SendPhoto
from aiogram.types import BufferedInputFile, InputMediaDocument, InputMediaPhoto, Message

from bot.api import call
from bot.conversation import Desk
from bot.uploads import file_id_of
from domain.reports import USABLE, Evidence
from services.deps import Deps
from storage import dialogs as stored_dialogs

logger = logging.getLogger(__name__)
ALBUM_MIN, ALBUM_MAX = 2, 10


@dataclass(frozen=True, slots=True)
class Media:
    """One thing to send: a file id, or bytes with a name."""

    digest: str | None
    is_picture: bool
    source: str | BufferedInputFile


def load_media(deps: Deps, pieces: Sequence[Evidence], *, bot_id: int, upload_all: bool) -> tuple[Media, ...]:
    """Find for each usable piece how it can be sent; files are read here, in a thread.

    A file that was removed is left out.
    """
    found: list[Media] = []
    for piece in pieces:
        if piece.status not in USABLE:
            continue
        is_picture = piece.kind == "photo" or piece.thumbnail_digest is not None
        is_known = piece.kind == "photo" or not is_picture
        known = piece.file_id if is_known else None
        if piece.digest is not None and known is None:
            with deps.store.read() as uow:
                known = stored_dialogs.get_upload(uow, bot_id=bot_id, digest=piece.digest)
        if known is not None and not upload_all:
            found.append(Media(piece.digest, is_picture, known))
        elif piece.digest is not None:
            name = f"{piece.id}.jpg" if is_picture else (piece.file_name or str(piece.id))
            try:
                content = deps.files.read(piece.digest)
            except FileNotFoundError:
                logger.warning("the file of evidence %s is not there", piece.id)
                continue
            found.append(Media(piece.digest, is_picture, BufferedInputFile(content, name)))
    return tuple(found)


def keep_uploads(deps: Deps, *, bot_id: int, uploaded: Sequence[tuple[str, str]]) -> None:
    """Remember (digest, file id) pairs of what was uploaded."""
    with deps.store.begin() as uow:
        for digest, file_id in uploaded:
            stored_dialogs.save_upload(uow, bot_id=bot_id, digest=digest, file_id=file_id)


async def send_evidence(desk: Desk, chat_id: int, pieces: Sequence[Evidence]) -> list[int]:
    """Send the pieces, pictures as one album, and return the ids of the messages.

    A file id that another bot got is refused by Telegram; then everything is uploaded.

    Raises:
        AiogramError
    """
    bot = desk.bot
    media = await desk.deps.run(load_media, pieces, bot_id=bot.id, upload_all=False)
    try:
        return await _send(desk, chat_id, media)
    except TelegramBadRequest:
        media = await desk.deps.run(load_media, pieces, bot_id=bot.id, upload_all=True)
        if not media:
            raise
        return await _send(desk, chat_id, media)


async def _send(desk: Desk, chat_id: int, media: Sequence[Media]) -> list[int]:
    pictures = [m for m in media if m.is_picture]
    documents = [m for m in media if not m.is_picture]
    sent: list[int] = []
    for group in (pictures, documents):
        messages = await _send_group(desk.bot, chat_id, group)
        uploaded = [
            (m.digest, file_id)
            for m, message in zip(group, messages, strict=True)
            if m.digest is not None
            and not isinstance(m.source, str)
            and (file_id := file_id_of(message)) is not None
        ]
        if uploaded:
            await desk.deps.run(keep_uploads, bot_id=desk.bot.id, uploaded=uploaded)
        sent += [message.message_id for message in messages]
    return sent


async def _send_group(bot: Bot, chat_id: int, group: Sequence[Media]) -> list[Message]:
    if not group:
        return []
    if len(group) < ALBUM_MIN:
        first = group[0]
        if first.is_picture:
            return [await call(bot, SendPhoto(chat_id=chat_id, photo=first.source))]
        return [await call(bot, SendDocument(chat_id=chat_id, document=first.source))]
    if group[0].is_picture:
        album = [InputMediaPhoto(media=m.source) for m in group[:ALBUM_MAX]]
        return await call(bot, SendMediaGroup(chat_id=chat_id, media=list(album)))
    files = [InputMediaDocument(media=m.source) for m in group[:ALBUM_MAX]]
    return await call(bot, SendMediaGroup(chat_id=chat_id, media=list(files)))
