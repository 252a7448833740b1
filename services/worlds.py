"""Turns members, memberships, roles and units into the roster that the engine reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from domain.members import Role, Unit
from domain.rulebooks import Rulebook
from domain.rulebooks.results import Within
from domain.scoring.inputs import Stay, World
from services.actors import unit_tree
from storage import members as stored_members
from storage.database import UnitOfWork


@dataclass(frozen=True)
class Roster:
    """Everybody who is scored together: the engine's world, and who its codes are."""

    world: World
    units: tuple[Unit, ...]
    """The units that keep the points."""
    ids: Mapping[str, int]

    def code_of(self, member_id: int) -> str:
        """Return a member's code; somebody who is not in the roster has none."""
        return self._codes.get(member_id, "")

    def id_of(self, code: str) -> int:
        """Return the member behind a code."""
        return self.ids[code]

    @cached_property
    def _codes(self) -> Mapping[int, str]:
        return {member_id: code for code, member_id in self.ids.items()}


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
    for member, membership in stored_members.roster_of(uow, inside | above | elsewhere, member_id=member_id):
        held = roles.get((member.id, membership.unit_id), set())
        if membership.unit_id not in inside and not held & leading and member.id not in in_charge:
            continue
        charge = in_charge.get(member.id, set())
        ids[member.code] = member.id
        stays.append(
            Stay(
                member=member.code,
                unit=tree.get(membership.unit_id).code,
                name=member.name,
                kind=membership.kind.value,
                roles=frozenset(held | ({Role.DEPUTY.value} if charge else set())),
                in_charge=frozenset(charge),
                status=member.status.value,
                since_on=membership.since_on,
                until_on=membership.until_on,
            )
        )
    shown = stays if today is None else _up_to(stays, today)
    parents = {one.code: tree.get(one.parent_id).code for one in scoring if one.parent_id is not None}
    return Roster(World(stays=tuple(shown), parents=parents), tuple(scoring), ids)


def _up_to(stays: Iterable[Stay], today: date) -> list[Stay]:
    """End every stay with the current month."""
    end = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return [
        replace(stay, until_on=min(stay.until_on or end, end))
        for stay in stays
        if stay.since_on is None or stay.since_on < end
    ]
