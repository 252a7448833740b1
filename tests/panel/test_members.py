"""The member list, invitations, and re-binding a changed account."""

import pytest

from domain.errors import InvitationUsed, MemberTaken
from domain.members import Role
from services.deps import Deps
from services.members import PAGE_LENGTH, join
from tests.builders import Branch, Person, a_branch, a_member, an_administrator
from tests.example_desks import a_desk
from tests.panel.windows import Page, Window


def code_on(page: Page) -> str:
    (shown,) = page.texts("code")
    return shown.removeprefix("/start ")


async def test_list_says_who_is_what(deps: Deps, branch: Branch, window: Window) -> None:
    a_member(deps, unit=branch.unit, name="<i>新</i>", roles=(Role.DEPUTY, Role.COMMITTEE), is_bound=False)
    await window.sign_in(deps, branch.recorder)
    page = await window.get("/members")
    assert page.heading == "成员 6 人"
    assert page.rows() == [
        ["chunfeng书记", "正式党员", "支部书记", "已绑定"],
        ["chunfeng记录员1", "正式党员", "积分记录员", "已绑定"],
        ["chunfeng记录员2", "正式党员", "积分记录员", "已绑定"],
        ["chunfeng党员1", "正式党员", "—", "已绑定"],
        ["chunfeng党员2", "正式党员", "—", "已绑定"],
        ["<i>新</i>", "正式党员", "副书记、支委", "未绑定"],
    ]


async def test_list_is_searched_by_name(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.recorder)
    found = {}
    for name in ("党员2", "  书记 ", "%", "_", "' OR 1=1 --"):
        page = Page(await window.client.get("/members", params={"name": name}))
        found[name] = [row[0] for row in page.rows()]
    assert found == {
        "党员2": ["chunfeng党员2"],
        "  书记 ": ["chunfeng书记"],
        "%": [],
        "_": [],
        "' OR 1=1 --": [],
    }


async def test_list_is_filtered_by_unit_and_paged(deps: Deps, window: Window) -> None:
    committee, administrator = an_administrator(deps)
    a_branch(deps, code="east", parent_id=committee.id)
    west = a_branch(deps, code="west", parent_id=committee.id, members=PAGE_LENGTH)
    await window.sign_in(deps, administrator)
    page = await window.get(f"/members?unit={west.unit.id}&name=west")
    assert page.rows()[0][:2] == ["west书记", "west支部"]
    assert (page.heading, len(page.rows())) == ("成员 53 人", PAGE_LENGTH)
    links = [a.attributes["href"] for a in page.root.find("nav", class_="pager")[0].find("a")]
    assert links == [f"/members?unit={west.unit.id}&name=west&page=2"]
    page = await window.get(links[0])
    assert [row[0] for row in page.rows()] == ["west党员48", "west党员49", "west党员50"]
    beyond = await window.get("/members?page=999999999999999999")
    assert (beyond.status, len(beyond.rows())) == (200, PAGE_LENGTH)


async def test_invitation_is_shown_once_and_works(deps: Deps, branch: Branch, window: Window) -> None:
    new = a_member(deps, unit=branch.unit, name="新同志", is_bound=False)
    await window.sign_in(deps, branch.recorder)
    first = code_on(await window.post(f"/members/{new.member_id}/invite"))
    page = await window.post(f"/members/{new.member_id}/invite")
    second = code_on(page)
    assert page.heading == "邀请 新同志"
    with pytest.raises(InvitationUsed):
        join(deps, user_id=7, code=first, language="zh_Hans")
    assert join(deps, user_id=7, code=second, language="zh_Hans").member.id == new.member_id
    assert (await window.get(f"/members/{new.member_id}")).texts("code") == []


async def test_changed_account_is_rebound(deps: Deps, branch: Branch, window: Window) -> None:
    member: Person = branch.member
    await window.sign_in(deps, branch.recorder)
    kept = code_on(await window.post(f"/members/{member.member_id}/invite"))
    with pytest.raises(MemberTaken):
        join(deps, user_id=7, code=kept, language="zh_Hans")
    page = await window.post(f"/members/{member.member_id}/invite", frees_account="true")
    assert page.texts("p")[1] == "原来的账号已经解除绑定。"
    assert join(deps, user_id=7, code=code_on(page), language="zh_Hans").member.id == member.member_id


