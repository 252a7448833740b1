"""Puts the Bot API, the control interface and the phones page behind one port."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.bot_api.door import BotApiDoor
from sandbox.control import Hooks, Story, build_router, refuse
from sandbox.courier import Courier
from sandbox.errors import ControlError
from sandbox.journal import keep_saved
from sandbox.world import World

STATIC = Path(__file__).parent / "static"
FONTS = Path(__file__).parents[1] / "panel" / "static" / "fonts"

PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; frame-ancestors 'self'; base-uri 'none'"
    ),
}


class Sandbox:
    """The ASGI app: the Bot API takes the short way, everything else goes through FastAPI."""

    def __init__(self, world: World, door: BotApiDoor, pages: ASGIApp) -> None:
        self.world = world
        self._door = door
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through start and end."""
        is_for_bots = scope["type"] == "http" and self._door.answers_path(scope["path"])
        await (self._door if is_for_bots else self._pages)(scope, receive, send)

    def close(self) -> None:
        """Send everyone away who waits for news, so that the server can stop."""
        self.world.close()


def create_app(
    world: World,
    *,
    story: Story | None = None,
    clock_moved: Callable[[], None] | None = None,
    journal_path: Path | None = None,
) -> Sandbox:
    """Build the sandbox round a world.

    `story` tells who is in the demo (run in a thread); `clock_moved` is called after the clock was moved;
    with `journal_path` the world is saved there while it runs (load it before with `journal.load`).
    """
    door = BotApiDoor(world)
    hooks = Hooks(story=story or (lambda: _nobody(world)), clock_moved=clock_moved or _do_nothing)

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(Courier(world, door).run())]
        if journal_path is not None:
            tasks.append(asyncio.create_task(keep_saved(world, journal_path)))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    pages = FastAPI(title="Jifen sandbox", lifespan=alive, docs_url=None, redoc_url=None, openapi_url=None)
    pages.add_exception_handler(ControlError, refuse)
    pages.include_router(build_router(world, hooks))
    pages.mount("/static/fonts", StaticFiles(directory=FONTS, check_dir=False))
    pages.mount("/static", StaticFiles(directory=STATIC))

    @pages.get("/")
    async def phones() -> FileResponse:
        return FileResponse(STATIC / "phones.html", headers=PAGE_HEADERS)

    return Sandbox(world, door, pages)


def _nobody(world: World) -> dict[str, Any]:
    return {"bot": world.bot["username"], "panel": "", "people": []}


def _do_nothing() -> None:
    """Nobody asked to be told of the clock."""
