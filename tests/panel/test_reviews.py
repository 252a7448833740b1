"""The queue and the decisions: the first one wins, a reason where one is due, undo for a while."""

import asyncio
from datetime import timedelta
from fractions import Fraction

import pytest

from domain.reports import ReportAction, ReportStatus
from services.clock import FixedClock
from services.deps import Deps
from services.evidence import keep_fetched
from services.histories import open_history
from services.ledger import list_entries
from services.reports import withdraw
from services.reviews import approve_report, undo_decision
from tests.builders import Branch, Person, a_branch, a_report, an_administrator
from tests.example_desks import a_desk
from tests.panel.conftest import OpenWindow
from tests.panel.pictures import a_jpeg
from tests.panel.windows import Window


def decisions_of(deps: Deps, by: Person, report_id: int) -> list[tuple[ReportAction, Fraction | None, str]]:
    lines = open_history(deps, actor=by.actor, report_id=report_id).decisions
    return [(line.decision.action, line.decision.points, line.decision.reason) for line in lines]


async def test_queue_shows_what_a_decision_needs(deps: Deps, branch: Branch, window: Window) -> None:
    a_report(deps, branch.members[0], item="hours", quantity=Fraction(2), note="河边 <b>清理</b>")
    a_report(deps, branch.members[1], item="award", level="city")
    a_report(deps, branch.members[1], item="urgent")
    page = await window.sign_in(deps, branch.recorder)
    assert page.heading == "待审 3 份"
    assert page.texts("a", class_="title") == ["chunfeng党员1", "chunfeng党员2", "chunfeng党员2"]
    assert page.texts("p", class_="what") == [
        "志愿时长 · 2 小时 · 3月10日 周二",
        "表彰 · 市级 · 3月10日 周二",
        "急难险重 · 3月10日 周二",
    ]
    assert page.texts("span", class_="worth") == ["+4 分", "+3 分", "1–10 分"]
    assert page.texts("p", class_="note") == ["河边 <b>清理</b>"]
    assert page.texts("button", value="approve") == ["通过", "通过"]


async def test_an_empty_queue_says_how_many_wait_for_others(
    deps: Deps, branch: Branch, window: Window
) -> None:
    page = await window.sign_in(deps, branch.secretary)
    assert (page.heading, "要由别人审核" in page.root.text) == ("待审 0 份", False)
    a_report(deps, branch.member)
    page = await window.get("/")
    assert page.texts("p", class_="faint") == ["另有 1 份要由别人审核。"]


async def test_report_says_why_it_brings_so_much(deps: Deps, branch: Branch, window: Window) -> None:
    earlier = a_report(deps, branch.member, item="hours", quantity=Fraction(2))
    approve_report(deps, actor=branch.recorder.actor, report_id=earlier.id)
    report = a_report(deps, branch.member, item="hours", quantity=Fraction(3), note="第二次")
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/reports/{report.id}")
    assert page.heading == "chunfeng党员1 · 志愿时长"
    assert page.facts() == {
        "姓名": "chunfeng党员1",
        "单位": "chunfeng支部",
        "日期": "3月10日",
        "数量": "3 小时",
        "提交": "3月10日 12:00",
        "依据": "第三条",
    }
    assert page.root.find("article", class_="points")[0].text == (
        "+2 分 3 小时 × 2 分 = 6 分。 “志愿时长”每日最多 6 分，现在通过只计 2 分。 "
        "通过后，“志愿时长”当日还可得 0 分。 通过后，“志愿时长”当月还可得 4 分。"
    )
    assert page.texts("p", class_="warning") == ["同一天的同一项，这位成员还报过一次 看那一份"]


@pytest.mark.parametrize(
    ("item", "level", "sentence"),
    [
        ("clean", None, "+5 分 每次 5 分。"),
        ("award", "branch", "+1 分 “支部”一级 1 分。"),
        ("urgent", None, "1–10 分 由记录员评定 1–10 分。"),
        ("late", None, "-1 分 每次 -1 分。"),
    ],
)
async def test_every_kind_of_amount_explains_itself(
    deps: Deps, branch: Branch, window: Window, item: str, level: str | None, sentence: str
) -> None:
    report = a_report(deps, branch.member, item=item, level=level)
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/reports/{report.id}")
    assert page.root.find("article", class_="points")[0].text == sentence


