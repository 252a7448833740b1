"""Nobody gets in without a session, and nobody sees what belongs to other units."""

import pytest

from domain.members import Role
from domain.reports import ReportStatus
from panel.app import ROUTERS
from services.announcements import start_announcement
from services.deps import Deps
from services.evidence import keep_fetched
from services.histories import open_history
from services.ledger import list_entries
from tests.builders import Branch, a_branch, a_member, a_report, an_administrator
from tests.panel.conftest import OpenWindow
from tests.panel.pictures import a_jpeg
from tests.panel.routes import OPEN_TO_ALL, filled, paths_with
from tests.panel.windows import Window

SECRET_NOTE = "只有莲塘支部知道的事"


def test_every_page_is_known_here() -> None:
    assert paths_with("GET") == [
        "/",
        "/announcements",
        "/announcements/{announcement_id}",
        "/announcements/{announcement_id}/receipts.xlsx",
        "/evidence/{evidence_id}",
        "/evidence/{evidence_id}/thumb",
        "/goodbye",
        "/healthz",
        "/ledger",
        "/ledger/{entry_id}",
        "/login",
        "/login/{token}",
        "/members",
        "/members/{member_id}",
        "/reminders",
        "/reminders/{unit_id}",
        "/reports/{report_id}",
        "/reports/{report_id}/next",
        "/roles",
        "/rulebooks",
        "/rulebooks/{code}",
        "/shop",
        "/shop/orders/{order_id}",
        "/shop/products",
        "/shop/products/{product_id}",
        "/shop/products/{product_id}/photo",
        "/shop/register.xlsx",
        "/shop/stock",
        "/shop/stock.xlsx",
        "/shop/windows",
        "/standings",
        "/standings/freeze",
        "/standings/lists",
        "/standings/post",
        "/standings/{member_id}",
        "/undelivered",
        "/wording",
    ]
    assert paths_with("POST") == [
        "/announcements",
        "/announcements/{announcement_id}/save",
        "/announcements/{announcement_id}/send",
        "/announcements/{announcement_id}/turn",
        "/evidence/{evidence_id}/fetch",
        "/language",
        "/logout",
        "/members/{member_id}/invite",
        "/members/{member_id}/place",
        "/members/{member_id}/stand-in",
        "/members/{member_id}/stand-in/{stand_in_id}/end",
        "/reminders/{unit_id}/calendar",
        "/reminders/{unit_id}/day",
        "/reminders/{unit_id}/settings",
        "/reports/{report_id}/decide",
        "/reports/{report_id}/undo",
        "/rulebooks/{code}/publish",
        "/rulebooks/{code}/try",
        "/shop/code",
        "/shop/households",
        "/shop/households/roster",
        "/shop/orders/{order_id}",
        "/shop/products",
        "/shop/products/{product_id}",
        "/shop/products/{product_id}/photo",
        "/shop/products/{product_id}/stock",
        "/shop/windows",
        "/shop/windows/{window_id}/close",
        "/standings/freeze",
        "/standings/post",
        "/undelivered/{message_id}/again",
        "/wording",
    ]
    assert sum(len(noun.router.routes) for noun in ROUTERS) == len(paths_with("GET") + paths_with("POST"))


async def test_every_page_asks_for_a_login(branch: Branch, deps: Deps, window: Window) -> None:
    a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)
    for path in set(paths_with("GET")) - OPEN_TO_ALL:
        page = await window.get(filled(path))
        assert (page.status, page.heading) == (401, "需要登录"), path


async def test_every_form_asks_for_a_login(branch: Branch, deps: Deps, window: Window) -> None:
    report = a_report(deps, branch.member)
    for path in paths_with("POST"):
        page = await window.post(filled(path, report.id), action="approve", revision="1", language="en")
        assert (page.status, page.heading) == (401, "需要登录"), path
    assert open_history(deps, actor=branch.member.actor, report_id=report.id).decisions == ()


async def test_other_branches_things_are_not_there(
    deps: Deps, branch: Branch, elsewhere: Branch, open_window: OpenWindow
) -> None:
    a_report(deps, elsewhere.member, status=ReportStatus.APPROVED, by=elsewhere.recorder, note=SECRET_NOTE)
    waiting = a_report(deps, elsewhere.member, note=SECRET_NOTE, item="lesson")
    for piece in open_history(deps, actor=elsewhere.recorder.actor, report_id=waiting.id).evidence:
        keep_fetched(deps, evidence_id=piece.id, content=a_jpeg())
    evidence = open_history(deps, actor=elsewhere.recorder.actor, report_id=waiting.id).evidence[0]
    entry = list_entries(deps, actor=elsewhere.recorder.actor).lines[0].entry
    announced = start_announcement(deps, actor=elsewhere.recorder.actor, cause_key="test").announcement.id
    numbers = {
        "/announcements/{announcement_id}": announced,
        "/announcements/{announcement_id}/receipts.xlsx": announced,
        "/reports/{report_id}": waiting.id,
        "/reports/{report_id}/next": waiting.id,
        "/evidence/{evidence_id}": evidence.id,
        "/evidence/{evidence_id}/thumb": evidence.id,
        "/ledger/{entry_id}": entry.id,
        "/members/{member_id}": elsewhere.member.member_id,
        "/reminders/{unit_id}": elsewhere.unit.id,
        "/standings/{member_id}": elsewhere.member.member_id,
    }
    by_code = {"/rulebooks/{code}"}  # for administrators; tried beside the standings
    shop = {path for path in paths_with("GET") if path.startswith("/shop/")}  # in test_shop.py
    assert set(numbers) == {path for path in paths_with("GET") if "{" in path} - OPEN_TO_ALL - by_code - shop
    own, other = open_window(), open_window()
    await own.sign_in(deps, elsewhere.recorder)
    await other.sign_in(deps, branch.recorder)
    for path, number in numbers.items():
        assert (await own.get(filled(path, number))).status == 200, path
        page = await other.get(filled(path, number))
        missing = await other.get(filled(path, 4_000))
        assert (page.status, page.root.text) == (404, missing.root.text), path


