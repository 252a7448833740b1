"""From a tap to the new screen, over the sandbox's HTTP, beside a bare echo that answers and edits."""

import asyncio
import time
from statistics import median

from benchmarks.ground import open_deps, scratch, settle
from benchmarks.measuring import Row, Sizes, milliseconds, percentile
from benchmarks.stage import Thumb, staged
from sandbox.chats import Message

TIMES_MAX = 4.0
FIRST_WALK = ("服务", "社区清扫", "今天", "返回", "返回", "返回")
WALK = (
    *("服务", "志愿时长", "2小时", "返回", "今天", "返回", "返回", "返回"),
    *("社区清扫", "返回", "返回", "返回"),
)
"""Down the guided path and back again: five taps write the draft, seven read it, each changes the screen."""
WARM_TAPS = 4 * len(WALK)


async def _timed_tap(thumb: Thumb, message: Message, words: str) -> float:
    edits = message.edits
    begun = time.perf_counter()
    thumb.tap(message, words)
    await thumb.until(lambda: message if message.edits > edits else None)
    return time.perf_counter() - begun


async def _in_turns(
    ours_on: Thumb, screen: Message, theirs_on: Thumb, echo: Message, taps: int
) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(taps):
        ours.append(await _timed_tap(ours_on, screen, WALK[number % len(WALK)]))
        await asyncio.sleep(0.01)  # the rest of the handling, so that it does not fall into the other's time
        theirs.append(await _timed_tap(theirs_on, echo, "echo"))
        await asyncio.sleep(0.01)
    return ours, theirs


async def _measure(sizes: Sizes) -> tuple[list[float], list[float]]:
    with scratch() as folder:
        database = f"sqlite:///{folder / 'jifen.db'}"
        deps = open_deps(database, folder)
        branch = settle(deps)[0]
        deps.close()
        async with (
            staged("product", folder, database=database) as (world, _),
            staged("bare", folder) as (other_world, _),
        ):
            member = Thumb(world, world.add_user(branch.member.name, user_id=branch.member.user_id))
            member.say("申报")
            screen = await member.until(lambda: member.newest("服务"))
            guest = Thumb(other_world, other_world.add_user("客人"))
            keyboard = {"inline_keyboard": [[{"text": "echo", "callback_data": "0"}]]}
            echo = other_world.post(guest.chat, {"text": "echo 0"}, reply_markup=keyboard)
            for words in FIRST_WALK:
                await _timed_tap(member, screen, words)
            await _in_turns(member, screen, guest, echo, WARM_TAPS)
            return await _in_turns(member, screen, guest, echo, sizes.taps // len(WALK) * len(WALK))


def measure_screens(sizes: Sizes) -> list[Row]:
    """Tap in both chats in turns and compare the medians; p99 is told beside."""
    with asyncio.Runner() as runner:
        ours, theirs = runner.run(_measure(sizes))
    rows = []
    for name, of in (("median", median), ("p99", lambda spans: percentile(spans, 0.99))):
        ratio = of(ours) / of(theirs)
        aim = f"≤ {TIMES_MAX:g}×" if name == "median" else "–"
        rows.append(
            Row(
                f"tap → new screen over HTTP, {name}",
                milliseconds(of(ours)),
                f"bare aiogram echo {milliseconds(of(theirs))}",
                ratio,
                aim,
                name != "median" or ratio <= TIMES_MAX,
            )
        )
    return rows
