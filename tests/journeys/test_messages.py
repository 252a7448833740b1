"""Messages at the wrong step, of the wrong kind, too long or broken: what to do instead, and nothing lost."""

import time
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from domain.members import MemberStatus
from domain.reports import EvidenceStatus, ReportStatus
from services.reports import open_report
from services.reviews import approve_report
from storage import members as stored_members
from storage import periods as stored_periods
from tests.builders import a_member, a_unit
from tests.journeys.conftest import Stage
from tests.journeys.phone import SECONDS_MAX, a_jpeg
from tests.journeys.steps import choose_item, submit_cleaning, to_evidence, to_preview

pytestmark = pytest.mark.journey
USE_BUTTONS = "这一步请点上面消息里的按钮。"
USE_DAYS = "请点一个日子，或者打字，例如：昨天，3月5日。"
NOT_UNDERSTOOD = "没看懂这句话。要申报请点「申报」，查积分请点「我的积分」。"
ODD = {
    "sticker": "表情收到了，不过它不能算佐证。要申报请点「申报」，再发照片。",
    "voice": "抱歉，我听不了语音。请打字，或点下面的按钮。",
    "location": "我们不记录位置。请发现场照片来说明。",
}
A_VIDEO = {"file_id": "v", "file_unique_id": "v", "width": 4, "height": 3, "duration": 2}
KIND = "这种文件不能作佐证。请发照片、PDF 或常见的文档。"


async def test_text_at_every_step_gets_a_sentence(stage: Stage) -> None:
    phone = stage.member
    assert await phone.ask("在吗") == NOT_UNDERSTOOD
    await phone.say("申报")
    await phone.read("您做的是哪一类")
    assert await phone.ask("在吗") == USE_BUTTONS
    await phone.tap("服务")
    await phone.read("里的哪一项")
    assert await phone.ask("在吗") == USE_BUTTONS
    await phone.tap("表彰")
    await phone.read("是哪一级的")
    assert await phone.ask("在吗") == USE_BUTTONS
    await phone.tap("市级")
    await phone.read("哪一天做的")
    assert await phone.ask("在吗") == USE_DAYS
    await phone.tap("选其他日期")
    await phone.read("请选日期")
    assert await phone.ask("在吗") == USE_DAYS
    await phone.tap("10")
    await phone.read("请发 1 到 10 张")
    assert await phone.ask("在吗") == "这一步请发照片或文件；文字说明在下一步写。"
    await phone.send_photos(a_jpeg())
    await phone.tap("下一步")
    await phone.tap("跳过")
    await phone.read("没问题就点")
    assert await phone.ask("在吗") == USE_BUTTONS
    await phone.tap("取消")
    await phone.read("不报了吗")
    assert await phone.ask("在吗") == USE_BUTTONS
    await phone.tap("接着填")
    await phone.tap("提交")
    await phone.read("已提交，编号 1")


async def test_other_kinds_are_answered_and_disturb_nothing(stage: Stage) -> None:
    phone = stage.member
    await to_evidence(phone)
    for kind, words in ODD.items():
        before = max(phone.messages)
        await phone.send(kind)
        assert await phone.next_words(before) == words
    before = max(phone.messages)
    stage.bring(phone, video=A_VIDEO)
    assert await phone.next_words(before) == "视频不能作佐证。请截一张图或拍张照片发来。"
    await phone.send_document("setup.exe", b"MZ", "application/octet-stream")
    await phone.read(KIND)
    await phone.send_document("big.pdf", b"%PDF" + bytes(30 * 2**20), "application/pdf")
    await phone.read("文件超过 20 MB，收不了。请用「照片」方式发送，或压缩后再发。")
    assert stage.reports()[0].note == ""
    await phone.send_document("list.pdf", b"%PDF-1.4", "application/pdf")
    await phone.read("已收到 1 份")


async def test_a_broken_photo_is_told_and_shown(stage: Stage) -> None:
    phone = stage.member
    await to_evidence(phone)
    await phone.send_photos(a_jpeg()[:1500])
    await phone.read("正在填的申报里有一张照片打不开，可能没传完。请重新拍或重新发一张。")
    await phone.send_photos(a_jpeg(3), a_jpeg(4))
    await phone.read("已收到 2 份")
    await phone.tap("下一步")
    await phone.tap("跳过")
    await phone.tap("提交")
    await phone.read("已提交，编号 1")
    await stage.recorder.card(1, "有一份佐证没能取到，可请本人重发")


