"""Sends one picture with words and buttons below it: a kept photo, or what was drawn on the spot."""

import io

import segno
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, Message

from bot.api import call
from bot.screen import CAPTION_LENGTH_MAX, Picture, Screen, clipped, inline_keyboard
from services.deps import Deps
from storage import dialogs as stored_dialogs

CHAT_ADDRESS = "https://t.me"
QR_SCALE, QR_BORDER = 12, 4


def qr_code(text: str) -> bytes:
    """Return a QR code as PNG, with the quiet margin that scanners want."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="png", scale=QR_SCALE, border=QR_BORDER)
    return out.getvalue()


async def send_picture(bot: Bot, deps: Deps, chat_id: int, screen: Screen) -> int:
    """Send a screen with its picture and return the message's id; a photo is uploaded once for each bot.

    Raises:
        AiogramError
    """
    picture = screen.picture
    assert picture is not None, "who calls this has looked"
    caption = clipped(screen.text, length_max=CAPTION_LENGTH_MAX)
    markup = inline_keyboard(screen)
    if picture.start:
        user = await bot.me()
        content = await deps.run(_draw, f"{CHAT_ADDRESS}/{user.username}?start={picture.start}")
        sent = await _send(bot, chat_id, BufferedInputFile(content, "code.png"), caption, markup)
        return sent.message_id
    if picture.drawn:
        drawn = BufferedInputFile(picture.drawn, "card.jpg")
        return (await _send(bot, chat_id, drawn, caption, markup)).message_id
    known = await deps.run(_known, bot_id=bot.id, digest=picture.digest)
    if known is not None:
        try:
            return (await _send(bot, chat_id, known, caption, markup)).message_id
        except TelegramBadRequest:
            pass  # a file id that Telegram no longer takes: upload it again
    content = await deps.run(_read, picture)
    sent = await _send(bot, chat_id, BufferedInputFile(content, "product.jpg"), caption, markup)
    if sent.photo:
        await deps.run(_keep, bot_id=bot.id, digest=picture.digest, file_id=sent.photo[-1].file_id)
    return sent.message_id


async def _send(
    bot: Bot,
    chat_id: int,
    photo: str | BufferedInputFile,
    caption: str,
    markup: InlineKeyboardMarkup | None,
) -> Message:
    return await call(bot, SendPhoto(chat_id=chat_id, photo=photo, caption=caption, reply_markup=markup))


def _draw(_deps: Deps, text: str) -> bytes:
    return qr_code(text)


def _read(deps: Deps, picture: Picture) -> bytes:
    return deps.files.read(picture.digest)


def _known(deps: Deps, *, bot_id: int, digest: str) -> str | None:
    with deps.store.read() as uow:
        return stored_dialogs.get_upload(uow, bot_id=bot_id, digest=digest)


def _keep(deps: Deps, *, bot_id: int, digest: str, file_id: str) -> None:
    with deps.store.begin() as uow:
        stored_dialogs.save_upload(uow, bot_id=bot_id, digest=digest, file_id=file_id)
