"""Standings, score sheets, and rulebooks that are tried and published."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select

from domain.members import Role
from domain.reports import ReportStatus
from services.clock import FixedClock
from services.deps import Deps
from services.due import run_due
from services.ledger import verify
from services.publishing import try_version
from services.scoring import standings
from services.standings import freeze_period
from storage.tables import standings as frozen
from tests.builders import Branch, Person, a_branch, a_member, a_report, an_administrator, finalise
from tests.conftest import RULEBOOKS
from tests.panel.reading import Element
from tests.panel.windows import Window

TEXT = (RULEBOOKS / "ceshi.yaml").read_text(encoding="utf-8")
DEARER = TEXT.replace("points: 4}", "points: 6}")


def approve(deps: Deps, branch: Branch, item: str = "lesson", *, member: Person | None = None) -> None:
    a_report(deps, member or branch.member, item=item, status=ReportStatus.APPROVED, by=branch.recorder)


def administered(deps: Deps) -> tuple[Branch, Person]:
    committee, administrator = an_administrator(deps)
    return a_branch(deps, parent_id=committee.id), administrator


async def test_standings_list_everybody_with_the_parts(deps: Deps, branch: Branch, window: Window) -> None:
    approve(deps, branch)
    approve(deps, branch, "clean", member=branch.members[1])
    await window.sign_in(deps, branch.recorder)
    page = await window.get("/standings?period=2026-03")
    assert page.heading == "排名 chunfeng支部 · 2026年3月"
    assert page.rows()[:3] == [
        ["1", "chunfeng党员2", "5", "0", "5"],
        ["2", "chunfeng党员1", "0", "4", "4"],
        ["3", "chunfeng书记", "0", "0", "0"],
    ]
    assert [option.attributes["value"] for option in page.root.find("option")][:3] == [
        "2026",
        "2026-H1",
        "2026-Q1",
    ]


async def test_a_sheet_leads_to_its_total(deps: Deps, branch: Branch, window: Window) -> None:
    for _ in range(3):
        approve(deps, branch)
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/standings/{branch.member.member_id}?period=2026")
    assert page.facts()["合计"] == "10"
    assert page.facts()["名次"] == "第 1 名，共 5 人"
    lines = [line for line in page.root.find("li") if line.find("span")]
    assert [[one.text for kind in ("span", "strong", "p") for one in line.find(kind)] for line in lines] == [
        ["党课", "+4", "3月10日", "依据 · 第二条"],
        ["党课", "+4", "3月10日", "依据 · 第二条"],
        ["党课", "+2", "3月10日 · 原为 +4 · “学习”每月封顶 10 分，此前已计 8 分", "依据 · 第二条"],
    ]


async def test_standings_are_for_those_who_see_the_ledger(
    deps: Deps, branch: Branch, elsewhere: Branch, window: Window
) -> None:
    approve(deps, elsewhere)
    deputy = a_member(deps, unit=branch.unit, name="副书记", roles=(Role.DEPUTY,))
    await window.sign_in(deps, deputy)
    page = await window.get("/standings")
    assert (page.status, "结果运用" in page.texts("th")) == (200, False)
    assert (await window.get(f"/standings?unit={elsewhere.unit.id}")).status == 404
    assert (await window.get(f"/standings/{elsewhere.member.member_id}")).status == 404
    assert (await window.get("/standings?period=2026-13")).status == 404
    assert (await window.get("/rulebooks")).status == 403
    assert (await window.post("/rulebooks/ceshi/publish", text=DEARER)).status == 403


def problems_of(root: Element) -> list[str]:
    return [line.text for box in root.find("article", id="problems") for line in box.find("li")]


async def test_a_sheet_stands_by_day_whatever_the_order_of_decisions(
    deps: Deps, branch: Branch, window: Window
) -> None:
    for day in (8, 10, 6):
        on = date(2026, 3, day)
        a_report(deps, branch.member, item="lesson", on=on, status=ReportStatus.APPROVED, by=branch.recorder)
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/standings/{branch.member.member_id}?period=2026-Q1")
    lines = [line for line in page.root.find("li") if line.find("span")]
    days = [line.find("p")[0].text.partition(" ")[0] for line in lines]
    assert days == ["3月6日", "3月8日", "3月10日"]


async def test_a_broken_text_tells_every_problem_with_its_line(deps: Deps, window: Window) -> None:
    _, administrator = administered(deps)
    await window.sign_in(deps, administrator)
    broken = TEXT.replace("category: study", "category: nowhere").replace("month: 10}", "month: x}")
    page = await window.post("/rulebooks/ceshi/try", text=broken)
    assert page.status == 200
    assert [line.partition("：")[0] for line in problems_of(page.root)] == [
        "第 8 行",
        "第 18 行",
        "第 21 行",
        "第 22 行",
        "第 23 行",
    ]
    assert problems_of(page.root)[0].startswith("第 8 行：“x” 不是数字")
    assert [line for line in problems_of(page.root) if " · " in line] == []
    await window.post("/language", language="en")
    page = await window.post("/rulebooks/ceshi/try", text=broken)
    assert problems_of(page.root)[0] == "Line 8: “x” is not a number with at most four decimals"


async def test_a_new_version_is_tried_then_published(deps: Deps, window: Window) -> None:
    branch, administrator = administered(deps)
    approve(deps, branch)
    await window.sign_in(deps, administrator)
    page = await window.post("/rulebooks/ceshi/try", text=DEARER, period="2026")
    assert [row for row in page.rows() if row[0] == "chunfeng党员1"] == [
        ["chunfeng党员1", "4 · 第 1 名", "6 · 第 1 名", "+2", "党课 +2"]
    ]
    assert len(page.root.find("rect")) == len(page.root.find("rect", class_="before")) * 2 > 0
    same = await window.post("/rulebooks/ceshi/try", text=TEXT)
    assert "谁的分数、名次和等次都不变。" in same.texts("p")
    for effective, reason, alert in (
        ("", "涨价", "请写明从哪一天起生效。"),
        ("2026-03-01", " ", "请写明为什么要改规则。"),
    ):
        refused = await window.post(
            "/rulebooks/ceshi/publish", text=DEARER, effective=effective, reason=reason
        )
        assert (refused.status, refused.alert) == (422, alert)
    done = await window.post("/rulebooks/ceshi/publish", text=DEARER, effective="2026-03-05", reason="涨价")
    assert done.rows()[0] == ["1 现行", "2026年3月5日", "涨价"]
    assert done.told == "1 版已发布，2026年3月5日起的事都按它计分。"
    assert (await window.get("/rulebooks/ceshi?published=x")).told == ""
    approve(deps, branch)
    shown = standings(deps, actor=branch.recorder.actor, period="2026-03")
    assert shown.subjects[0].total == 10
    assert verify(deps)[1] == ()
    again = await window.post("/rulebooks/ceshi/publish", text=DEARER, effective="2026-03-06", reason="再来")
    assert (again.status, again.alert) == (422, "和现行规则一模一样，不用发布。")


async def test_publishing_never_reaches_into_a_final_period(deps: Deps, window: Window) -> None:
    branch, administrator = administered(deps)
    finalise(deps, administrator, branch.unit.id, "2026-02")
    await window.sign_in(deps, administrator)
    refused = await window.post(
        "/rulebooks/ceshi/publish", text=DEARER, effective="2026-02-28", reason="涨价"
    )
    assert (refused.status, refused.alert) == (
        422,
        "已经定稿的周期不能改动，生效日期最早是 2026年3月1日。",
    )
    assert len(try_version(deps, actor=administrator.actor, code="ceshi").versions) == 1


APRIL = datetime(2026, 4, 2, 4, tzinfo=UTC)


def frozen_rows(deps: Deps) -> int:
    with deps.store.read() as uow:
        return int(uow.connection.execute(select(func.count()).select_from(frozen)).scalar_one())


async def test_a_quarter_is_looked_at_and_frozen_once(
    deps: Deps, clock: FixedClock, branch: Branch, window: Window
) -> None:
    approve(deps, branch)
    approve(deps, branch, "clean", member=branch.members[1])
    a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    running = await window.get("/standings?period=2026-Q1")
    assert "定稿…" not in running.texts("a")
    early = await window.get(f"/standings/freeze?unit={branch.unit.id}&period=2026-Q1")
    assert early.status == 422

    clock.set(APRIL)
    await window.sign_in(deps, branch.recorder)
    assert "定稿…" in (await window.get("/standings?period=2026-Q1")).texts("a")
    preview = await window.get(f"/standings/freeze?unit={branch.unit.id}&period=2026-Q1")
    assert preview.heading == "定稿 chunfeng支部 · 2026年第1季度"
    assert preview.alert == "这一期还有 1 份申报没有审核。定稿以后就不能再通过了，建议先处理。"
    assert preview.rows()[:2] == [
        ["1", "chunfeng党员2", "5"],
        ["2", "chunfeng党员1", "4"],
    ]
    assert preview.texts("th") == ["名次", "姓名", "合计"]
    assert [one.tag for one in preview.root.find() if one.tag in {"table", "form"}][-2:] == ["table", "form"]
    fields = {"unit": str(branch.unit.id), "period": "2026-Q1"}
    assert (await window.post("/standings/freeze", **fields, csrf="forged")).status == 403
    assert frozen_rows(deps) == 0
    done = await window.post("/standings/freeze", **fields)
    assert done.told == "定稿完成：5 人的名次不再变动，这一期的申报不能再通过。"
    assert done.facts() == {"私下告知": "5 人，已送达 0 人", "群里": "名单不会自己发到群里。"}
    assert "确认定稿（5 人）" not in done.texts("button")
    assert "已定稿 chunfeng记录员1，4月2日 12:00" in done.texts("p")
    again = await window.post("/standings/freeze", **fields)
    assert again.told == "这一期之前已经定稿，没有重复发送。"
    assert frozen_rows(deps) == 5
    listed = await window.get("/standings?period=2026-Q1")
    assert ("定稿…" in listed.texts("a"), "告知情况" in listed.texts("a")) == (False, True)
    assert "升降" not in listed.texts("th")
    assert listed.rows()[:2] == [
        ["1", "chunfeng党员2", "5", "0", "5"],
        ["2", "chunfeng党员1", "0", "4", "4"],
    ]


async def test_a_later_quarter_shows_who_moved_and_who_cannot_be_told(
    deps: Deps, clock: FixedClock, branch: Branch, window: Window
) -> None:
    a_member(deps, unit=branch.unit, name="未加入", is_bound=False)
    approve(deps, branch, "clean", member=branch.members[1])
    approve(deps, branch)
    clock.set(APRIL)
    freeze_period(deps, actor=branch.secretary.actor, unit_id=branch.unit.id, period="2026-Q1")
    for _ in range(2):
        a_report(
            deps,
            branch.member,
            item="clean",
            on=APRIL.date(),
            status=ReportStatus.APPROVED,
            by=branch.recorder,
        )
    clock.set(datetime(2026, 7, 1, 15, tzinfo=UTC))
    await window.sign_in(deps, branch.secretary)
    preview = await window.get(f"/standings/freeze?unit={branch.unit.id}&period=2026-Q2")
    assert preview.rows()[:2] == [
        ["1", "chunfeng党员1", "10", "↑ 1"],
        ["2", preview.rows()[1][1], "0", preview.rows()[1][3]],
    ]
    done = await window.post("/standings/freeze", unit=str(branch.unit.id), period="2026-Q2")
    assert done.facts() == {
        "私下告知": "5 人，已送达 0 人 现在是安静时间，7月2日 08:00 再发。",
        "还没有加入": "1 人，收不到",
        "群里": "名单不会自己发到群里。",
    }
    listed = await window.get("/standings?period=2026-Q2")
    assert [listed.rows()[0][0], listed.rows()[0][-1]] == ["1", "↑ 1"]


async def test_a_supervisor_sees_the_mark_and_freezes_nothing(
    deps: Deps, clock: FixedClock, branch: Branch, elsewhere: Branch, window: Window
) -> None:
    supervisor = a_member(deps, unit=branch.unit, name="纪检委员", roles=(Role.SUPERVISOR,))
    clock.set(APRIL)
    await window.sign_in(deps, supervisor)
    fields = {"unit": str(branch.unit.id), "period": "2026-Q1"}
    assert "定稿…" not in (await window.get("/standings?period=2026-Q1")).texts("a")
    assert (await window.get(f"/standings/freeze?unit={branch.unit.id}&period=2026-Q1")).status == 403
    assert (await window.post("/standings/freeze", **fields)).status == 403
    await window.sign_in(deps, elsewhere.recorder)
    assert (await window.post("/standings/freeze", **fields)).status == 403
    assert frozen_rows(deps) == 0
    freeze_period(deps, actor=branch.secretary.actor, unit_id=branch.unit.id, period="2026-Q1")
    await window.sign_in(deps, supervisor)
    shown = await window.get("/standings?period=2026-Q1")
    assert "已定稿 chunfeng书记，4月2日 12:00" in shown.texts("p")
    assert "告知情况" not in shown.texts("a")


async def test_the_lists_of_a_day_are_shown_to_the_desk_only(
    deps: Deps, clock: FixedClock, branch: Branch, window: Window, tmp_path: Path
) -> None:
    listed = "consequences: {july: {name: 七一表彰名单, in: [H1], top: 1, ties: all, on: 07-01}}\n"
    (tmp_path / "ceshi.yaml").write_text(TEXT + listed, encoding="utf-8")
    deps.shelf.folders = (tmp_path,)
    assert deps.shelf.load_files(deps.store, now=clock.now()) == ()
    approve(deps, branch)
    await window.sign_in(deps, branch.secretary)
    assert "还没有名单" in (await window.get("/standings/lists")).root.text
    clock.set(datetime(2026, 6, 30, 4, tzinfo=UTC))
    run_due(deps)
    clock.set(datetime(2026, 7, 1, 2, tzinfo=UTC))
    run_due(deps)
    await window.sign_in(deps, branch.secretary)
    to_lists = f"/standings/lists?unit={branch.unit.id}"
    assert (await window.get("/standings")).texts("a", href=to_lists) == ["到期名单"]
    page = await window.get("/standings/lists")
    assert page.heading == "到期名单 chunfeng支部"
    assert page.texts("h2") == ["七一表彰名单 2026年7月1日 · 2026年上半年"]
    assert page.rows() == [["1", "chunfeng党员1", "4"]]
    deputy = a_member(deps, unit=branch.unit, name="副书记", roles=(Role.DEPUTY,))
    await window.sign_in(deps, deputy)
    assert (await window.get("/standings/lists")).status == 403