async def test_approving_walks_to_the_next_and_offers_undo(
    deps: Deps, branch: Branch, window: Window
) -> None:
    first, second = (a_report(deps, member) for member in branch.members)
    await window.sign_in(deps, branch.recorder)
    page = await window.decide(first.id, "approve")
    assert page.address == f"/reports/{second.id}?decided={first.id}"
    assert page.told == "已通过：chunfeng党员1 的“社区清扫”，+5 分。"
    assert [
        form.attributes["action"] for flash in page.root.find(role="status") for form in flash.find("form")
    ] == [f"/reports/{first.id}/undo"]
    page = await window.decide(second.id, "approve")
    assert (page.address, page.heading) == (f"/?decided={second.id}", "待审 0 份")
    assert decisions_of(deps, branch.recorder, first.id) == [(ReportAction.APPROVE, Fraction(5), "")]


async def test_walk_begins_again_at_the_oldest(deps: Deps, branch: Branch, window: Window) -> None:
    first, second = (a_report(deps, member) for member in branch.members)
    await window.sign_in(deps, branch.recorder)
    assert (await window.get(f"/reports/{first.id}/next")).address == f"/reports/{second.id}"
    assert (await window.get(f"/reports/{second.id}/next")).address == f"/reports/{first.id}"
    await window.decide(first.id, "approve")
    assert (await window.get(f"/reports/{second.id}/next")).address == "/"


async def test_approving_in_the_queue_stays_in_the_queue(deps: Deps, branch: Branch, window: Window) -> None:
    first, _second = (a_report(deps, member) for member in branch.members)
    await window.sign_in(deps, branch.recorder)
    unit = str(branch.unit.id)
    page = await window.decide(first.id, "approve", is_from_queue="true", unit=unit)
    assert (page.address, page.heading) == (f"/?unit={unit}&decided={first.id}", "待审 1 份")
    assert page.told == "已通过：chunfeng党员1 的“社区清扫”，+5 分。"


@pytest.mark.parametrize(
    ("action", "status"), [("return", ReportStatus.RETURNED), ("reject", ReportStatus.REJECTED)]
)
async def test_refusing_needs_a_reason_and_keeps_what_was_typed(
    deps: Deps, branch: Branch, window: Window, action: str, status: ReportStatus
) -> None:
    report = a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    page = await window.decide(report.id, action, reason="  ")
    assert (page.status, page.alert) == (422, "退回和不予认定都要写明理由：选一条，或者自己写。")
    assert [d.find("button")[0].attributes["value"] for d in page.root.find("details", open="")] == [action]
    assert decisions_of(deps, branch.recorder, report.id) == []
    await window.decide(report.id, action, preset="照片不清楚", reason="请补一张")
    assert decisions_of(deps, branch.recorder, report.id) == [
        (ReportAction(action), None, "照片不清楚；请补一张")
    ]
    assert open_history(deps, actor=branch.recorder.actor, report_id=report.id).report.status is status


async def test_presets_are_the_rulebooks(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/reports/{report.id}")
    presets = [radio.attributes["value"] for radio in page.root.find("input", type="radio")]
    assert presets == ["照片不清楚", "日期不对", "不属于积分项目"]


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ("", "分数要填 1 到 10 之间的数。"),
        ("0", "分数要填 1 到 10 之间的数。"),
        ("11", "分数要填 1 到 10 之间的数。"),
        ("五分", "分数看不懂，或者超出了允许的范围；请填一个数，比如 5 或 7.5。"),
    ],
)
async def test_range_asks_for_points_within_it(
    deps: Deps, branch: Branch, window: Window, points: str, sentence: str
) -> None:
    report = a_report(deps, branch.member, item="urgent")
    await window.sign_in(deps, branch.recorder)
    page = await window.decide(report.id, "approve", points=points)
    assert (page.status, page.alert) == (422, sentence)
    assert page.root.find("input", name="points")[0].attributes["value"] == points
    assert decisions_of(deps, branch.recorder, report.id) == []


@pytest.mark.parametrize(
    ("points", "expected"), [("7.5", Fraction(15, 2)), ("８分", Fraction(8)), ("10", Fraction(10))]
)
async def test_range_takes_what_the_recorder_decides(
    deps: Deps, branch: Branch, window: Window, points: str, expected: Fraction
) -> None:
    report = a_report(deps, branch.member, item="urgent")
    await window.sign_in(deps, branch.recorder)
    await window.decide(report.id, "approve", points=points)
    assert decisions_of(deps, branch.recorder, report.id) == [(ReportAction.APPROVE, expected, "")]


