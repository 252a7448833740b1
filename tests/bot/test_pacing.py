"""The pacer: never more than 30 a second counted from answers, urgent ones first, pauses obeyed."""

import asyncio

import pytest

from bot.pacing import Pacer, Urgency
from tests.bot.hurried import in_hurried_time


def now() -> float:
    return asyncio.get_running_loop().time()


async def call(pacer: Pacer, chat_id: int, log: list[tuple[str, float]], name: str, **how: object) -> None:
    urgency = Urgency.OUTBOX if how.get("is_broadcast") else Urgency.ANSWER
    async with pacer.slot(chat_id, urgency=urgency, is_new_message=not how.get("is_edit")):
        log.append((name, now()))
        await asyncio.sleep(0.005)


@in_hurried_time
async def test_thirty_first_waits_for_the_first_answer_and_a_second() -> None:
    pacer, log = Pacer(), list[tuple[str, float]]()
    started = now()
    await asyncio.gather(*(call(pacer, chat, log, str(chat)) for chat in range(1, 36)))
    begun = sorted(at - started for _, at in log)
    assert len(begun) == 35
    assert begun[29] == 0.0
    assert 1.0 <= begun[30] < 1.1


@in_hurried_time
async def test_one_chat_gets_one_message_a_second_but_edits_at_once() -> None:
    pacer, log = Pacer(), list[tuple[str, float]]()
    started = now()
    await call(pacer, 5, log, "first")
    await call(pacer, 5, log, "edit", is_edit=True)
    await call(pacer, 5, log, "second")
    begun = {name: at - started for name, at in log}
    assert begun["edit"] < 0.1
    assert 1.0 <= begun["second"] < 1.1


@in_hurried_time
async def test_urgent_ones_overtake_those_that_wait() -> None:
    pacer, log = Pacer(), list[tuple[str, float]]()
    pacer.pause(0.2)
    broadcast = [
        asyncio.create_task(call(pacer, chat, log, "broadcast", is_broadcast=True)) for chat in range(1, 4)
    ]
    await asyncio.sleep(0.05)
    await asyncio.gather(call(pacer, 99, log, "answer"), *broadcast)
    assert log[0][0] == "answer"


@in_hurried_time
async def test_pause_holds_everybody() -> None:
    pacer, log = Pacer(), list[tuple[str, float]]()
    started = now()
    pacer.pause(0.3)
    await asyncio.gather(*(call(pacer, chat, log, str(chat)) for chat in range(1, 6)))
    assert min(at for _, at in log) - started == pytest.approx(0.3, abs=0.01)


@in_hurried_time
async def test_twenty_first_message_of_a_group_waits() -> None:
    pacer, log = Pacer(), list[tuple[str, float]]()
    for number in range(20):
        async with pacer.slot(-100, urgency=Urgency.ANSWER, is_new_message=False):
            log.append((str(number), now()))
    waiting = asyncio.create_task(call(pacer, -100, log, "last", is_edit=True))
    await asyncio.sleep(59)
    assert not waiting.done()
    assert len(log) == 20
    await asyncio.sleep(1.1)
    assert len(log) == 21
    await waiting


@in_hurried_time
async def test_group_gets_twenty_a_minute_after_a_pause_too() -> None:
    """What waited through a pause starts late: the minute counts from then, or Telegram pauses everybody."""
    pacer, log = Pacer(), list[tuple[str, float]]()
    pacer.pause(55)
    calls = [asyncio.create_task(call(pacer, -100, log, str(n), is_edit=True)) for n in range(60)]
    calls[7].cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    begun = sorted(at for _, at in log)
    assert len(begun) == 59
    assert min(later - first for first, later in zip(begun, begun[20:], strict=False)) >= 60.0


async def broadcast(pacer: Pacer, chat_id: int, log: list[tuple[str, float]]) -> None:
    async with pacer.slot(chat_id, urgency=Urgency.BROADCAST, is_new_message=True):
        log.append(("broadcast", now()))


@in_hurried_time
async def test_broadcast_leaves_a_place_for_somebody_who_taps() -> None:
    pacer, log = Pacer(), list[tuple[str, float]]()
    started = now()
    waiting = [asyncio.create_task(broadcast(pacer, chat, log)) for chat in range(1, 35)]
    await asyncio.sleep(0.3)
    assert len(log) == 29
    await call(pacer, 99, log, "answer")
    assert log[-1][0] == "answer"
    assert log[-1][1] - started < 0.31
    await asyncio.gather(*waiting)
    assert 1.0 <= log[30][1] - started < 1.1


@in_hurried_time
async def test_a_tap_a_second_takes_nothing_from_a_broadcast() -> None:
    pacer, log = Pacer(), list[tuple[str, float]]()
    started = now()
    waiting = [asyncio.create_task(broadcast(pacer, chat, log)) for chat in range(1, 29 * 10 + 1)]
    for second in range(9):
        await asyncio.sleep(max(0.0, started + 1.1 * second + 0.5 - now()))
        tapped_at = now()
        await call(pacer, 100_000 + second, log, "answer")
        assert ("answer", tapped_at) in log
    await asyncio.gather(*waiting)
    assert log[-1][1] - started < 9.6


@in_hurried_time
async def test_taps_and_broadcast_together_stay_within_thirty() -> None:
    pacer, log = Pacer(), list[tuple[str, float]]()
    waiting = [asyncio.create_task(broadcast(pacer, chat, log)) for chat in range(1, 101)]
    taps = [asyncio.create_task(call(pacer, 1_000 + number, log, "answer")) for number in range(20)]
    await asyncio.gather(*waiting, *taps)
    begun = [at for _, at in log]
    assert len(begun) == 120
    assert all(later - earlier >= 1.0 for earlier, later in zip(begun, begun[30:], strict=False))


@in_hurried_time
async def test_who_is_called_off_at_their_turn_leaves_no_place_taken() -> None:
    pacer, log = Pacer(), list[tuple[str, float]]()
    started = now()
    pacer.pause(0.1)
    given_up = [asyncio.create_task(broadcast(pacer, chat, log)) for chat in range(1, 30)]
    await asyncio.sleep(0)

    def call_off() -> None:
        for task in given_up:
            task.cancel()

    # just after the pacer's own timer has given each its turn, before any of them wakes
    asyncio.get_running_loop().call_at(started + 0.1, call_off)
    await asyncio.gather(*given_up, return_exceptions=True)
    assert log == []
    async with asyncio.timeout(0.1):
        await asyncio.gather(*(broadcast(pacer, chat, log) for chat in range(101, 130)))
    assert len(log) == 29
