"""An announcement to many: how near to the provable rate, how fast without limits, how dear to prepare."""

import asyncio
import random
import sqlite3
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median

from aiogram import Bot
from aiogram.methods import SendMessage
from sqlalchemy import insert
from starlette.types import Receive, Scope, Send

from benchmarks.ground import NOON, open_deps, scratch, settle
from benchmarks.measuring import Row, Sizes, milliseconds
from benchmarks.screens import FIRST_WALK, WALK
from benchmarks.stage import Thumb
from bot.api import open_bot
from bot.app import run_bot
from bot.conversation import Desk
from bot.pacing import BROADCASTS_PER_SECOND_MAX, MESSAGES_PER_SECOND_MAX
from bot.sender import Sender
from domain.members import MemberKind, MemberStatus
from sandbox.app import Sandbox, create_app
from sandbox.chats import Message
from sandbox.limits import Pacer
from sandbox.serve import serving
from sandbox.world import World
from services import announcements
from services.clock import ShiftedClock
from services.deps import Deps
from storage.announcements import CHUNK
from storage.tables import accounts, members, memberships
from tests.builders import USER_ID_BASE, Branch

SHARE_MIN = 0.95
UNPACED_MIN = 0.6
PREPARE_MAX = 3.0
TAPS_MAX = 2.0
MEMORY_MAX = 1.5
TAP_SECONDS = 1.1
DELAYED = ("/sendMessage", "/editMessageText", "/answerCallbackQuery")
WORDS = "明天上午九点开会，请{姓名}准时到。"
Limiter = Callable[[], Pacer]


class FixedWindows(Pacer):
    """Counts sends in fixed windows of a second, as a server may do; persons as in the sliding one."""

    def __init__(self) -> None:
        super().__init__()
        self._second = -1
        self._count = 0

    def admit(self, chat_id: int, *, is_new: bool) -> int:
        """Count one send or edit; return 0, or the seconds to wait when it is refused."""
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._count = second, 0
        self._count += 1
        self._overall.clear()
        return 1 if self._count > MESSAGES_PER_SECOND_MAX else super().admit(chat_id, is_new=is_new)


