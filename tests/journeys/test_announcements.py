"""Announcing: written, aimed, seen beforehand, counted, sent once, watched, stopped, confirmed."""

import pytest

from domain.announcements import AnnouncementStatus
from services.announcements import list_announcements
from services.announcements.desk import AnnouncementDesk
from tests.builders import a_member
from tests.journeys.conftest import Stage
from tests.journeys.phone import Phone, a_jpeg

pytestmark = pytest.mark.journey
WORDS = "{姓名}同志：周五下午两点在三楼开会，请带笔记本。"


def newest(stage: Stage) -> AnnouncementDesk:
    """Return the newest announcement as the recorder's list has it."""
    return list_announcements(stage.deps, actor=stage.branch.recorder.actor).desks[0]


async def to_audience(phone: Phone, words: str = WORDS) -> None:
    """Write an announcement up to the question whom it is for."""
    await phone.say("写通知")
    await phone.read("写一条通知")
    await phone.say(words)
    await phone.read("发给谁？")


async def send_now(phone: Phone) -> None:
    """Go on from the audience to the sending."""
    await phone.tap("下一步：预览")
    await phone.read("上面就是大家会看到的样子")
    await phone.tap("现在发送")
    await phone.read("现在就发吗？")
    await phone.tap("确定发送")


async def test_announcement_is_seen_counted_sent_and_confirmed(stage: Stage) -> None:
    a_member(stage.deps, unit=stage.branch.unit, name="没有账号", is_bound=False)
    recorder = stage.recorder
    await to_audience(recorder)
    await recorder.tap("请大家点「已阅」")
    asked = await recorder.read("将发给 6 人。")
    assert "其中 1 人还没有绑定账号，收不到。" in asked["text"]
    await recorder.tap("下一步：预览")
    await recorder.read("上面就是大家会看到的样子")
    preview = await recorder.read("chunfeng记录员1同志：周五下午两点在三楼开会，请带笔记本。")
    assert recorder.button_words(preview) == ["已阅"]
    await recorder.tap("现在发送")
    assert "将发给 6 人。" in (await recorder.read("现在就发吗？"))["text"]
    assert stage.member.from_bot == []
    await recorder.tap("确定发送")
    await stage.member.read("chunfeng党员1同志：周五下午两点在三楼开会，请带笔记本。")
    await recorder.read("已发完")
    report = await recorder.read("没有绑定账号：1")
    assert "送达：5" in report["text"]
    await stage.member.tap("已阅")
    assert await stage.member.alerted("已记下您看过了，谢谢。")
    await stage.member.until(lambda: stage.member.with_button("✓ 已阅"), "the button to change")
    assert newest(stage).tally.confirmed == 1
    assert newest(stage).announcement.status is AnnouncementStatus.DONE
    for person in (*stage.branch.members, *stage.branch.recorders, stage.branch.secretary):
        phone = stage.phone(person)
        await phone.read("周五下午两点在三楼开会")
        assert phone.count("周五下午两点在三楼开会") == (2 if person == stage.branch.recorder else 1) or (
            person == stage.branch.recorder
        )


async def test_photo_goes_out_with_its_words(stage: Stage) -> None:
    recorder = stage.recorder
    await recorder.say("写通知")
    await recorder.read("写一条通知")
    await recorder.send_photos(a_jpeg(1), caption="会场在这里，{单位}的同志请走东门。")
    await recorder.read("发给谁？")
    await send_now(recorder)
    message = await stage.member.read("会场在这里，chunfeng支部的同志请走东门。")
    assert message["photos"] == 1
