"""Sends a kept file by the id under which the bot sent it before, and uploads it where there is none."""

from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, Message

from services.deps import Deps
from storage import dialogs as stored_dialogs


async def send_kept(
    bot: Bot,
    deps: Deps,
    digest: str,
    name: str,
    send: Callable[[str | BufferedInputFile], Awaitable[Message]],
) -> Message:
    """Send a file by its digest: uploaded once for each bot, and again where Telegram forgot its id.

    Raises:
        AiogramError
        FileNotFoundError: it was removed.
    """
    known = await deps.run(_known, bot_id=bot.id, digest=digest)
    if known is not None:
        try:
            return await send(known)
        except TelegramBadRequest:
            pass  # a file id that Telegram no longer takes: upload it again
    content = await deps.run(_read, digest)
    message = await send(BufferedInputFile(content, name))
    file_id = file_id_of(message)
    if file_id is not None:
        await deps.run(_keep, bot_id=bot.id, digest=digest, file_id=file_id)
    return message


def file_id_of(message: Message) -> str | None:
    """Return the id of what a message carries: its largest photo, or its document."""
    if message.photo:
        return message.photo[-1].file_id
    return message.document.file_id if message.document else None


def _known(deps: Deps, *, bot_id: int, digest: str) -> str | None:
    with deps.store.read() as uow:
        return stored_dialogs.get_upload(uow, bot_id=bot_id, digest=digest)


def _read(deps: Deps, digest: str) -> bytes:
    return deps.files.read(digest)


def _keep(deps: Deps, *, bot_id: int, digest: str, file_id: str) -> None:
    with deps.store.begin() as uow:
        stored_dialogs.save_upload(uow, bot_id=bot_id, digest=digest, file_id=file_id)
