"""Classes and households at the running desk: all agrees with what a rulebook makes of the same tables."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from domain.errors import ItemNotForMember, MemberUnknown, NotAllowed, PlacingRefused
from domain.members import Role
from domain.periods import parse_period
from domain.roster_problems import RosterInvalid, RosterProblemCode
from domain.shop.refusals import HouseholdRefused
from services.actors import unit_tree
from services.clock import FixedClock
from services.deps import Deps
from services.group_lists import preview_post
from services.ledger import my_points, verify
from services.members import list_members
from services.placing import place_member
from services.reviews import open_review
from services.scoring import explain
from services.shop import follow_roster, list_households, my_purse, share_account
from services.standings import choose_notices, freeze_period
from services.tallies import recount_unit
from storage import members as stored_members
from storage.tables import audit, sums
from tests.builders import Person, a_report, a_unit, finalise, frozen_list
from tests.example_desks import FEBRUARY_16, MOVED, PEOPLE, Desk, a_desk, bring_in


@pytest.fixture
def village(deps: Deps) -> Desk:
    return a_desk(deps, "village-households")


@pytest.fixture
def club(deps: Deps) -> Desk:
    return a_desk(deps, "rowing-club")


def move(
    desk: Desk,
    who: str,
    household: str,
    *,
    class_: str = "",
    on: date | None = FEBRUARY_16,
    by: Person | None = None,
    unit_id: int | None = None,
) -> None:
    """Let a member of the desk belong to another household, and class, from a day on."""
    place_member(
        desk.deps,
        actor=(by or desk.administrator).actor,
        member_id=desk.people[who].member_id,
        unit_id=desk.unit_id if unit_id is None else unit_id,
        class_=class_,
        household=household,
        on=on,
    )


def months_of_village(desk: Desk) -> None:
    """Enter what fills caps of months and quarters, before and after m1 moves, and a lasting honour."""
    desk.enter("m1", "honour", "2025-05-06", level="county")
    desk.enter("m2", "honour", "2025-02-06", level="town")
    for member, day in (("m1", 5), ("m2", 6), ("m2", 7), ("m1", 8), ("m2", 9)):
        desk.enter(member, "sorting", f"2026-01-0{day}")  # 5 under 4 a month
    desk.enter("m1", "dump", "2026-01-20")
    desk.enter("m3", "labour", "2026-01-08", quantity="4")
    desk.enter("m1", "labour", "2026-02-03", quantity="3")
    desk.enter("m1", "labour", "2026-02-20", quantity="2.5")
    desk.enter("m4", "meeting", "2026-02-21")
    desk.enter("m2", "dump", "2026-02-25")  # again within three months: twice as much
    desk.enter("m1", "sorting", "2026-03-02")


SEASON = ("2026-01", "2026-Q1", "2026-Q2", "2026-H1", "2026")
"""Periods of a year that begins in November."""
LABELS = ("2025", "2026-01", "2026-02", "2026-03", "2026-Q1", "2026-H1", "2026")


def test_a_village_counts_as_its_tables_do_before_and_after_a_move(village: Desk) -> None:
    months_of_village(village)
    village.agrees(PEOPLE, *LABELS)
    quarter = {one.subject: one.total for one in village.by_tables(PEOPLE, "2026-Q1").subjects}
    assert quarter == {"张大户": 17, "李二户": 15, "m4": 2}  # 4 − 5 − 10 + 1 + 20 + 8 − 1; 16 − 1; 3 − 1
    move(village, "m1", "李二户", class_="正式")
    village.agrees(MOVED, *LABELS)
    village.enter("m1", "labour", "2026-02-01", quantity="1")  # late: of before the move
    village.undo(village.enter("m1", "sorting", "2026-03-03"))
    village.enter("m3", "model", "2026-03-04")
    village.agrees(MOVED, *LABELS)
    with village.deps.store.begin() as uow:
        before = sorted(map(tuple, uow.connection.execute(select(sums))))
        recount_unit(uow, village.deps.shelf, unit_tree(uow).get(village.unit_id))
        assert sorted(map(tuple, uow.connection.execute(select(sums)))) == before


def test_what_a_card_promises_a_household_the_approval_brings(village: Desk) -> None:
    village.enter("m1", "labour", "2026-01-03", quantity="4")
    report = a_report(
        village.deps, village.people["m2"], item="labour", on=date(2026, 1, 4), quantity=Fraction(3)
    )
    opened = open_review(village.deps, actor=village.recorder.actor, report_id=report.id)
    assert opened.preview is not None
    gains = (opened.preview.gains_low, opened.preview.gains_high)
    assert gains == (Fraction(4), Fraction(4))  # 16 of the quarter's 20 are taken
    village.enter("m2", "labour", "2026-01-05", quantity="3")
    totals = {one.subject: one.total for one in village.by_tables(PEOPLE, "2026-01").subjects}
    assert totals == {"张大户": 20, "李二户": 0, "m4": 0}
    village.agrees(PEOPLE, "2026-01", "2026-Q1")


def test_a_member_sees_the_account_of_the_household(village: Desk) -> None:
    months_of_village(village)
    of = {
        name: my_points(village.deps, actor=person.actor, period=parse_period("2026-Q1"))
        for name, person in village.people.items()
    }
    assert {name: (int(mine.view.sheet.total), mine.view.household) for name, mine in of.items()} == {
        "m1": (17, "张大户"),
        "m2": (17, "张大户"),
        "m3": (15, "李二户"),
        "m4": (2, ""),
    }
    assert of["m1"].view.ranked == 3
    told = explain(
        village.deps,
        actor=village.recorder.actor,
        member_id=village.people["m2"].member_id,
        period="2026-01",
    )
    assert told.score is not None
    assert [(line.item, int(line.raw), int(line.counted)) for line in told.score.trace] == [
        *(("sorting", 1, 1) for _ in range(4)),
        ("sorting", 1, 0),
        ("dump", -5, -5),
        ("honour", 4, 4),
        ("honour", 8, 8),
    ]


def test_a_club_counts_its_classes_as_its_tables_do(club: Desk) -> None:
    for day in range(1, 5):
        club.enter("m1", "training", f"2026-01-0{day}")
        club.enter("m3", "outing", f"2025-11-1{day}")
    club.enter("m2", "training", "2026-01-05")
    club.enter("m2", "regatta", "2026-01-06")
    club.enter("m2", "absence", "2026-01-07")
    club.enter("m2", "absence", "2026-02-07")
    club.enter("m3", "boats", "2026-02-07", quantity="5")
    for number, level in enumerate(("参赛", "奖牌", "决赛"), start=1):
        club.enter("m3", "race", f"2026-02-0{number}", level=level)
    club.enter("m1", "coaching", "2026-02-09")
    club.agrees(PEOPLE, *SEASON)
    assert {one.subject for one in club.by_tables(PEOPLE, "2026").subjects} == {"m1", "m2", "m3"}
    move(club, "m2", "张大户", class_="正式")
    club.enter("m2", "coaching", "2026-02-20")
    promoted = PEOPLE.replace(
        "m2,王二,hezhuang,2025-01-01,,新会员,张大户\n",
        "m2,王二,hezhuang,2025-01-01,2026-02-16,新会员,张大户\nm2,王二,hezhuang,2026-02-16,,正式,张大户\n",
    )
    club.agrees(promoted, *SEASON)


def test_an_item_for_a_class_is_refused_to_others(club: Desk) -> None:
    report = a_report(club.deps, club.people["m1"], item="coaching", on=date(2026, 2, 9))
    assert open_review(club.deps, actor=club.recorder.actor, report_id=report.id).preview is not None
    with pytest.raises(ItemNotForMember):
        club.enter("m2", "coaching", "2026-02-09")


def test_freezing_lists_households_and_tells_each_of_their_members(village: Desk, clock: FixedClock) -> None:
    months_of_village(village)
    clock.advance(timedelta(days=23))
    listed = village.scores("2026-Q1")
    freeze_period(village.deps, actor=village.administrator.actor, unit_id=village.unit_id, period="2026-Q1")
    kept = frozen_list(village.deps, village.unit_id, "2026-Q1")
    assert kept is not None
    assert [(one.name, one.rank, one.ranked, int(one.total)) for one in kept] == [
        ("王一", 1, 3, 17),
        ("王二", 1, 3, 17),
        ("王三", 2, 3, 15),
        ("王四", 3, 3, 2),
    ]
    assert village.scores("2026-Q1") == [one | {"flags": ()} for one in listed]


def test_a_group_sees_households_and_not_each_of_their_members(deps: Deps, clock: FixedClock) -> None:
    village = a_desk(deps, "village-households", more="publicity: {in: [quarter], top: 2}\n")
    months_of_village(village)
    clock.advance(timedelta(days=23))
    village.enter("m3", "meeting", "2026-03-31")
    by = village.administrator.actor
    freeze_period(deps, actor=by, unit_id=village.unit_id, period="2026-Q1")
    post = preview_post(deps, actor=by, unit_id=village.unit_id, period="2026-Q1")
    assert [(one.rank, one.name, int(one.total)) for one in post.shown] == [
        (1, "李二户", 18),
        (2, "张大户", 17),
    ]


@pytest.mark.parametrize("code", ["m1", "m2"])
def test_a_household_goes_unnamed_as_soon_as_one_of_its_members_hides(
    deps: Deps, clock: FixedClock, code: str
) -> None:
    village = a_desk(deps, "village-households", more="publicity: {in: [quarter], top: 2, may_hide: true}\n")
    months_of_village(village)
    clock.advance(timedelta(days=23))
    by = village.administrator.actor
    freeze_period(deps, actor=by, unit_id=village.unit_id, period="2026-Q1")
    choose_notices(deps, actor=village.people[code].actor, hides_name=True)
    post = preview_post(deps, actor=by, unit_id=village.unit_id, period="2026-Q1")
    assert post.is_by_household
    assert [(one.rank, one.name, int(one.total)) for one in post.shown] == [
        (1, "", 17),
        (2, "李二户", 15),
    ]


def test_shop_accounts_follow_the_roster(village: Desk) -> None:
    with village.deps.store.begin() as uow:
        stored_members.grant_role(
            uow,
            member_id=village.recorder.member_id,
            unit_id=village.unit_id,
            role=Role.SHOPKEEPER,
            now=village.deps.clock.now(),
        )
    keeper = village.recorder.actor
    village.enter("m1", "labour", "2026-01-03", quantity="1")
    village.enter("m2", "labour", "2026-01-04", quantity="2")
    village.enter("m3", "labour", "2026-01-05", quantity="0.5")

    def apart() -> list[tuple[str, list[str]]]:
        homes = list_households(village.deps, actor=keeper)[village.unit_id]
        return [(name, [one.name for one in people]) for name, people in homes.apart]

    def balances() -> list[int]:
        people = village.people.values()
        return [int(my_purse(village.deps, actor=person.actor).balance) for person in people]

    assert apart() == [("张大户", ["王一", "王二"])]
    with pytest.raises(HouseholdRefused):
        share_account(
            village.deps,
            actor=keeper,
            unit_id=village.unit_id,
            member_id=village.people["m2"].member_id,
            with_member_id=village.people["m3"].member_id,
        )
    for _ in range(2):
        follow_roster(village.deps, actor=keeper, unit_id=village.unit_id)
    assert (apart(), balances()) == ([], [12, 12, 2, 0])
    move(village, "m2", "李二户")
    assert apart() == [("张大户", ["王一"]), ("李二户", ["王二", "王三"])]
    follow_roster(village.deps, actor=keeper, unit_id=village.unit_id)
    assert (apart(), balances()) == ([], [12, 2, 2, 0])
    assert verify(village.deps)[1] == ()


def test_points_of_a_closed_period_stay_with_the_household(village: Desk) -> None:
    months_of_village(village)
    finalise(village.deps, village.administrator, village.unit_id, "2026-01")
    before = village.rows("m1")
    with pytest.raises(PlacingRefused) as refused:
        move(village, "m1", "李二户", class_="正式", on=date(2026, 1, 5))
    assert (refused.value.reason, refused.value.on) == ("finalised", date(2026, 1, 5))
    late = PEOPLE.replace(
        "m1,王一,hezhuang,2025-01-01,,正式,张大户", "m1,王一,hezhuang,2025-01-01,,正式,李二户"
    )
    with pytest.raises(RosterInvalid) as invalid:
        bring_in(village.deps, late)
    assert [(one.line, one.code) for one in invalid.value.problems] == [(2, RosterProblemCode.FINALISED)]
    assert village.rows("m1") == before
    move(village, "m1", "李二户", class_="正式", on=date(2026, 1, 21))
    assert verify(village.deps)[1] == ()


@pytest.mark.parametrize(
    ("household", "on", "reason"),
    [
        ("李二户", None, "day"),
        ("李二户", date(2024, 12, 31), "day"),
        ("=1+1", FEBRUARY_16, "word"),
        ("户\u200b", FEBRUARY_16, "word"),
        ("户" * 65, FEBRUARY_16, "word"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(
    village: Desk, household: str, on: date | None, reason: str
) -> None:
    before = village.rows("m1")
    with pytest.raises(PlacingRefused) as refused:
        move(village, "m1", household, class_="正式", on=on)
    assert refused.value.reason == reason
    assert village.rows("m1") == before


def test_only_who_manages_the_unit_moves_its_members(village: Desk) -> None:
    for nobody in (village.recorder, village.people["m1"]):
        with pytest.raises(NotAllowed):
            move(village, "m1", "李二户", by=nobody)
    other = a_unit(village.deps, code="elsewhere", rulebook=None)
    with pytest.raises(NotAllowed):
        move(village, "m1", "李二户", unit_id=other.id)
    with pytest.raises(MemberUnknown):
        place_member(
            village.deps,
            actor=village.administrator.actor,
            member_id=village.recorder.member_id,
            unit_id=village.unit_id,
            class_="",
            household="李二户",
            on=FEBRUARY_16,
        )


def test_a_doubled_move_is_one_and_the_list_shows_the_member_once(village: Desk) -> None:
    for _ in range(2):
        move(village, "m1", " 李二户 ", class_="正式")
    assert village.rows("m1") == [
        (date(2025, 1, 1), FEBRUARY_16, "正式", "张大户"),
        (FEBRUARY_16, None, "正式", "李二户"),
    ]
    page = list_members(village.deps, actor=village.administrator.actor, unit_id=village.unit_id)
    assert [(row.member.code, row.membership.household) for row in page.rows] == [
        ("m1", "李二户"),
        ("m2", "张大户"),
        ("m3", "李二户"),
        ("m4", ""),
    ]
    assert page.total == 4
    with village.deps.store.read() as uow:
        lines = list(uow.connection.execute(select(audit.c.facts).where(audit.c.action == "member.placed")))
    assert [line.facts for line in lines] == [
        {
            "on": "2026-02-16",
            "class": "正式",
            "household": "李二户",
            "class_before": "正式",
            "household_before": "张大户",
        }
    ]
