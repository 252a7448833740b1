"""Moves the stage's clock, and waits until the ticker has seen where it stands."""

import asyncio
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.due import MARK
from storage import due as stored_due
from tests.journeys.conftest import Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")
SECONDS_MAX = 60.0


async def strike(stage: Stage, text: str) -> None:
    """Move the clock, once somebody has looked before, and wait until this moment was looked at."""
    await has_looked(stage, None)
    at = datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI).astimezone(UTC)
    stage.clock.set(at)
    await has_looked(stage, at)


async def has_looked(stage: Stage, at: datetime | None) -> None:
    """Wait until somebody has looked for due work: at this moment, or at all."""
    until = time.monotonic() + SECONDS_MAX
    while True:
        with stage.deps.store.read() as uow:
            mark = stored_due.get_mark(uow, MARK)
        if mark is not None and at in {None, mark}:
            return
        assert time.monotonic() < until, "nobody looks for due work"
        await asyncio.sleep(0.05)
