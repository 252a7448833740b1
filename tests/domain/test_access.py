"""Who may do what, where, and who decides a report."""

import pytest

from domain.access import PERMISSIONS, REACHES_BELOW, Permission, UnitTree, deciders_of, units_within
from domain.members import Role, RoleGrant, Unit, UnitKind

COMMITTEE, GENERAL, BRANCH, OTHER = 1, 2, 3, 4


def unit(unit_id: int, parent_id: int | None) -> Unit:
    return Unit(unit_id, f"u{unit_id}", f"u{unit_id}", UnitKind.BRANCH, parent_id, None, "Asia/Shanghai")


TREE = UnitTree(
    [unit(COMMITTEE, None), unit(GENERAL, COMMITTEE), unit(BRANCH, GENERAL), unit(OTHER, GENERAL)]
)


def grants(*held: tuple[int, int, Role]) -> list[RoleGrant]:
    return [RoleGrant(member_id, unit_id, role) for member_id, unit_id, role in held]


def test_the_tree_knows_what_lies_above_and_below() -> None:
    assert TREE.upward(BRANCH) == (BRANCH, GENERAL, COMMITTEE)
    assert TREE.below(GENERAL) == {GENERAL, BRANCH, OTHER}
    assert [one.id for one in TREE.all()] == [COMMITTEE, GENERAL, BRANCH, OTHER]
    assert (BRANCH in TREE, 9 in TREE) == (True, False)


def test_a_circle_of_units_ends() -> None:
    circle = UnitTree([unit(1, 2), unit(2, 1)])
    assert (circle.upward(1), circle.below(1)) == ((1, 2), frozenset({1, 2}))


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_its_unit_and_some_reach_those_below(role: Role, permission: Permission) -> None:
    reached = units_within(grants((7, GENERAL, role)), permission, TREE)
    below = TREE.below(GENERAL) if role in REACHES_BELOW else {GENERAL}
    assert reached == (below if permission in PERMISSIONS[role] else frozenset())


RECORDERS = [(11, BRANCH, Role.RECORDER), (10, BRANCH, Role.RECORDER), (19, OTHER, Role.RECORDER)]
SECRETARY = [(20, BRANCH, Role.SECRETARY)]
ABOVE = [
    (30, COMMITTEE, Role.ADMINISTRATOR),
    (31, GENERAL, Role.ADMINISTRATOR),
    (32, GENERAL, Role.SUPERVISOR),
]


@pytest.mark.parametrize(
    ("held", "member_id", "filed_by_id", "expected"),
    [
        ([*RECORDERS, *SECRETARY, *ABOVE], 1, 1, (10, 11)),
        ([*RECORDERS, *SECRETARY, *ABOVE], 10, 10, (11,)),
        ([*RECORDERS, *SECRETARY, *ABOVE], 10, 11, (20,)),
        ([RECORDERS[0], *SECRETARY, *ABOVE], 1, 11, (20,)),
        ([*SECRETARY, *ABOVE], 20, 20, (30, 31)),
        ([(20, BRANCH, Role.RECORDER), *SECRETARY, *ABOVE], 20, 20, (30, 31)),
        ([*SECRETARY], 20, 20, ()),
        ([], 1, 1, ()),
    ],
)
def test_recorders_decide_then_the_secretary_then_the_administrators_above(
    held: list[tuple[int, int, Role]], member_id: int, filed_by_id: int, expected: tuple[int, ...]
) -> None:
    found = deciders_of(BRANCH, member_id=member_id, filed_by_id=filed_by_id, grants=grants(*held), tree=TREE)
    assert found == expected