async def test_ten_photos_are_kept_and_the_eleventh_is_refused(stage: Stage) -> None:
    phone = stage.member
    await to_evidence(phone)
    await phone.send_photos(*(a_jpeg(n) for n in range(11)))
    screen = await phone.read("一份申报最多 10 份照片或文件，多的没有收。")
    assert "已收到 10 份" in screen["text"]
    await phone.tap("下一步")
    await phone.tap("跳过")
    await phone.tap("提交")
    await phone.read("佐证：10 份")


async def test_photos_one_by_one_count_together(stage: Stage) -> None:
    phone = stage.member
    await to_evidence(phone)
    for number in range(1, 4):
        await phone.send_photos(a_jpeg(number))
        await phone.read(f"已收到 {number} 份")
    await phone.until(lambda: phone.count("已收到") == 1 or None, "the older screens to go")


async def test_an_album_with_words_and_taps_in_between_stays_whole(stage: Stage) -> None:
    phone = stage.member
    await to_evidence(phone)
    await phone.send_photos(a_jpeg(1))
    await phone.read("已收到 1 份")
    await phone.send_photos(a_jpeg(2), a_jpeg(3))
    await phone.say("这是楼道")
    await phone.tap("下一步")
    await phone.send_photos(a_jpeg(4))
    await phone.read("这一步请发照片或文件")
    await phone.read("用一句话说说做了什么")
    await phone.tap("跳过")
    assert "佐证：4 份" in (await phone.read("现在可得"))["text"]
    assert len(stage.reports()) == 1


async def test_an_album_out_of_nowhere_starts_one_report_with_its_caption(stage: Stage) -> None:
    phone = stage.member
    await phone.say("申报")
    await phone.read("您做的是哪一类")
    await phone.say("我的申报")
    await phone.read("我的申报")
    await phone.send_photos(*(a_jpeg(n) for n in range(3)), caption="昨天 社区清扫")
    await phone.read("收到 3 份照片或文件")
    await phone.tap("服务")
    await phone.tap("社区清扫")
    await phone.tap("昨天")
    preview = await phone.read("现在可得")
    assert "说明：昨天 社区清扫" in preview["text"]
    await phone.tap("提交")
    await phone.read("已提交，编号 1")
    assert [one.status for one in stage.reports()] == [ReportStatus.PENDING]


async def test_a_caption_of_spaces_is_no_note(stage: Stage) -> None:
    phone = stage.member
    photo = stage.world.media.add_photo(a_jpeg(), is_from_bot=False)["photo"]
    stage.bring(phone, photo=photo, caption="  \n ")
    await phone.read("收到 1 份照片或文件")
    assert [one.note for one in stage.reports()] == [""]


async def test_the_longest_note_is_kept_whole_and_shown_clipped(stage: Stage) -> None:
    phone = stage.member
    note = "<&\"'>" * 819 + "!"
    await to_preview(phone)
    await phone.tap("改说明")
    await phone.read("用一句话说说")
    await phone.say(note)
    await phone.read("说明：<&\"'>")
    await phone.tap("提交")
    await phone.read("已提交，编号 1")
    card = await stage.recorder.card(1)
    assert "说明：<&\"'>" in card["text"]
    await stage.recorder.tap("退回补充")
    await stage.recorder.tap("自己写原因")
    await stage.recorder.card(1, "请把原因打字发来")
    await stage.recorder.say("<b>&" * 200)
    await stage.recorder.card(1, "原因：<b>&<b>&")
    await phone.read("原因：<b>&<b>&")
    assert stage.reports()[0].note == note


async def test_names_and_notes_are_shown_as_written(stage: Stage) -> None:
    name = "<b>王</b>&\u202e مرحبا \U0001f469\u200d\U0001f33e"
    person = a_member(stage.deps, unit=stage.branch.unit, name=name)
    phone = stage.phone(person)
    await to_preview(phone)
    await phone.tap("改说明")
    await phone.read("用一句话说说")
    await phone.say("<i>扫地</i> &amp; \u202eفحص 😀")
    await phone.tap("提交")
    card = await stage.recorder.card(1)
    assert name in card["text"]
    assert "说明：<i>扫地</i> &amp; \u202eفحص 😀" in card["text"]


UNDERSTOOD = {"2": Fraction(2), "２": Fraction(2), "１．５": Fraction(3, 2), "1.5": Fraction(3, 2)}
BOUNDS = "数量要在 0.5 到 12 之间，是 0.5 的整倍数，请再打一个数。"


