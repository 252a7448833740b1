"""Sends one picture with words and buttons below it: a kept photo, or what was drawn on the spot."""

import io

import segno
from aiogram import Bot
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, Message

from bot.api import call
from bot.screen import CAPTION_LENGTH_MAX, Screen, clipped, inline_keyboard
from bot.uploads import send_kept
from services.deps import Deps

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

    async def send(photo: str | BufferedInputFile) -> Message:
        return await _send(bot, chat_id, photo, caption, markup)

    return (await send_kept(bot, deps, picture.digest, "product.jpg", send)).message_id


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
