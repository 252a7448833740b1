"""The page of reminders and quiet hours: what it shows, what it keeps, and to whom."""

from urllib.parse import urlsplit

from domain.unit_settings import DEFAULTS
from services.deps import Deps
from tests.builders import Branch, a_branch, an_administrator
from tests.panel.windows import Page, Window

FIELDS = {name.value: text for name, text in DEFAULTS.items()} | {"time_zone": "Asia/Shanghai"}


def actions(page: Page) -> set[str]:
    return {urlsplit(form.attributes["action"]).path for form in page.root.find("form")}


def value(page: Page, name: str) -> str:
    (field,) = page.root.find("input", name=name)
    return field.attributes["value"]


async def test_recorder_sees_the_settings_and_sets_the_day(
    deps: Deps, branch: Branch, window: Window
) -> None:
    await window.sign_in(deps, branch.recorder)
    page = await window.get("/reminders")
    place = f"/reminders/{branch.unit.id}"
    assert (page.address, page.heading) == (place, "提醒与安静时间 chunfeng支部")
    assert page.facts()["月末提醒哪一天"] == "月底前 3 个工作日 10:00"
    assert actions(page) == {"/language", "/logout", f"{place}/day"}
    assert [card.find("p")[0].text for card in page.root.find("article")] == [
        "3月26日 10:00 提醒还没有申报的人。",
        "4月27日 10:00 提醒还没有申报的人。",
    ]
    page = await window.post(f"{place}/day", month="2026-03", on="2026-03-20")
    assert page.told == "提醒日已更新。"
    assert page.root.find("article")[0].text.startswith("2026年3月 手定 3月20日 10:00 提醒")
    page = await window.post(f"{place}/day", month="2026-03", on="")
    assert page.root.find("article")[0].text.startswith("2026年3月 3月26日 10:00 提醒")


async def test_a_day_that_cannot_be_is_refused(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.recorder)
    place = f"/reminders/{branch.unit.id}/day"
    page = await window.post(place, month="2026-03", on="2026-03-01")
    assert (page.status, page.alert) == (422, "提醒日要在当月或下个月里，而且还没有过去。")
    assert (await window.post(place, month="2026-Q1", on="2026-03-20")).status == 422
    assert (await window.post(place, month="soon", on="2026-03-20")).status == 422
    assert (await window.post(f"{place[:-4]}/settings", **FIELDS)).status == 403


async def test_secretary_changes_the_settings(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.secretary)
    place = f"/reminders/{branch.unit.id}"
    changed = FIELDS | {"quiet_from": "20:30", "own_rule": "Last Friday, shifted earlier", "list_days": "3"}
    page = await window.post(f"{place}/settings", **changed)
    assert (page.status, page.told) == (200, "设置已保存。")
    assert (value(page, "quiet_from"), value(page, "list_days")) == ("20:30", "3")
    (chosen,) = [
        option.text
        for choice in page.root.find("select", name="reminder_rule")
        for option in choice.find("option")
        if "selected" in option.attributes
    ]
    assert chosen == "当月最后一个星期五，遇休息日提前"
    assert page.root.find("article")[0].text.startswith("2026年3月 3月27日 10:00 提醒")


async def test_a_refused_setting_is_told_with_what_was_typed(
    deps: Deps, branch: Branch, window: Window
) -> None:
    await window.sign_in(deps, branch.secretary)
    place = f"/reminders/{branch.unit.id}"
    page = await window.post(f"{place}/settings", **FIELDS | {"reminder_time": "22:00", "list_days": "5"})
    assert (page.status, page.alert) == (422, "“月末提醒几点”落在安静时间里，请改其中一个。")
    assert value(page, "list_days") == "5"
    page = await window.post(f"{place}/settings", **FIELDS | {"own_rule": "<b>whenever</b>"})
    assert (page.status, page.alert) == (
        422,
        (
            "没看懂提醒日的规则。可以这样写：每月25号、次月5号、当月最后一个工作日、当月最后一个星期五、"
            "月底前3个工作日；后面可以加“遇休息日顺延”或“遇休息日提前”。"
        ),
    )
    assert value(page, "own_rule") == "<b>whenever</b>"
    assert value(await window.get(place), "list_days") == "2"
    page = await window.post(f"{place}/settings", **FIELDS | {"overdue_days": "9", "escalate_days": "9"})
    assert page.alert == "“待审几个工作日转给书记”要填 1 到 60 的数，而且要比催记录员的天数多。"
    page = await window.post(f"{place}/settings", **FIELDS | {"own_rule": "每月5号，遇休息日顺延"})
    assert page.told == "设置已保存。"
    assert "selected" in next(
        one.attributes for one in page.root.find("option") if one.text == "当月 5 日，遇休息日顺延"
    )
    assert page.root.find("article")[0].text.startswith("2026年3月 提醒时间是 3月5日 10:00，已经过了；")


async def test_secretary_edits_the_calendar(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.secretary)
    place = f"/reminders/{branch.unit.id}"
    page = await window.get(place)
    assert actions(page) == {
        *("/language", "/logout"),
        *(f"{place}/{form}" for form in ("day", "settings", "calendar")),
    }
    assert (page.rows()[0], page.texts("p", class_="warning")) == (["1月1日 周四", "休息", "元旦"], [])
    page = await window.get(f"{place}?year=2027")
    assert len(page.texts("p", class_="warning")) == 1
    page = await window.post(f"{place}/calendar", on="2027-02-14", kind="working", name="")
    assert (page.address, page.told) == (f"{place}?year=2027&done=calendar", "日历已更新。")
    assert ["2月14日 周日", "上班 手工录入", "— 去掉"] in page.rows()
    assert page.texts("p", class_="warning") == []
    page = await window.post(f"{place}/calendar", on="2027-02-14", is_removed="true")
    assert [row for row in page.rows() if "手工录入" in row[1]] == []
    for on in ("", "2019-01-01", "tomorrow"):
        page = await window.post(f"{place}/calendar", on=on, kind="off", name="x")
        assert (page.status, page.alert) == (422, "放假、上班的日期不对，请选去年到后年之间的一天。")


async def test_administrator_chooses_among_the_units_below(deps: Deps, window: Window) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, code="east", parent_id=committee.id)
    a_branch(deps, code="elsewhere")
    await window.sign_in(deps, administrator)
    page = await window.get("/reminders")
    assert page.rows() == [["committee支部"], ["east支部"]]
    above = await window.post(f"/reminders/{committee.id}/settings", **FIELDS | {"draft_days": "6"})
    assert above.told == "设置已保存。"
    assert above.root.find("article") == []
    assert value(await window.get(f"/reminders/{branch.unit.id}"), "draft_days") == "6"


async def test_the_page_is_english_for_who_reads_english(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.secretary)
    await window.post("/language", language="en", back="/")
    page = await window.get(f"/reminders/{branch.unit.id}")
    assert page.rows()[0] == ["Thu, Jan 1", "Day off", "New Year's Day"]
    choices = [option.text for option in page.root.find("select", name="reminder_rule")[0].find("option")]
    assert choices[1] == "3 working days before the month’s last day"
    assert choices[-1] == "day 5 of the next month, later if that is a day off"
