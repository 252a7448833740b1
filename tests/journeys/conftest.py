"""A stage for journeys: the sandbox's server, the bot against it over HTTP, and a branch with phones."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import run_bot
from bot.handlers import evidence
from domain.reports import Report, ReportStatus
from domain.rulebooks import Problem
from sandbox.app import create_app
from sandbox.serve import serving
from sandbox.world import World
from services.clock import FixedClock
from services.deps import Deps
from services.members import invite
from services.reports import my_reports
from storage.database import Store
from storage.files import EvidenceFiles
from tests.builders import Branch, Person, a_branch
from tests.conftest import NOON, RULEBOOKS, SECRET, a_shelf
from tests.journeys.phone import SECONDS_MAX, Phone
from tests.journeys.theatre import starting_process

CALL_SECONDS_MAX = 20.0
"""So long a call may take: a slow machine must not look like a network that fails."""
QUIET_SECONDS = 0.15
TICK_SECONDS = 0.5


@dataclass
class Stage:
    """Everything a journey touches."""

    deps: Deps
    clock: FixedClock
    world: World
    client: httpx.AsyncClient
    branch: Branch
    base: str
    tick_seconds: float = TICK_SECONDS
    call_seconds_max: float = CALL_SECONDS_MAX
    _bot: "running_bot | None" = None
    _phones: dict[int, Phone] = field(default_factory=dict)

    def phone(self, person: Person) -> Phone:
        """Hand over a person's phone."""
        if person.user_id not in self.world.book.users:
            self.world.add_user(person.name, user_id=person.user_id)
        return self._phones.setdefault(person.user_id, Phone(self.client, person.user_id))

    @property
    def member(self) -> Phone:
        """The phone of the first member."""
        return self.phone(self.branch.member)

    @property
    def recorder(self) -> Phone:
        """The phone of the first recorder."""
        return self.phone(self.branch.recorder)

    def stranger(self, name: str = "路人", language_code: str = "zh-hans") -> Phone:
        """Hand over the phone of somebody whom nobody knows."""
        return Phone(self.client, self.world.add_user(name, language_code).user_id)

    def invite(self, person: Person, *, frees_account: bool = False) -> str:
        """Return a fresh invitation code from the recorder."""
        return invite(
            self.deps,
            actor=self.branch.recorder.actor,
            member_id=person.member_id,
            frees_account=frees_account,
        )

    def reports(self, person: Person | None = None) -> tuple[Report, ...]:
        """Return a person's reports (the first member's), oldest first, thrown away ones too."""
        actor = (person or self.branch.member).actor
        return my_reports(self.deps, actor=actor, statuses=tuple(ReportStatus)).reports[::-1]

    def use_rulebook(self, folder: Path, change: Callable[[str], str]) -> tuple[Problem, ...]:
        """Load the rulebook for tests with its text changed, from a folder; return the problems found."""
        folder.mkdir(exist_ok=True)
        text = (RULEBOOKS / "ceshi.yaml").read_text(encoding="utf-8")
        (folder / "ceshi.yaml").write_text(change(text), encoding="utf-8")
        self.deps.shelf.folders = (folder,)
        return self.deps.shelf.load_files(self.deps.store, now=self.clock.now())

    def bring(self, phone: Phone, **content: Any) -> None:
        """Bring the bot a message of a kind that the control interface cannot send."""
        user, chat = self.world.book.users[phone.user_id], self.world.book.chats[phone.user_id]
        self.world.updates.put(
            "message",
            {
                "message_id": self.world.book.next_message_id(chat),
                "from": user.to_api(),
                "chat": self.world.chat_json(chat),
                "date": self.world.now_seconds(),
                **content,
            },
        )

    async def fault(self, **order: str | int) -> None:
        """Order a fault."""
        answer = await self.client.post("/sandbox/faults", json=order)
        assert answer.status_code == 200, answer.text

    async def start_bot(self) -> None:
        """Start the bot, as after a restart of the process: nothing but the database is left of it."""
        self._bot = running_bot(
            self.deps,
            self.world,
            self.base,
            tick_seconds=self.tick_seconds,
            call_seconds_max=self.call_seconds_max,
        )
        await self._bot.__aenter__()

    async def stop_bot(self) -> None:
        """Stop the bot."""
        if self._bot is not None:
            await self._bot.__aexit__()
            self._bot = None

    async def time_passes(self, is_so: Callable[[], bool], what: str) -> None:
        """Let the clock go on, three seconds in each third of one, until something is so."""
        until = time.monotonic() + SECONDS_MAX
        while not is_so():
            assert time.monotonic() < until, f"waited in vain for {what}"
            self.clock.advance(timedelta(seconds=3))
            await asyncio.sleep(0.3)

    async def lose_patience(self) -> None:
        """Start the bot anew, to wait only so long for an answer: what never comes takes time."""
        self.call_seconds_max = 2.0
        await self.restart_bot()

    async def restart_bot(self) -> None:
        """Stop the bot and start it anew."""
        await self.stop_bot()
        await self.start_bot()


@pytest.fixture(scope="session")
def bots() -> Iterator[Path]:
    """Yield the socket that starts bots in processes of their own, loaded once for all who kill them."""
    with starting_process() as path:
        yield path


@pytest.fixture
async def stage(
    clock: FixedClock, sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """Run the sandbox and the bot, with one branch whose people have phones."""
    assert clock.now() == NOON
    monkeypatch.setattr(evidence, "QUIET_SECONDS", QUIET_SECONDS)
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
    world = World(clock=clock, media_directory=tmp_path / "media", limits=False)
    branch = a_branch(deps)
    for person in (branch.secretary, *branch.recorders, *branch.members):
        world.add_user(person.name, user_id=person.user_id)
    async with AsyncExitStack() as ends:
        ends.callback(deps.close)
        base = await ends.enter_async_context(serving(create_app(world)))
        client = await ends.enter_async_context(httpx.AsyncClient(base_url=base, timeout=60))
        stage = Stage(deps, clock, world, client, branch, base)
        await stage.start_bot()
        ends.push_async_callback(stage.stop_bot)
        yield stage


class running_bot:  # noqa: N801  reads as the block it opens
    """Runs the bot while the block is open; unpaced, as the sandbox has no limits here either."""

    def __init__(
        self, deps: Deps, world: World, base: str, *, tick_seconds: float, call_seconds_max: float
    ) -> None:
        self._stop = asyncio.Event()
        self._bot = run_bot(
            deps,
            token=world.token,
            api_base=base,
            stop=self._stop,
            is_paced=False,
            call_seconds_max=call_seconds_max,
            tick_seconds=tick_seconds,
        )

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._bot)

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        await self._task
