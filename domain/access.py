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
    SET_REMINDER_DAY = "set_reminder_day"
    """Set the day of a month's reminder by hand."""
    MANAGE_REMINDERS = "manage_reminders"
    """Set a unit's quiet hours, reminders, days off and time zone."""
    RUN_SHOP = "run_shop"
    """Keep the points shop: products, windows, stock, handing over."""
    ANNOUNCE = "announce"
    """Write announcements to the members of the unit, and see what became of them."""
    FREEZE_PERIOD = "freeze_period"
    """Freeze a period that is over, so that everybody is told how they stand."""
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
            Permission.SET_REMINDER_DAY,
            Permission.ANNOUNCE,
            Permission.FREEZE_PERIOD,
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
            Permission.SET_REMINDER_DAY,
            Permission.MANAGE_REMINDERS,
            Permission.RUN_SHOP,
            Permission.ANNOUNCE,
            Permission.FREEZE_PERIOD,
        }
    ),
    Role.DEPUTY: frozenset({Permission.SEE_LEDGER, Permission.SEE_MEMBERS}),
    Role.COMMITTEE: frozenset({Permission.SEE_LEDGER, Permission.SEE_MEMBERS}),
    Role.HEAD: frozenset({Permission.SEE_LEDGER, Permission.SEE_MEMBERS}),
    Role.MANAGER: frozenset({Permission.SEE_LEDGER, Permission.SEE_MEMBERS}),
    Role.GROUP_LEADER: frozenset({Permission.SEE_MEMBERS}),
    Role.IN_CHARGE: frozenset({Permission.SEE_LEDGER, Permission.SEE_MEMBERS}),
    Role.SUPERVISOR: frozenset(
        {
            Permission.SEE_QUEUE,
            Permission.ANSWER_OBJECTIONS,
            Permission.SEE_LEDGER,
            Permission.SEE_MEMBERS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.SHOPKEEPER: frozenset({Permission.RUN_SHOP}),
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
    unit_id: int,
    *,
    member_id: int,
    filed_by_id: int,
    grants: Iterable[RoleGrant],
    tree: UnitTree,
    is_escalated: bool = False,
) -> tuple[int, ...]:
    """Return the members who may decide a report, in id order.

    They are the branch's recorders, without the member reported for and the one who filed it. Where none is
    left the secretaries decide, and where none is left there the administrators above (product.md, journey 3:
    "where a branch has one recorder, the secretary decides those"). An escalated report is decided by the
    next rank too ("overdue ones are nudged, then escalate to the secretary").
    """
    ranks = _ranks(unit_id, barred={member_id, filed_by_id}, grants=grants, tree=tree)
    first = ranks[0] if ranks else ()
    return tuple(sorted({*first, *(ranks[1] if is_escalated and len(ranks) > 1 else ())}))


def overseers_of(
    unit_id: int, *, member_id: int, filed_by_id: int, grants: Iterable[RoleGrant], tree: UnitTree
) -> tuple[int, ...]:
    """Return the members to whom an overdue report is escalated, in id order: those of the next rank."""
    ranks = _ranks(unit_id, barred={member_id, filed_by_id}, grants=grants, tree=tree)
    return ranks[1] if len(ranks) > 1 else ()


def _ranks(
    unit_id: int, *, barred: set[int], grants: Iterable[RoleGrant], tree: UnitTree
) -> tuple[tuple[int, ...], ...]:
    """Return who may decide, rank by rank, each member in the first of theirs; empty ranks are left out."""
    everyone = tuple(grants)
    seen = set(barred)
    ranks: list[tuple[int, ...]] = []
    for role, units in (
        (Role.RECORDER, {unit_id}),
        (Role.SECRETARY, {unit_id}),
        (Role.ADMINISTRATOR, set(tree.upward(unit_id))),
    ):
        found = {g.member_id for g in everyone if g.role is role and g.unit_id in units} - seen
        seen |= found
        if found:
            ranks.append(tuple(sorted(found)))
    return tuple(ranks)


def shopkeepers_of(unit_id: int, *, grants: Iterable[RoleGrant], tree: UnitTree) -> tuple[int, ...]:
    """Return the members who keep a unit's points shop, in id order.

    They are its shopkeepers; where there is none the secretaries, and where there is none the administrators
    above.
    """
    everyone = tuple(grants)

    def holders(role: Role, units: Iterable[int]) -> tuple[int, ...]:
        wanted = set(units)
        return tuple(sorted({g.member_id for g in everyone if g.role is role and g.unit_id in wanted}))

    return (
        holders(Role.SHOPKEEPER, [unit_id])
        or holders(Role.SECRETARY, [unit_id])
        or holders(Role.ADMINISTRATOR, tree.upward(unit_id))
    )
