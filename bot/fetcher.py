"""Fetches photos and documents from Telegram in the background, and tries again when that fails."""

import asyncio
import io
import logging

from aiogram.exceptions import AiogramError
from aiogram.methods import GetFile
from aiohttp import ClientError

from bot.conversation import Desk
from domain.reports import Evidence
from services.evidence import claim_fetches, keep_fetched, note_failed_fetch
from storage.database import Unreachable

logger = logging.getLogger(__name__)
POLL_SECONDS = 1.0
FETCH_SECONDS_MAX = 60


class Fetcher:
    """The loop that fetches what waits."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self) -> None:
        """Fetch for ever."""
        while True:
            pieces = await self._desk.deps.run(claim_fetches)
            if not pieces:
                await self._rest()
                continue
            await asyncio.gather(*(self._fetch(piece) for piece in pieces))
            self._desk.wake_sender.set()

    async def _rest(self) -> None:
        self._desk.wake_fetcher.clear()
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._desk.wake_fetcher.wait()
        except TimeoutError:
            return

    async def _fetch(self, piece: Evidence) -> None:
        try:
            content = await self._download(piece.file_id or "")
            await self._desk.deps.run(keep_fetched, evidence_id=piece.id, content=content)
        except Unreachable:
            raise  # it is claimed, and comes back when the claim is over
        except (AiogramError, ClientError, TimeoutError, OSError) as error:
            await self._failed(piece, error)
        except Exception as error:
            logger.exception("evidence %s cannot be kept", piece.id)  # one piece must not stop all others
            await self._failed(piece, error)

    async def _failed(self, piece: Evidence, error: Exception) -> None:
        logger.warning("evidence %s could not be fetched: %s", piece.id, error)
        await self._desk.deps.run(note_failed_fetch, evidence=piece, failure=str(error))

    async def _download(self, file_id: str) -> bytes:
        bot = self._desk.bot
        file = await bot(GetFile(file_id=file_id))
        assert file.file_path is not None, "an answer to getFile has a path"
        content = io.BytesIO()
        await bot.download_file(file.file_path, content, timeout=FETCH_SECONDS_MAX)
        return content.getvalue()