async def test_rebinding_asks_for_confirmation(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/members/{branch.member.member_id}")
    assert page.texts("summary") == ["请这位成员代审", "换绑"]
    confirming = page.root.find("details")[-1]
    assert confirming.find("summary")[0].text == "换绑"
    assert [button.text for button in confirming.find("button")] == ["确认换绑，发新邀请码"]


async def test_member_page_offers_what_the_visitor_may_do(deps: Deps, branch: Branch, window: Window) -> None:
    deputy = a_member(deps, unit=branch.unit, name="副书记", roles=(Role.DEPUTY,))
    await window.sign_in(deps, deputy)
    page = await window.get(f"/members/{branch.recorder.member_id}")
    assert page.facts() == {"单位": "chunfeng支部", "身份": "正式党员", "职务": "积分记录员"}
    assert [form for form in page.root.find("form") if "/members/" in form.attributes["action"]] == []


async def test_recorder_asks_a_member_to_stand_in(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.recorder)
    place = f"/members/{branch.member.member_id}"
    page = await window.get(place)
    assert page.texts("summary") == ["请这位成员代审", "换绑"]
    fields = {"unit": str(branch.unit.id), "since_on": "2026-03-10", "last_on": "2026-03-12"}
    page = await window.post(f"{place}/stand-in", **fields)
    assert (page.address, page.texts("article")) == (
        place,
        ["3月10日 周二 到 3月12日 周四 已经开始 不用代了"],
    )
    assert page.facts()["职务"] == "积分记录员"
    page = await window.post(f"{place}/stand-in", **fields)
    assert (page.status, page.alert) == (422, "这几天已经请这位成员代审了。")
    page = await window.post(f"{place}/stand-in", **fields | {"last_on": "soon"})
    assert (page.status, page.alert) == (422, "代审的日子不对：从今天起，先后不能颠倒，最多 60 天。")
    page = await window.post(f"{place}/stand-in/1/end")
    assert (page.address, page.texts("article")) == (place, [])
    assert "职务" not in page.facts()


async def test_nobody_asks_recorders_or_themselves_to_stand_in(
    deps: Deps, branch: Branch, window: Window
) -> None:
    await window.sign_in(deps, branch.secretary)
    for person in (branch.recorder, branch.secretary):
        assert "请这位成员代审" not in (await window.get(f"/members/{person.member_id}")).texts("summary")


async def test_who_manages_a_unit_moves_a_member_to_another_household(deps: Deps, window: Window) -> None:
    village = a_desk(deps, "village-households")
    await window.sign_in(deps, village.administrator)
    place = f"/members/{village.people['m1'].member_id}"
    page = await window.get(place)
    assert page.texts("summary") == ["改分类、家庭", "请这位成员代审", "换绑"]
    offered = [one.attributes["value"] for one in page.root.find("option")]
    assert offered == ["新会员", "正式", "张大户", "李二户"]
    fields = {"unit": str(village.unit_id), "class": "正式", "household": "李二户"}
    page = await window.post(f"{place}/place", **fields, on="2026-02-16")
    assert (page.address, page.facts()["家庭"]) == (place, "李二户")
    assert [one for one in page.texts("dd") if one.endswith("户")] == ["张大户", "李二户"]
    page = await window.post(f"{place}/place", **fields | {"household": "王三户"}, on="soon")
    assert (page.status, page.alert) == (422, "请选这位成员在本单位的一天，从那天起算。")
    page = await window.post(f"{place}/place", **fields | {"household": "=1"}, on="2026-03-01")
    assert page.alert.startswith("分类或家庭的名称不能这样写")
    listed = [row[1] for row in (await window.get(f"/members?unit={village.unit_id}")).rows()]
    assert listed == [
        "正式党员 · 正式 · 家庭：李二户",
        "正式党员 · 新会员 · 家庭：张大户",
        "正式党员 · 正式 · 家庭：李二户",
        "正式党员",
    ]


async def test_recorders_see_households_and_cannot_change_them(deps: Deps, window: Window) -> None:
    village = a_desk(deps, "village-households")
    village.enter("m1", "sorting", "2026-03-02")
    await window.sign_in(deps, village.recorder)
    place = f"/members/{village.people['m2'].member_id}"
    page = await window.get(place)
    assert (page.facts()["分类"], page.facts()["家庭"]) == ("新会员", "张大户")
    assert "改分类、家庭" not in page.texts("summary")
    fields = {"unit": str(village.unit_id), "class": "", "household": "李二户", "on": "2026-02-16"}
    assert (await window.post(f"{place}/place", **fields)).status == 403
    page = await window.get(f"/standings?unit={village.unit_id}&period=2026-Q1")
    assert [row[:2] for row in page.rows()] == [["1", "张大户"], ["2", "王四"], ["2", "李二户"]]
    (first, *_) = [a for a in page.root.find("a") if a.text == "张大户"]
    page = await window.get(first.attributes["href"])
    assert page.facts()["名次"] == "第 1 名，共 3 户"
    assert "家庭“张大户”合记一个账：下面是全家的记分。" in page.texts("p")
