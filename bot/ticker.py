"""Ticks: looks for due work every few seconds; what is due, and whether it was done, the database knows."""

from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.conversation import Desk
from services.announcements import start_due
from services.deps import Deps
from services.due import run_due

TICK_SECONDS = 5.0
DUE: tuple[Callable[[Deps], object], ...] = (run_due, start_due)
"""What a tick looks for; each of them is safe to run twice and in two processes."""


def add_ticks(scheduler: AsyncIOScheduler, desk: Desk, *, every_seconds: float = TICK_SECONDS) -> None:
    """Let a scheduler look for due work; a tick that finds the last look still under way leaves it alone.

    Ticks come by the machine's own time, so that work follows a clock that was moved within one tick.
    """
    under_way: set[Callable[[Deps], object]] = set()

    async def look(due: Callable[[Deps], object]) -> None:
        try:
            await desk.deps.run(due)
        finally:
            under_way.discard(due)
        desk.wake_sender.set()

    async def tick() -> None:
        for due in DUE:
            if due not in under_way:
                under_way.add(due)
                desk.nursery.start(look(due), name="look for due work")

    scheduler.add_job(tick, "interval", seconds=every_seconds, coalesce=True, misfire_grace_time=None)
