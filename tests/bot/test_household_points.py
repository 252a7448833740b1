"""我的积分 and the rank notice where a household shares the account: whose lines, and how many households."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.screens.mine import points_screen, story_screen
from bot.screens.standings import notice_screen
from domain.errors import EntryUnknown
from domain.periods import parse_period
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import explain_entry, my_points
from services.placing import place_member
from services.standings import freeze_period, open_notice
from storage.tables import finalised_periods
from tests.builders import Person, a_branch
from tests.example_desks import FEBRUARY_16, Desk, a_desk


@pytest.fixture
def village(deps: Deps) -> Desk:
    """Return a village with lines of three households, decided in another order than they happened."""
    desk = a_desk(deps, "village-households")
    desk.enter("m1", "sorting", "2026-01-21")
    desk.enter("m2", "labour", "2026-01-23", quantity="1")
    desk.enter("m1", "dump", "2026-01-19")
    desk.enter("m3", "labour", "2026-01-08", quantity="2")
    desk.enter("m4", "meeting", "2026-01-09")
    return desk


def move(desk: Desk, member: str, household: str) -> None:
    place_member(
        desk.deps,
        actor=desk.administrator.actor,
        member_id=desk.people[member].member_id,
        unit_id=desk.unit_id,
        class_="正式",
        household=household,
        on=FEBRUARY_16,
    )


def listed(desk: Desk, member: str, period: str, language: str = "zh_Hans") -> list[str]:
    """Return the numbered lines of somebody's 我的积分."""
    mine = my_points(desk.deps, actor=desk.people[member].actor, period=parse_period(period))
    lines = points_screen(mine, language).text.splitlines()
    return [line for line in lines if line[:1].isdigit()]


def lines_of(desk: Desk, member: str, period: str = "2026-Q1") -> dict[str, int]:
    """Return the ids of the lines that somebody sees, by item."""
    mine = my_points(desk.deps, actor=desk.people[member].actor, period=parse_period(period))
    return {entry.item: entry.id for entry in mine.lines}


def test_the_lines_are_those_of_the_household_by_day_with_who_earned_them(village: Desk) -> None:
    for member in ("m1", "m2"):
        assert listed(village, member, "2026-Q1") == [
            "1. 1月23日 周五 · 义务投工 · 王二 · <b>+4</b>",
            "2. 1月21日 周三 · 垃圾分类 · 王一 · <b>+1</b>",
            "3. 1月19日 周一 · 乱堆乱放 · 王一 · <b>-5</b>",
        ]
    assert listed(village, "m3", "2026-Q1") == ["1. 1月8日 周四 · 义务投工 · 王三 · <b>+8</b>"]
    assert listed(village, "m1", "2026-01", "en")[0] == "1. Fri, Jan 23 · 义务投工 · 王二 · <b>+4</b>"


def test_who_has_no_household_sees_their_own_and_no_names(village: Desk) -> None:
    assert listed(village, "m4", "2026-Q1") == ["1. 1月9日 周五 · 参加村民会议 · <b>+3</b>"]


def test_a_long_list_turns_its_pages_by_day(village: Desk) -> None:
    for day in range(10, 19):
        village.enter("m2" if day % 2 else "m1", "labour", f"2026-01-{day}", quantity="0.5")
    seen: list[date] = []
    for page in (0, 1):
        mine = my_points(
            village.deps, actor=village.people["m1"].actor, period=parse_period("2026-Q1"), page=page
        )
        assert mine.total == 12
        seen += [entry.happened_on for entry in mine.lines]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 12


def test_a_line_of_the_household_opens_without_what_its_report_says(village: Desk) -> None:
    entry_id = lines_of(village, "m1")["labour"]
    of_other = explain_entry(village.deps, actor=village.people["m1"].actor, entry_id=entry_id)
    own = explain_entry(village.deps, actor=village.people["m2"].actor, entry_id=entry_id)
    assert (of_other.report, own.report is None) == (None, False)
    assert of_other.decision is not None
    assert of_other.decision.reason == ""
    text = story_screen(of_other, "zh_Hans", back_to="2026-Q1").text
    assert "算法：1 天 × 4 分" in text
    assert "申报编号" not in text


