"""Sends words below a photo or file: by file id where the bot knows one, else uploaded once."""

from aiogram import Bot
from aiogram.methods import SendDocument, SendMessage, SendPhoto
from aiogram.types import BufferedInputFile, Message

from bot.api import call
from bot.screen import CAPTION_LENGTH_MAX, Screen, clipped, inline_keyboard
from bot.uploads import send_kept
from domain.announcements import Attachment, AttachmentKind
from services.deps import Deps

PHOTO_NAME, FILE_NAME = "photo.jpg", "file"


async def send_words(
    bot: Bot,
    deps: Deps,
    chat_id: int,
    screen: Screen,
    attachment: Attachment | None,
    *,
    is_interactive: bool = False,
) -> Message:
    """Send a screen, below a photo or file where there is one, which is uploaded once for each bot.

    An interactive one is tried a few times at once; of others the sender knows when to try again.

    Raises:
        AiogramError
    """

    async def send(source: str | BufferedInputFile) -> Message:
        method = _message(chat_id, screen, attachment, source)
        return await (call(bot, method) if is_interactive else bot(method))

    if attachment is None or attachment.digest is None:
        file_id = attachment.file_id if attachment is not None else ""
        return await send(file_id)
    name = PHOTO_NAME if attachment.kind is AttachmentKind.PHOTO else attachment.file_name or FILE_NAME
    return await send_kept(bot, deps, attachment.digest, name, send)


def _message(
    chat_id: int, screen: Screen, attachment: Attachment | None, source: str | BufferedInputFile
) -> SendMessage | SendPhoto | SendDocument:
    keyboard = inline_keyboard(screen)
    if attachment is None:
        return SendMessage(chat_id=chat_id, text=clipped(screen.text), reply_markup=keyboard)
    caption = clipped(screen.text, length_max=CAPTION_LENGTH_MAX)
    if attachment.kind is AttachmentKind.PHOTO:
        return SendPhoto(chat_id=chat_id, photo=source, caption=caption, reply_markup=keyboard)
    return SendDocument(chat_id=chat_id, document=source, caption=caption, reply_markup=keyboard)
