"""A sandbox, people with phones, and a bot in a process of its own that is killed again and again."""

import asyncio
import json
import os
import random
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
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
LOADING_SECONDS_MAX = 120.0
START_SECONDS_MAX = 60.0
WAIT_SECONDS_MAX = 240.0
IDLE_SECONDS_MAX = 2.0
"""A process that makes no call for so long has nothing left to do: it is killed all the same."""
SETTLING_SECONDS = 0.1
MOMENT_SECONDS_MAX = 0.02
"""How long after the last call of its life a process may still live."""


@dataclass
class Starter:
    """A connection to the process that starts bots, and the bots that were started over it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def order(self, **words: object) -> int:
        """Give an order and return what is answered."""
        self.writer.write(json.dumps(words).encode() + b"\n")
        async with asyncio.timeout(START_SECONDS_MAX):
            return int(await self.reader.readline())


@dataclass
class Theatre:
    """The sandbox, the people, and the process that is killed."""

    deps: Deps
    world: World
    base: str
    ends: AsyncExitStack
    branch: Branch
    starter: Starter
    database: str
    evidence: str
    kills: int = 0
    last_process_id: int = 0
    notes: dict[int, tuple[int, str]] = field(default_factory=dict)
    """For each confirmed number: whose report it is, and its note."""

    async def phone(self, user_id: int) -> Phone:
        """Hand over a phone with a connection of its own: one pool for all costs a fifth of the time."""
        client = httpx.AsyncClient(base_url=self.base, timeout=60, verify=NO_CERTIFICATES)
        return Phone(await self.ends.enter_async_context(client), user_id)

    async def start(self, *, is_paced: bool = False) -> int:
        """Start a bot, beside any that runs, and return its process once it has asked for updates."""
        polls = self._calls("getUpdates")
        process_id = await self.starter.order(
            api_base=self.base, database=self.database, evidence=self.evidence, is_paced=is_paced
        )
        await until(lambda: self._calls("getUpdates") > polls, seconds_max=START_SECONDS_MAX)
        return process_id

    async def kill(self, process_id: int) -> None:
        """Kill a bot and return when it is dead, and what it sent last has arrived."""
        await self.starter.order(kill=process_id)
        await asyncio.sleep(SETTLING_SECONDS)
        self.kills += 1

    def _calls(self, method: str) -> int:
        return int(self.world.stats.snapshot()["calls"].get(method, 0))

    async def keep_killing(
        self,
        chance: random.Random,
        *,
        kills: int,
        life_calls: tuple[int, int],
        is_paced: bool = False,
        after_each: Callable[[], None] = lambda: None,
    ) -> None:
        """Kill the bot at random moments of its life, so often; then let the last one live.

        A life is counted in calls to the Bot API, and a moment: so a slow machine loses no life to waking up.
        """
        while self.kills < kills:
            process_id = await self.start(is_paced=is_paced)
            await self._live(chance.randint(*life_calls))
            await asyncio.sleep(chance.uniform(0, MOMENT_SECONDS_MAX))
            await self.kill(process_id)
            after_each()
        self.last_process_id = await self.start()

    async def _live(self, calls: int) -> None:
        """Let the bot make so many calls, or fewer when it finds nothing to do."""
        loop = asyncio.get_running_loop()
        seen = total = self.world.stats.snapshot()["calls_total"]
        seen_at = loop.time()
        while seen < total + calls and loop.time() < seen_at + IDLE_SECONDS_MAX:
            await asyncio.sleep(0.005)
            now = self.world.stats.snapshot()["calls_total"]
            if now > seen:
                seen, seen_at = now, loop.time()

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


async def until(is_so: Callable[[], bool], *, seconds_max: float = WAIT_SECONDS_MAX) -> None:
    """Return when something that nobody tells us of is so."""
    async with asyncio.timeout(seconds_max):
        while not is_so():  # noqa: ASYNC110  another process makes it so
            await asyncio.sleep(0.03)


@contextmanager
def starting_process() -> Iterator[Path]:
    """Load the bot in a process of its own; yield the socket over which it starts bots."""
    folder = tempfile.mkdtemp(prefix="jfbot", dir="/tmp")  # a socket's path must be short
    path = Path(folder) / "socket"
    command = (sys.executable, "-m", "tests.journeys.bot_process", str(path))
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield path
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        shutil.rmtree(folder)


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
async def a_starter(path: Path) -> AsyncIterator[Starter]:
    """Connect to the process that starts bots; every bot of this connection is dead soon after the block."""
    await until(path.exists, seconds_max=LOADING_SECONDS_MAX)
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        yield Starter(reader, writer)
    finally:
        writer.close()
        async with asyncio.timeout(START_SECONDS_MAX):
            await reader.read()


@asynccontextmanager
async def theatre_in(folder: Path, template: Path, bots: Path, *, members: int) -> AsyncIterator[Theatre]:
    """Open everything but the bot; `bots` is the socket that starts it."""
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
        starter = await ends.enter_async_context(a_starter(bots))
        yield Theatre(
            deps, world, base, ends, branch, starter, f"sqlite:///{database}", str(folder / "evidence")
        )
