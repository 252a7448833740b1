"""Freezing a quarter in the chat, and the private notices: one for each, nobody else's, once."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.members import Role
from domain.reports import ReportStatus
from services.members import choose_language
from services.standings import choose_notices, freeze_period
from storage.tables import outbox, standings
from tests.builders import a_member, a_report
from tests.journeys.clocks import has_looked
from tests.journeys.conftest import Stage
from tests.journeys.phone import SECONDS_MAX, Phone

pytestmark = pytest.mark.journey
APRIL = datetime(2026, 4, 2, 4, tzinfo=UTC)
QUARTER, WORDS = "2026-Q1", "2026年第1季度积分已定稿"


def earn(stage: Stage) -> None:
    """Let the first member have 5 and the second 2 points, and April begin."""
    first, second = stage.branch.members
    for person, item in ((first, "clean"), (second, "article")):
        a_report(stage.deps, person, item=item, status=ReportStatus.APPROVED, by=stage.branch.recorder)
    stage.clock.set(APRIL)


async def card_of(stage: Stage, phone: Phone, words: str = WORDS) -> dict[str, Any]:
    """Wait for the private notice and return it."""

    def found() -> dict[str, Any] | None:
        for message in phone.living:
            if words in message["text"]:
                return message
        return None

    return await phone.until(found, words)


def notices(phone: Phone) -> list[str]:
    return [text for text in phone.from_bot if WORDS in text]


async def all_sent(stage: Stage) -> None:
    """Wait until nothing waits to be sent."""
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            with stage.deps.store.read() as uow:
                left = (
                    select(func.count())
                    .select_from(outbox)
                    .where(outbox.c.kind.in_(["rank_notice", "standings_post"]), outbox.c.status != "sent")
                )
                if not uow.connection.execute(left).scalar_one():
                    return
            await asyncio.sleep(0.05)


async def test_a_quarter_is_frozen_in_the_chat_and_told_in_private(stage: Stage) -> None:
    earn(stage)
    late = a_report(stage.deps, stage.branch.members[1], item="article", photos=0)
    recorder, first = stage.recorder, stage.member
    second = stage.phone(stage.branch.members[1])
    choose_language(stage.deps, actor=stage.branch.secretary.actor, language="en")
    await recorder.say("/freeze")
    desk = await recorder.read("选一个已经结束的季度或月份")
    assert recorder.button_words(desk)[:2] == ["2026年第1季度", "2025年第4季度"]
    await recorder.tap("2026年第1季度")
    preview = await recorder.read("还没有定稿，请先核对")
    assert "这一期还有 1 份申报没有审核" in preview["text"]
    assert "确认以后不能撤回" in preview["text"]
    assert "1. chunfeng党员1 · 5\n2. chunfeng党员2 · 2" in preview["text"]
    await recorder.tap("看全部名单")
    await recorder.read("全部名单（5 人）")
    await recorder.tap("只看前几名")
    await recorder.read("前几名（共 5 人）")
    data = recorder.data_of("确认定稿")
    taps = [
        recorder.client.post(
            f"/sandbox/users/{recorder.user_id}/tap", json={"message_id": desk["message_id"], "data": data}
        )
        for _ in range(4)
    ]
    assert [answer.status_code for answer in await asyncio.gather(*taps)] == [200] * 4
    await recorder.alerted("没有重复发送")
    await recorder.read("已由 chunfeng记录员1 定稿（4月2日 12:00）")

    one, two = await card_of(stage, first), await card_of(stage, second)
    await all_sent(stage)
    assert (one["photos"], two["photos"]) == (1, 1)
    assert one["photo_urls"] != two["photo_urls"]
    assert "合计 5 分" in one["text"]
    assert "第 1 名（共 5 人）" in one["text"]
    assert "服务：5" in one["text"]
    assert "合计 2 分" in two["text"]
    assert "第 2 名（共 5 人）" in two["text"]
    await first.tap_on(one["message_id"], text="怎么算的")
    await first.read("社区清扫")
    english = stage.phone(stage.branch.secretary)
    told = await card_of(stage, english, "The points of Q1 2026 are final")
    assert "This goes to you alone." in told["text"]
    for phone, other in ((first, "chunfeng党员2"), (second, "chunfeng党员1")):
        await phone.refresh()
        assert len(notices(phone)) == 1
        assert other not in notices(phone)[0]
    await recorder.tap("看进度")
    await recorder.read("告知进度：5 / 5，送达 5 人")
    with stage.deps.store.read() as uow:
        assert uow.connection.execute(select(func.count()).select_from(standings)).scalar_one() == 5
    await recorder.say("待审")
    await recorder.card(late.id)
    await recorder.tap("通过")
    await recorder.alerted("所在的那一期已经定稿")


async def test_who_wants_no_picture_gets_words_and_no_month_gets_nothing(stage: Stage) -> None:
    earn(stage)
    first, second = stage.member, stage.phone(stage.branch.members[1])
    await first.say("我的积分")
    await first.read("合计")
    await first.tap("告知设置")
    await first.read("每期定稿的成绩：带图片")
    await first.tap("不要图片")
    await first.read("每期定稿的成绩：只要文字")
    await first.tap("不要每月短报")
    settings = await first.read("每月短报：不要")
    assert first.button_words(settings) == ["要图片", "要每月短报"]
    for label in ("2026-03", QUARTER):
        freeze_period(
            stage.deps, actor=stage.branch.recorder.actor, unit_id=stage.branch.unit.id, period=label
        )
    short = await second.read("2026年3月积分已定稿")
    assert "合计 2 分 · 第 2 名（共 5 人）" in short["text"]
    assert (await card_of(stage, second))["photos"] == 1
    told = await card_of(stage, first)
    assert told["photos"] == 0
    assert "合计 5 分" in told["text"]
    await all_sent(stage)
    await first.refresh()
    assert first.count("2026年3月积分已定稿") == 0


async def test_a_restart_between_freezing_and_sending_loses_and_doubles_nothing(stage: Stage) -> None:
    earn(stage)
    await stage.stop_bot()
    choose_notices(stage.deps, actor=stage.branch.members[1].actor, wants_picture=False)
    for _ in range(2):
        freeze_period(
            stage.deps, actor=stage.branch.secretary.actor, unit_id=stage.branch.unit.id, period=QUARTER
        )
    assert notices(stage.member) == []
    await stage.start_bot()
    assert (await card_of(stage, stage.member))["photos"] == 1
    assert (await card_of(stage, stage.phone(stage.branch.members[1])))["photos"] == 0
    await all_sent(stage)
    await stage.restart_bot()
    await stage.member.refresh()
    assert len(notices(stage.member)) == 1


async def test_a_list_of_the_rulebook_reaches_the_secretary_on_its_day(stage: Stage, tmp_path: Path) -> None:
    listed = "consequences: {july: {name: 七一表彰名单, in: [H1], top: 1, to: secretary, on: 07-01}}\n"
    assert stage.use_rulebook(tmp_path / "books", lambda text: text + listed) == ()
    first = stage.branch.member
    a_report(stage.deps, first, status=ReportStatus.APPROVED, by=stage.branch.recorder)
    secretary = stage.phone(stage.branch.secretary)
    await has_looked(stage, None)
    stage.clock.set(datetime(2026, 7, 1, 1, 30, tzinfo=UTC))
    told = await secretary.read("七一表彰名单")
    assert "按2026年上半年的积分" in told["text"]
    assert "1. chunfeng党员1 · 5" in told["text"]
    assert "请不要转发到群里" in told["text"]
    for phone in (stage.member, stage.recorder):
        await phone.refresh()
        assert phone.count("七一表彰名单") == 0


async def test_the_head_of_a_list_goes_to_the_group_only_as_the_rulebook_allows(
    stage: Stage, tmp_path: Path
) -> None:
    recorder = stage.recorder
    group = stage.world.add_group("春风里支部群", [recorder.user_id])
    await recorder.say("/help")
    menu = await recorder.read("我能帮您")
    assert "公告" in menu["text"]
    earn(stage)
    await recorder.say("定稿")
    await recorder.tap("2026年第1季度")
    await recorder.tap("确认定稿")
    await recorder.tap("发到群里公布…")
    assert await recorder.alerted("规则本没有写这一期可以公布到群里。")
    second = stage.phone(stage.branch.members[1])
    await second.say("我的积分")
    await second.tap("告知设置")
    settings = await second.read("每月短报：要")
    assert second.button_words(settings) == ["不要图片", "不要每月短报"]
    await second.tap_on(settings["message_id"], data="t:nn:0:0")  # not offered, and refused
    assert await second.alerted("规则本没有写成员可以不显示姓名")
    allowed = "publicity: {in: [quarter], top: 5, may_hide: true}\n"
    assert stage.use_rulebook(tmp_path / "books", lambda text: text + allowed) == ()
    await recorder.say("公告")
    await recorder.read("选一个已经定稿的周期")
    await recorder.tap("2026年第1季度")
    shown = await recorder.read("发到：春风里支部群")
    assert "2. chunfeng党员2 · 2 分" in shown["text"]
    await second.tap("告知设置")
    await second.read("发到群里的前几名：显示您的名字")
    await second.tap("不显示我的名字")
    await second.read("发到群里的前几名：不显示您的名字，只写「一位成员」，名次和分数照旧")
    await recorder.say("公告")
    await recorder.tap("2026年第1季度")
    shown = await recorder.read("其中 1 行按本人的意愿没有写名字。")
    data = recorder.data_of("发到群里")
    for _ in range(3):
        await recorder.tap_on(shown["message_id"], data=data)
    await recorder.read("1 个群，不会再发第二次。")
    words = "1. chunfeng党员1 · 5 分\n2. 一位成员 · 2 分\n\n只公布前 2 名"

    def seen() -> list[str]:
        return [m.words for m in group.messages.values() if m.is_from_bot and "积分公告" in m.words]

    await recorder.until(lambda: seen() or None, "the post in the group")
    await all_sent(stage)
    await recorder.say("公告")
    await recorder.tap("2026年第1季度")
    await recorder.read("已发到 1 个群，不会再发第二次。")
    (post,) = seen()
    assert words in post
    others = ("党员2", "书记", "记录员", "3.")  # who hides, and the lower half
    assert not [one for one in others if one in post]


async def test_members_and_supervisors_freeze_nothing(stage: Stage) -> None:
    earn(stage)
    supervisor = a_member(stage.deps, unit=stage.branch.unit, name="纪检委员", roles=(Role.SUPERVISOR,))
    for phone in (stage.member, stage.phone(supervisor)):
        await phone.say("定稿")
        await phone.read("您没有这项权限")
    await stage.recorder.say("定稿")
    desk = await stage.recorder.read("选一个已经结束的季度或月份")
    await stage.recorder.tap("2026年第1季度")
    await stage.recorder.read("还没有定稿")
    for forged in (
        f"t:zx:{stage.branch.unit.id + 9}:{QUARTER}",
        f"t:zx:{stage.branch.unit.id}:soon",
        "t:ni:0:7",
    ):
        answer = await stage.recorder.client.post(
            f"/sandbox/users/{stage.recorder.user_id}/tap",
            json={"message_id": desk["message_id"], "data": forged},
        )
        assert answer.status_code == 200, answer.text
    with stage.deps.store.read() as uow:
        assert uow.connection.execute(select(func.count()).select_from(standings)).scalar_one() == 0