async def test_points_can_be_changed_with_a_reason(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    page = await window.decide(report.id, "approve", points="3", reason="只去了半天")
    assert page.told == "已通过：chunfeng党员1 的“社区清扫”，+3 分。"
    page = await window.get(f"/reports/{report.id}")
    assert page.texts("li") == ["改分通过 +3 分 chunfeng记录员1 · 3月10日 12:00 只去了半天"]


@pytest.mark.parametrize("points", ["-3", "1001"])
async def test_points_cannot_be_changed_to_anything(
    deps: Deps, branch: Branch, window: Window, points: str
) -> None:
    report = a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    page = await window.decide(report.id, "approve", points=points)
    assert (page.status, decisions_of(deps, branch.recorder, report.id)) == (422, [])


async def test_second_decision_hears_who_was_first(
    deps: Deps, branch: Branch, open_window: OpenWindow
) -> None:
    report = a_report(deps, branch.member)
    first, second = open_window(), open_window()
    await first.sign_in(deps, branch.recorders[0])
    await second.sign_in(deps, branch.recorders[1])
    await first.decide(report.id, "approve")
    page = await second.decide(report.id, "reject", reason="不行")
    assert (page.status, page.alert) == (409, "已由 chunfeng记录员1 处理：已通过。")
    assert page.texts("button", name="action") == []
    again = await first.decide(report.id, "approve")
    assert (again.status, again.alert) == (409, "已由 chunfeng记录员1 处理：已通过。")
    assert decisions_of(deps, branch.recorder, report.id) == [(ReportAction.APPROVE, Fraction(5), "")]
    assert list_entries(deps, actor=branch.recorder.actor).total == 1


async def test_two_at_once_give_one_decision(deps: Deps, branch: Branch, open_window: OpenWindow) -> None:
    report = a_report(deps, branch.member)
    windows = [open_window() for _ in range(6)]
    for number, window in enumerate(windows):
        await window.sign_in(deps, branch.recorders[number % 2])
    pages = await asyncio.gather(*(window.decide(report.id, "approve") for window in windows))
    assert sorted(page.status for page in pages) == [200, 409, 409, 409, 409, 409]
    assert decisions_of(deps, branch.recorder, report.id) == [(ReportAction.APPROVE, Fraction(5), "")]


async def test_form_of_an_earlier_revision_does_not_decide(
    deps: Deps, branch: Branch, window: Window
) -> None:
    report = a_report(deps, branch.member)
    approve_report(deps, actor=branch.recorders[1].actor, report_id=report.id)
    undo_decision(deps, actor=branch.recorders[1].actor, report_id=report.id)
    await window.sign_in(deps, branch.recorder)
    page = await window.decide(report.id, "approve", revision=1)
    assert (page.status, page.alert) == (
        409,
        "这份申报刚才有了变动，现在是“待审”，请看最新的内容再操作。",
    )
    page = await window.decide(report.id, "approve", revision=2)
    assert page.status == 200
    assert list_entries(deps, actor=branch.recorder.actor).total == 3


async def test_withdrawn_report_says_so(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    withdraw(deps, actor=branch.member.actor, report_id=report.id)
    await window.sign_in(deps, branch.recorder)
    page = await window.decide(report.id, "approve")
    assert (page.status, page.alert) == (
        409,
        "这份申报刚才有了变动，现在是“已撤回”，请看最新的内容再操作。",
    )


async def test_nobody_decides_a_report_of_their_own(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.recorder)
    page = await window.sign_in(deps, branch.recorder)
    assert page.texts("a", class_="title") == []
    page = await window.get(f"/reports/{report.id}")
    assert (page.status, page.texts("button", name="action")) == (200, [])
    page = await window.decide(report.id, "approve")
    assert (page.status, page.alert) == (403, "自己的申报，或者自己代报的申报，要由别人来审。")


async def test_undo_brings_the_report_back_with_a_counter_entry(
    deps: Deps, branch: Branch, window: Window
) -> None:
    report = a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    await window.decide(report.id, "approve")
    page = await window.post(f"/reports/{report.id}/undo")
    assert (page.address, page.texts(class_="badge")) == (f"/reports/{report.id}", ["待审"])
    assert [text.split(" ")[0] for text in page.texts("li")] == ["通过", "撤销决定"]
    lines = list_entries(deps, actor=branch.recorder.actor).lines
    assert [line.entry.counted_amount for line in lines] == [-50_000, 50_000]
    again = await window.post(f"/reports/{report.id}/undo")
    assert (again.status, again.alert) == (
        409,
        "这份申报刚才有了变动，现在是“待审”，请看最新的内容再操作。",
    )


async def test_undo_is_refused_when_late_or_not_ones_own(
    deps: Deps, clock: FixedClock, branch: Branch, window: Window, open_window: OpenWindow
) -> None:
    report = a_report(deps, branch.member)
    other = open_window()
    await other.sign_in(deps, branch.recorders[1])
    await window.sign_in(deps, branch.recorder)
    await window.decide(report.id, "approve")
    page = await other.post(f"/reports/{report.id}/undo")
    assert (page.status, page.alert) == (403, "您的职务不能做这件事。谁能做什么，见“职责”一页。")
    clock.advance(timedelta(minutes=15, seconds=1))
    page = await window.post(f"/reports/{report.id}/undo")
    assert (page.status, page.alert) == (409, "决定满 15 分钟后不能再撤销。")
    assert (await window.get(f"/?decided={report.id}")).texts("button", class_="outline") == []


async def test_long_queue_has_pages(deps: Deps, branch: Branch, window: Window) -> None:
    reports = [a_report(deps, branch.member, photos=0, item="article") for _ in range(23)]
    page = await window.sign_in(deps, branch.recorder)
    assert (page.heading, len(page.texts("a", class_="title"))) == ("待审 23 份", 20)
    more = page.root.find("nav", class_="pager")[0].find("a")[0].attributes["href"]
    assert more == f"/?after={reports[19].id}"
    page = await window.get(more)
    titles = [a.attributes["href"] for a in page.root.find("a", class_="title")]
    assert titles == [f"/reports/{report.id}" for report in reports[20:]]
    assert page.root.find("nav", class_="pager") == []


async def test_unit_filter_stays_through_the_walk(deps: Deps, window: Window) -> None:
    committee, administrator = an_administrator(deps)
    east, west = (a_branch(deps, code=code, parent_id=committee.id, recorders=0) for code in ("east", "west"))
    for at in (east, west):
        a_report(deps, at.secretary)
    second = a_report(deps, west.secretary, item="lesson")
    page = await window.sign_in(deps, administrator)
    assert page.heading == "待审 3 份"
    page = await window.get(f"/?unit={west.unit.id}")
    assert page.heading == "待审 2 份"
    opened = page.root.find("a", class_="title")[0].attributes["href"]
    page = await window.post(
        f"{opened.split('?')[0]}/decide", action="approve", revision="1", unit=str(west.unit.id)
    )
    assert page.address == f"/reports/{second.id}?unit={west.unit.id}&decided={second.id - 1}"
    page = await window.decide(second.id, "approve", unit=str(west.unit.id))
    assert (page.address, page.heading) == (f"/?unit={west.unit.id}&decided={second.id}", "待审 0 份")


async def test_photos_are_linked_and_failures_told(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member, photos=2)
    pieces = open_history(deps, actor=branch.recorder.actor, report_id=report.id).evidence
    keep_fetched(deps, evidence_id=pieces[0].id, content=a_jpeg())
    keep_fetched(deps, evidence_id=pieces[1].id, content=b"not a photo")
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/reports/{report.id}")
    assert [a.attributes["href"] for a in page.root.find("a", class_="photo")] == [
        f"/evidence/{pieces[0].id}"
    ]
    assert page.texts("div", class_="photo") == ["不能接收：文件打不开"]


async def test_points_by_a_ladder_are_told_as_one(deps: Deps, window: Window) -> None:
    club = a_desk(deps, "rowing-club")
    report = a_report(deps, club.people["m1"], item="boats", quantity=Fraction(5))
    await window.sign_in(deps, club.recorder)
    page = await window.get(f"/reports/{report.id}")
    assert "5 小时，按阶梯一共 4 分。" in page.root.text
