"""Ticks: looks for due work every few seconds; what is due, and whether it was done, the database knows."""

import logging
from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.conversation import Desk
from services.deps import Deps
from services.due import run_due

TICK_SECONDS = 5.0
DUE: tuple[Callable[[Deps], object], ...] = (run_due,)
"""What a tick looks for; each of them is safe to run twice and in two processes."""
logger = logging.getLogger(__name__)


def add_ticks(scheduler: AsyncIOScheduler, desk: Desk, *, every_seconds: float = TICK_SECONDS) -> None:
    """Let a scheduler look for due work; a look that takes longer than a tick is not overtaken by the next.

    Ticks come by the machine's own time, so that work follows a clock that was moved within one tick.
    """

    async def tick() -> None:
        for look in DUE:
            try:
                await desk.deps.run(look)
            except Exception:
                logger.exception("the look for due work failed; the next tick looks again")
        desk.wake_sender.set()

    scheduler.add_job(tick, "interval", seconds=every_seconds, coalesce=True, misfire_grace_time=None)
