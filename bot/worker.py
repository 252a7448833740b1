"""Handles what the inbox holds: each chat in order, many chats at once, and nothing forgotten by a crash."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.types import Update
from pydantic import ValidationError

from bot.api import Failure, sort_failure
from bot.nursery import Nursery
from services.deps import Deps
from storage import inbox as stored_inbox
from storage.inbox import Incoming

logger = logging.getLogger(__name__)
AT_ONCE_MAX = 64
RECOVERED_MAX = 10_000
RETRY_SECONDS = (1.0, 4.0, 15.0)
PASSING = frozenset({Failure.WAIT, Failure.TRANSIENT, Failure.AMBIGUOUS})
CRASHES_MAX = 3
"""An update that was begun this often and never ended is put aside: perhaps it is what kills us."""


def recover(deps: Deps, *, bot_id: int) -> list[Incoming]:
    """Return what a stopped process left unhandled; what was begun too often is parked."""
    now = deps.clock.now()
    with deps.store.begin() as uow:
        left = stored_inbox.list_waiting(uow, bot_id=bot_id, limit=RECOVERED_MAX)
        for update in left:
            if update.attempts >= CRASHES_MAX:
                stored_inbox.park(
                    uow,
                    bot_id=bot_id,
                    update_id=update.update_id,
                    failure="begun and never ended",
                    now=now,
                )
        good = [update for update in left if update.attempts < CRASHES_MAX]
        stored_inbox.note_attempts(uow, bot_id=bot_id, update_ids=[u.update_id for u in good])
    return good


def mark_done(deps: Deps, *, bot_id: int, update_ids: Sequence[int]) -> None:
    """Write down that these updates were handled."""
    with deps.store.begin() as uow:
        stored_inbox.mark_done(uow, bot_id=bot_id, update_ids=update_ids, now=deps.clock.now())


def park(deps: Deps, *, bot_id: int, update_id: int, failure: str) -> None:
    """Put an update aside for the operator."""
    with deps.store.begin() as uow:
        stored_inbox.park(uow, bot_id=bot_id, update_id=update_id, failure=failure, now=deps.clock.now())


class Worker:
    """Feeds the dispatcher, lane by lane."""

    def __init__(self, deps: Deps, bot: Bot, dispatcher: Dispatcher, nursery: Nursery) -> None:
        self._deps = deps
        self._bot = bot
        self._dispatcher = dispatcher
        self._nursery = nursery
        self._lanes: dict[str, deque[Incoming]] = {}
        self._free = asyncio.Semaphore(AT_ONCE_MAX)
        self._done: list[int] = []
        self._has_done = asyncio.Event()

    def take(self, updates: Sequence[Incoming]) -> None:
        """Queue updates; a lane that sleeps wakes up."""
        for update in updates:
            lane = self._lanes.get(update.lane)
            if lane is None:
                self._lanes[update.lane] = deque([update])
                self._nursery.start(self._walk(update.lane), name=f"chat {update.lane}")
            else:
                lane.append(update)

    async def recover(self) -> None:
        """Queue what a stopped process left behind."""
        self.take(await self._deps.run(recover, bot_id=self._bot.id))

    async def keep_books(self) -> None:
        """Write down in batches what was handled; runs for ever."""
        while True:
            await self._has_done.wait()
            self._has_done.clear()
            batch, self._done = self._done, []
            await self._deps.run(mark_done, bot_id=self._bot.id, update_ids=batch)

    async def _walk(self, name: str) -> None:
        lane = self._lanes[name]
        while lane:
            async with self._free:
                await self._handle(lane.popleft())
        del self._lanes[name]

    async def _handle(self, update: Incoming) -> None:
        for pause in (*RETRY_SECONDS, None):
            try:
                running = await self._feed(update)
            except AiogramError as error:
                if pause is not None and sort_failure(error) in PASSING:
                    logger.warning("update %s could not be answered yet: %s", update.update_id, error)
                    await asyncio.sleep(pause)
                    continue
                logger.warning("update %s could not be answered: %s", update.update_id, error)
                await self._park(update, repr(error))
            except ValidationError as error:
                logger.warning("update %s cannot be read", update.update_id)
                await self._park(update, str(error))
            except Exception as error:
                logger.exception("update %s failed", update.update_id)
                await self._park(update, repr(error))
            else:
                self._nursery.start(self._finish(update, running), name=f"end of {update.update_id}")
            return

    async def _feed(self, update: Incoming) -> list[asyncio.Task[None]]:
        parsed = Update.model_validate(update.payload, context={"bot": self._bot})
        result = await self._dispatcher.feed_update(self._bot, parsed)
        return result if isinstance(result, list) else []

    async def _park(self, update: Incoming, failure: str) -> None:
        await self._deps.run(park, bot_id=self._bot.id, update_id=update.update_id, failure=failure)

    async def _finish(self, update: Incoming, running: Sequence[asyncio.Task[None]]) -> None:
        """Count an update as handled when what its handler left running has ended."""
        await asyncio.gather(*running, return_exceptions=True)
        self._done.append(update.update_id)
        self._has_done.set()
