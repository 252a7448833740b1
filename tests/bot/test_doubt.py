"""As few messages in doubt as the rate needs, and none held up by a slow answer to another."""

import asyncio

import pytest

from bot import sender
from bot.api import on_the_wire
from bot.sender import Doubt
from domain.outbox import IN_DOUBT_MAX
from tests.bot.hurried import in_hurried_time


async def deliver(seconds: float, *, wait_seconds: float = 0.0) -> None:
    """Wait for a turn, then for the answer."""
    await asyncio.sleep(wait_seconds)
    started = on_the_wire.get()
    if started is not None:
        started()
    await asyncio.sleep(seconds)


async def most_at_once(doubt: Doubt, count: int, seconds: float) -> int:
    """Send so many and return how many at most were in doubt in the later half."""
    now = most = begun = 0

    async def one() -> None:
        nonlocal now, most, begun
        now, begun = now + 1, begun + 1
        if begun > count // 2:
            most = max(most, now)
        await deliver(seconds)
        now -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            await doubt.enter()
            group.create_task(doubt.watch(one(), waits_for_turn=False))
    return most


@in_hurried_time
async def test_quick_answers_leave_one_in_doubt() -> None:
    assert await most_at_once(Doubt(30), 40, 0.002) == 1


@in_hurried_time
async def test_slow_answers_need_some_in_doubt_but_no_more_than_the_rate() -> None:
    assert 3 <= await most_at_once(Doubt(30), 40, 0.06) <= 6


@in_hurried_time
async def test_never_more_than_there_may_be() -> None:
    assert await most_at_once(Doubt(100_000), 400, 0.05) == IN_DOUBT_MAX


@in_hurried_time
async def test_who_asks_for_one_in_doubt_gets_one_however_slow_the_line() -> None:
    assert await most_at_once(Doubt(100_000, most=1), 40, 0.05) == 1


@in_hurried_time
async def test_waiting_for_a_turn_is_no_doubt_and_no_time() -> None:
    doubt = Doubt(30)
    for _ in range(3):
        await doubt.enter()
        await doubt.watch(deliver(0.001, wait_seconds=0.2), waits_for_turn=True)
    assert doubt.limit == 1


@in_hurried_time
async def test_a_message_of_two_calls_counts_once() -> None:
    async def deliver_file_and_words() -> None:
        await deliver(0.3)
        await deliver(0.3)

    doubt = Doubt(30)
    await doubt.enter()
    await doubt.watch(deliver_file_and_words(), waits_for_turn=True)
    await asyncio.sleep(2)
    assert await most_at_once(doubt, 40, 0.002) == 1


@in_hurried_time
async def test_straggler_holds_up_no_others() -> None:
    doubt = Doubt(30)
    begun = asyncio.get_running_loop().time()
    await doubt.enter()
    slow = asyncio.create_task(doubt.watch(deliver(5.0), waits_for_turn=False))
    await doubt.enter()
    waited = asyncio.get_running_loop().time() - begun
    assert waited == pytest.approx(sender.STRAGGLER_SECONDS, abs=0.01)
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)
