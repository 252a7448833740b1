"""The ledger, its filters, and the story of a line."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from domain.reports import ReportStatus
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import list_entries
from services.reviews import approve_report, undo_decision
from tests.builders import Branch, a_branch, a_report, an_administrator
from tests.panel.windows import Window


def approved(deps: Deps, branch: Branch, **facts: object) -> int:
    member = facts.pop("member", branch.member)
    return a_report(deps, member, status=ReportStatus.APPROVED, by=branch.recorder, **facts).id  # type: ignore[arg-type]


async def test_lines_say_what_counted_and_why(deps: Deps, branch: Branch, window: Window) -> None:
    approved(deps, branch)
    approved(deps, branch, item="hours", quantity=Fraction(5))
    gone = approved(deps, branch, item="lesson", member=branch.members[1])
    undo_decision(deps, actor=branch.recorder.actor, report_id=gone)
    await window.sign_in(deps, branch.recorder)
    page = await window.get("/ledger")
    assert page.heading == "台账 4 条"
    by = "chunfeng记录员1 3月10日 12:00"
    assert page.rows() == [
        ["3月10日", "chunfeng党员2", "党课", "-4", "冲正", by],
        ["3月10日", "chunfeng党员2", "党课", "+4", "已冲正", by],
        ["3月10日", "chunfeng党员1", "志愿时长", "+6", "原 10 分，每日封顶", by],
        ["3月10日", "chunfeng党员1", "社区清扫", "+5", "—", by],
    ]


async def test_lines_are_filtered(deps: Deps, branch: Branch, window: Window) -> None:
    approved(deps, branch, on=date(2026, 2, 20), member=branch.members[1])
    approved(deps, branch, on=date(2026, 3, 1), item="lesson")
    approved(deps, branch)
    await window.sign_in(deps, branch.recorder)
    for query, days in {
        "": ["3月10日", "3月1日", "2月20日"],
        "from=2026-03-01": ["3月10日", "3月1日"],
        "to=2026-03-01": ["3月1日", "2月20日"],
        "from=2026-03-01&to=2026-03-01": ["3月1日"],
        "from=2026-03-02&to=2026-03-01": [],
        "item=lesson": ["3月1日"],
        "item=nothing": [],
        "name=党员2": ["2月20日"],
        "name=nobody": [],
        "unit=abc&member=&item=&from=&to=&page=": ["3月10日", "3月1日", "2月20日"],
        "page=2": [],
    }.items():
        page = await window.get(f"/ledger?{query}")
        assert [row[0] for row in page.rows()] == days, query


async def test_lines_of_one_member_stand_by_day(deps: Deps, branch: Branch, window: Window) -> None:
    for day in (8, 10, 6):
        approved(deps, branch, on=date(2026, 3, day))
    approved(deps, branch, on=date(2026, 3, 7), member=branch.members[1])
    await window.sign_in(deps, branch.recorder)
    page = await window.get("/ledger?name=党员1")
    assert [row[0] for row in page.rows()] == ["3月10日", "3月8日", "3月6日"]
    page = await window.get("/ledger")  # of everybody as they were written: what is new stands first
    assert [row[0] for row in page.rows()] == ["3月7日", "3月6日", "3月10日", "3月8日"]


async def test_days_of_another_year_say_which(
    deps: Deps, branch: Branch, clock: FixedClock, window: Window
) -> None:
    approved(deps, branch)
    clock.set(datetime(2027, 1, 4, 4, tzinfo=UTC))
    approved(deps, branch, on=date(2027, 1, 2))
    await window.sign_in(deps, branch.recorder)
    assert [(row[0], row[-1]) for row in (await window.get("/ledger")).rows()] == [
        ("1月2日", "chunfeng记录员1 1月4日 12:00"),
        ("2026年3月10日", "chunfeng记录员1 2026年3月10日 12:00"),
    ]


async def test_unreadable_dates_are_told(deps: Deps, branch: Branch, window: Window) -> None:
    approved(deps, branch)
    await window.sign_in(deps, branch.recorder)
    for text in ("yesterday", "2026-02-30", "0000-00-00", "20260", "9999-12-31"):
        page = await window.get(f"/ledger?from={text}&to={text}")
        assert (len(page.rows()), page.alert) == (
            1,
            "日期看不懂，没有按日期筛选；请写成 2026-03-05 这样。",
        ), text


async def test_unclear_name_offers_the_choice(deps: Deps, branch: Branch, window: Window) -> None:
    approved(deps, branch)
    await window.sign_in(deps, branch.recorder)
    page = await window.get("/ledger?name=党员&item=clean")
    choices = page.root.find("p", class_="choices")[0].find("a")
    assert (page.rows(), [a.text for a in choices]) == ([], ["chunfeng党员1", "chunfeng党员2"])
    page = await window.get(choices[0].attributes["href"])
    assert page.address == f"/ledger?member={branch.member.member_id}&item=clean"
    assert [row[1] for row in page.rows()] == ["chunfeng党员1"]


async def test_pages_keep_the_filter(deps: Deps, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    for reader in ("services.ledger", "panel.routes.ledger"):
        monkeypatch.setattr(f"{reader}.DESK_PAGE_LENGTH", 2)
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, parent_id=committee.id)
    for _ in range(3):
        approved(deps, branch, item="article", photos=0)
    await window.sign_in(deps, administrator)
    page = await window.get(f"/ledger?unit={branch.unit.id}&item=article")
    (link,) = [a.attributes["href"] for a in page.root.find("nav", class_="pager")[0].find("a")]
    assert (page.heading, len(page.rows())) == ("台账 3 条", 2)
    assert link == f"/ledger?unit={branch.unit.id}&item=article&page=2"
    assert len((await window.get(link)).rows()) == 1


async def test_line_tells_its_story(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member, item="hours", quantity=Fraction(5), note="河边清理")
    approve_report(deps, actor=branch.recorder.actor, report_id=report.id, reason="辛苦了")
    entry = list_entries(deps, actor=branch.recorder.actor).lines[0].entry
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/ledger/{entry.id}")
    assert page.heading == "chunfeng党员1 · 志愿时长"
    assert (
        page.root.find("article", class_="points")[0].text == "+6 分 5 小时 × 2 分 · 原为 +10 · 每日封顶 6 分"
    )
    assert page.facts() == {
        "发生日期": "3月10日",
        "单位": "chunfeng支部",
        "维度": "服务",
        "项目": "志愿时长 · 5 小时",
        "依据": "测试支部积分细则（1） 第三条",
        "记录人": "chunfeng记录员1 · 3月10日 12:00",
        "理由": "辛苦了",
        "台账编号": f"chunfeng-1 {entry.hash[:16]}",
    }
    assert page.texts("li") == ["提交 3月10日 12:00", "通过 +10 分 chunfeng记录员1 · 3月10日 12:00 辛苦了"]
    assert page.texts("blockquote") == ["河边清理"]


async def test_a_line_says_what_it_counts_now_and_what_it_counted_then(
    deps: Deps, branch: Branch, window: Window
) -> None:
    for on in (date(2026, 3, 10), date(2026, 3, 10), date(2026, 3, 9), date(2026, 3, 8)):
        approved(deps, branch, item="lesson", on=on)  # two come late, and take from those of the 10th
    latest, earlier = (
        line.entry
        for line in list_entries(deps, actor=branch.recorder.actor).lines
        if line.entry.happened_on == date(2026, 3, 10)
    )
    await window.sign_in(deps, branch.recorder)
    told = {}
    for entry in (earlier, latest):
        page = await window.get(f"/ledger/{entry.id}")
        told[entry.id] = page.root.find("article", class_="points")[0].text
        assert page.facts()["依据"] == "测试支部积分细则（1） 第二条"  # that of its category
    assert told == {
        earlier.id: "+2 分 原为 +4 · “学习”每月封顶 10 分，此前已计 8 分 当时计入 +4 分。",
        latest.id: "0 分 原为 +4 · “学习”每月封顶 10 分，此前共 12 分、计 10 分 当时计入 +4 分。",
    }
    await window.post("/language", language="en")
    page = await window.get(f"/ledger/{latest.id}")
    assert page.root.find("article", class_="points")[0].text == (
        "0 points was +4 · “学习” cap per month 10, 12 before, of which 10 counted It counted +4 then."
    )


async def test_reversal_names_what_it_cancels(deps: Deps, branch: Branch, window: Window) -> None:
    report_id = approved(deps, branch)
    undo_decision(deps, actor=branch.recorder.actor, report_id=report_id)
    reversal, original = (line.entry for line in list_entries(deps, actor=branch.recorder.actor).lines)
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/ledger/{reversal.id}")
    points = page.root.find("article", class_="points")[0]
    assert (points.text, points.find("a")[0].attributes["href"]) == (
        "-5 分 这一条抵消 原来的记分",
        f"/ledger/{original.id}",
    )
    assert page.texts("span", class_="badge") == ["冲正"]
    assert (await window.get(f"/ledger/{original.id}")).texts("span", class_="badge") == ["已冲正"]
