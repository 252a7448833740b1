"""Buttons pressed twice, too late, by the wrong person, or made up: one sentence, one effect."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from domain.ledger import Entry
from domain.reports import Report, ReportStatus
from services.ledger import my_points
from tests.builders import Person, a_branch, a_report
from tests.journeys.conftest import Stage
from tests.journeys.phone import SECONDS_MAX, Phone
from tests.journeys.steps import submit_cleaning, to_preview

pytestmark = pytest.mark.journey
STALE = "这个按钮已经过期了，请用最新的那条消息。"
NO_REPORT = "找不到这份申报。请点「我的申报」重新打开。"
REVIEW_BUTTONS = (("va", "1"), ("vr", "1"), ("vg", "1.5"), ("vu", ""), ("vn", ""), ("vt", "1.return"))
FORGED = (
    "garbage",
    "",
    "t:",
    "t:??:1:",
    "t:va:one:1",
    "t:va:-1:1",
    "t:va:99999999999999999999:1",
    "t:va:1:1:1",
    "😀" * 16,
)


def entries(stage: Stage, person: Person | None = None) -> tuple[Entry, ...]:
    """Return a member's ledger lines of this month (the first member's), newest first."""
    return tuple(my_points(stage.deps, actor=(person or stage.branch.member).actor).lines)


def report(stage: Stage, number: int) -> Report:
    """Return one of the first member's reports."""
    return next(one for one in stage.reports() if one.id == number)


async def test_data_that_no_button_carries_is_refused(stage: Stage) -> None:
    await to_preview(stage.member)
    screen = stage.member.with_button("提交")
    assert screen is not None
    for data in FORGED:
        assert await stage.member.alert_of(screen["message_id"], data=data) == STALE
    number = report(stage, 1).id
    for data in (
        f"t:rs:{number}:nowhere",
        f"t:rd:{number}:20260231",
        f"t:rm:{number}:000101",
        f"t:rp:{number}:-1",
        f"t:rp:{number}:9999999999999999999999",
        f"t:mo:{number}:x",
        "t:pp:99999999:2026-03",
        "t:pp:0:nonsense",
        "t:ml:0:-5",
    ):
        assert await stage.member.alert_of(screen["message_id"], data=data) == STALE
    assert await stage.member.alert_of(screen["message_id"], data=f"t:rl:{number}:city") == (
        "级别或数量和规则对不上，请重新选。"
    )
    assert await stage.member.alert_of(screen["message_id"], data=f"t:rc:{number}:nowhere") == (
        "「nowhere」现在不能报，可能已停用。请换一项。"
    )
    assert [one.status for one in stage.reports()] == [ReportStatus.DRAFT]
    await stage.member.tap("提交")
    await stage.member.read("已提交，编号 1")


async def test_what_belongs_to_others_is_not_there(stage: Stage) -> None:
    elsewhere = a_branch(stage.deps, code="xingqiao")
    theirs = a_report(stage.deps, elsewhere.member, status=ReportStatus.APPROVED, by=elsewhere.recorder)
    waiting = a_report(stage.deps, elsewhere.member)
    line = entries(stage, elsewhere.member)[0]
    phone = stage.recorder
    await phone.say("我的申报")
    screen = await phone.read("还没有申报")
    for act, argument in (
        ("va", "1"),
        ("vr", "1"),
        ("vg", "1.5"),
        ("vu", ""),
        ("vn", ""),
        ("vt", "1.return"),
    ):
        data = f"t:{act}:{waiting.id}:{argument}"
        assert await phone.alert_of(screen["message_id"], data=data) == NO_REPORT
    for act in ("mc", "mp", "rx", "rk", "mw", "md", "mo", "re", "rz"):
        assert await phone.alert_of(screen["message_id"], data=f"t:{act}:{theirs.id}:") == NO_REPORT
    assert await phone.alert_of(screen["message_id"], data=f"t:pn:{line.id}:2026-03") == (
        "找不到这一笔记分。请点「我的积分」重新打开。"
    )
    assert await stage.member.ask("/help")
    own = a_report(stage.deps, stage.branch.member)
    help_message = await stage.member.read("我能帮您")
    forged = await stage.member.alert_of(help_message["message_id"], data=f"t:va:{own.id}:1")
    assert forged == NO_REPORT
    assert report(stage, own.id).status is ReportStatus.PENDING


