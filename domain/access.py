"""Who may do what: one table, and the few questions asked of it.

A permission reaches the unit of the role; those in `REACHES_BELOW` reach every unit below it too.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from domain.members import Role, RoleGrant, Unit


class Permission(StrEnum):
    """Something a role allows beyond what every member may do for themselves."""

    DECIDE_REPORTS = "decide_reports"
    """Approve, adjust, return, reject and undo reports of others."""
    SEE_QUEUE = "see_queue"
    """See the reports that wait, with their evidence."""
    ANSWER_OBJECTIONS = "answer_objections"
    """Uphold or dismiss objections to decisions that others took."""
    SEE_LEDGER = "see_ledger"
    """See every member's ledger lines."""
    SEE_MEMBERS = "see_members"
    """See the member list."""
    INVITE_MEMBERS = "invite_members"
    """Give out invitations and re-bind accounts."""
    ANNOUNCE = "announce"
    """Write announcements to the members of the unit, and see what became of them."""
    MANAGE_UNITS = "manage_units"
    """Import rosters, grant roles, finalise periods."""


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.RECORDER: frozenset(
        {
            Permission.DECIDE_REPORTS,
            Permission.SEE_QUEUE,
            Permission.SEE_LEDGER,
            Permission.SEE_MEMBERS,
            Permission.INVITE_MEMBERS,
            Permission.ANNOUNCE,
        }
    ),
    Role.SECRETARY: frozenset(
        {
            Permission.DECIDE_REPORTS,
            Permission.SEE_QUEUE,
            Permission.ANSWER_OBJECTIONS,
            Permission.SEE_LEDGER,
            Permission.SEE_MEMBERS,
            Permission.INVITE_MEMBERS,
            Permission.ANNOUNCE,
        }
    ),
    Role.DEPUTY: frozenset({Permission.SEE_LEDGER, Permission.SEE_MEMBERS}),
    Role.COMMITTEE: frozenset({Permission.SEE_LEDGER, Permission.SEE_MEMBERS}),
    Role.SUPERVISOR: frozenset(
        {
            Permission.SEE_QUEUE,
            Permission.ANSWER_OBJECTIONS,
            Permission.SEE_LEDGER,
            Permission.SEE_MEMBERS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.SHOPKEEPER: frozenset(),
}

REACHES_BELOW = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


class UnitTree:
    """The units with their parents, to ask what lies below what."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.id: unit for unit in units}

    def __contains__(self, unit_id: int) -> bool:
        return unit_id in self._units

    def get(self, unit_id: int) -> Unit:
        """Return the unit; asking for one that is not there is our mistake."""
        return self._units[unit_id]

    def all(self) -> tuple[Unit, ...]:
        """Return every unit, by id."""
        return tuple(self._units[unit_id] for unit_id in sorted(self._units))

    def upward(self, unit_id: int) -> tuple[int, ...]:
        """Return the unit, its parent, the parent's parent … up to the root."""
        path: list[int] = []
        current: int | None = unit_id
        while current is not None and current not in path:
            path.append(current)
            current = self._units[current].parent_id
        return tuple(path)

    def below(self, unit_id: int) -> frozenset[int]:
        """Return the unit and every unit under it."""
        return frozenset(other for other in self._units if unit_id in self.upward(other))


def units_within(grants: Iterable[RoleGrant], permission: Permission, tree: UnitTree) -> frozenset[int]:
    """Return the units in which these grants give the permission."""
    reached: set[int] = set()
    for grant in grants:
        if permission not in PERMISSIONS[grant.role]:
            continue
        reached |= tree.below(grant.unit_id) if grant.role in REACHES_BELOW else {grant.unit_id}
    return frozenset(reached)


def deciders_of(
    unit_id: int, *, member_id: int, filed_by_id: int, grants: Iterable[RoleGrant], tree: UnitTree
) -> tuple[int, ...]:
    """Return the members who may decide a report, in id order.

    They are the branch's recorders, without the member reported for and the one who filed it. Where none is
    left the secretaries decide, and where none is left there the administrators above (product.md, journey 3:
    "where a branch has one recorder, the secretary decides those").
    """
    everyone = tuple(grants)
    barred = {member_id, filed_by_id}

    def holders(role: Role, units: Iterable[int]) -> tuple[int, ...]:
        wanted = set(units)
        found = {g.member_id for g in everyone if g.role is role and g.unit_id in wanted} - barred
        return tuple(sorted(found))

    return (
        holders(Role.RECORDER, [unit_id])
        or holders(Role.SECRETARY, [unit_id])
        or holders(Role.ADMINISTRATOR, tree.upward(unit_id))
    )
