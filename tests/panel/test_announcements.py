"""The pages of announcements: written, sent, watched and exported, by those who may, once."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from domain.announcements import AnnouncementStatus, AttachmentKind
from domain.members import Role
from domain.outbox import Priority
from services import announcements
from services.announcements import AnnouncementDesk
from services.clock import FixedClock
from services.deps import Deps
from storage import accounts as stored_accounts
from storage import outbox as stored_outbox
from storage.tables import units
from tests.builders import Branch, a_branch, a_member, an_administrator
from tests.conftest import NOON
from tests.journeys.phone import a_jpeg
from tests.panel.windows import Page, Window

TEXT = "周五下午开会\n请带笔记本"


def newest(deps: Deps, branch: Branch) -> AnnouncementDesk:
    return announcements.list_announcements(deps, actor=branch.recorder.actor).desks[0]


async def written(deps: Deps, branch: Branch, window: Window, **fields: str) -> Page:
    """Write an announcement as the recorder, up to its preview."""
    await window.sign_in(deps, branch.recorder)
    page = await window.post("/announcements", cause="a")
    filled = {"text": TEXT, "units": str(branch.unit.id)} | fields
    return await window.post(f"{page.address.partition('#')[0]}/save", **filled)


async def sent(branch: Branch, window: Window, **fields: str) -> Page:
    """Send the first announcement as its page would, with all that stands in its form."""
    filled = {"text": TEXT, "units": str(branch.unit.id)} | fields
    return await window.post("/announcements/1/send", **filled)


async def test_announcement_is_written_previewed_and_sent(deps: Deps, branch: Branch, window: Window) -> None:
    page = await written(deps, branch, window, text="{姓名}：<b>开会</b>", wants_confirmation="true")
    assert page.status == 200
    assert page.texts("p", class_="words") == ["chunfeng记录员1：<b>开会</b>"]
    assert "将发给 5 人。" in page.root.text
    form = {"text": "{姓名}：<b>开会</b>", "wants_confirmation": "true"}
    done = await sent(branch, window, **form)
    assert (done.address, done.heading) == ("/announcements/1", "通知 正在发送")
    again = await sent(branch, window, **form)
    assert (again.status, again.alert) == (
        409,
        "这条通知刚才有了变动，现在是“正在发送”，请看最新的内容再操作。",
    )
    assert newest(deps, branch).tally.waiting == 5
    listed = await window.get("/announcements")
    assert [(row[0], row[3], row[5]) for row in listed.rows()] == [
        ("{姓名}：<b>开会</b>", "0 / 5", "chunfeng记录员1")
    ]


async def test_braces_that_nothing_is_put_in_for_are_pointed_out(
    deps: Deps, branch: Branch, window: Window
) -> None:
    page = await written(deps, branch, window, text="｛姓名｝同志：{楼层} 开会")
    assert page.texts("p", class_="words") == ["chunfeng记录员1同志：{楼层} 开会"]
    assert page.texts("p", class_="warning") == ["{楼层} 不会换成别的，大家看到的就是这样。"]
    page = await window.post("/announcements/1/save", text="{姓名}：开会", units=str(branch.unit.id))
    assert page.texts("p", class_="warning") == []


async def test_scheduling_into_quiet_hours_says_when_it_really_goes_out(
    deps: Deps, branch: Branch, window: Window
) -> None:
    await written(deps, branch, window)
    page = await sent(branch, window, is_later="true", on="2026-03-10", at="22:30")
    assert "定在 3月10日 22:30 发送。" in page.root.text
    assert page.texts("p", class_="warning") == ["那时是安静时间，要到 3月11日 08:00 才发给大家。"]


async def test_words_changed_since_the_preview_are_kept_and_shown_before_they_go_out(
    deps: Deps, branch: Branch, window: Window
) -> None:
    await written(deps, branch, window)
    page = await sent(branch, window, text="改到周四", is_later="true", on="2026-03-11", at="09:00")
    assert (page.status, page.alert) == (
        422,
        "您刚才改过，已经保存，还没有发。请看看下面的样子，没问题再发。",
    )
    assert page.texts("p", class_="words") == ["改到周四"]
    assert newest(deps, branch).announcement.status is AnnouncementStatus.DRAFT
    assert (await sent(branch, window, text="改到周四", roles="recorder")).status == 422
    assert (await sent(branch, window, text="改到周四", roles="recorder", below="x")).status == 422
    page = await sent(branch, window, text="改到周四 ", roles="recorder")
    assert page.heading == "通知 正在发送"
    assert (newest(deps, branch).announcement.text, newest(deps, branch).tally.total) == ("改到周四", 2)


async def test_refused_form_keeps_the_address_it_stood_at(deps: Deps, branch: Branch, window: Window) -> None:
    page = await written(deps, branch, window, text=" ")
    assert page.status == 422
    assert page.response.headers["HX-Push-Url"] == "false"
    assert page.response.headers["HX-Reswap"] == "innerHTML show:window:top"
    kept = await window.post("/announcements/1/save", text=TEXT, units=str(branch.unit.id))
    assert kept.response.headers["HX-Reswap"] == "innerHTML show:#preview:top"
    assert "HX-Push-Url" not in kept.response.headers
    assert "HX-Reswap" not in (await window.get("/announcements/1")).response.headers


async def test_nobody_is_told_apart_from_a_number(deps: Deps, branch: Branch, window: Window) -> None:
    page = await written(deps, branch, window, kinds="probationary")
    assert "这样选没有人会收到，请换一个范围。" in page.root.text


async def test_button_tapped_twice_begins_one_draft(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.recorder)
    addresses = [(await window.post("/announcements", cause="x")).address for _ in range(2)]
    assert addresses == ["/announcements/1"] * 2


@pytest.mark.parametrize(
    ("fields", "alert"),
    [
        ({"text": " "}, "请写几句话再发。"),
        ({"text": "字" * 3001}, "太长了：有 3001 个字，一条最多 3000 个。请缩短，或者分成两条。"),
        (
            {"is_without_report": "true", "is_for_group": "true"},
            "按申报或分数挑出来的名单只能发给本人，不能同时发到群里。",
        ),
        ({"below": "很少"}, "分数看不懂，或者超出了允许的范围；请填一个数，比如 5 或 7.5。"),
    ],
)
async def test_what_is_wrong_is_told_and_what_was_typed_stays(
    deps: Deps, branch: Branch, window: Window, fields: dict[str, str], alert: str
) -> None:
    page = await written(deps, branch, window, **fields)
    assert (page.status, page.alert) == (422, alert)
    typed = {"text": TEXT} | fields
    shown = page.root.find("textarea", name="text")[0]
    assert shown.children == ([typed["text"]] if typed["text"] else [])


async def test_scheduled_is_told_in_local_time_and_taken_back(
    deps: Deps, branch: Branch, window: Window, clock: FixedClock
) -> None:
    await written(deps, branch, window)
    past = await sent(branch, window, is_later="true", on="2026-03-10", at="11:59")
    assert (past.status, past.alert) == (422, "这个时间已经过了，请选晚一点的。")
    unreadable = await sent(branch, window, is_later="true", on="soon", at="")
    assert (unreadable.status, unreadable.alert) == (422, "没看懂这个时间，请重新选。")
    page = await sent(branch, window, is_later="true", on="2026-03-10", at="18:30")
    assert "定在 3月10日 18:30 发送。 将发给 5 人。" in page.root.text
    assert newest(deps, branch).announcement.due_at == NOON + timedelta(hours=6, minutes=30)
    draft = await window.post("/announcements/1/turn", action="recall")
    assert draft.heading == "写通知"
    clock.advance(timedelta(days=1))
    assert announcements.start_due(deps) == 0


async def test_it_is_paused_continued_and_stopped(deps: Deps, branch: Branch, window: Window) -> None:
    await written(deps, branch, window)
    await sent(branch, window)
    headings = [
        (await window.post("/announcements/1/turn", action=action)).heading
        for action in ("pause", "resume", "cancel")
    ]
    assert headings == ["通知 已暂停", "通知 正在发送", "通知 已取消"]
    refused = await window.post("/announcements/1/turn", action="resume")
    assert refused.status == 409
    assert newest(deps, branch).tally.cancelled == 5


async def test_list_of_readers_is_shown_filtered_and_exported(
    deps: Deps, branch: Branch, window: Window
) -> None:
    a_member(deps, unit=branch.unit, name="=1+1")
    await written(deps, branch, window, wants_confirmation="true")
    await sent(branch, window, wants_confirmation="true")
    with deps.store.begin() as uow:
        first, second, *_ = stored_outbox.claim(uow, now=NOON, limit=10, first=Priority.BROADCAST)
        stored_outbox.mark_sent(uow, first.id, message_id=1, now=NOON)
        stored_outbox.mark_dead(uow, second.id, failure="blocked: bot was blocked by the user")
    announcements.confirm_reading(deps, actor=branch.secretary.actor, announcement_id=1)
    page = await window.get("/announcements/1?read=yes")
    assert page.rows() == [["chunfeng书记", "已送达", "3月10日 12:00", "3月10日 12:00"]]
    page = await window.get("/announcements/1?read=no")
    assert [row[:2] for row in page.rows()][:1] == [["chunfeng记录员1", "停用了机器人"]]
    answer = await window.client.get("/announcements/1/receipts.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[:3] == [
        ["姓名", "送达情况", "送达时间", "已阅时间"],
        ["chunfeng书记", "已送达", "3月10日 12:00", "3月10日 12:00"],
        ["chunfeng记录员1", "停用了机器人", "", ""],
    ]
    assert [row[0] for row in rows[1:]].count("=1+1") == 1


async def test_undelivered_is_sent_again_once(
    deps: Deps, branch: Branch, elsewhere: Branch, window: Window
) -> None:
    await written(deps, branch, window)
    await sent(branch, window)
    with deps.store.begin() as uow:
        (first, *_) = stored_outbox.claim(uow, now=NOON, limit=1)
        stored_outbox.mark_dead(uow, first.id, failure="wrong: Bad Request")
    page = await window.get("/undelivered")
    assert [row[:2] for row in page.rows()] == [["chunfeng书记", "通知"]]
    assert len(page.root.find("form", action=f"/undelivered/{first.id}/again")) == 1
    again = await window.post(f"/undelivered/{first.id}/again")
    assert (again.status, again.rows()) == (200, [])
    assert (await window.post(f"/undelivered/{first.id}/again")).status == 404
    assert newest(deps, branch).tally.waiting == 5
    await window.sign_in(deps, elsewhere.recorder)
    with deps.store.begin() as uow:
        stored_outbox.mark_dead(uow, first.id, failure="wrong: Bad Request")
    assert (await window.get("/undelivered")).rows() == []
    assert (await window.post(f"/undelivered/{first.id}/again")).status == 404
    assert newest(deps, branch).tally.failed == 1


async def test_undelivered_is_not_offered_again_to_who_has_not_joined(
    deps: Deps, branch: Branch, window: Window
) -> None:
    newcomer = a_member(deps, unit=branch.unit, name="未加入", is_bound=False)
    with deps.store.begin() as uow:
        uow.connection.execute(update(units).values(time_zone="Asia/Urumqi"))
    await written(deps, branch, window)
    await sent(branch, window)
    with deps.store.begin() as uow:
        letters = stored_outbox.claim(uow, now=NOON, limit=10, first=Priority.BROADCAST)
        (letter,) = [one for one in letters if one.member_id == newcomer.member_id]
        stored_outbox.mark_dead(uow, letter.id, failure="unbound")
        stored_outbox.mark_dead(uow, letters[0].id, failure="wrong: Bad Request")
        stored_outbox.mark_dead(uow, letters[1].id, failure="blocked: Forbidden: bot was blocked by the user")
    page = await window.get("/undelivered")
    assert page.rows() == [
        ["未加入", "通知", "3月10日 10:00", "没有绑定账号", "还没有加入，加入以后再发。"],
        ["chunfeng记录员1", "通知", "3月10日 10:00", "停用了机器人", "再发一次"],
        ["chunfeng书记", "通知", "3月10日 10:00", "没有送达 Bad Request", "再发一次"],
    ]
    refused = await window.post(f"/undelivered/{letter.id}/again")
    assert (refused.status, refused.texts("p")[0]) == (
        422,
        "这位成员还没有加入，没有账号可以发；加入以后再发。",
    )
    with deps.store.begin() as uow:
        stored_accounts.bind_account(uow, user_id=newcomer.user_id, member_id=newcomer.member_id, now=NOON)
    again = await window.post(f"/undelivered/{letter.id}/again")
    assert (again.status, [row[0] for row in again.rows()]) == (200, ["chunfeng记录员1", "chunfeng书记"])


async def test_other_branches_forms_change_nothing(
    deps: Deps, branch: Branch, elsewhere: Branch, window: Window
) -> None:
    await written(deps, branch, window)
    await window.sign_in(deps, elsewhere.recorder)
    statuses = [
        (await window.post("/announcements/1/save", text="别的", units=str(branch.unit.id))).status,
        (await sent(branch, window)).status,
        (await window.post("/announcements/1/turn", action="discard")).status,
    ]
    assert statuses == [404] * 3
    assert newest(deps, branch).announcement.text == TEXT
    assert newest(deps, branch).announcement.status is AnnouncementStatus.DRAFT
    own = await window.post("/announcements", cause="b")
    foreign = await window.post(f"{own.address}/save", text="x", units=str(branch.unit.id))
    assert foreign.status == 404
    deputy = a_member(deps, unit=branch.unit, name="副书记", roles=(Role.DEPUTY,))
    await window.sign_in(deps, deputy)
    assert (await window.get("/announcements")).status == 403


async def test_wording_is_tried_saved_and_kept_in_versions(deps: Deps, window: Window) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, code="east", parent_id=committee.id)
    await window.sign_in(deps, administrator)
    areas = (await window.get("/wording")).root.find("textarea")
    assert [area.attributes["placeholder"] for area in areas] == [
        "系统自带：您的申报已通过",
        "系统自带：Your report was approved",
        "系统自带：{月份}，您还没有申报",
        "系统自带：You have reported nothing for {month} yet",
        "（用系统自带的话）",
        "（用系统自带的话）",
    ]
    at = {"unit": str(branch.unit.id), "slot": "approval_greeting", "language": "zh_Hans"}
    refused = await window.post("/wording", **at, version="0", text="{电话}", is_saved="true")
    assert (refused.status, refused.alert) == (
        422,
        "“{电话}”不能用在这里。可以用的有：{姓名}、{单位}、{项目}、{得分}、{月份}。",
    )
    tried = await window.post(
        "/wording", **at, version="0", text="{姓名}，{项目}得{得分}分！", member=str(branch.member.member_id)
    )
    assert tried.texts("p", class_="words") == ["east党员1，社区清扫得+5分！"]
    saved = await window.post("/wording", **at, version="0", text="好样的，{姓名}", is_saved="true")
    assert (saved.status, saved.told) == (200, "已保存。")
    assert saved.response.headers["HX-Reswap"] == "innerHTML show:#approval_greeting-zh_Hans:top"
    late = await window.post("/wording", **at, version="0", text="抢先", is_saved="true")
    assert late.status == 409
    await window.post("/wording", **at, version="1", text="", is_saved="true")
    page = await window.get(f"/wording?unit={branch.unit.id}")
    assert [one.text for one in page.root.find("li")] == [
        "第 2 版 · committee管理员 · 3月10日 12:00 （用系统自带的话）",
        "第 1 版 · committee管理员 · 3月10日 12:00 好样的，{姓名} 用回这一版",
    ]
    (older,) = [one for one in page.root.find("li") if one.find("button")]
    fields = {one.attributes["name"]: one.attributes["value"] for one in older.find("input")}
    back = await window.post("/wording", **fields | {"is_saved": "true"})
    assert back.told == "已保存。"
    assert back.root.find("textarea")[0].children == ["好样的，{姓名}"]
    await window.sign_in(deps, branch.recorder)
    assert (await window.get("/wording")).status == 403
    assert (await window.post("/wording", **at, version="2", text="x", is_saved="true")).status == 403


async def test_it_takes_a_photo_or_a_file_and_leaves_it_out_again(
    deps: Deps, branch: Branch, window: Window
) -> None:
    await written(deps, branch, window)

    async def attached(name: str, content: bytes) -> Page:
        answer = await window.client.post(
            "/announcements/1/save",
            data={"csrf": window.csrf, "text": TEXT, "units": str(branch.unit.id)},
            files={"file": (name, content, "application/octet-stream")},
            follow_redirects=True,
        )
        return Page(answer)

    page = await attached("会场.jpg", a_jpeg(3))
    assert "［照片］" in page.root.text
    photo = newest(deps, branch).announcement.attachment
    assert photo is not None
    assert photo.kind is AttachmentKind.PHOTO
    assert photo.digest is not None
    assert deps.files.read(photo.digest)[:2] == b"\xff\xd8"
    page = await attached("议程.pdf", b"%PDF-1.7 agenda")
    assert "［文件］议程.pdf" in page.root.text
    document = newest(deps, branch).announcement.attachment
    assert document is not None
    assert document.digest is not None
    assert deps.files.read(document.digest) == b"%PDF-1.7 agenda"
    empty = await attached("空.txt", b"")
    assert (empty.status, newest(deps, branch).announcement.attachment) == (422, document)
    without = {"text": TEXT, "units": str(branch.unit.id), "drops_file": "true"}
    assert "［文件］" not in (await window.post("/announcements/1/save", **without)).root.text
    assert newest(deps, branch).announcement.attachment is None
    await sent(branch, window)
    assert (await attached("晚了.txt", b"late")).status == 409


async def test_a_long_text_leaves_no_room_for_a_photo(deps: Deps, branch: Branch, window: Window) -> None:
    await written(deps, branch, window, text="长" * 1500)
    answer = await window.client.post(
        "/announcements/1/save",
        data={"csrf": window.csrf, "text": "长" * 1500, "units": str(branch.unit.id)},
        files={"file": ("a.jpg", a_jpeg(3), "image/jpeg")},
    )
    assert answer.status_code == 422
    assert newest(deps, branch).announcement.attachment is None
