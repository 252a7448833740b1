"""A running sandbox for every test, with both clients and a hand for the control interface."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiogram
import httpx
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from PIL import Image
from telegram.request import HTTPXRequest

from sandbox.app import create_app
from sandbox.serve import serving
from sandbox.world import World
from services.clock import FixedClock

START = datetime(2026, 3, 31, 1, 0, tzinfo=UTC)


@dataclass
class Stage:
    """A running sandbox as a test sees it."""

    world: World
    base: str
    http: httpx.AsyncClient

    async def call(self, method: str, **values: Any) -> httpx.Response:
        """Call the Bot API with a JSON body."""
        return await self.http.post(f"/bot{self.world.token}/{method}", json=values)

    async def result(self, method: str, **values: Any) -> Any:
        """Call the Bot API and return its result."""
        answer = (await self.call(method, **values)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def refusal(self, method: str, **values: Any) -> str:
        """Call the Bot API and return what it refuses with."""
        response = await self.call(method, **values)
        answer = response.json()
        assert (answer["ok"], answer["error_code"]) == (False, response.status_code)
        return str(answer["description"])

    async def control(self, path: str, **values: Any) -> Any:
        """Post to the control interface; return its JSON."""
        response = await self.http.post(f"/sandbox/{path}", json=values)
        assert response.status_code == 200, response.text
        return response.json()

    async def chat(self, user_id: int, **query: int) -> Any:
        """Read a chat."""
        return (await self.http.get(f"/sandbox/users/{user_id}/chat", params=query)).json()

    async def polled(self, times: int) -> None:
        """Wait until getUpdates was called so often."""

        async def is_so() -> bool:
            return int(self.world.stats.snapshot()["calls"].get("getUpdates", 0)) >= times

        await eventually(is_so)

    async def user(self, name: str = "王芳") -> int:
        """Make an account."""
        return int((await self.control("users", first_name=name))["user_id"])

    async def updates(self, **values: Any) -> list[dict[str, Any]]:
        """Fetch and confirm all waiting updates."""
        updates: list[dict[str, Any]] = await self.result("getUpdates", **values)
        if updates:
            self.world.updates.confirm_below(max(update["update_id"] for update in updates) + 1)
        return updates


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    world = World(clock=FixedClock(START), media_directory=tmp_path / "media", limits=False)
    async with serving(create_app(world)) as base, httpx.AsyncClient(base_url=base, timeout=60) as http:
        yield Stage(world, base, http)


@pytest.fixture
async def aiogram_bot(stage: Stage) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(stage.base))
    async with aiogram.Bot(stage.world.token, session=session) as bot:
        yield bot


@pytest.fixture
async def ptb_bot(stage: Stage) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(
        stage.world.token,
        base_url=f"{stage.base}/bot",
        base_file_url=f"{stage.base}/file/bot",
        request=HTTPXRequest(connection_pool_size=8),
    ) as bot:
        yield bot


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something can be seen from outside; fail after a minute."""
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110  seen over HTTP or on disk, nobody can send an event
            await asyncio.sleep(0.02)


def drawn_photo(width: int = 1600, height: int = 1200, colour: str = "#c33") -> bytes:
    """Draw a JPEG of one colour."""
    drawn = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(drawn, "JPEG")
    return drawn.getvalue()
