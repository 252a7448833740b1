"""Keeps the bot's loops going while the database cannot be reached: what they were at is found again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from storage.database import Unreachable

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 2.0


async def steadily(loop: Callable[[], Awaitable[None]], *, name: str) -> None:
    """Run a loop, and again after a pause whenever the database could not be reached."""
    while True:
        try:
            return await loop()
        except Unreachable as failure:
            logger.warning("%s: waiting for the database: %s", name, failure)
            await asyncio.sleep(PAUSE_SECONDS)