async def test_words_on_a_button_are_plain(stage: Stage) -> None:
    """An alert reads no HTML: a name must not come out as `&amp;`."""
    decided_by = stage.branch.recorders[1]
    with stage.deps.store.begin() as uow:
        stored_members.update_member(
            uow, decided_by.member_id, name="O'Neil & <王>", status=MemberStatus.ACTIVE
        )
    await submit_cleaning(stage.member)
    card = await stage.recorder.card(1)
    approve = stage.recorder.data_of("通过")
    approve_report(stage.deps, actor=decided_by.actor, report_id=1)
    told = await stage.recorder.alert_of(card["message_id"], data=approve)
    assert told == "已由 O'Neil & <王> 处理，您不用再点。"


async def test_quantities_are_understood_or_explained(stage: Stage) -> None:
    phone = stage.member
    await choose_item(phone, "志愿时长")
    await phone.read("多少小时")
    for refused in ("0", "-1", "999", "1.3"):
        await phone.say(refused)
        await phone.read(BOUNDS)
        await phone.say("申报")
        await phone.tap("服务")
        await phone.tap("志愿时长")
        await phone.until(lambda: None if phone.count(BOUNDS) else True, "a fresh screen")
    for nonsense in ("abc", "两小时", "1e3", "٣"):
        assert await phone.ask(nonsense) == "请打一个数字，例如 2 或 1.5。"
    for typed, kept in UNDERSTOOD.items():
        await phone.say(typed)
        await phone.read("哪一天做的")
        assert stage.reports()[-1].quantity == kept
        await phone.tap("返回")
        await phone.read("多少小时")


async def test_days_that_cannot_be_are_disabled_and_refused(stage: Stage) -> None:
    joined = date(2026, 2, 3)
    person = a_member(stage.deps, unit=stage.branch.unit, name="二月来的", since_on=joined)
    with stage.deps.store.begin() as uow:
        stored_periods.insert_finalised(
            uow,
            unit_id=stage.branch.unit.id,
            label="2026-02",
            starts_on=date(2026, 2, 10),
            until_on=date(2026, 3, 1),
            actor_id=None,
            now=stage.clock.now(),
        )
    phone = stage.phone(person)
    await choose_item(phone)
    await phone.tap("选其他日期")
    march = await phone.read("请选日期")
    await phone.until(lambda: phone.with_button("11·"), "tomorrow, disabled")
    for day, words in (
        ("20260311", "3月11日 周三 还没到，请选今天或以前的日子。"),
        ("20260215", "2月15日 周日 所在的那一期已经定稿，不能再报，也不能再通过；有疑问请联系记录员。"),
        ("20260202", "2月2日 周一 您还没有加入本支部，请选加入以后的日子。"),
    ):
        assert await phone.alert_of(march["message_id"], data=f"t:rd:1:{day}") == words
    await phone.tap("‹")
    february = await phone.until(lambda: phone.with_button("2026年2月"), "the month before")
    assert [w for w in phone.button_words(february) if w[0].isdigit() and w.endswith("·")] == [
        f"{n}·" for n in (1, 2, *range(10, 29))
    ]
    disabled = phone.data_of("28·")
    assert await phone.alert_of(february["message_id"], data=disabled) == (
        "这一天不能选：还没到，那一期已经定稿，或者您那时不在本支部。"
    )
    await phone.tap("9")
    await phone.read("请发 1 到 10 张")


async def test_an_item_retired_while_the_draft_is_open_is_explained(stage: Stage, tmp_path: Path) -> None:
    phone = stage.member
    await to_preview(phone)
    clean = "  clean: {name: 社区清扫, category: service, points: 5, clause: 第一条}"
    retired = clean.replace("}", ", until: 2026-03-10}")
    assert stage.use_rulebook(tmp_path / "books", lambda text: text.replace(clean, retired)) == ()
    await phone.tap("提交")
    await phone.read("「社区清扫」现在不能报，可能已停用。请换一项。")
    assert stage.use_rulebook(tmp_path / "books", lambda text: text.replace(clean, "")) == ()
    await phone.say("我的申报")
    await phone.tap("1")
    await phone.tap("继续填写")
    await phone.read("您做的是哪一类")
    await phone.tap("服务")
    await phone.tap("表彰")
    await phone.tap("支部")
    await phone.read("现在可得")
    await phone.tap("提交")
    await phone.read("已提交，编号 1")