async def test_other_branches_forms_change_nothing(
    deps: Deps, branch: Branch, elsewhere: Branch, window: Window
) -> None:
    report = a_report(deps, elsewhere.member)
    decided = a_report(
        deps, elsewhere.member, item="lesson", status=ReportStatus.REJECTED, by=elsewhere.recorder
    )
    piece = open_history(deps, actor=elsewhere.recorder.actor, report_id=report.id).evidence[0]
    await window.sign_in(deps, branch.recorder)
    statuses = [
        (await window.decide(report.id, "approve")).status,
        (await window.decide(report.id, "reject", reason="不行")).status,
        (await window.post(f"/reports/{decided.id}/undo")).status,
        (await window.post(f"/evidence/{piece.id}/fetch")).status,
        (await window.post(f"/members/{elsewhere.member.member_id}/invite")).status,
        (await window.post(f"/members/{elsewhere.member.member_id}/invite", frees_account="true")).status,
    ]
    assert statuses == [404] * 6
    assert open_history(deps, actor=elsewhere.recorder.actor, report_id=report.id).decisions == ()


async def test_lists_hold_ones_own_units_only(
    deps: Deps, branch: Branch, elsewhere: Branch, window: Window
) -> None:
    for at in (branch, elsewhere):
        a_report(deps, at.member, status=ReportStatus.APPROVED, by=at.recorder)
        a_report(deps, at.member, item="lesson")
    await window.sign_in(deps, branch.recorder)
    for unit in ("", str(branch.unit.id)):
        queue = await window.get(f"/?unit={unit}")
        assert queue.texts("a", class_="title") == ["chunfeng党员1"]
        ledger = await window.get(f"/ledger?unit={unit}")
        assert [row[1] for row in ledger.rows()] == ["chunfeng党员1"]
        members = await window.get(f"/members?unit={unit}")
        assert {row[0][:8] for row in members.rows()} == {"chunfeng"}
    for path in ("/", "/ledger", "/members"):
        page = await window.get(f"{path}?unit={elsewhere.unit.id}")
        assert (page.status, page.texts("a", class_="title"), page.rows()) == (200, [], [])
    found = await window.get("/ledger?name=liantang")
    assert (found.status, found.rows()) == (200, [])
    chosen = await window.get(f"/ledger?member={elsewhere.member.member_id}")
    assert (chosen.status, chosen.rows()) == (200, [])
    told = [(await window.get(f"/?decided={number}")).told for number in (2, 4)]
    assert told == ["chunfeng党员1 的“党课”现在是“待审”。", ""]


async def test_administrator_sees_every_unit_below(
    deps: Deps, window: Window, open_window: OpenWindow
) -> None:
    committee, administrator = an_administrator(deps)
    for code in ("east", "west"):
        at = a_branch(deps, code=code, parent_id=committee.id)
        a_report(deps, at.member, status=ReportStatus.APPROVED, by=at.recorder)
    await window.sign_in(deps, administrator)
    page = await window.get("/ledger")
    assert [row[1] for row in page.rows()] == ["west党员1 west支部", "east党员1 east支部"]


@pytest.mark.parametrize(
    ("role", "address", "places"),
    [
        (Role.RECORDER, "/", ["待审", "成员", "台账", "排名", "通知", "提醒", "职责"]),
        (Role.SUPERVISOR, "/", ["待审", "成员", "台账", "排名", "职责"]),
        (Role.DEPUTY, "/ledger", ["成员", "台账", "排名", "职责"]),
        (Role.SHOPKEEPER, "/roles", ["职责"]),
    ],
)
async def test_everybody_lands_where_they_have_something_to_do(
    deps: Deps, branch: Branch, window: Window, role: Role, address: str, places: list[str]
) -> None:
    person = a_member(deps, unit=branch.unit, name="某人", roles=(role,))
    page = await window.sign_in(deps, person)
    shown = [a.text for nav in page.root.find("nav", class_="places") for a in nav.find("a")]
    assert (page.status, page.address, shown) == (200, address, places)


async def test_roles_without_a_permission_are_refused(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    deputy = a_member(deps, unit=branch.unit, name="副书记", roles=(Role.DEPUTY,))
    await window.sign_in(deps, deputy)
    assert (await window.get(f"/reports/{report.id}")).status == 404
    assert (await window.decide(report.id, "approve")).status == 404
    assert (await window.post(f"/members/{branch.member.member_id}/invite")).status == 403
    shopkeeper = a_member(deps, unit=branch.unit, name="管兑换", roles=(Role.SHOPKEEPER,))
    await window.sign_in(deps, shopkeeper)
    assert [(await window.get(path)).status for path in ("/ledger", "/members", "/roles")] == [403, 403, 200]


async def test_supervisor_looks_but_does_not_decide(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    supervisor = a_member(deps, unit=branch.unit, name="纪检", roles=(Role.SUPERVISOR,))
    await window.sign_in(deps, supervisor)
    page = await window.get(f"/reports/{report.id}")
    assert (page.status, page.texts("button", name="action")) == (200, [])
    refused = await window.decide(report.id, "approve")
    assert (refused.status, refused.alert) == (403, "您的职务不能做这件事。谁能做什么，见“职责”一页。")