@dataclass
class Wire:
    """The way between bot and sandbox, with a delay of its own; notes when messages of announcements came."""

    app: Sandbox
    jitter_seconds: float
    sent_at: list[float] = field(default_factory=list)
    round_trips: list[float] = field(default_factory=list)

    def close(self) -> None:
        """Send everyone away who waits for news."""
        self.app.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, half of the delay before and half of it after."""
        if scope["type"] != "http" or not scope["path"].endswith(DELAYED):
            await self.app(scope, receive, send)
            return
        begun = time.monotonic()
        delay = random.uniform(0, 2 * self.jitter_seconds)  # noqa: S311  it guards nothing
        await asyncio.sleep(delay / 2)
        if scope["path"].endswith("/sendMessage"):
            self.sent_at.append(time.monotonic())
        await self.app(scope, receive, send)
        await asyncio.sleep(delay / 2)
        if scope["path"].endswith("/sendMessage"):
            self.round_trips.append(time.monotonic() - begun)


def people(deps: Deps, branch: Branch, count: int) -> None:
    """Add so many members with accounts to a branch."""
    with deps.store.begin() as uow:
        first = 10_000
        ids = range(first, first + count)
        uow.connection.execute(
            insert(members),
            [
                {
                    "id": one,
                    "code": f"m{one}",
                    "name": f"党员{one}",
                    "status": MemberStatus.ACTIVE.value,
                    "language": "zh_Hans",
                    "created_at": NOON,
                }
                for one in ids
            ],
        )
        uow.connection.execute(
            insert(memberships),
            [{"member_id": one, "unit_id": branch.unit.id, "kind": MemberKind.FULL.value} for one in ids],
        )
        uow.connection.execute(
            insert(accounts),
            [{"user_id": USER_ID_BASE + one, "member_id": one, "bound_at": NOON} for one in ids],
        )


def draft(deps: Deps, branch: Branch, cause: str) -> int:
    """Write an announcement to the branch."""
    actor = branch.recorder.actor
    number = announcements.start_announcement(deps, actor=actor, cause_key=cause).announcement.id
    announcements.write_content(deps, actor=actor, announcement_id=number, text=WORDS)
    return number


def _with_accounts(world: World, branch: Branch, count: int) -> None:
    for person in (branch.secretary, *branch.recorders, *branch.members):
        world.add_user(person.name, user_id=person.user_id)
    for one in range(10_000, 10_000 + count):
        world.add_user(str(one), user_id=USER_ID_BASE + one)


@asynccontextmanager
async def _running(deps: Deps, world: World, base: str) -> AsyncIterator[None]:
    stop = asyncio.Event()
    bot = asyncio.create_task(run_bot(deps, token=world.token, api_base=base, stop=stop))
    yield
    stop.set()
    await bot


async def _tap(thumb: Thumb, screen: Message, words: str) -> float:
    edits, begun = screen.edits, time.perf_counter()
    thumb.tap(screen, words)
    await thumb.until(lambda: screen if screen.edits > edits else None)
    return time.perf_counter() - begun


async def _tap_on(thumb: Thumb, screen: Message, until: Callable[[], bool]) -> list[float]:
    spans: list[float] = []
    while not until():
        spans.append(await _tap(thumb, screen, WALK[len(spans) % len(WALK)]))
        await asyncio.sleep(TAP_SECONDS)
    while len(spans) % len(WALK):
        await _tap(thumb, screen, WALK[len(spans) % len(WALK)])
        spans.append(spans[-1])
    return spans


async def _paced(sizes: Sizes, name: str, limiter: Limiter, jitter_seconds: float) -> list[Row]:
    count = sizes.broadcast
    with scratch() as folder:
        deps = open_deps(f"sqlite:///{folder / 'jifen.db'}", folder, clock=_clock())
        branch = settle(deps, branches=1, recorders=1, members=1)[0]
        people(deps, branch, count)
        world = World(clock=deps.clock, media_directory=folder / "media")  # type: ignore[arg-type]
        world.pacer = limiter()
        _with_accounts(world, branch, count)
        wire = Wire(create_app(world), jitter_seconds)
        async with serving(wire) as base, _running(deps, world, base):  # type: ignore[arg-type]
            member = Thumb(world, world.book.users[branch.member.user_id])
            member.say("申报")
            screen = await member.until(lambda: member.newest("服务"))
            for words in FIRST_WALK:
                await asyncio.sleep(0.2)
                await _tap(member, screen, words)
            idle_until = time.monotonic() + sizes.idle_seconds
            idle = await _tap_on(member, screen, lambda: time.monotonic() > idle_until)
            wire.sent_at.clear()
            wire.round_trips.clear()
            refused = world.stats.snapshot()["refused_total"]
            number = draft(deps, branch, "bench")
            await deps.run(announcements.send_now, actor=branch.recorder.actor, announcement_id=number)
            total = count + 3
            busy = await _tap_on(member, screen, lambda: len(wire.sent_at) >= total)
            refused = world.stats.snapshot()["refused_total"] - refused
        deps.close()
    spans = wire.sent_at[:total]
    # from the first message of one window to the first of a later one: the first window costs nothing
    in_window = BROADCASTS_PER_SECOND_MAX
    last = (total - 1) // in_window * in_window
    rate = (last - in_window) / (spans[last] - spans[in_window])
    provable = MESSAGES_PER_SECOND_MAX / (1 + mean(wire.round_trips))
    share, slower = rate / provable, median(busy) / median(idle)
    trips = f"0 to {jitter_seconds * 2000:.0f} ms added" if jitter_seconds else "nothing added"
    what = f"{count:,} members, limits in {name} windows, {trips}"
    return [
        Row(
            f"announcement to {what}; refused calls: {refused}",
            f"{rate:.1f}/s",
            f"30/(1 + round trip) = {provable:.1f}/s",
            share,
            f"≥ {SHARE_MIN}, none refused",
            share >= SHARE_MIN and not refused,
        ),
        Row(
            f"tap → new screen meanwhile ({len(busy)} taps), {name} windows, {trips}",
            milliseconds(median(busy)),
            f"idle bot {milliseconds(median(idle))}",
            slower,
            f"≤ {TAPS_MAX:g}×",
            slower <= TAPS_MAX,
        ),
    ]


def _clock() -> ShiftedClock:
    clock = ShiftedClock()
    clock.set(NOON)
    return clock


def _sent(world: World) -> int:
    return int(world.stats.snapshot()["calls"].get("sendMessage", 0))


async def _ours_unpaced(deps: Deps, branch: Branch, world: World, base: str, cause: str) -> float:
    bot = open_bot(world.token, base, is_paced=False)
    desk = Desk(bot, deps)
    sender = Sender(desk, is_paced=False)
    number = draft(deps, branch, cause)
    desk_now = await deps.run(announcements.send_now, actor=branch.recorder.actor, announcement_id=number)
    loops = [asyncio.create_task(sender.run()), asyncio.create_task(sender.run_announcements())]
    begun = time.perf_counter()
    calls = _sent(world)
    while _sent(world) - calls < desk_now.announcement.total:  # noqa: ASYNC110  the sandbox tells nobody
        await asyncio.sleep(0.01)
    spent = time.perf_counter() - begun
    for loop in loops:
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    await sender.drain()
    await sender.give_back()
    await desk.nursery.close()
    await bot.session.close()
    return desk_now.announcement.total / spent


async def _bare_unpaced(world: World, base: str, user_ids: Sequence[int]) -> float:
    bot: Bot = open_bot(world.token, base, is_paced=False)
    begun = time.perf_counter()
    for user_id in user_ids:
        await bot(SendMessage(chat_id=user_id, text="📢 <b>支部 · 通知</b>\n\n明天上午九点开会，请准时到。"))
    spent = time.perf_counter() - begun
    await bot.session.close()
    return len(user_ids) / spent


async def _unpaced(sizes: Sizes) -> Row:
    count = sizes.unpaced
    with scratch() as folder:
        deps = open_deps(f"sqlite:///{folder / 'jifen.db'}", folder, clock=_clock())
        branch = settle(deps, branches=1, recorders=1, members=1)[0]
        people(deps, branch, count)
        world = World(clock=deps.clock, media_directory=folder / "media", limits=False)  # type: ignore[arg-type]
        _with_accounts(world, branch, count)
        user_ids = [USER_ID_BASE + one for one in range(10_000, 10_000 + count)]
        ours: list[float] = []
        theirs: list[float] = []
        async with serving(create_app(world)) as base:
            for turn in range(sizes.rounds):
                ours.append(await _ours_unpaced(deps, branch, world, base, f"turn{turn}"))
                theirs.append(await _bare_unpaced(world, base, user_ids))
        deps.close()
    share = median(ours) / median(theirs)
    return Row(
        f"announcement to {count:,} members without limits, database included, sandbox in the same process",
        f"{median(ours):,.0f}/s",
        f"bare aiogram loop {median(theirs):,.0f}/s",
        share,
        f"≥ {UNPACED_MIN}",
        share >= UNPACED_MIN,
    )


def _prepare(sizes: Sizes) -> list[Row]:
    with scratch() as folder:
        deps = open_deps(f"sqlite:///{folder / 'jifen.db'}", folder)
        branch = settle(deps, branches=1, recorders=1, members=1)[0]
        people(deps, branch, sizes.audience)
        actor = branch.recorder.actor
        ours, theirs = [], []
        for turn in range(sizes.rounds):
            number = draft(deps, branch, f"turn{turn}")
            begun = time.perf_counter()
            announcements.send_now(deps, actor=actor, announcement_id=number)
            ours.append(time.perf_counter() - begun)
            theirs.append(_plain(folder / "jifen.db", number))
        peaks = [_peak(deps, branch, f"peak{size}", size) for size in (sizes.audience // 10, sizes.audience)]
        deps.close()
    ratio, grown = median(ours) / median(theirs), peaks[1] / peaks[0]
    return [
        Row(
            f"preparing the outbox for {sizes.audience:,} members",
            f"{median(ours):.2f} s",
            f"plain bulk insert of the same rows {median(theirs):.2f} s",
            ratio,
            f"≤ {PREPARE_MAX:g}×",
            ratio <= PREPARE_MAX,
        ),
        Row(
            f"most memory used for that, in chunks of {CHUNK:,}",
            f"{peaks[1] / 2**20:.1f} MB",
            f"for a tenth of the members {peaks[0] / 2**20:.1f} MB",
            grown,
            f"≤ {MEMORY_MAX:g}",
            grown <= MEMORY_MAX,
        ),
    ]


def _plain(database: Path, number: int) -> float:
    """Insert the rows of an announcement once more, as another one, with the driver alone."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    columns = "kind, member_id, announcement_id, facts, priority, status, attempts, created_at, due_at"
    select = f"SELECT dedupe_key, {columns} FROM outbox WHERE announcement_id = ?"  # noqa: S608  our own names
    rows = [(f"plain:{key}", *rest) for key, *rest in connection.execute(select, (number,))]
    connection.execute("DELETE FROM outbox WHERE announcement_id = ?", (number,))
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    marks = ", ".join("?" * 10)
    connection.executemany(f"INSERT INTO outbox (dedupe_key, {columns}) VALUES ({marks})", rows)  # noqa: S608
    connection.execute("COMMIT")
    spent = time.perf_counter() - begun
    connection.execute("DELETE FROM outbox WHERE announcement_id = ?", (number,))
    connection.close()
    return spent


