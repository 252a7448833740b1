"""The bot's memory after many journeys, beside its memory after few: report, approve, be told."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.ground import open_deps, scratch, settle
from benchmarks.measuring import Row, Sizes
from benchmarks.stage import Thumb, staged
from sandbox.chats import Message
from sandbox.world import World
from tests.builders import Branch, Person

BRANCHES = 10
MEMBERS_PER_BRANCH = 20
WALKERS_PER_BRANCH = 2
GROWTH_MAX = 0.05
REST_SECONDS = 3.0
GUIDED = ("学习", "信息稿件", "今天", "跳过", "跳过", "提交")


def resident_kilobytes(process_id: int) -> int:
    """Return how much memory a process holds in RAM."""
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None, "the bot has ended"
    return int(found[1])


async def _journey(member: Thumb, recorder: Thumb) -> None:
    """Report without photos, approve the card, wait until the member was told."""
    before = member.chat.seq
    member.say("申报")
    for words in GUIDED:
        screen = await _awaited(member, words, before)
        before = member.chat.seq
        member.tap(screen, words)
    done = await _awaited(member, "已提交，编号", before)
    found = re.search(r"编号 (\d+)", done.words)
    assert found is not None, done.words
    number = found[1]
    card = await recorder.until(lambda: _card(recorder, number))
    recorder.tap(card, "通过")
    await _awaited(member, "您的申报已通过", before)


async def _awaited(thumb: Thumb, words: str, after: int) -> Message:
    """Wait for a message with these words that appeared or changed after this change of the chat."""

    def found() -> Message | None:
        newest = thumb.newest(words)
        return newest if newest is not None and newest.seq > after else None

    return await thumb.until(found)


def _card(recorder: Thumb, number: str) -> Message | None:
    wanted = re.compile(rf"待审核 · 编号 {number}(?!\d)")
    for message in reversed(recorder.chat.messages.values()):
        if message.is_from_bot and message.reply_markup is not None and wanted.search(message.words):
            return message
    return None


async def _walk(world: World, branch: Branch, members: tuple[Person, ...], journeys: Iterator[int]) -> None:
    """Take journeys from the common heap, one member after the other, until it is empty."""
    recorder = Thumb(world, world.book.users[branch.recorder.user_id])
    for journey in journeys:
        person = members[journey % len(members)]
        await _journey(Thumb(world, world.book.users[person.user_id]), recorder)


async def _journeys(world: World, branches: Sequence[Branch], count: int) -> None:
    heap = iter(range(count))
    async with asyncio.TaskGroup() as group:
        for branch in branches:
            for walker in range(WALKERS_PER_BRANCH):
                group.create_task(_walk(world, branch, branch.members[walker::WALKERS_PER_BRANCH], heap))
    await asyncio.sleep(REST_SECONDS)


async def _measure(sizes: Sizes) -> tuple[int, int]:
    with scratch() as folder:
        database = f"sqlite:///{folder / 'jifen.db'}"
        deps = open_deps(database, folder)
        branches = settle(deps, branches=BRANCHES, recorders=1, members=MEMBERS_PER_BRANCH)
        deps.close()
        async with staged("product", folder, database=database) as (world, process_id):
            for branch in branches:
                for person in (branch.secretary, *branch.recorders, *branch.members):
                    world.add_user(person.name, user_id=person.user_id)
            await _journeys(world, branches, sizes.journeys_first)
            first = resident_kilobytes(process_id)
            await _journeys(world, branches, sizes.journeys_last - sizes.journeys_first)
            return first, resident_kilobytes(process_id)


def measure_memory(sizes: Sizes) -> list[Row]:
    """Walk the journeys through the bot's process and look at its memory twice."""
    with asyncio.Runner() as runner:
        first, last = runner.run(_measure(sizes))
    ratio = last / first
    return [
        Row(
            f"bot's memory after {sizes.journeys_last:,} journeys",
            f"{last / 1024:.1f} MB",
            f"after {sizes.journeys_first:,}: {first / 1024:.1f} MB",
            ratio,
            "0.95–1.05",
            abs(ratio - 1) <= GROWTH_MAX,
        )
    ]
