"""A stage for journeys: the sandbox's server, the bot against it over HTTP, and a branch with phones."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.app import run_bot
from sandbox.app import create_app
from sandbox.serve import serving
from sandbox.world import World
from services.clock import FixedClock
from services.deps import Deps
from storage.database import Store
from storage.files import EvidenceFiles
from tests.builders import Branch, Person, a_branch
from tests.conftest import NOON, SECRET, a_shelf
from tests.journeys.phone import Phone


@dataclass
class Stage:
    """Everything a journey touches."""

    deps: Deps
    clock: FixedClock
    world: World
    client: httpx.AsyncClient
    branch: Branch

    def phone(self, person: Person) -> Phone:
        """Hand over a person's phone."""
        if person.user_id not in self.world.book.users:
            self.world.add_user(person.name, user_id=person.user_id)
        return Phone(self.client, person.user_id)

    def stranger(self, name: str, language_code: str = "zh-hans") -> Phone:
        """Hand over the phone of somebody whom nobody knows."""
        return Phone(self.client, self.world.add_user(name, language_code).user_id)

    async def fault(self, **order: str | int) -> None:
        """Order a fault."""
        answer = await self.client.post("/sandbox/faults", json=order)
        assert answer.status_code == 200, answer.text


@pytest.fixture
def stage_deps(sqlite_template: Path, tmp_path: Path, clock: FixedClock) -> Iterator[Deps]:
    """Yield the surroundings of a bot on a fresh SQLite file."""
    path = tmp_path / "jifen.db"
    shutil.copy(sqlite_template, path)
    deps = Deps(
        store=Store(f"sqlite:///{path}", durability="NORMAL"),
        clock=clock,
        shelf=a_shelf(),
        files=EvidenceFiles(tmp_path / "evidence"),
        secret=SECRET,
        panel_url="http://panel.test",
    )
    yield deps
    deps.close()


@pytest.fixture
async def stage(stage_deps: Deps, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Stage]:
    """Run the sandbox and the bot, with one branch whose people have phones."""
    assert clock.now() == NOON
    world = World(clock=clock, media_directory=tmp_path / "media", limits=False)
    branch = a_branch(stage_deps)
    for person in (branch.secretary, *branch.recorders, *branch.members):
        world.add_user(person.name, user_id=person.user_id)
    async with (
        serving(create_app(world)) as base,
        httpx.AsyncClient(base_url=base, timeout=15) as client,
        running_bot(stage_deps, world, base),
    ):
        yield Stage(stage_deps, clock, world, client, branch)


class running_bot:  # noqa: N801  reads as the block it opens
    """Runs the bot while the block is open."""

    def __init__(self, deps: Deps, world: World, base: str) -> None:
        self._stop = asyncio.Event()
        self._bot = run_bot(deps, token=world.token, api_base=base, stop=self._stop)

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._bot)

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await self._task
