"""Lists with a day of their own: made once, from the frozen list if there is one, told to the secretary."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from domain.errors import NotAllowed, UnitUnknown
from domain.members import Role
from domain.outbox import OutboxKind
from domain.reports import ReportStatus
from domain.unit_settings import Setting
from services.clock import FixedClock
from services.dated_lists import list_lists, open_list
from services.deps import Deps
from services.due import run_due
from services.placing import place_member
from services.standings import freeze_period
from storage import unit_settings as stored_settings
from storage.tables import roles
from tests.builders import Branch, Person, a_branch, a_member, a_report
from tests.conftest import RULEBOOKS
from tests.example_desks import Desk, a_desk
from tests.services.outbox import waiting_facts

JULY = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
"""Half past nine in the branch."""
LISTS = """
consequences:
  july: {name: “七一”表彰, in: [H1], top: 2, among: {where: total > 0}, to: secretary, on: 07-01}
"""


@pytest.fixture(autouse=True)
def july(deps: Deps, clock: FixedClock, tmp_path: Path) -> None:
    book = (RULEBOOKS / "ceshi.yaml").read_text(encoding="utf-8")
    (tmp_path / "ceshi.yaml").write_text(book + LISTS, encoding="utf-8")
    deps.shelf.folders = (tmp_path,)
    assert deps.shelf.load_files(deps.store, now=clock.now()) == ()


def earn(deps: Deps, branch: Branch, person: Person, item: str) -> None:
    a_report(deps, person, item=item, status=ReportStatus.APPROVED, by=branch.recorder)


def strike(deps: Deps, clock: FixedClock, at: datetime = JULY) -> None:
    clock.set(datetime(2026, 6, 30, 4, tzinfo=UTC))
    run_due(deps)
    clock.set(at)
    run_due(deps)


def told(deps: Deps) -> list[int | None]:
    return [member_id for _, member_id, _ in waiting_facts(deps, [OutboxKind.DATED_LIST])]


def lines(deps: Deps, branch: Branch) -> list[tuple[str, int, int | None]]:
    shown = list_lists(deps, actor=branch.secretary.actor, unit_id=branch.unit.id).lists
    return [(line.name, int(line.total), line.rank) for one in shown for line in one.kept.lines]


def test_the_list_goes_to_the_secretary_once(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    earn(deps, branch, branch.members[0], "clean")
    earn(deps, branch, branch.members[1], "article")
    strike(deps, clock)
    for _ in range(3):
        run_due(deps)
    assert told(deps) == [branch.secretary.member_id]
    assert lines(deps, branch) == [("chunfeng党员1", 5, 1), ("chunfeng党员2", 2, 2)]
    (shown,) = list_lists(deps, actor=branch.recorder.actor).lists
    assert (shown.period.label, shown.kept.listed_on) == ("2026-H1", date(2026, 7, 1))
    assert (shown.kept.is_frozen, shown.kept.tied) == (False, ())
    assert open_list(deps, actor=branch.secretary.actor, list_id=shown.kept.id) == shown


def test_another_hour_on_the_same_day_makes_no_second_list(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    strike(deps, clock)
    with deps.store.begin() as uow:
        stored_settings.replace_settings(
            uow,
            branch.unit.id,
            {Setting.NUDGE_TIME: "14:00"},
            set_by_id=branch.secretary.member_id,
            now=clock.now(),
        )
    clock.set(JULY.replace(hour=6))
    assert run_due(deps) == 2  # the list's step and a sweep
    assert told(deps) == [branch.secretary.member_id]
    assert len(list_lists(deps, actor=branch.secretary.actor).lists) == 1


def test_the_frozen_list_is_read_where_there_is_one(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    earn(deps, branch, branch.member, "clean")
    clock.set(JULY.replace(hour=0))
    freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period="2026-H1")
    strike(deps, clock)
    (shown,) = list_lists(deps, actor=branch.secretary.actor).lists
    assert shown.kept.is_frozen
    assert [one.member_id for one in shown.kept.lines] == [branch.member.member_id]


def test_between_equals_at_the_cut_the_committee_decides(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    for person in (*branch.members, branch.secretary):
        earn(deps, branch, person, "article")
    strike(deps, clock)
    (shown,) = list_lists(deps, actor=branch.secretary.actor).lists
    assert shown.kept.lines == ()
    assert shown.kept.tied == ("chunfeng书记", "chunfeng党员1", "chunfeng党员2")


def test_without_a_secretary_the_recorders_get_it(deps: Deps, clock: FixedClock) -> None:
    branch = a_branch(deps, code="xin")
    with deps.store.begin() as uow:
        uow.connection.execute(roles.delete().where(roles.c.member_id == branch.secretary.member_id))
    strike(deps, clock)
    assert told(deps) == [one.member_id for one in branch.recorders]


def test_only_the_desk_of_the_unit_sees_its_lists(
    deps: Deps, clock: FixedClock, branch: Branch, other_branch: Branch
) -> None:
    earn(deps, branch, branch.member, "clean")
    strike(deps, clock)
    (shown,) = list_lists(deps, actor=branch.secretary.actor).lists
    with pytest.raises(UnitUnknown):
        open_list(deps, actor=other_branch.secretary.actor, list_id=shown.kept.id)
    with pytest.raises(UnitUnknown):
        list_lists(deps, actor=other_branch.secretary.actor, unit_id=branch.unit.id)
    deputy = a_member(deps, unit=branch.unit, name="副书记", roles=(Role.DEPUTY,))
    for person in (branch.member, deputy):
        with pytest.raises(NotAllowed):
            list_lists(deps, actor=person.actor)
        with pytest.raises(UnitUnknown):
            open_list(deps, actor=person.actor, list_id=shown.kept.id)


def test_two_at_once_make_one_list(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    clock.set(datetime(2026, 6, 30, 4, tzinfo=UTC))
    run_due(deps)
    clock.set(JULY)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: run_due(deps), range(4)))
    run_due(deps)
    assert told(deps) == [branch.secretary.member_id]
    assert len(list_lists(deps, actor=branch.secretary.actor).lists) == 1


def test_what_broke_off_halfway_is_made_whole_at_the_next_look(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    def break_off(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "dated_lists" in statement and "SELECT" in statement:
            raise RuntimeError(statement)

    event.listen(deps.store.engine, "before_cursor_execute", break_off)
    try:
        strike(deps, clock)
    finally:
        event.remove(deps.store.engine, "before_cursor_execute", break_off)
    assert told(deps) == []
    assert list_lists(deps, actor=branch.secretary.actor).lists == ()
    run_due(deps)
    assert told(deps) == [branch.secretary.member_id]


OF_HOUSEHOLDS = """
  july:
    {name: “七一”表彰, in: [H1], top: 1, among: {where: total > 0}, to: secretary, on: 07-01}
