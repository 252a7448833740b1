"""The main job: join, report, decide, know why, tapped through as people would."""

import pytest

from services.ledger import verify
from tests.journeys.conftest import Stage
from tests.journeys.phone import Phone, a_jpeg

pytestmark = pytest.mark.journey


async def report_cleaning(phone: Phone, *, photos: int = 2, colour: int = 1) -> None:
    """Report one cleaning of today, up to the preview."""
    await phone.say("申报")
    await phone.tap("服务")
    await phone.tap("社区清扫")
    await phone.tap("今天")
    await phone.read("请发 1 到 10 张")
    await phone.send_photos(*(a_jpeg(colour + n) for n in range(photos)))
    await phone.read(f"已收到 {photos} 份")
    await phone.tap("下一步")
    await phone.tap("跳过")
    await phone.read("现在可得")


async def test_report_becomes_points(stage: Stage) -> None:
    member = stage.phone(stage.branch.member)
    first, second = (stage.phone(recorder) for recorder in stage.branch.recorders)

    await report_cleaning(member)
    await member.tap("提交")
    await member.read("已提交，编号 1")

    card = await first.read("待审核 · 编号 1")
    assert "现在可得 +5 分" in card["text"]
    await second.read("待审核 · 编号 1")
    await first.tap("通过")

    notice = await member.read("您的申报已通过")
    assert "+5" in notice["text"]
    await first.read("已通过 · 编号 1")
    other = await second.read("已通过 · 编号 1")
    assert "已由 chunfeng记录员1 处理" in other["text"]
    assert second.button_words(other) == ["下一件"]

    await member.tap("看明细")
    story = await member.read("记分：+5")
    assert "依据：第一条" in story["text"]
    await member.say("我的积分")
    sheet = await member.read("明细（发生日期")
    assert "社区清扫 · +5" in sheet["text"]
    count, problems = verify(stage.deps)
    assert (count, problems) == (1, ())
