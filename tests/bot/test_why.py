"""Why did I get 4? What the chat says of one line, and of a whole period, in both languages."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bot.screen import TEXT_LENGTH_MAX, text_length
from bot.screens.mine import points_screen, story_screen, why_screen
from domain.reports import ReportStatus
from domain.scoring import SubjectScore
from services.deps import Deps
from services.ledger import explain_entry, my_points
from services.scoring import explain
from tests.builders import Branch, Person, a_branch, a_member, a_report


@pytest.fixture
def branch(deps: Deps) -> Branch:
    """Return a branch under the rulebook for tests."""
    return a_branch(deps)


def approve_hours(deps: Deps, branch: Branch, member: Person, *, on: date) -> None:
    a_report(
        deps,
        member,
        item="hours",
        quantity=Fraction(5),
        on=on,
        status=ReportStatus.APPROVED,
        by=branch.recorder,
    )


def test_a_line_names_quantity_rate_and_every_limit_that_cut_it(deps: Deps, branch: Branch) -> None:
    for on in (date(2026, 3, 9), date(2026, 3, 10)):
        approve_hours(deps, branch, branch.member, on=on)
    latest = my_points(deps, actor=branch.member.actor).lines[0]
    story = explain_entry(deps, actor=branch.member.actor, entry_id=latest.id)
    chinese, english = (
        [line for line in story_screen(story, language, back_to="2026-03").text.splitlines() if line]
        for language in ("zh_Hans", "en")
    )
    assert chinese[1:4] == [
        "记分：+4",
        "算法：5 小时 × 2 分，原为 +10，每日封顶 6 分，余 6 分；每月封顶 10 分，此前已计 6 分",
        "依据：第三条",
    ]
    assert english[1:3] == [
        "Points: +4",
        "Worked out: 5 小时 × 2, was +10, cap per day 6, leaves 6; cap per month 10, 6 counted before",
    ]


def test_a_line_whose_item_names_no_clause_shows_that_of_its_category(deps: Deps, branch: Branch) -> None:
    a_report(deps, branch.member, item="lesson", status=ReportStatus.APPROVED, by=branch.recorder)
    (entry,) = my_points(deps, actor=branch.member.actor).lines
    story = explain_entry(deps, actor=branch.member.actor, entry_id=entry.id)
    assert "依据：第二条" in story_screen(story, "zh_Hans", back_to="2026-03").text.splitlines()
    assert "Clause: 第二条" in story_screen(story, "en", back_to="2026-03").text.splitlines()


def test_lines_stand_by_day_whatever_the_order_of_decisions(deps: Deps, branch: Branch) -> None:
    for day in (8, 10, 6):
        a_report(
            deps,
            branch.member,
            item="lesson",
            on=date(2026, 3, day),
            status=ReportStatus.APPROVED,
            by=branch.recorder,
        )
    mine = my_points(deps, actor=branch.member.actor)
    assert [entry.happened_on.day for entry in mine.lines] == [10, 8, 6]
    lines = [line for line in points_screen(mine, "zh_Hans").text.splitlines() if line[:1].isdigit()]
    assert [line.split(" · ")[0] for line in lines] == ["1. 3月10日 周二", "2. 3月8日 周日", "3. 3月6日 周五"]


def test_a_period_says_how_its_total_came_about(deps: Deps, branch: Branch) -> None:
    approve_hours(deps, branch, branch.member, on=date(2026, 3, 9))
    a_report(deps, branch.member, item="lesson", status=ReportStatus.APPROVED, by=branch.recorder)
    told = explain(deps, actor=branch.member.actor, period="2026-03")
    assert why_screen(told, "zh_Hans").text.splitlines() == [
        "<b>chunfeng党员1</b> · 2026年3月",
        "<b>总分 10 · 第 1 名</b>",
        "合计  6 + 4 = 10",
        "",
        "<b>服务 +6</b>",
        "3月9日 志愿时长 <b>+6</b>（5 小时 × 2 分 · 原为 +10 · 每日封顶 6 分） <i>第三条</i>",
        "",
        "<b>学习 +4</b>",
        "3月10日 党课 <b>+4</b> <i>第二条</i>",
    ]
    assert why_screen(told, "en").text.splitlines()[1:3] == ["<b>Total 10 · rank 1</b>", "Sum  6 + 4 = 10"]


def test_a_period_before_the_membership_says_so(deps: Deps, branch: Branch) -> None:
    newcomer = a_member(deps, unit=branch.unit, name="新来的", since_on=date(2026, 3, 1))
    told = explain(deps, actor=newcomer.actor, period="2026-02")
    assert "2026-02 不在册；名册里的在册日期是 3月1日 起" in why_screen(told, "zh_Hans").text


def test_very_many_lines_give_way_to_the_sums(deps: Deps, branch: Branch) -> None:
    approve_hours(deps, branch, branch.member, on=date(2026, 3, 9))
    told = explain(deps, actor=branch.member.actor, period="2026-03")
    assert isinstance(told.score, SubjectScore)
    many = told.score._replace(trace=told.score.trace * 200)
    screen = why_screen(replace(told, score=many), "zh_Hans")
    assert text_length(screen.text) < TEXT_LENGTH_MAX
    assert screen.text.splitlines()[-1].startswith("笔数太多")