async def test_an_item_removed_before_the_decision_cannot_be_approved(stage: Stage, tmp_path: Path) -> None:
    number = await submit_cleaning(stage.member)
    card = await stage.recorder.card(number)
    clean = "  clean: {name: 社区清扫, category: service, points: 5, clause: 第一条}"
    assert stage.use_rulebook(tmp_path / "books", lambda text: text.replace(clean, "")) == ()
    refusal = await stage.recorder.alert_of(card["message_id"], text="通过")
    assert refusal == "规则里已没有这一项，可能已停用。"
    await stage.recorder.tap("退回补充")
    await stage.recorder.tap("日期不对")
    await stage.member.read("您的申报要补充")


async def test_a_broken_rulebook_leaves_the_last_good_one_in_force(stage: Stage, tmp_path: Path) -> None:
    problems = stage.use_rulebook(tmp_path / "books", lambda text: text.replace("points: 5", "points: many"))
    assert len(problems) == 1
    await stage.restart_bot()
    await submit_cleaning(stage.member)


async def test_a_unit_without_any_good_rulebook_says_so(stage: Stage) -> None:
    unit = a_unit(stage.deps, code="nowhere", rulebook="nowhere")
    phone = stage.phone(a_member(stage.deps, unit=unit, name="赵六"))
    sentence = "本支部的积分规则暂时打不开，已填的内容不会丢。请联系管理员。"
    for words in ("申报", "我的积分", "我的申报"):
        assert await phone.ask(words) == sentence


async def test_a_photo_that_cannot_be_fetched_is_tried_again_and_shown(stage: Stage) -> None:
    phone = stage.member
    await stage.fault(method="getFile", kind="500", times=1)
    await to_evidence(phone)
    await phone.send_photos(a_jpeg())
    await phone.read("已收到 1 份")
    actor = stage.branch.member.actor

    def status() -> EvidenceStatus:
        return open_report(stage.deps, actor=actor, report_id=1).evidence[0].status

    assert status() is EvidenceStatus.WAITING
    stage.clock.advance(timedelta(seconds=6))
    await phone.until(lambda: status() is EvidenceStatus.STORED or None, "the photo to be kept")
    await stage.fault(method="getFile", kind="502html", times=6)
    await phone.send_photos(a_jpeg(2))
    await phone.read("已收到 2 份")
    await phone.tap("下一步")
    await phone.tap("跳过")
    await phone.tap("提交")
    until = time.monotonic() + SECONDS_MAX
    while not phone.count("申报 1 里有一份照片或文件没能取到。请再发一次。"):
        assert time.monotonic() < until, phone.from_bot
        stage.clock.advance(timedelta(minutes=25))
        await phone.refresh(wait_seconds=0.3)
    await stage.recorder.card(1, "有一份佐证没能取到，可请本人重发")


async def test_a_day_can_be_typed(stage: Stage) -> None:
    phone = stage.member
    await phone.say("申报")
    await phone.tap("服务")
    await phone.tap("社区清扫")
    await phone.read("哪一天做的")
    await phone.say("3月11日")
    await phone.read("3月11日 周三 还没到")
    await phone.say("昨天")
    await phone.read("请发 1 到 10 张")
    await phone.send_photos(a_jpeg())
    await phone.tap("下一步")
    await phone.tap("跳过")
    await phone.read("日期：3月9日 周一")


async def test_photos_before_the_day_are_noticed(stage: Stage) -> None:
    phone = stage.member
    await phone.say("申报")
    await phone.tap("服务")
    await phone.tap("社区清扫")
    await phone.read("哪一天做的")
    await phone.send_photos(a_jpeg(1), a_jpeg(2))
    await phone.read("收到 2 份照片或文件。\n\n哪一天做的")


async def test_typed_reason_and_unusual_points(stage: Stage) -> None:
    member, recorder = stage.member, stage.phone(stage.branch.recorder)
    await member.say("申报")
    await member.tap("服务")
    await member.tap("社区清扫")
    await member.tap("今天")
    await member.read("请发 1 到 10 张")
    await member.send_photos(a_jpeg())
    await member.tap("下一步")
    await member.tap("跳过")
    await member.tap("提交")
    await recorder.tap("改分")
    await recorder.read("给多少分")
    await recorder.say("99")
    await recorder.read("真的给 +99 分吗")
    await recorder.tap("返回")
    await recorder.tap("退回补充")
    await recorder.read("缺什么")
    await recorder.say("照片太暗，请重拍")
    await member.read("原因：照片太暗，请重拍")