def test_lines_of_other_households_stay_closed(village: Desk) -> None:
    foreign = lines_of(village, "m3")["labour"]
    alone = lines_of(village, "m4")["meeting"]
    for entry_id in (foreign, alone):
        with pytest.raises(EntryUnknown):
            explain_entry(village.deps, actor=village.people["m1"].actor, entry_id=entry_id)
    with pytest.raises(EntryUnknown):
        explain_entry(village.deps, actor=village.people["m4"].actor, entry_id=foreign)


def test_who_moves_sees_the_new_household_and_keeps_their_own_lines(village: Desk) -> None:
    village.enter("m2", "meeting", "2026-02-20")
    old = lines_of(village, "m2")
    move(village, "m1", "李二户")
    village.enter("m1", "meeting", "2026-02-17")
    assert listed(village, "m1", "2026-Q1") == [
        "1. 2月17日 周二 · 参加村民会议 · 王一 · <b>+3</b>",
        "2. 1月21日 周三 · 垃圾分类 · 王一 · <b>+1</b>（不在这个合计里）",
        "3. 1月19日 周一 · 乱堆乱放 · 王一 · <b>-5</b>（不在这个合计里）",
        "4. 1月8日 周四 · 义务投工 · 王三 · <b>+8</b>",
    ]
    assert listed(village, "m1", "2026-Q1", "en")[1].endswith("(not part of this total)")
    # What the old household did while they shared it stays open to them, what it did afterwards does not.
    assert [line.split(" · ")[2] for line in listed(village, "m1", "2026-01")] == ["王二", "王一", "王一"]
    explain_entry(village.deps, actor=village.people["m1"].actor, entry_id=old["labour"])
    with pytest.raises(EntryUnknown):
        explain_entry(village.deps, actor=village.people["m1"].actor, entry_id=old["meeting"])
    assert [line.split(" · ")[1] for line in listed(village, "m2", "2026-Q1")] == [
        "参加村民会议", "义务投工", "垃圾分类", "乱堆乱放",
    ]  # fmt: skip


def test_a_household_in_the_roster_opens_nothing_where_the_rulebook_keeps_members_apart(deps: Deps) -> None:
    club = a_desk(deps, "rowing-club")
    club.enter("m2", "training", "2026-01-05")
    ((_, entry_id),) = lines_of(club, "m2", "2026-01").items()
    assert lines_of(club, "m1", "2026-01") == {}
    with pytest.raises(EntryUnknown):
        explain_entry(deps, actor=club.people["m1"].actor, entry_id=entry_id)


def notice_to(deps: Deps, person: Person, language: str) -> list[str]:
    with deps.store.read() as uow:
        (period_id,) = uow.connection.execute(select(finalised_periods.c.id)).scalars()
    told = open_notice(deps, actor=person.actor, period_id=period_id)
    screen = notice_screen(told, language)
    assert screen is not None
    return screen.text.splitlines()


def test_the_rank_notice_counts_households(village: Desk, clock: FixedClock) -> None:
    clock.advance(timedelta(days=23))
    freeze_period(village.deps, actor=village.administrator.actor, unit_id=village.unit_id, period="2026-Q1")
    assert "第 3 名（共 3 户）" in notice_to(village.deps, village.people["m1"], "zh_Hans")
    assert "No. 3 of 3 households" in notice_to(village.deps, village.people["m2"], "en")


def test_the_rank_notice_counts_members_elsewhere(deps: Deps, clock: FixedClock) -> None:
    branch = a_branch(deps)
    clock.advance(timedelta(days=23))
    freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period="2026-Q1")
    assert "第 1 名（共 5 人）" in notice_to(deps, branch.member, "zh_Hans")
