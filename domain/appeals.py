"""What an objection to a rejection is, who may answer it, and what an answer makes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.access import UnitTree
from domain.members import Role, RoleGrant


class ObjectionStatus(StrEnum):
    """Where an objection is on its way."""

    OPEN = "open"
    """Waits for an answer."""
    UPHELD = "upheld"
    """The decision was wrong; the report went back to the queue."""
    DISMISSED = "dismissed"
    """The decision stands; the answer says why."""
    LAPSED = "lapsed"
    """The decision was taken back by the one who took it, before anybody answered."""


class ObjectionAction(StrEnum):
    """What ends an objection."""

    UPHOLD = "uphold"
    """An answerer finds it right (异议成立)."""
    DISMISS = "dismiss"
    """An answerer keeps the decision (维持原决定)."""
    LAPSE = "lapse"
    """The decision itself is taken back."""


TRANSITIONS: Mapping[tuple[ObjectionStatus, ObjectionAction], ObjectionStatus] = {
    (ObjectionStatus.OPEN, ObjectionAction.UPHOLD): ObjectionStatus.UPHELD,
    (ObjectionStatus.OPEN, ObjectionAction.DISMISS): ObjectionStatus.DISMISSED,
    (ObjectionStatus.OPEN, ObjectionAction.LAPSE): ObjectionStatus.LAPSED,
}


@dataclass(frozen=True, slots=True)
class Objection:
    """What a member says against one decision about a report, and the answer to it."""

    id: int
    report_id: int
    decision_id: int
    raised_by_id: int
    reason: str
    raised_at: datetime
    status: ObjectionStatus
    answered_by_id: int | None
    answer: str
    answered_at: datetime | None


def answerers_of(
    unit_id: int,
    *,
    member_id: int,
    filed_by_id: int,
    decided_by_id: int,
    grants: Iterable[RoleGrant],
    tree: UnitTree,
) -> tuple[int, ...]:
    """Return the members who may answer an objection about a report, in id order.

    They are the supervisors whose role reaches the unit; where none is left the unit's secretaries, and where
    none is left there the administrators above. Never the member reported for, the one who filed it, nor the
    one who decided (product.md: "Never judges what they themselves recorded or decided").
    """
    everyone = tuple(grants)
    barred = {member_id, filed_by_id, decided_by_id}

    def holders(role: Role, units: Iterable[int]) -> tuple[int, ...]:
        wanted = set(units)
        found = {g.member_id for g in everyone if g.role is role and g.unit_id in wanted} - barred
        return tuple(sorted(found))

    above = tree.upward(unit_id)
    return (
        holders(Role.SUPERVISOR, above)
        or holders(Role.SECRETARY, [unit_id])
        or holders(Role.ADMINISTRATOR, above)
    )
