"""In a group the bot answers commands that are meant for it, and shows nobody's points, whoever asks."""

import asyncio
from typing import Any

import pytest

from storage import inbox as stored_inbox
from storage.inbox import InboxStatus
from tests.journeys.conftest import Stage
from tests.journeys.phone import SECONDS_MAX
from tests.journeys.steps import submit_cleaning

pytestmark = pytest.mark.journey
IN_PRIVATE = "积分的事请和我私聊，这里不谈个人的分数。"
STALE = "这个按钮已经过期了，请用最新的那条消息。"


async def do(stage: Stage, what: str, chat_id: int, **body: Any) -> None:
    """Let the recorder do something in a group."""
    user_id = stage.recorder.user_id
    answer = await stage.client.post(f"/sandbox/users/{user_id}/{what}", params={"chat": chat_id}, json=body)
    assert answer.status_code == 200, answer.text


async def test_group_is_answered_only_what_is_meant_for_this_bot(stage: Stage) -> None:
    group = stage.world.add_group("春风里支部群", [stage.recorder.user_id])
    commands = ("/help@another_bot", "大家好", "/help", "/help@Jifen_Bot")
    for text in commands:
        await do(stage, "send", group.chat_id, text=text)

    def answers() -> list[str]:
        return [m.words for m in group.messages.values() if m.is_from_bot]

    def handled() -> int:
        with stage.deps.store.read() as uow:
            return stored_inbox.count_by_status(uow).get(InboxStatus.DONE, 0)

    await stage.recorder.until(lambda: handled() == 1 + len(commands) or None, "everything to be handled")
    assert answers() == [IN_PRIVATE] * 2


async def test_button_that_a_tampered_client_makes_up_shows_nothing_in_a_group(stage: Stage) -> None:
    number = await submit_cleaning(stage.member)
    await stage.recorder.card(number)
    group = stage.world.add_group("春风里支部群", [stage.recorder.user_id])
    await do(stage, "send", group.chat_id, text="/help")
    hint = await stage.recorder.until(
        lambda: next((m for m in group.messages.values() if m.is_from_bot), None), "an answer"
    )
    taps = ("t:vc:1:", "t:rn:0:", "t:ml:0:")
    for data in taps:
        await do(stage, "tap", group.chat_id, message_id=hint.message_id, data=data)
    alerts: list[str] = []

    async def all_told() -> None:
        asked: dict[str, str | int] = {"chat": group.chat_id, "wait": 1}
        while len(alerts) < len(taps):
            shown = (
                await stage.client.get(f"/sandbox/users/{stage.recorder.user_id}/chat", params=asked)
            ).json()
            alerts[:] = [alert["text"] for alert in shown["alerts"]]

    await asyncio.wait_for(all_told(), SECONDS_MAX)
    assert alerts == [STALE] * len(taps)
    assert [m.words for m in group.messages.values() if m.is_from_bot] == [IN_PRIVATE]
