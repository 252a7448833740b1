"""Turns members, memberships, roles and units into the roster that the engine reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from domain.members import Role, Unit
from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.rulebooks.results import Within
from domain.scoring.households import account_in, account_on
from domain.scoring.inputs import Stay, World
from services.actors import unit_tree
from storage import households as stored_households
from storage import members as stored_members
from storage.database import UnitOfWork


@dataclass(frozen=True)
class Roster:
    """Everybody who is scored together: the engine's world, and who its codes are."""

    world: World
    units: tuple[Unit, ...]
    """The units that keep the points."""
    ids: Mapping[str, int]
    households: Mapping[int, str] = field(default_factory=dict)
    """The households by id, where the members of one share an account."""

    def code_of(self, member_id: int) -> str:
        """Return a member's code, of a negative id that of the household; nobody in the roster has none."""
        return self._codes.get(member_id, "")

    def id_of(self, code: str) -> int:
        """Return the member behind a code."""
        return self.ids[code]

    def account_on(self, member_id: int, on: date, *, unit: str) -> str:
        """Return under whose code a deed of a member goes, on a day in a unit."""
        code = self.code_of(member_id)
        return account_on(self.world, code, on, unit=unit) if self.households else code

    def subject_ids(self, member: str, period: Period) -> frozenset[int]:
        """Return whose sums are a member's in a period: their own, and those of the household at its end."""
        account = account_in(self.world, period, member) if self.households else member
        return frozenset(one for one, code in self._codes.items() if code in {member, account})

    def holders_in(self, period: Period) -> Mapping[str, tuple[int, ...]]:
        """Return whose account each code is at the end of a period: a member's own, or a household's."""
        if not self.households:
            return {code: (member_id,) for code, member_id in self.ids.items()}
        found: dict[str, tuple[int, ...]] = {}
        for code, member_id in self.ids.items():
            account = account_in(self.world, period, code)
            found[account] = (*found.get(account, ()), member_id)
        return found

    @cached_property
    def _codes(self) -> Mapping[int, str]:
        members = {member_id: code for code, member_id in self.ids.items()}
        return members | {-one: code for one, code in self.households.items()}


def is_wide(rulebook: Rulebook) -> bool:
    """Tell whether somebody's result depends on units other than their own."""
    return rulebook.has_units or bool(rulebook.leaders) or rulebook.ranking.within is not Within.UNIT


def roster_around(
    uow: UnitOfWork,
    rulebook: Rulebook,
    unit: Unit,
    *,
    today: date | None = None,
    member_id: int | None = None,
) -> Roster:
    """Return the roster of a unit, and of all that score with it by the same rulebook where others matter.

    Of the units above, and of those who are in charge of a unit from elsewhere, only the people with a role
    there. Memberships end with the month of `today` at the latest: what is still to come is missing. With
    `member_id` the roster is only about this member.
    """
    tree = unit_tree(uow)
    scoring = [one for one in tree.all() if one.rulebook == unit.rulebook] if is_wide(rulebook) else [unit]
    inside = {one.id for one in scoring}
    above = {one.parent_id for one in scoring if one.parent_id is not None} - inside
    grants = stored_members.grants_in(uow, inside | above)
    in_charge: dict[int, set[str]] = {}
    for grant in grants:
        if grant.role is Role.IN_CHARGE:
            in_charge.setdefault(grant.member_id, set()).add(tree.get(grant.unit_id).code)
    elsewhere = {
        membership.unit_id for other in in_charge for membership in stored_members.memberships_of(uow, other)
    } - inside
    roles: dict[tuple[int, int], set[str]] = {}
    for grant in (*grants, *stored_members.grants_in(uow, elsewhere - above)):
        if grant.role is not Role.IN_CHARGE:
            roles.setdefault((grant.member_id, grant.unit_id), set()).add(grant.role.value)
    leading = {Role.HEAD.value, *(leader.role for leader in rulebook.leaders)}
    stays: list[Stay] = []
    ids: dict[str, int] = {}
    nobody: frozenset[str] = frozenset()
    codes = {one.id: one.code for one in tree.all()}
    end = None if today is None else _month_end(today)
    rows = stored_members.roster_of(uow, inside | above | elsewhere, member_id=member_id)
    for member, code, name, status, unit_id, kind, since_on, until_on, class_, household in rows:
        held = roles.get((member, unit_id))
        charge = in_charge.get(member)
        if unit_id not in inside and not charge and not (held and held & leading):
            continue
        if since_on is not None and end is not None and since_on >= end:
            continue
        ids[code] = member
        as_what = charged = nobody
        if held or charge:
            as_what = frozenset((held or set()) | ({Role.DEPUTY.value} if charge else set()))
            charged = frozenset(charge or ())
        last = until_on if until_on is not None and (end is None or until_on < end) else end
        days = (since_on, last)
        stays.append(
            Stay(code, codes[unit_id], name, kind, as_what, charged, status, *days, class_, household or "")
        )
    parents = {one.code: tree.get(one.parent_id).code for one in scoring if one.parent_id is not None}
    shared = stored_households.codes_in(uow, inside) if rulebook.is_by_household else {}
    return Roster(World(stays=tuple(stays), parents=parents), tuple(scoring), ids, shared)


def _month_end(today: date) -> date:
    """Return the first day after the month of the day."""
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)
