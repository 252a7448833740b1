"""Who may answer an objection, and what ends one."""

import pytest

from domain.access import UnitTree
from domain.appeals import TRANSITIONS, ObjectionAction, ObjectionStatus, answerers_of
from domain.members import Role, RoleGrant, Unit, UnitKind

COMMITTEE, GENERAL, BRANCH, OTHER = 1, 2, 3, 4
MEMBER, FILER, DECIDER = 10, 11, 12


def unit(unit_id: int, parent_id: int | None) -> Unit:
    return Unit(unit_id, f"u{unit_id}", f"u{unit_id}", UnitKind.BRANCH, parent_id, None, "Asia/Shanghai")


TREE = UnitTree(
    [unit(COMMITTEE, None), unit(GENERAL, COMMITTEE), unit(BRANCH, GENERAL), unit(OTHER, GENERAL)]
)
OWN_SUPERVISOR, SUPERVISOR_ABOVE = (21, BRANCH, Role.SUPERVISOR), (20, COMMITTEE, Role.SUPERVISOR)
SECRETARY, ADMINISTRATOR = (30, BRANCH, Role.SECRETARY), (40, GENERAL, Role.ADMINISTRATOR)
ELSEWHERE = [(50, OTHER, Role.SUPERVISOR), (51, OTHER, Role.SECRETARY), (52, GENERAL, Role.SECRETARY)]
BYSTANDERS = [(60, BRANCH, Role.RECORDER), (61, BRANCH, Role.COMMITTEE), (62, BRANCH, Role.SHOPKEEPER)]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([OWN_SUPERVISOR, SUPERVISOR_ABOVE, SECRETARY, ADMINISTRATOR], (20, 21)),
        ([SUPERVISOR_ABOVE, SECRETARY, ADMINISTRATOR], (20,)),
        ([SECRETARY, ADMINISTRATOR], (30,)),
        ([ADMINISTRATOR], (40,)),
        ([], ()),
        ([(MEMBER, BRANCH, Role.SUPERVISOR), SECRETARY, ADMINISTRATOR], (30,)),
        ([(FILER, COMMITTEE, Role.SUPERVISOR), SECRETARY, ADMINISTRATOR], (30,)),
        ([(DECIDER, BRANCH, Role.SECRETARY), ADMINISTRATOR], (40,)),
        ([(DECIDER, BRANCH, Role.SECRETARY), (MEMBER, GENERAL, Role.ADMINISTRATOR)], ()),
    ],
)
def test_supervisors_answer_then_secretaries_then_administrators_above(
    held: list[tuple[int, int, Role]], expected: tuple[int, ...]
) -> None:
    grants = [RoleGrant(*one) for one in (*held, *ELSEWHERE, *BYSTANDERS)]
    found = answerers_of(
        BRANCH, member_id=MEMBER, filed_by_id=FILER, decided_by_id=DECIDER, grants=grants, tree=TREE
    )
    assert found == expected


def test_only_an_open_objection_can_end_and_each_end_is_final() -> None:
    ends = [TRANSITIONS.get((ObjectionStatus.OPEN, action)) for action in ObjectionAction]
    assert ends == [ObjectionStatus.UPHELD, ObjectionStatus.DISMISSED, ObjectionStatus.LAPSED]
    assert {status for status, _ in TRANSITIONS} == {ObjectionStatus.OPEN}
