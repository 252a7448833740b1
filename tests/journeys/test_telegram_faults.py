"""Telegram at its worst: every call refused, lost, doubled or late, and the job still gets done once."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import dispatch
from bot.conversation import Conversation
from domain.reports import ReportStatus
from services.ledger import my_points, verify
from storage import inbox as stored_inbox
from storage import outbox as stored_outbox
from storage.inbox import InboxStatus
from tests.journeys.conftest import Stage
from tests.journeys.phone import SECONDS_MAX, Phone
from tests.journeys.steps import submit_cleaning, to_preview

pytestmark = pytest.mark.journey
METHODS = ("sendMessage", "editMessageText", "answerCallbackQuery", "getUpdates", "sendPhoto")
NEVER = datetime.min.replace(tzinfo=UTC)
KINDS = ("429", "500", "502html", "timeout_before", "timeout_after", "drop")


def parked(stage: Stage) -> int:
    """Count the updates that were put aside."""
    with stage.deps.store.read() as uow:
        return stored_inbox.count_by_status(uow).get(InboxStatus.PARKED, 0)


async def sent_at_last(stage: Stage, phone: Phone, words: str) -> None:
    """Wait for a message that may have to be tried again, moving the clock on."""
    until = time.monotonic() + SECONDS_MAX
    while not phone.count(words):
        assert time.monotonic() < until, f"{words!r} never came; there are {phone.from_bot[-3:]}"
        stage.clock.advance(timedelta(seconds=3))
        await phone.refresh(wait_seconds=0.3)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_job_is_done_once_whatever_fails(stage: Stage, kind: str) -> None:
    if kind.startswith("timeout"):
        await stage.lose_patience()
    for method in METHODS if kind != "timeout_after" else METHODS[1:]:
        await stage.fault(method=method, kind=kind, times=2, retry_after=1)
    await to_preview(stage.member)
    await stage.fault(method="editMessageText", kind=kind, times=1, retry_after=1)
    await stage.fault(method="answerCallbackQuery", kind=kind, times=1, retry_after=1)
    await stage.member.tap("提交")
    await stage.member.read("已提交，编号 1")
    for recorder in stage.branch.recorders:
        await sent_at_last(stage, stage.phone(recorder), "待审核 · 编号 1")
    for method in METHODS:
        await stage.fault(method=method, kind=kind, times=1, retry_after=1)
    await stage.recorder.tap("通过")
    await sent_at_last(stage, stage.member, "您的申报已通过")
    await sent_at_last(stage, stage.phone(stage.branch.recorders[1]), "已由 chunfeng记录员1 处理")
    assert [one.status for one in stage.reports()] == [ReportStatus.APPROVED]
    assert [line.amount for line in my_points(stage.deps, actor=stage.branch.member.actor).lines] == [50_000]
    assert verify(stage.deps) == (1, ())
    assert parked(stage) == 0


async def test_a_screen_whose_receipt_is_lost_comes_again_and_the_newest_works(stage: Stage) -> None:
    phone = stage.member
    await stage.lose_patience()
    await stage.fault(method="sendMessage", kind="timeout_after", times=1)
    await phone.say("申报")
    await phone.until(lambda: phone.count("您做的是哪一类") == 2 or None, "the screen twice")
    older = next(m for m in phone.living if "您做的是哪一类" in m["text"])
    stale = await phone.alert_of(older["message_id"], text="服务")
    assert stale == "这个按钮已经过期了，请用最新的那条消息。"
    await phone.tap("服务")
    await phone.read("里的哪一项")
    assert [one.status for one in stage.reports()] == [ReportStatus.DRAFT]


@pytest.mark.parametrize("kind", ["duplicate_update", "reorder_updates"])
async def test_updates_twice_or_out_of_order_change_nothing(stage: Stage, kind: str) -> None:
    await stage.fault(kind=kind, times=30)
    number = await submit_cleaning(stage.member, photos=3)
    await stage.recorder.card(number)
    await stage.recorder.tap("通过")
    await stage.member.read("您的申报已通过")
    assert [one.status for one in stage.reports()] == [ReportStatus.APPROVED]
    assert "佐证：3 份" in (await stage.recorder.card(number, "已通过"))["text"]
    assert verify(stage.deps) == (1, ())


async def test_a_pause_that_telegram_asks_for_is_kept(stage: Stage) -> None:
    number = await submit_cleaning(stage.member)
    await stage.recorder.card(number)
    await stage.phone(stage.branch.recorders[1]).card(number)
    await stage.stop_bot()
    await stage.recorder.tap("通过")
    await stage.fault(method="sendMessage", kind="429", times=1, retry_after=120)
    await stage.start_bot()
    await stage.recorder.card(number, "已通过")

    def due() -> Any:
        with stage.deps.store.read() as uow:
            return stored_outbox.next_due_at(uow)

    put_back = await stage.member.until(lambda: (due() or NEVER) > stage.clock.now() or None, "a pause")
    assert put_back
    assert due() - stage.clock.now() == timedelta(seconds=120)
    assert stage.member.count("您的申报已通过") == 0
    stage.clock.advance(timedelta(seconds=121))
    await stage.member.read("您的申报已通过")


async def test_who_blocks_the_bot_reads_it_when_they_come_back(stage: Stage) -> None:
    number = await submit_cleaning(stage.member)
    await stage.client.post(f"/sandbox/users/{stage.member.user_id}/block")
    await stage.recorder.card(number)
    await stage.recorder.tap("通过")
    await stage.recorder.card(number, "已通过")
    other = stage.phone(stage.branch.recorders[1])
    await other.card(number, "已由 chunfeng记录员1 处理")
    await stage.member.refresh()
    assert stage.member.count("您的申报已通过") == 0
    await stage.client.post(f"/sandbox/users/{stage.member.user_id}/unblock")
    await stage.member.read("您的申报已通过")
    await stage.member.say("我的积分")
    await stage.member.read("社区清扫 · +5")
    assert stage.member.count("您的申报已通过") == 1


async def test_what_cannot_be_read_is_put_aside_and_the_others_go_on(stage: Stage) -> None:
    put = stage.world.updates.put
    put("message", {"nonsense": True})
    put("message", {"message_id": "x", "chat": "y", "from": 7})
    put("callback_query", {"id": 1, "from": {"id": stage.member.user_id}, "message": "none", "data": []})
    assert await stage.member.ask("在吗") == "没看懂这句话。要申报请点「申报」，查积分请点「我的积分」。"
    await stage.member.until(lambda: parked(stage) == 3 or None, "three put aside")


async def test_a_mistake_of_ours_is_told_and_put_aside(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: Conversation) -> None:
        raise LookupError("a mistake of ours")

    commands: dict[str, Callable[[Conversation], Awaitable[None]]] = dispatch.COMMANDS
    monkeypatch.setitem(commands, "help", fail)
    assert await stage.member.ask("/help") == ("出了点问题，已经记下来了。请再试一次；还不行请联系管理员。")
    await stage.member.until(lambda: parked(stage) == 1 or None, "the update put aside")
    await stage.member.say("申报")
    await stage.member.read("您做的是哪一类")
