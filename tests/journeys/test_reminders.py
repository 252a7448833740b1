"""The buttons of reminders and nudges, tapped as people would, doubled taps too."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from domain.members import Role
from domain.outbox import OutboxStatus
from domain.reports import ReportStatus
from services.appeals import raise_objection
from services.due import run_due
from services.members import choose_language
from services.reviews import approve_report
from services.stand_ins import ask_stand_in
from storage.tables import nothing_to_report, outbox
from tests.builders import a_member, a_report
from tests.journeys.clocks import has_looked, strike
from tests.journeys.conftest import Stage
from tests.journeys.phone import a_jpeg
from tests.journeys.steps import submit_cleaning
from tests.shops import a_product, a_shop, an_order, earn

pytestmark = pytest.mark.journey


async def test_a_member_answers_that_there_is_nothing(stage: Stage) -> None:
    member = stage.member
    await strike(stage, "03-26 10:00")
    reminder = await member.read("2026年3月，您还没有申报")
    assert member.button_words(reminder) == ["去申报", "本月无"]
    data = member.data_of("本月无")
    await member.tap("本月无")
    noted = await member.read("记下了：2026年3月您没有要申报的")
    assert (noted["message_id"], member.button_words(noted)) == (reminder["message_id"], ["去申报"])
    for forged in (data, "t:mn:9999:2026-03", "t:mn:1:2027-01", "t:mn:1:soon"):
        answer = await member.client.post(
            f"/sandbox/users/{member.user_id}/tap",
            json={"message_id": reminder["message_id"], "data": forged},
        )
        assert answer.status_code == 200, answer.text
    await member.alerted("按钮")
    with stage.deps.store.read() as uow:
        rows = uow.connection.execute(select(nothing_to_report.c.member_id, nothing_to_report.c.month))
        assert [tuple(row) for row in rows] == [(stage.branch.member.member_id, "2026-03")]

    await strike(stage, "03-30 10:00")
    listed = await stage.recorder.read("2026年3月，还有 4 人没有申报")
    assert "chunfeng党员2" in listed["text"]
    assert "chunfeng党员1" not in listed["text"]
    assert "另有 1 人回复了「本月无」" in listed["text"]
    assert stage.member.count("没有申报") == 0


async def test_a_reminder_leads_to_a_report(stage: Stage) -> None:
    member = stage.member
    await strike(stage, "03-26 10:00")
    await member.tap("去申报")
    await member.tap("服务")
    await member.tap("社区清扫")
    await member.tap("今天")
    await member.read("请发 1 到 10 张")
    (report,) = stage.reports()
    assert (report.item, report.status) == ("clean", ReportStatus.DRAFT)


async def test_reminders_speak_the_persons_language(stage: Stage) -> None:
    choose_language(stage.deps, actor=stage.branch.member.actor, language="en")
    await strike(stage, "03-26 10:00")
    reminder = await stage.member.read("You have reported nothing for March 2026 yet")
    assert stage.member.button_words(reminder) == ["Report now", "Nothing to report"]


async def test_who_reports_between_due_and_sending_is_not_reminded(stage: Stage) -> None:
    await has_looked(stage, None)
    await stage.stop_bot()
    stage.clock.set(datetime(2026, 3, 26, 2, tzinfo=UTC))
    assert run_due(stage.deps) == 2  # a sweep too
    for colour, person in enumerate((stage.branch.member, stage.branch.secretary, *stage.branch.recorders)):
        photo = stage.world.media.add_photo(a_jpeg(colour), is_from_bot=False)
        a_report(stage.deps, person, file_id=photo["photo"][-1]["file_id"])
    await stage.start_bot()
    await stage.phone(stage.branch.members[1]).read("您还没有申报")
    with stage.deps.store.read() as uow:
        rows = uow.connection.execute(select(outbox.c.kind).where(outbox.c.status == OutboxStatus.DEAD.value))
        assert rows.all() == []
    assert stage.member.count("您还没有申报") == 0


async def test_a_nudge_opens_the_queue_for_recorder_and_secretary(stage: Stage) -> None:
    recorder, secretary = stage.recorder, stage.phone(stage.branch.secretary)
    number = await submit_cleaning(stage.member)
    await recorder.card(number)
    await strike(stage, "03-13 09:30")
    nudge = await recorder.read("有 1 份申报等了好几天，还没有审核")
    assert "1. chunfeng党员1 · 社区清扫 · 3月10日 周二" in nudge["text"]
    await recorder.tap_on(nudge["message_id"], text="待审")
    await recorder.read("待审 1 件，先看最早的一件：")
    await strike(stage, "03-17 09:30")
    await secretary.read("有 1 份申报一直没有人审核，现在也请您处理")
    await secretary.tap("待审")
    await secretary.tap("通过")
    await stage.member.read("您的申报已通过")
    await recorder.card(number, "已由 chunfeng书记 处理")


async def test_a_nudge_about_what_is_done_meanwhile_is_not_sent(stage: Stage) -> None:
    report = a_report(stage.deps, stage.branch.member)
    await has_looked(stage, None)
    await stage.stop_bot()
    stage.clock.set(datetime(2026, 3, 13, 1, 30, tzinfo=UTC))
    assert run_due(stage.deps) == 1
    approve_report(stage.deps, actor=stage.branch.recorder.actor, report_id=report.id)
    await stage.start_bot()
    await stage.member.read("您的申报已通过")
    second = stage.phone(stage.branch.recorders[1])
    await second.refresh()
    assert second.count("等了好几天") == 0


async def test_a_draft_is_gone_on_with_from_the_nudge(stage: Stage) -> None:
    first = a_report(stage.deps, stage.branch.member, status=ReportStatus.DRAFT)
    for _ in range(2):
        a_report(stage.deps, stage.branch.members[1], status=ReportStatus.DRAFT)
    await strike(stage, "03-13 09:30")
    member, other = stage.member, stage.phone(stage.branch.members[1])
    assert "社区清扫" in (await member.read("您有一份草稿还没有提交"))["text"]
    await member.tap("继续填写")
    await member.tap("提交")
    await member.read(f"已提交，编号 {first.id}")
    await other.read("您有 2 份草稿还没有提交")
    await other.tap("我的申报")
    await other.read("点数字看一件")


async def test_an_objection_is_opened_and_answered_from_the_nudge(stage: Stage) -> None:
    supervisor = a_member(stage.deps, unit=stage.branch.unit, name="纪检", roles=(Role.SUPERVISOR,))
    phone = stage.phone(supervisor)
    report = a_report(stage.deps, stage.branch.member, status=ReportStatus.REJECTED, by=stage.branch.recorder)
    raise_objection(stage.deps, actor=stage.branch.member.actor, report_id=report.id, reason="是安排的")
    await strike(stage, "03-16 09:30")
    nudge = await phone.read(f"申报 {report.id} 的异议还没有答复")
    assert "请在 3月17日 周二 以前答复。" in nudge["text"]
    await phone.tap("看异议")
    opened = nudge["message_id"]
    await phone.until(lambda: phone.messages[opened]["text"].startswith("✋ 有异议") or None, "the card")
    await phone.tap_on(opened, text="异议成立")
    await stage.member.read("您的异议成立")


async def test_the_pick_up_code_is_at_hand_before_an_order_lapses(stage: Stage) -> None:
    shop = a_shop(stage.deps, code="shangpu")
    earn(stage.deps, shop, shop.member)
    an_order(stage.deps, shop.member, a_product(stage.deps, shop))
    phone = stage.phone(shop.member)
    await has_looked(stage, None)
    stage.clock.set(datetime(2026, 3, 24, 1, 30, tzinfo=UTC))
    nudge = await phone.read("热水壶 × 1 快到期了")
    assert "请在 3月25日 周三 以前（含当天）凭取货码领取。" in nudge["text"]
    codes = phone.count("取货码：")
    await phone.tap_on(nudge["message_id"], text="我的兑换")
    await phone.tap("看取货码")
    await phone.until(lambda: phone.count("取货码：") > codes or None, "the code once more")


async def test_a_stand_in_is_told_and_decides(stage: Stage) -> None:
    await submit_cleaning(stage.member)
    ask_stand_in(
        stage.deps,
        actor=stage.branch.recorder.actor,
        unit_id=stage.branch.unit.id,
        member_id=stage.branch.members[1].member_id,
        since_on=date(2026, 3, 10),
        last_on=date(2026, 3, 12),
    )
    stand_in = stage.phone(stage.branch.members[1])
    asked = await stand_in.read("chunfeng记录员1 请您代为审核申报")
    assert "从 3月10日 周二 到 3月12日 周四，两头都算。" in asked["text"]
    await stand_in.tap("待审")
    await stand_in.tap("通过")
    await stage.member.read("您的申报已通过")