async def test_buttons_of_an_older_screen_are_stale(stage: Stage) -> None:
    phone = stage.member
    await phone.say("我的积分")
    older = await phone.read("这段时间还没有记分")
    await phone.say("申报")
    await phone.read("您做的是哪一类")
    await phone.until(lambda: None if phone.with_button("上个月") else True, "the old screen to go")
    assert await phone.alert_of(older["message_id"], data="t:pp:0:2026-02") == STALE


async def test_submitting_twice_submits_once(stage: Stage) -> None:
    phone = stage.member
    screen = await to_preview(phone)
    data = phone.data_of("提交")
    await stage.fault(kind="duplicate_update", times=1)
    await asyncio.gather(*(phone.tap_on(screen["message_id"], data=data) for _ in range(3)))
    assert await phone.alerted("不用再点") == "编号 1 已经提交过了，正在等记录员审核，不用再点。"
    await phone.until(lambda: len(phone.alerts) == 2 or None, "two alerts")
    await stage.recorder.card(1)
    assert [one.status for one in stage.reports()] == [ReportStatus.PENDING]
    assert phone.count("已提交，编号 1") == 1
    assert stage.recorder.count("待审核 · 编号 1") == 1


async def test_the_confirmation_leads_on(stage: Stage) -> None:
    await submit_cleaning(stage.member)
    await stage.member.tap("我的申报")
    await stage.member.read("待审核 · 社区清扫")
    await stage.member.tap("再报一项")
    await stage.member.read("您做的是哪一类")


async def test_approving_twice_approves_once(stage: Stage) -> None:
    number = await submit_cleaning(stage.member)
    phone = stage.recorder
    card = await phone.card(number)
    data = phone.data_of("通过")
    await stage.fault(kind="duplicate_update", times=1)
    await asyncio.gather(*(phone.tap_on(card["message_id"], data=data) for _ in range(3)))
    await phone.until(lambda: len(phone.alerts) == 2 or None, "two alerts")
    assert phone.alerts == ["已由 chunfeng记录员1 处理，您不用再点。"] * 2
    await stage.member.read("您的申报已通过")
    assert [line.amount for line in entries(stage)] == [50_000]
    assert stage.member.count("您的申报已通过") == 1


async def test_undoing_twice_reverses_once(stage: Stage) -> None:
    number = await submit_cleaning(stage.member)
    phone = stage.recorder
    card = await phone.card(number)
    await phone.tap("通过")
    await phone.card(number, "已通过")
    data = phone.data_of("撤销决定")
    await asyncio.gather(*(phone.tap_on(card["message_id"], data=data) for _ in range(2)))
    assert await phone.alerted("等待审核") == "这份申报正在等待审核，现在不能这样改。"
    await stage.member.read("刚才的审核决定已撤销")
    assert [line.amount for line in entries(stage)] == [-50_000, 50_000]
    assert stage.member.count("刚才的审核决定已撤销") == 1
    await phone.card(number, "待审核")
    await phone.tap("通过")
    await phone.card(number, "已通过")
    stage.clock.advance(timedelta(minutes=16))
    late = await phone.alert_of(card["message_id"], data=data)
    assert late == "已经超过 15 分钟，不能撤销了。"


async def test_withdrawing_twice_withdraws_once(stage: Stage) -> None:
    number = await submit_cleaning(stage.member)
    card = await stage.recorder.card(number)
    approve = stage.recorder.data_of("通过")
    await stage.member.say("我的申报")
    await stage.member.tap("1")
    screen = await stage.member.read("申报 1")
    data = stage.member.data_of("撤回")
    await asyncio.gather(*(stage.member.tap_on(screen["message_id"], data=data) for _ in range(2)))
    await stage.recorder.card(number, "已由本人撤回")
    assert await stage.recorder.alert_of(card["message_id"], data=approve) == "这份申报已由本人撤回。"
    assert report(stage, number).status is ReportStatus.WITHDRAWN
    assert entries(stage) == ()


CHOICES = {"approve": "t:va:{}:1", "return": "t:vR:{}:1.0", "reject": "t:vX:{}:1.0"}
ENDS = {"approve": "已通过", "return": "已退回", "reject": "不予认定"}
NOTICES = {"approve": "您的申报已通过", "return": "您的申报要补充", "reject": "您的申报没有被认定"}


