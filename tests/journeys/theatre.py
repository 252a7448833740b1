"""A sandbox, people with phones, and a bot in a process of its own that is killed again and again."""

import asyncio
import os
import random
import shutil
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import func, select

from domain.outbox import OutboxStatus
from domain.reports import ReportStatus
from domain.unit_settings import Setting
from sandbox.app import create_app
from sandbox.serve import serving
from sandbox.world import World
from services.clock import ShiftedClock
from services.deps import Deps
from storage import outbox as stored_outbox
from storage import unit_settings as stored_settings
from storage.database import Store
from storage.files import EvidenceFiles
from storage.tables import reports
from tests.builders import Branch, a_branch
from tests.conftest import SECRET, a_shelf
from tests.journeys.phone import Phone

ROOT = Path(__file__).parents[2]
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here is encrypted; loading certificates for each phone would take seconds."""


@dataclass
class Theatre:
    """The sandbox, the people, and the process that is killed."""

    deps: Deps
    world: World
    base: str
    ends: AsyncExitStack
    branch: Branch
    starter: asyncio.subprocess.Process
    arguments: tuple[str, str, str]
    kills: int = 0
    last_process_id: int = 0
    notes: dict[int, tuple[int, str]] = field(default_factory=dict)
    """For each confirmed number: whose report it is, and its note."""

    async def phone(self, user_id: int) -> Phone:
        """Hand over a phone with a connection of its own: one pool for all costs a fifth of the time."""
        client = httpx.AsyncClient(base_url=self.base, timeout=30, verify=NO_CERTIFICATES)
        return Phone(await self.ends.enter_async_context(client), user_id)

    async def start(self, *, is_paced: bool = False) -> int:
        """Start a bot and return its process once it has asked for updates."""
        return await self._start(self.starter, is_paced=is_paced)

    async def _start(self, starter: asyncio.subprocess.Process, *, is_paced: bool) -> int:
        polls = self._polls()
        assert starter.stdin is not None
        assert starter.stdout is not None
        starter.stdin.write(b"paced\n" if is_paced else b"\n")
        process_id = int(await starter.stdout.readline())
        await until(lambda: self._polls() > polls)
        return process_id

    async def start_beside(self) -> int:
        """Start a further bot beside the one that runs, keeping to the limits, and return its process."""
        starter = await self.ends.enter_async_context(a_starter(*self.arguments))
        return await self._start(starter, is_paced=True)

    def _polls(self) -> int:
        return int(self.world.stats.snapshot()["calls"].get("getUpdates", 0))

    async def keep_killing(
        self, chance: random.Random, *, kills: int, life_seconds: tuple[float, float], is_paced: bool = False
    ) -> None:
        """Kill the bot at random moments of its life, so often; then let the last one live."""
        while self.kills < kills:
            process_id = await self.start(is_paced=is_paced)
            await asyncio.sleep(chance.uniform(*life_seconds))
            os.kill(process_id, signal.SIGKILL)
            self.kills += 1
        self.last_process_id = await self.start()

    def approved(self) -> int:
        """Count the approved reports."""
        with self.deps.store.read() as uow:
            status = reports.c.status == ReportStatus.APPROVED.value
            statement = select(func.count()).select_from(reports).where(status)
            return int(uow.connection.execute(statement).scalar_one())

    def unsent(self) -> int:
        """Count the messages that still have to be sent."""
        with self.deps.store.read() as uow:
            counts = stored_outbox.count_by_status(uow)
        return counts.get(OutboxStatus.QUEUED, 0) + counts.get(OutboxStatus.SENDING, 0)


async def until(is_so: Callable[[], bool]) -> None:
    """Return when something that nobody tells us of is so."""
    while not is_so():  # noqa: ASYNC110  another process makes it so
        await asyncio.sleep(0.03)


@asynccontextmanager
async def a_starter(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Open a process that starts bots when asked."""
    command = (sys.executable, "-m", "tests.journeys.bot_process", *arguments)
    starter = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield starter
    finally:
        # a bot that still lives holds the pipe, and waiting for the starter alone would never end
        os.killpg(starter.pid, signal.SIGKILL)
        await starter.wait()


def _never_quiet(deps: Deps, branch: Branch) -> None:
    """Let nothing wait for the morning: the machine's own clock runs here, whatever hour it is."""
    with deps.store.begin() as uow:
        stored_settings.replace_settings(
            uow,
            branch.unit.id,
            {Setting.QUIET_FROM: "00:00", Setting.QUIET_UNTIL: "00:00"},
            set_by_id=branch.secretary.member_id,
            now=deps.clock.now(),
        )


@asynccontextmanager
async def theatre_in(folder: Path, template: Path, *, members: int) -> AsyncIterator[Theatre]:
    """Open everything but the bot."""
    database = folder / "jifen.db"
    shutil.copy(template, database)
    clock = ShiftedClock()
    deps = Deps(
        store=Store(f"sqlite:///{database}", durability="NORMAL"),
        clock=clock,
        shelf=a_shelf(),
        files=EvidenceFiles(folder / "evidence"),
        secret=SECRET,
        panel_url="http://panel.test",
    )
    world = World(clock=clock, media_directory=folder / "media", limits=False)
    branch = a_branch(deps, members=members)
    _never_quiet(deps, branch)
    for person in (branch.secretary, *branch.recorders, *branch.members):
        world.add_user(person.name, user_id=person.user_id)
    async with AsyncExitStack() as ends:
        ends.callback(deps.close)
        base = await ends.enter_async_context(serving(create_app(world)))
        arguments = (base, f"sqlite:///{database}", str(folder / "evidence"))
        starter = await ends.enter_async_context(a_starter(*arguments))
        yield Theatre(deps, world, base, ends, branch, starter, arguments)
