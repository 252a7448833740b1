"""Ends announcements of which nothing waits any more, and keeps their progress messages current."""

import asyncio
import logging

from aiogram.exceptions import AiogramError
from aiogram.methods import EditMessageText

from bot.api import Failure, sort_failure, urgency
from bot.conversation import Desk
from bot.pacing import Urgency
from bot.screen import Screen, clipped, inline_keyboard
from bot.screens.announcements import digest_of, is_over, progress_screen
from bot.sender import Sender
from domain.errors import JifenError
from services.actors import ChatAccount
from services.announcements import finish_done, open_announcement
from services.deps import Deps
from storage import announcements as stored_announcements
from storage.announcements import ProgressMessage

logger = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
EDIT_SECONDS = 3.0
"""A progress message changes no more often."""


class Progress:
    """The loop around announcements, in the process that sends."""

    def __init__(self, desk: Desk, sender: Sender) -> None:
        self._desk = desk
        self._sender = sender

    async def run(self) -> None:
        """Look after announcements for ever."""
        urgency.set(Urgency.OUTBOX)
        edited_at = float("-inf")
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._sender.is_in_charge:
                continue
            if await self._desk.deps.run(finish_done):
                self._desk.wake_sender.set()
            now = asyncio.get_running_loop().time()
            if now - edited_at >= EDIT_SECONDS:
                await self._show_all()
                edited_at = now

    async def _show_all(self) -> None:
        for message, screen, is_last in await self._desk.deps.run(look):
            try:
                await self._desk.bot(
                    EditMessageText(
                        chat_id=message.chat_id,
                        message_id=message.message_id,
                        text=clipped(screen.text),
                        reply_markup=inline_keyboard(screen),
                    )
                )
            except AiogramError as error:
                failure = sort_failure(error)
                if failure in {Failure.WAIT, Failure.TRANSIENT, Failure.AMBIGUOUS}:
                    logger.info("progress in chat %s is shown later: %s", message.chat_id, error)
                    continue
                is_gone = failure is not Failure.UNCHANGED
                await self._desk.deps.run(keep_shown, message, screen, is_last=is_last or is_gone)
                continue
            await self._desk.deps.run(keep_shown, message, screen, is_last=is_last)


def look(deps: Deps) -> list[tuple[ProgressMessage, Screen, bool]]:
    """Return the progress messages that show something else than they should, and whether it is the last."""
    with deps.store.read() as uow:
        messages = stored_announcements.list_progress(uow)
    changed = []
    for message in messages:
        try:
            desk = open_announcement(
                deps, actor=ChatAccount(message.chat_id), announcement_id=message.announcement_id
            )
        except JifenError:
            with deps.store.begin() as uow:
                stored_announcements.forget_progress(uow, message)  # its person may announce no longer
            continue
        screen = progress_screen(desk, message.language)
        is_last = is_over(desk.announcement.status)
        if is_last or digest_of(screen) != message.shown:
            changed.append((message, screen, is_last))
    return changed


def keep_shown(deps: Deps, message: ProgressMessage, screen: Screen, *, is_last: bool) -> None:
    """Remember what a progress message shows now, or let it stand as it is."""
    with deps.store.begin() as uow:
        if is_last:
            stored_announcements.forget_progress(uow, message)
        else:
            stored_announcements.note_shown(uow, message, digest_of(screen))