def _peak(deps: Deps, branch: Branch, cause: str, size: int) -> int:
    """Return the most memory that Python held while an announcement to so many was prepared."""
    number = draft(deps, branch, cause)
    with deps.store.begin() as uow:
        beyond = 10_000 + size
        uow.connection.execute(
            memberships.update()
            .where(memberships.c.member_id >= beyond)
            .values(kind=MemberKind.FLOATING.value)
        )
        uow.connection.execute(
            memberships.update().where(memberships.c.member_id < beyond).values(kind=MemberKind.FULL.value)
        )
    audience = announcements.open_announcement(
        deps, actor=branch.recorder.actor, announcement_id=number
    ).announcement.audience
    chosen = type(audience)(unit_ids=audience.unit_ids, kinds=(MemberKind.FULL,))
    announcements.choose_audience(deps, actor=branch.recorder.actor, announcement_id=number, audience=chosen)
    tracemalloc.start()
    announcements.send_now(deps, actor=branch.recorder.actor, announcement_id=number)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def measure_broadcast(sizes: Sizes) -> list[Row]:
    """Measure preparing, sending within the limits of either kind of server, and sending without limits."""
    rows = _prepare(sizes)
    with asyncio.Runner() as runner:
        rows.append(runner.run(_unpaced(sizes)))
        for name, limiter in (("sliding", Pacer), ("fixed", FixedWindows)):
            for jitter_seconds in (0.0, 0.05):
                rows += runner.run(_paced(sizes, name, limiter, jitter_seconds))
    return rows
