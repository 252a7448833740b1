"""Drafts: every way back and out, and nothing of them lost when the bot is started anew at any step."""

import pytest

from domain.reports import ReportStatus
from services.ledger import verify
from tests.journeys.conftest import Stage
from tests.journeys.phone import a_jpeg
from tests.journeys.steps import submit_cleaning, to_evidence, to_preview

pytestmark = pytest.mark.journey
SAVED = "已存好。随时在「我的申报」里继续填写。"


def statuses(stage: Stage) -> list[ReportStatus]:
    """Return where the first member's reports stand, oldest first."""
    return [one.status for one in stage.reports()]


async def test_back_leads_through_every_step(stage: Stage) -> None:
    phone = stage.member
    await to_preview(phone)
    for words in ("用一句话说说", "已收到 1 份", "哪一天做的", "里的哪一项", "您做的是哪一类"):
        await phone.tap("返回")
        await phone.read(words)
    await phone.tap("服务")
    await phone.tap("表彰")
    await phone.tap("支部")
    await phone.read("现在可得")
    await phone.tap("改日期")
    await phone.tap("选其他日期")
    await phone.read("请选日期")
    await phone.tap("返回")
    await phone.read("哪一天做的")
    await phone.tap("返回")
    await phone.read("是哪一级的")
    assert statuses(stage) == [ReportStatus.DRAFT]


async def test_cancel_asks_first_and_then_forgets(stage: Stage) -> None:
    phone = stage.member
    await phone.say("申报")
    await phone.tap("取消")
    await phone.read("已取消，什么都没有提交。")
    await to_preview(phone)
    await phone.tap("取消")
    await phone.tap("接着填")
    await phone.read("现在可得")
    await phone.tap("取消")
    await phone.tap("确定不报了")
    await phone.until(lambda: phone.count("已取消，什么都没有提交。") == 2 or None, "the second end")
    assert statuses(stage) == [ReportStatus.DISCARDED, ReportStatus.DISCARDED]


async def test_later_at_every_step_and_on_from_the_list(stage: Stage) -> None:
    phone = stage.member

    async def later_and_on(words: str) -> None:
        saved = phone.count(SAVED)
        await phone.tap("稍后再填")
        await phone.until(lambda: phone.count(SAVED) > saved or None, "that it is saved")
        await phone.say("我的申报")
        await phone.read("草稿")
        await phone.tap("1")
        await phone.tap("继续填写")
        await phone.read(words)

    await phone.say("申报")
    await later_and_on("您做的是哪一类")
    await phone.tap("服务")
    await phone.read("里的哪一项")
    await later_and_on("您做的是哪一类")
    await phone.tap("服务")
    await phone.tap("表彰")
    await phone.read("是哪一级的")
    await later_and_on("是哪一级的")
    await phone.tap("市级")
    await phone.read("哪一天做的")
    await later_and_on("哪一天做的")
    await phone.tap("今天")
    await phone.read("请发 1 到 10 张")
    await later_and_on("请发 1 到 10 张")
    await phone.send_photos(a_jpeg())
    await phone.read("已收到 1 份")
    await later_and_on("现在可得")
    await phone.tap("提交")
    await phone.read("已提交，编号 1")
    assert statuses(stage) == [ReportStatus.PENDING]


async def test_a_draft_survives_a_new_start_at_every_step(stage: Stage) -> None:
    phone = stage.member
    await phone.say("申报")
    await phone.read("您做的是哪一类")
    await stage.restart_bot()
    await phone.tap("服务")
    await phone.read("里的哪一项")
    await stage.restart_bot()
    await phone.tap("志愿时长")
    await phone.read("多少小时")
    await stage.restart_bot()
    await phone.say("1.5")
    await phone.read("哪一天做的")
    await stage.restart_bot()
    await phone.tap("选其他日期")
    await phone.read("请选日期")
    await stage.restart_bot()
    await phone.tap("9")
    await phone.read("请发 1 到 10 张")
    await stage.restart_bot()
    await phone.send_photos(a_jpeg(1), a_jpeg(2))
    await phone.read("已收到 2 份")
    await stage.restart_bot()
    await phone.tap("下一步")
    await phone.read("用一句话说说")
    await stage.restart_bot()
    await phone.say("陪老人看病")
    await phone.read("没问题就点")
    await stage.stop_bot()
    await phone.tap("提交")
    await stage.start_bot()
    confirmation = await phone.read("已提交，编号 1")
    assert confirmation["text"].splitlines()[2:6] == [
        "项目：志愿时长 · 1.5 小时",
        "日期：3月9日 周一",
        "佐证：2 份",
        "说明：陪老人看病",
    ]
    await stage.restart_bot()
    await stage.recorder.card(1)
    await stage.recorder.tap("改分")
    await stage.recorder.card(1, "给多少分")
    await stage.restart_bot()
    await stage.recorder.say("4")
    await phone.read("您的申报已通过")
    assert statuses(stage) == [ReportStatus.APPROVED]
    assert stage.recorder.count("编号 1") == 1


async def test_returned_completed_and_approved(stage: Stage) -> None:
    phone, recorder = stage.member, stage.recorder
    await submit_cleaning(phone)
    await recorder.card(1)
    await recorder.tap("退回补充")
    await recorder.tap("照片不清楚")
    await phone.tap("补充后再报")
    await phone.read("退回原因：照片不清楚")
    await phone.tap("改照片")
    await phone.tap("重新上传")
    await phone.read("请发 1 到 10 张")
    await phone.send_photos(a_jpeg(7), a_jpeg(8))
    await phone.read("已收到 2 份")
    await phone.tap("下一步")
    await phone.tap("跳过")
    await phone.tap("提交")
    await recorder.card(1, "待审核")
    await recorder.tap("通过")
    await phone.read("您的申报已通过")
    await recorder.until(lambda: recorder.count("已通过 · 编号 1") == 2 or None, "both cards")
    assert verify(stage.deps) == (1, ())


async def test_withdrawn_opened_again_and_submitted(stage: Stage) -> None:
    phone = stage.member
    await submit_cleaning(phone)
    await phone.tap("我的申报")
    await phone.tap("1")
    await phone.tap("撤回")
    assert await phone.alerted("已撤回") == "编号 1 已撤回，记录员不会再看到它。"
    await stage.recorder.card(1, "已由本人撤回")
    await phone.tap("重新打开")
    await phone.tap("提交")
    await stage.recorder.card(1, "待审核")
    await stage.recorder.tap("通过")
    await phone.read("您的申报已通过")
    assert statuses(stage) == [ReportStatus.APPROVED]


async def test_photos_wait_for_a_bot_that_is_down(stage: Stage) -> None:
    phone = stage.member
    await to_evidence(phone)
    await stage.stop_bot()
    await phone.send_photos(a_jpeg(1), a_jpeg(2), caption="两张")
    await phone.send_photos(a_jpeg(3))
    await stage.start_bot()
    await phone.read("已收到 3 份")
    assert [(one.status, one.note) for one in stage.reports()] == [(ReportStatus.DRAFT, "两张")]
