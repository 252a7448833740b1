"""Handles what the inbox holds: each chat in order, many chats at once, and nothing forgotten by a crash."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.types import Update
from pydantic import ValidationError

from bot.api import Failure, sort_failure
from bot.nursery import Nursery
from services.deps import Deps
from storage import inbox as stored_inbox
from storage.database import Unreachable
from storage.inbox import Incoming

logger = logging.getLogger(__name__)
AT_ONCE_MAX = 64
IN_HAND_MAX = 1000
"""With so many updates waiting here no more are fetched: they wait with Telegram, or in the inbox."""
RETRY_SECONDS = (1.0, 4.0, 15.0)
PASSING = frozenset({Failure.WAIT, Failure.TRANSIENT, Failure.AMBIGUOUS})
SUSPECT_AFTER = 2
"""An update that was under way in so many processes that died is tried while no other suspect is."""
CRASHES_MAX = 10
"""One that was begun this often and never ended is put aside: it is what kills us."""


def recover(deps: Deps, *, bot_id: int, after_id: int = 0) -> tuple[list[Incoming], int | None]:
    """Return the next of what a stopped process left unhandled, and after which to look for more, if any.

    What was begun again too often is parked.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        left = stored_inbox.list_waiting(uow, bot_id=bot_id, after_id=after_id, limit=IN_HAND_MAX)
        for update in left:
            if update.attempts >= CRASHES_MAX:
                stored_inbox.park(
                    uow,
                    bot_id=bot_id,
                    update_id=update.update_id,
                    failure="begun and never ended",
                    now=now,
                )
    last_id = left[-1].update_id if len(left) == IN_HAND_MAX else None
    return [update for update in left if update.attempts < CRASHES_MAX], last_id


def note_begun(deps: Deps, *, bot_id: int, update_id: int) -> None:
    """Count a try of an update that a stopped process left, before it is made: perhaps it kills us too."""
    with deps.store.begin() as uow:
        stored_inbox.note_attempts(uow, bot_id=bot_id, update_ids=[update_id])


def mark_done(deps: Deps, *, bot_id: int, update_ids: Sequence[int]) -> None:
    """Write down that these updates were handled."""
    with deps.store.begin() as uow:
        stored_inbox.mark_done(uow, bot_id=bot_id, update_ids=update_ids, now=deps.clock.now())


def park(deps: Deps, *, bot_id: int, update_id: int, failure: str) -> None:
    """Put an update aside for the operator."""
    with deps.store.begin() as uow:
        stored_inbox.park(uow, bot_id=bot_id, update_id=update_id, failure=failure, now=deps.clock.now())


def _is_passing(error: AiogramError | Unreachable) -> bool:
    return isinstance(error, Unreachable) or sort_failure(error) in PASSING


class Worker:
    """Feeds the dispatcher, lane by lane."""

    def __init__(self, deps: Deps, bot: Bot, dispatcher: Dispatcher, nursery: Nursery) -> None:
        self._deps = deps
        self._bot = bot
        self._dispatcher = dispatcher
        self._nursery = nursery
        self._lanes: dict[str, deque[Incoming]] = {}
        self._free = asyncio.Semaphore(AT_ONCE_MAX)
        self._left_behind: set[int] = set()
        self._alone = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._done: list[int] = []
        self._has_done = asyncio.Event()
        self._recovered_to: int | None = 0
        self._waiting = 0
        self._has_less = asyncio.Event()

    def take(self, updates: Sequence[Incoming]) -> None:
        """Queue updates; a lane that sleeps wakes up."""
        self._waiting += len(updates)
        for update in updates:
            lane = self._lanes.get(update.lane)
            if lane is None:
                self._lanes[update.lane] = deque([update])
                self._start(self._walk(update.lane), name=f"chat {update.lane}")
            else:
                lane.append(update)

    async def room(self) -> None:
        """Return when there is room for more updates."""
        while self._waiting >= IN_HAND_MAX or len(self._tasks) >= 2 * IN_HAND_MAX:
            self._has_less.clear()
            await self._has_less.wait()

    async def recover(self) -> None:
        """Queue what a stopped process left behind, as there is room for it; again goes on where it was."""
        while (after_id := self._recovered_to) is not None:
            left, self._recovered_to = await self._deps.run(recover, bot_id=self._bot.id, after_id=after_id)
            self._left_behind.update(update.update_id for update in left)
            self.take(left)
            await self.room()

    async def keep_books(self) -> None:
        """Write down in batches what was handled; runs for ever."""
        while True:
            await self.write_done()
            await self._has_done.wait()
            self._has_done.clear()

    async def write_done(self) -> None:
        """Write down what was handled and is not written down yet."""
        batch = tuple(self._done)
        if batch:
            await self._deps.run(mark_done, bot_id=self._bot.id, update_ids=batch)
            del self._done[: len(batch)]

    async def drain(self) -> None:
        """Return when everything that was taken is handled."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        task = self._nursery.watch(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._has_less.set()

    async def _walk(self, name: str) -> None:
        lane = self._lanes[name]
        while lane:
            async with self._free:
                update = lane.popleft()
                self._waiting -= 1
                self._has_less.set()
                try:
                    await self._handle(update)
                except Exception:
                    # it stays in the inbox for the next start; the chat's next update must not wait for it
                    logger.exception("update %s could not even be put aside", update.update_id)
        del self._lanes[name]

    async def _handle(self, update: Incoming) -> None:
        if update.update_id not in self._left_behind:
            await self._handle_now(update)
            return
        self._left_behind.discard(update.update_id)
        async with self._alone if update.attempts >= SUSPECT_AFTER else contextlib.nullcontext():
            await self._deps.run(note_begun, bot_id=self._bot.id, update_id=update.update_id)
            await self._handle_now(update)

    async def _handle_now(self, update: Incoming) -> None:
        for pause in (*RETRY_SECONDS, None):
            try:
                running = await self._feed(update)
            except (AiogramError, Unreachable) as error:
                if pause is not None and _is_passing(error):
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
                self._start(self._finish(update, running), name=f"end of {update.update_id}")
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
