"""Importing a roster: what it makes and changes, that a preview is the import, what it refuses."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from domain.members import MemberKind, Membership, MemberStatus, Role, RoleGrant, UnitKind
from domain.roster_problems import RosterInvalid, RosterProblemCode
from services.deps import Deps
from services.installation import install
from services.members import join
from services.roster_files import parse_roster
from services.rosters import Imported, Outcome, import_roster
from storage import members as stored_members
from storage import units as stored_units
from storage.tables import metadata

P = RosterProblemCode
ROSTER = (
    "编号,姓名,支部,支部名称,上级,规则本,类别,职务,加入日期,离开日期\n"
    "m1,王秀英,cf,春风里,jd,ceshi,正式,记录员,2025-01-31,\n"
    "m2,李明,cf,,,,预备,,,\n"
    "m3,张主任,jd,街道,,,,管理员,,\n"
)


def run(deps: Deps, text: str, *, is_preview: bool = False) -> Imported:
    rows = parse_roster(text.encode()).rows
    return import_roster(deps, rows=rows, time_zone="Asia/Shanghai", is_preview=is_preview)


def problems_of(deps: Deps, text: str) -> list[tuple[int, RosterProblemCode]]:
    with pytest.raises(RosterInvalid) as refused:
        run(deps, text)
    return [(problem.line, problem.code) for problem in refused.value.problems]


def everything(deps: Deps) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with deps.store.read() as uow:
        return {
            table.name: sorted(map(tuple, uow.connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def told(done: Imported) -> list[tuple[int, str, tuple[str, ...]]]:
    return [(o.row.line, o.outcome.value, o.changes) for o in done.rows]


def memberships(deps: Deps, member: str) -> list[Membership]:
    with deps.store.read() as uow:
        found = stored_members.get_member_by_code(uow, member)
        assert found is not None
        return list(stored_members.memberships_of(uow, found.id))


def test_import_makes_units_members_and_roles(deps: Deps) -> None:
    root = install(deps, organisation="全体", administrator="管理员")
    done = run(deps, ROSTER)
    with deps.store.read() as uow:
        units = {unit.code: unit for unit in stored_units.list_units(uow)}
        grants = stored_members.list_grants(uow)
        wang = stored_members.get_member_by_code(uow, "m1")
        zhang = stored_members.get_member_by_code(uow, "m3")
    assert wang is not None
    assert zhang is not None
    jd, cf = units["jd"], units["cf"]
    assert (jd.name, jd.kind, jd.parent_id, jd.rulebook) == ("街道", UnitKind.COMMITTEE, root.unit_id, None)
    assert (cf.name, cf.kind, cf.parent_id, cf.rulebook) == ("春风里", UnitKind.BRANCH, jd.id, "ceshi")
    assert grants[1:] == [
        RoleGrant(wang.id, cf.id, Role.RECORDER),
        RoleGrant(zhang.id, jd.id, Role.ADMINISTRATOR),
    ]
    assert memberships(deps, "m1") == [Membership(cf.id, MemberKind.FULL, date(2025, 1, 31), None)]
    assert memberships(deps, "m2") == [Membership(cf.id, MemberKind.PROBATIONARY, None, None)]
    assert told(done) == [
        (2, "created", ("unit", "roles")),
        (3, "created", ("unit",)),
        (4, "created", ("unit", "roles")),
    ]
    assert [(i.member, i.name, i.unit) for i in done.invitations] == [
        ("m1", "王秀英", "cf"),
        ("m2", "李明", "cf"),
        ("m3", "张主任", "jd"),
    ]


def test_the_invitations_of_an_import_let_people_join(deps: Deps) -> None:
    done = run(deps, ROSTER)
    names = [
        join(deps, user_id=100 + n, code=invited.code, language="zh_Hans").member.name
        for n, invited in enumerate(done.invitations)
    ]
    assert names == ["王秀英", "李明", "张主任"]


def test_a_preview_says_what_the_import_does_and_changes_nothing(deps: Deps) -> None:
    run(deps, "编号,姓名,支部\nm1,王秀,cf\n")
    before = everything(deps)
    preview = run(deps, ROSTER, is_preview=True)
    assert everything(deps) == before
    done = run(deps, ROSTER)
    assert (told(preview), preview.invitations, preview.is_preview) == (told(done), (), True)
    assert [(u.unit.code, u.outcome, u.changes) for u in preview.units] == [
        (u.unit.code, u.outcome, u.changes) for u in done.units
    ]


def test_the_same_file_again_changes_nothing_but_the_audit_trail(deps: Deps) -> None:
    run(deps, ROSTER)
    before = everything(deps)
    again = run(deps, ROSTER)
    after = everything(deps)
    assert [o.outcome for o in again.units] == [Outcome.UNCHANGED] * 2
    assert [o.outcome for o in again.rows] == [Outcome.UNCHANGED] * 3
    assert again.invitations == ()
    assert len(after.pop("audit")) == len(before.pop("audit")) + 1
    assert after == before


def test_a_changed_file_changes_what_it_says_and_keeps_the_rest(deps: Deps) -> None:
    run(deps, ROSTER)
    done = run(
        deps,
        "编号,姓名,支部,支部名称,类别,职务,状态,加入日期,离开日期\n"
        "m1,王秀英,cf,春风里社区,,,退休,2025-02-01,2026-01-01\n"
        "m2,李鸣,cf,,正式,支委,,,\n",
    )
    assert told(done) == [
        (2, "changed", ("status", "since", "until")),
        (3, "changed", ("name", "kind", "roles")),
    ]
    assert [(u.unit.name, u.changes) for u in done.units] == [("春风里社区", ("unit_name",))]
    with deps.store.read() as uow:
        wang = stored_members.get_member_by_code(uow, "m1")
        assert wang is not None
        roles = [grant.role for grant in stored_members.list_grants(uow, member_id=wang.id)]
    assert (wang.status, roles) == (MemberStatus.RETIRED, [Role.RECORDER])
    [membership] = memberships(deps, "m1")
    assert (membership.since_on, membership.until_on) == (date(2025, 2, 1), date(2026, 1, 1))


def test_a_member_who_left_and_came_back_has_two_memberships(deps: Deps) -> None:
    head = "编号,姓名,支部,加入日期,离开日期\n"
    run(deps, head + "m1,王,cf,2024-01-01,2024-06-01\n")
    done = run(deps, head + "m1,王,cf,2025-01-01,\n")
    assert told(done) == [(2, "created", ("unit",))]
    days = [(m.since_on, m.until_on) for m in memberships(deps, "m1")]
    assert days == [(date(2024, 1, 1), date(2024, 6, 1)), (date(2025, 1, 1), None)]
    both = head + "m1,王,cf,2024-01-01,2024-07-01\nm1,王,cf,2025-01-01,2026-01-01\n"
    assert told(run(deps, both)) == [(2, "changed", ("until",)), (3, "changed", ("until",))]


def test_a_child_takes_the_rulebook_of_a_parent_that_comes_later_in_the_file(deps: Deps) -> None:
    done = run(deps, "编号,姓名,支部,上级,规则本\nm1,王,z,a,\nm2,李,a,,ceshi\n")
    assert [(u.unit.code, u.unit.rulebook) for u in done.units] == [("a", "ceshi"), ("z", "ceshi")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("编号,姓名,支部\nm1,王,cf\nm1,王,cf\n", [(3, P.DUPLICATE)]),
        ("编号,姓名,支部\nm1,王,cf\nm1,李,jd\n", [(3, P.DIFFERS)]),
        ("编号,姓名,支部,状态\nm1,王,cf,正常\nm1,王,jd,退休\n", [(3, P.DIFFERS)]),
        ("编号,姓名,支部,支部名称\nm1,王,cf,春\nm2,李,cf,秋\n", [(3, P.DIFFERS)]),
        ("编号,姓名,支部,上级\nm1,王,cf,nowhere\n", [(2, P.UNKNOWN_PARENT)]),
        ("编号,姓名,支部,上级\nm1,王,cf,cf\n", [(2, P.PARENT_CIRCLE)]),
        ("编号,姓名,支部,上级\nm1,王,a,b\nm2,李,b,a\n", [(2, P.PARENT_CIRCLE), (3, P.PARENT_CIRCLE)]),
        ("编号,姓名,支部,规则本\nm1,王,cf,nothing\n", [(2, P.UNKNOWN_RULEBOOK)]),
        (
            "编号,姓名,支部,加入日期,离开日期\nm1,王,cf,2025-01-01,2025-03-01\nm1,王,cf,2025-02-01,\n",
            [(2, P.OVERLAP), (3, P.OVERLAP)],
        ),
        (
            "编号,姓名,支部,上级,规则本\nm1,王,a,x,y\nm1,李,b,,\n",
            [(2, P.UNKNOWN_PARENT), (2, P.UNKNOWN_RULEBOOK), (3, P.DIFFERS)],
        ),
    ],
)
def test_a_refused_roster_tells_every_problem_and_changes_nothing(
    deps: Deps, text: str, expected: list[tuple[int, RosterProblemCode]]
) -> None:
    run(deps, "编号,姓名,支部\nold,赵,ff\n")
    before = everything(deps)
    assert problems_of(deps, text) == expected
    assert everything(deps) == before


def test_a_unit_cannot_be_moved_below_its_own_child(deps: Deps) -> None:
    run(deps, "编号,姓名,支部,上级\nm1,王,child,top\nm2,李,top,\n")
    assert problems_of(deps, "编号,姓名,支部,上级\nm2,李,top,child\n") == [(2, P.PARENT_CIRCLE)]
