"""The main job: join, report, decide, know why, tapped through as people would."""

import pytest

from services.ledger import verify
from tests.journeys.conftest import Stage
from tests.journeys.steps import to_preview

pytestmark = pytest.mark.journey


async def test_report_becomes_points(stage: Stage) -> None:
    member = stage.phone(stage.branch.member)
    first, second = (stage.phone(recorder) for recorder in stage.branch.recorders)

    await to_preview(member, photos=2)
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
    await member.tap("怎么算的")
    why = await member.read("总分 5")
    assert "社区清扫 +5" in why["text"]
    await member.tap("返回")
    await member.read("明细（发生日期")
    count, problems = verify(stage.deps)
    assert (count, problems) == (1, ())
