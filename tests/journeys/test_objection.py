"""Not recognised, objected to with one tap, answered by somebody else: tapped through as people would."""

import pytest

from domain.members import Role
from tests.builders import Person, a_member
from tests.journeys.conftest import Stage
from tests.journeys.phone import Phone, a_jpeg
from tests.journeys.steps import submit_cleaning

pytestmark = pytest.mark.journey
WHY = "活动是支部安排的"


async def rejected_and_objected(stage: Stage, *, supervisors: int = 1) -> tuple[Phone, list[Phone]]:
    """Bring a report to an open objection; return the member's and the supervisors' phones."""
    people: list[Person] = [
        a_member(stage.deps, unit=stage.branch.unit, name=f"纪检{n}", roles=(Role.SUPERVISOR,))
        for n in range(1, supervisors + 1)
    ]
    phones = [stage.phone(person) for person in people]
    member = stage.phone(stage.branch.member)
    recorder = stage.phone(stage.branch.recorder)
    await submit_cleaning(member, photos=2)
    await recorder.tap("不予认定")
    await recorder.tap("不属于积分项目")
    notice = await member.read("没有被认定")
    assert member.button_words(notice) == ["有异议"]
    await member.tap("有异议")
    await member.read("请把您的理由打字发来")
    await member.send_photos(a_jpeg(1))
    await member.read("这一步请打字写理由")
    await member.say(WHY)
    await member.read("已对申报 1 提出异议")
    return member, phones


async def test_an_upheld_objection_brings_the_points_after_all(stage: Stage) -> None:
    member, (supervisor,) = await rejected_and_objected(stage)
    recorder = stage.phone(stage.branch.recorder)

    card = await supervisor.read("有异议 · 申报 1")
    for words in (
        "chunfeng党员1",
        "佐证：2 份",
        "chunfeng记录员1 不予认定",
        "原因：不属于积分项目",
        f"理由：{WHY}",
    ):
        assert words in card["text"]
    assert supervisor.button_words(card) == ["异议成立", "维持原决定"]
    album = [message for message in supervisor.living if message["media_group_id"]]
    assert len(album) == 2

    await supervisor.tap("异议成立")
    closed = await supervisor.read("异议成立 · 申报 1")
    assert supervisor.button_words(closed) == []
    assert "已由 纪检1 处理" in closed["text"]
    answered = await member.read("您的异议成立")
    assert "答复人：纪检1" in answered["text"]

    await recorder.read("异议成立，重新审核")
    await recorder.tap("通过")
    await member.read("您的申报已通过")


async def test_a_dismissed_objection_has_a_written_answer_and_late_taps_say_who(stage: Stage) -> None:
    member, (first, second) = await rejected_and_objected(stage, supervisors=2)
    await first.read("有异议 · 申报 1")
    open_card = await second.read("有异议 · 申报 1")
    data = second.data_of("异议成立")

    await first.tap("维持原决定")
    await first.read("为什么维持原决定？")
    await first.tap("返回")
    await first.tap("维持原决定")
    await first.read("为什么维持原决定？")
    await first.say("该项目不在细则里")
    await first.read("维持原决定 · 申报 1")
    answered = await member.read("您的异议没有成立，维持原决定")
    assert "答复：该项目不在细则里" in answered["text"]

    await second.read("维持原决定 · 申报 1")
    stale = await second.client.post(
        f"/sandbox/users/{second.user_id}/tap", json={"message_id": open_card["message_id"], "data": data}
    )
    assert stale.status_code == 200, stale.text
    await second.alerted("这条异议已由 纪检1 处理")

    await member.tap("有异议")
    detail = await member.read("异议未成立，维持原决定。答复：该项目不在细则里")
    assert "有异议" not in member.button_words(detail)