"""


def listed_in(village: Desk) -> tuple[list[tuple[str, int]], tuple[str, ...]]:
    """Return the names and totals of the village's only list, and between whom the committee decides."""
    (shown,) = list_lists(village.deps, actor=village.recorder.actor, unit_id=village.unit_id).lists
    return [(line.name, int(line.total)) for line in shown.kept.lines], shown.kept.tied


def freeze_half(village: Desk, clock: FixedClock) -> None:
    clock.set(JULY.replace(hour=0))
    freeze_period(village.deps, actor=village.administrator.actor, unit_id=village.unit_id, period="2026-H1")


@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_list_of_households_names_each_once(deps: Deps, clock: FixedClock, *, is_frozen: bool) -> None:
    village = a_desk(deps, "village-households", lists=OF_HOUSEHOLDS)
    village.enter("m1", "sorting", "2026-03-02")
    village.enter("m2", "labour", "2026-03-03", quantity="1")
    village.enter("m3", "meeting", "2026-03-04")
    if is_frozen:
        freeze_half(village, clock)
    strike(deps, clock)
    assert listed_in(village) == ([("张大户", 3)], ())  # 1 + 4 − 1 − 1, against 3 − 1 − 1
    assert told(deps) == [village.recorder.member_id]


@pytest.mark.parametrize("is_frozen", [False, True])
def test_between_equal_households_the_committee_decides(
    deps: Deps, clock: FixedClock, *, is_frozen: bool
) -> None:
    village = a_desk(deps, "village-households", lists=OF_HOUSEHOLDS)
    for member in ("m1", "m3"):
        village.enter(member, "labour", "2026-03-03", quantity="1")
    if is_frozen:
        freeze_half(village, clock)
    strike(deps, clock)
    assert listed_in(village) == ([], ("张大户", "李二户"))


def test_who_moves_away_before_the_day_leaves_the_list_to_the_household(
    deps: Deps, clock: FixedClock
) -> None:
    village = a_desk(deps, "village-households", lists=OF_HOUSEHOLDS)
    village.enter("m1", "labour", "2026-02-03", quantity="1")
    place_member(
        deps,
        actor=village.administrator.actor,
        member_id=village.people["m1"].member_id,
        unit_id=village.unit_id,
        class_="正式",
        household="李二户",
        on=date(2026, 2, 16),
    )
    strike(deps, clock)
    (shown,) = list_lists(deps, actor=village.recorder.actor, unit_id=village.unit_id).lists
    assert [(line.name, line.member_id) for line in shown.kept.lines] == [
        ("张大户", village.people["m2"].member_id)
    ]
