"""Writes the whole world to a file and reads it back, so that a demo goes on where it ended."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from sandbox.world import World

FORMAT = 1
RESTS_PER_SAVE = 20
NUMBERS_SKIPPED = 10_000


def save(world: World, path: Path) -> None:
    """Write everything but the uploaded bytes (they are in the media directory), in one step."""
    _write(path, _snapshot(world, ended_well=True))


def load(world: World, path: Path) -> bool:
    """Read what `save` wrote into a new world; False when there is nothing yet.

    A sandbox that was killed may have given out numbers after its last save: those are skipped.

    Raises: ValueError for a file of another format.
    """
    if not path.exists():
        return False
    dumped = json.loads(path.read_text())
    if dumped["format"] != FORMAT:
        raise ValueError(f"{path} has format {dumped['format']}, this sandbox reads {FORMAT}")
    world.book.restore(dumped["book"])
    world.media.restore(dumped["media"])
    world.updates.restore(dumped["updates"])
    world.commands = dumped["commands"]
    if not dumped["ended_well"]:
        world.book.skip_numbers(NUMBERS_SKIPPED)
        world.updates.skip_numbers(NUMBERS_SKIPPED)
    return True


async def keep_saved(world: World, path: Path, *, every_seconds: float = 2.0) -> None:
    """Save whenever something changed, until cancelled; then once more. A big world is saved less often."""
    saved: tuple[int, ...] = ()
    try:
        while True:
            pause_seconds = every_seconds
            mark = _mark(world)
            if mark != saved:
                started = time.monotonic()
                _write(path, _snapshot(world, ended_well=False))
                pause_seconds = max(pause_seconds, (time.monotonic() - started) * RESTS_PER_SAVE)
                saved = mark
            await asyncio.sleep(pause_seconds)
    finally:
        save(world, path)


def _mark(world: World) -> tuple[int, ...]:
    """Return numbers of which one differs after any change worth saving."""
    return (
        world.book.seq,
        len(world.book.users),
        len(world.commands),
        world.updates.last_id,
        world.updates.pending_count,
    )


def _snapshot(world: World, *, ended_well: bool) -> str:
    dumped: dict[str, Any] = {
        "format": FORMAT,
        "ended_well": ended_well,
        "book": world.book.dump(),
        "media": world.media.dump(),
        "updates": world.updates.dump(),
        "commands": world.commands,
    }
    return json.dumps(dumped, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)
