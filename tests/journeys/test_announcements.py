"""Announcing: written, aimed, seen beforehand, counted, sent once, watched, stopped, confirmed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.announcements import AnnouncementStatus
from domain.members import Role
from domain.wording import Slot
from services import announcements
from services.announcements import list_announcements
from services.announcements.desk import AnnouncementDesk
from services.members import choose_language
from services.wording import save_wording
from storage import groups as stored_groups
from storage.tables import uploads
from tests.builders import a_member, a_report
from tests.journeys.conftest import Stage
from tests.journeys.phone import Phone, a_jpeg
from tests.journeys.steps import submit_cleaning

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


async def test_photo_from_the_panel_is_uploaded_once_and_reaches_everybody(stage: Stage) -> None:
    actor = stage.branch.recorder.actor
    number = announcements.start_announcement(stage.deps, actor=actor, cause_key="panel").announcement.id
    announcements.write_content(stage.deps, actor=actor, announcement_id=number, text="会场在这里")
    announcements.attach_file(
        stage.deps, actor=actor, announcement_id=number, name="会场.jpg", content=a_jpeg(1)
    )
    announcements.send_now(stage.deps, actor=actor, announcement_id=number)
    for person in (*stage.branch.members, stage.branch.secretary):
        message = await stage.phone(person).read("会场在这里")
        assert message["photos"] == 1
    await stage.recorder.until(
        lambda: newest(stage).announcement.status is AnnouncementStatus.DONE or None, "the end"
    )
    with stage.deps.store.read() as uow:
        assert len(uow.connection.execute(select(uploads.c.file_id)).all()) == 1


async def test_scheduled_one_can_be_taken_back_changed_and_goes_out_on_time(stage: Stage) -> None:
    recorder = stage.recorder
    await to_audience(recorder, "周三开会")
    await recorder.tap("下一步：预览")
    await recorder.tap("定时发送")
    await recorder.read("什么时候发？")
    await recorder.say("3月10日 9:00")
    await recorder.read("这个时间已经过了")
    await recorder.say("随便")
    await recorder.read("没看懂这个时间")
    await recorder.say("今晚10点")
    asked = await recorder.read("定在 3月10日 22:00 发吗？")
    assert "那时是安静时间，要到 3月11日 08:00 才发给大家。" in asked["text"]
    await recorder.tap("返回")
    await recorder.tap("定时发送")
    await recorder.say("明天 9:30")
    await recorder.read("定在 3月11日 09:30 发吗？")
    await recorder.tap("确定发送")
    await recorder.read("定在 3月11日 09:30 发送")
    await recorder.tap("撤回修改")
    await recorder.tap("改内容")
    await recorder.read("写一条通知")
    await recorder.say("改到周四开会")
    await recorder.tap("下一步：预览")
    await recorder.tap("定时发送")
    await recorder.tap("3月11日 09:00")
    await recorder.tap("确定发送")
    await recorder.read("定在 3月11日 09:00 发送")
    stage.clock.advance(timedelta(hours=21, minutes=-1))
    await recorder.refresh(wait_seconds=1.5)
    assert stage.member.count("周四开会") == 0
    stage.clock.advance(timedelta(minutes=1))
    await stage.member.read("改到周四开会")
    await recorder.read("已发完")
    await stage.member.refresh()
    assert (stage.member.count("周四开会"), stage.member.count("周三开会")) == (1, 0)


async def test_filter_without_report_reaches_only_those_and_no_group(stage: Stage) -> None:
    a_report(stage.deps, stage.branch.member)
    recorder = stage.recorder
    group = stage.world.add_group("春风里支部群", [recorder.user_id])
    await recorder.until(lambda: group_known(stage, group.chat_id) or None, "the group to be known")
    await to_audience(recorder, "本月还没有申报，请抓紧。")
    await recorder.tap("同时发到群里")
    await recorder.read("同时发到群：春风里支部群")
    refused = await recorder.alert_of(
        (await recorder.read("发给谁？"))["message_id"], data=recorder.data_of("只发本月没申报的")
    )
    assert refused == "按申报或分数挑出来的名单只能发给本人，不能同时发到群里。"
    await recorder.tap("同时发到群里")
    await recorder.tap("只发本月没申报的")
    await recorder.read("将发给 4 人。")
    await send_now(recorder)
    await stage.phone(stage.branch.members[1]).read("请抓紧")
    await recorder.read("已发完")
    await stage.member.refresh()
    assert stage.member.count("请抓紧") == 0
    assert [m.words for m in group.messages.values() if m.is_from_bot] == []


def group_known(stage: Stage, chat_id: int) -> bool:
    """Tell whether the bot noticed that it is in a group."""
    with stage.deps.store.read() as uow:
        return stored_groups.get_group(uow, chat_id) is not None


async def test_group_that_moved_still_gets_it_once(stage: Stage) -> None:
    recorder = stage.recorder
    group = stage.world.add_group("春风里支部群", [recorder.user_id])
    await recorder.until(lambda: group_known(stage, group.chat_id) or None, "the group to be known")
    await to_audience(recorder)
    await recorder.tap("同时发到群里")
    await recorder.read("将发给 5 人和 1 个群。")
    moved = stage.world.upgrade_group(group, is_told=False)
    await send_now(recorder)
    await recorder.read("正在发送")
    await stage.time_passes(
        lambda: newest(stage).announcement.status is AnnouncementStatus.DONE, "the announcement's end"
    )
    words = [m.words for m in moved.messages.values() if m.is_from_bot]
    assert len(words) == 1
    assert "大家同志：周五下午两点在三楼开会，请带笔记本。" in words[0]
    assert group_known(stage, moved.chat_id)
    assert newest(stage).tally.sent == 6
    told = stage.world.upgrade_group(moved)
    await recorder.until(lambda: group_known(stage, told.chat_id) or None, "the group's newest address")


async def test_group_of_somebody_without_a_role_gets_nothing(stage: Stage) -> None:
    theirs = stage.world.add_group("别的群", [stage.member.user_id])
    own = stage.world.add_group("支部群", [stage.recorder.user_id])
    await stage.recorder.until(lambda: group_known(stage, own.chat_id) or None, "the group to be known")
    assert not group_known(stage, theirs.chat_id)
    await to_audience(stage.recorder)
    asked = await stage.recorder.read("发给谁？")
    assert any("同时发到群里" in words for words in stage.recorder.button_words(asked))


async def test_buttons_tapped_twice_and_old_ones_do_nothing_more(stage: Stage) -> None:
    recorder = stage.recorder
    await to_audience(recorder, "只发一次")
    await recorder.tap("下一步：预览")
    await recorder.tap("现在发送")
    asked = await recorder.read("现在就发吗？")
    data = recorder.data_of("确定发送")
    for _ in range(3):
        await recorder.tap_on(asked["message_id"], data=data)
    await recorder.read("已发完")
    await stage.member.read("只发一次")
    await stage.member.refresh(wait_seconds=0.5)
    assert stage.member.count("只发一次") == 1
    assert newest(stage).tally.sent == 5


async def test_words_and_photo_come_one_after_the_other_and_neither_is_lost(stage: Stage) -> None:
    recorder = stage.recorder
    await to_audience(recorder)
    await recorder.send_photos(a_jpeg(2))
    await recorder.until(lambda: newest(stage).announcement.attachment, "the photo to be taken")
    await recorder.send_photos(a_jpeg(3))
    await recorder.read("一条通知只带一张照片或一个文件。")
    kept = newest(stage).announcement
    assert kept.text == WORDS
    await recorder.tap("改内容")
    assert WORDS in (await recorder.read("现在的内容："))["text"]
    await recorder.say("改到周四")
    await recorder.until(lambda: newest(stage).announcement.text == "改到周四" or None, "the words")
    assert newest(stage).announcement.attachment == kept.attachment
    await recorder.tap("改内容")
    await recorder.read("只改文字，它会留着")
    await recorder.tap("不带照片或文件了")
    await recorder.until(lambda: newest(stage).announcement.attachment is None or None, "no photo")
    await recorder.tap("返回")
    await recorder.tap("下一步：预览")
    await recorder.read("上面就是大家会看到的样子")
    preview = await recorder.read("· 通知")
    assert (preview["photos"], "改到周四" in preview["text"]) == (0, True)
    await recorder.say("你好")
    await recorder.read("请点上面的按钮")
    assert stage.reports(stage.branch.recorder) == ()


async def test_member_has_no_way_in(stage: Stage) -> None:
    assert await stage.member.ask("写通知") == "您没有这项权限，请联系记录员或管理员。"
    assert await stage.member.ask("/announce") == "您没有这项权限，请联系记录员或管理员。"


async def test_dialog_survives_a_restart(stage: Stage) -> None:
    await to_audience(stage.recorder, "重启也不怕")
    await stage.restart_bot()
    await send_now(stage.recorder)
    await stage.member.read("重启也不怕")


async def test_units_own_words_stand_in_approvals_and_announcements(stage: Stage) -> None:
    manager = a_member(stage.deps, unit=stage.branch.unit, name="管理员", roles=(Role.ADMINISTRATOR,))
    for slot, text in (
        (Slot.APPROVAL_GREETING, "{姓名}，{项目}记上了 <{得分}>"),
        (Slot.ANNOUNCEMENT_FOOTER, "{单位} 支委会"),
    ):
        save_wording(
            stage.deps,
            actor=manager.actor,
            unit_id=stage.branch.unit.id,
            slot=slot,
            language="zh_Hans",
            text=text,
            version=0,
        )
    number = await submit_cleaning(stage.member)
    await stage.recorder.card(number)
    await stage.recorder.tap("通过")
    notice = await stage.member.read("chunfeng党员1，社区清扫记上了 <+5>")
    assert "您的申报已通过" not in notice["text"]
    await to_audience(stage.recorder, "开会")
    await send_now(stage.recorder)
    message = await stage.member.read("开会")
    assert message["text"] == "📢 chunfeng支部 · 通知\n\n开会\n\nchunfeng支部 支委会"


async def test_reader_of_english_gets_the_frame_in_english(stage: Stage) -> None:
    choose_language(stage.deps, actor=stage.branch.member.actor, language="en")
    await to_audience(stage.recorder, "Meeting, {name}")
    await stage.recorder.tap("请大家点「已阅」")
    await send_now(stage.recorder)
    message = await stage.member.read("Meeting")
    assert message["text"] == "📢 chunfeng支部 · Announcement\n\nMeeting, chunfeng党员1"
    assert stage.member.button_words(message) == ["Read"]
    await stage.member.tap("Read")
    await stage.member.alerted("Noted that you have read it. Thank you.")