async def test_two_recorders_at_once_decide_once(stage: Stage) -> None:
    phones = [stage.phone(recorder) for recorder in stage.branch.recorders]
    decided = dict.fromkeys(CHOICES, 0)
    for choices in itertools.product(CHOICES, repeat=2):
        number = a_report(stage.deps, stage.branch.member, item="article", photos=0).id
        cards = [await phone.card(number) for phone in phones]
        before = [len(phone.alerts) for phone in phones]
        taps = zip(phones, cards, choices, strict=True)
        await asyncio.gather(
            *(phone.tap_on(card["message_id"], data=CHOICES[c].format(number)) for phone, card, c in taps)
        )
        for phone in phones:
            await phone.card(number, "已由 chunfeng记录员")
        await somebody_was_late(phones, before)
        ends = {choice for choice, words in ENDS.items() if words in (await phones[0].card(number))["text"]}
        assert len(ends) == 1
        assert ends <= set(choices)
        decided[ends.pop()] += 1
    await stage.member.until(
        lambda: sum(map(stage.member.count, NOTICES.values())) == 9 or None, "nine notices"
    )
    assert {choice: stage.member.count(words) for choice, words in NOTICES.items()} == decided
    assert [line.amount for line in entries(stage)] == [20_000] * decided["approve"]
    assert sum(decided.values()) == len(CHOICES) ** 2


async def somebody_was_late(phones: list[Phone], before: list[int]) -> None:
    """Wait until one of two people was told that the other was first, and nobody else was told anything."""
    async with asyncio.timeout(SECONDS_MAX):
        while sum(len(phone.alerts) for phone in phones) == sum(before):
            for phone in phones:
                await phone.refresh(wait_seconds=0.1)
    new = [phone.alerts[n:] for phone, n in zip(phones, before, strict=True)]
    late = [alerts for alerts in new if alerts]
    assert [alert.partition(" ")[0] for alerts in late for alert in alerts] == ["已由"]


async def test_nobody_decides_their_own_report(stage: Stage) -> None:
    first, second = (stage.phone(recorder) for recorder in stage.branch.recorders)
    number = await submit_cleaning(first)
    await second.card(number)
    assert first.count(f"待审核 · 编号 {number}") == 0
    confirmation = await first.read(f"已提交，编号 {number}")
    refusal = await first.alert_of(confirmation["message_id"], data=f"t:va:{number}:1")
    assert refusal == "自己的申报，或自己代报的，不能自己审核，请由其他人处理。"
    assert await first.ask("待审") == "没有待审的申报，都处理完了。"


async def test_what_is_typed_at_a_card_decided_meanwhile_is_not_taken(stage: Stage) -> None:
    number = await submit_cleaning(stage.member)
    first, second = (stage.phone(recorder) for recorder in stage.branch.recorders)
    await first.card(number)
    await first.tap("改分")
    await first.card(number, "给多少分")
    assert await first.ask("很多") == "分数要在 0 到 1000 之间，请再打一个数。"
    await second.tap("退回补充")
    await second.tap("自己写原因")
    await second.card(number, "请把原因打字发来")
    await second.say("照片看不清人")
    await stage.member.read("照片看不清人")
    assert await first.ask("7") == "已由 chunfeng记录员2 处理，您不用再点。"
    assert await first.ask("7") == "没看懂这句话。要申报请点「申报」，查积分请点「我的积分」。"
    assert entries(stage) == ()
    assert report(stage, number).status is ReportStatus.RETURNED


async def test_deciding_by_typing_does_not_lose_ones_own_open_report(stage: Stage) -> None:
    number = await submit_cleaning(stage.member)
    phone = stage.recorder
    await phone.card(number)
    await to_preview(phone, colour=9)
    await phone.tap("改说明")
    await phone.read("用一句话说说做了什么")
    await phone.tap("改分")
    await phone.card(number, "给多少分")
    await phone.say("７分")
    await phone.card(number, "已通过")
    await phone.say("扫了两层楼")
    assert "说明：扫了两层楼" in (await phone.read("现在可得"))["text"]
    assert [line.amount for line in entries(stage)] == [70_000]
