"""Imports a roster: units, members, memberships and roles in one transaction, or nothing.

The preview is the import itself, rolled back at the end.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.members import Member, MemberStatus, Role, Unit, UnitKind
from domain.roster_checks import (
    UnitWish,
    charge_problems,
    member_problems,
    place_problems,
    rulebook_problems,
    unit_wishes,
)
from domain.roster_problems import RosterInvalid
from domain.rosters import Column, RosterRow
from services.actors import local_day
from services.deps import Deps
from services.installation import ROOT_CODE
from services.members import new_invitation
from services.roster_memberships import AccountKeeper, import_membership, refuse_overlaps
from services.tallies import recount_unit
from storage import audit as stored_audit
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import rulebooks as stored_rulebooks
from storage import units as stored_units
from storage.database import UnitOfWork


class Outcome(StrEnum):
    """What the import did with a row or a unit."""

    CREATED = "created"
    """It was not there."""
    CHANGED = "changed"
    """It was there and said something else."""
    UNCHANGED = "unchanged"
    """It was there and said the same."""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one line of the file; `changes` names what is new or different."""

    row: RosterRow
    outcome: Outcome
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitOutcome:
    """What became of a unit; without a rulebook its members cannot report."""

    unit: Unit
    outcome: Outcome
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Invited:
    """A new member with the code of their invitation, which is kept nowhere."""

    member: str
    name: str
    unit: str
    code: str


@dataclass(frozen=True, slots=True)
class Imported:
    """Everything an import did, or in a preview would do; a preview has no invitations."""

    units: tuple[UnitOutcome, ...]
    rows: tuple[RowOutcome, ...]
    invitations: tuple[Invited, ...]
    is_preview: bool


class _RolledBack(Exception):
    """Carries the result of a preview out of its transaction."""

    def __init__(self, imported: Imported) -> None:
        super().__init__()
        self.imported = imported


def import_roster(
    deps: Deps, *, rows: Sequence[RosterRow], time_zone: str, is_preview: bool = False
) -> Imported:
    """Bring units, members, memberships and roles in line with the rows; nobody is removed by an import.

    Empty cells change nothing. Roles are added, never taken away.

    Raises:
        RosterInvalid: with every problem; nothing was changed.
    """
    if not is_preview:
        with deps.store.begin() as uow:
            return _import(uow, deps, rows, time_zone)
    try:
        with deps.store.begin() as uow:
            raise _RolledBack(_import(uow, deps, rows, time_zone))  # noqa: TRY301  only this rolls back
    except _RolledBack as rolled_back:
        return replace(rolled_back.imported, invitations=(), is_preview=True)


def _import(uow: UnitOfWork, deps: Deps, rows: Sequence[RosterRow], time_zone: str) -> Imported:
    now = deps.clock.now()
    known = {unit.code: unit for unit in stored_units.list_units(uow)}
    wishes, problems = unit_wishes(rows)
    problems += member_problems(rows)
    problems += place_problems(wishes, known)
    problems += rulebook_problems(wishes, sorted(stored_rulebooks.newest_ids(uow)))
    problems += charge_problems(rows, wishes, known)
    if problems:
        raise RosterInvalid(problems)
    units = _import_units(uow, wishes, known, time_zone=time_zone, now=now)
    ids = {outcome.unit.code: outcome.unit.id for outcome in units}
    places = {unit.code: unit.id for unit in known.values()} | ids
    places_of = {outcome.unit.code: outcome.unit for outcome in units}
    for outcome in units:
        if outcome.outcome is Outcome.CHANGED and Column.RULEBOOK in outcome.changes:
            recount_unit(uow, deps.shelf, outcome.unit)
    rows_of = Counter((row.member, row.unit) for row in rows)
    accounts = AccountKeeper(uow, deps.shelf, [outcome.unit for outcome in units])
    outcomes: list[RowOutcome] = []
    fresh: dict[str, tuple[RosterRow, int]] = {}
    for row in rows:
        existing = stored_members.get_member_by_code(uow, row.member)
        member = existing or _new_member(uow, row, now=now)
        if existing is None:
            fresh[row.member] = (row, member.id)
        changes = _update_member(uow, member, row)
        is_only = rows_of[row.member, row.unit] == 1
        accounts.look_at(row, member, ids[row.unit])
        today = local_day(now, places_of[row.unit])
        is_new, dates = import_membership(uow, member.id, ids[row.unit], row, is_only=is_only, today=today)
        changes += dates
        changes += _grant_roles(uow, member.id, ids[row.unit], row, places, now=now)
        outcomes.append(RowOutcome(row, _outcome(is_new=is_new, changes=changes), changes))
    refuse_overlaps(uow, rows, ids)
    accounts.settle()
    invitations = tuple(
        Invited(code, row.name, row.unit, new_invitation(uow, deps, member_id=member_id, created_by_id=None))
        for code, (row, member_id) in fresh.items()
    )
    facts = {outcome.value: sum(o.outcome is outcome for o in outcomes) for outcome in Outcome}
    stored_audit.note(uow, "roster.imported", actor_id=None, facts=facts, now=now)
    return Imported(units, tuple(outcomes), invitations, is_preview=False)


def _outcome(*, is_new: bool, changes: tuple[str, ...]) -> Outcome:
    if is_new:
        return Outcome.CREATED
    return Outcome.CHANGED if changes else Outcome.UNCHANGED


def _import_units(
    uow: UnitOfWork,
    wishes: Mapping[str, UnitWish],
    known: Mapping[str, Unit],
    *,
    time_zone: str,
    now: datetime,
) -> tuple[UnitOutcome, ...]:
    """Make or change the units, parents before children."""
    done: dict[str, UnitOutcome] = {}

    def place(code: str) -> Unit:
        if code in done:
            return done[code].unit
        if code not in wishes:
            return known[code]
        wish = wishes[code]
        default = ROOT_CODE if code not in known and code != ROOT_CODE and ROOT_CODE in known else None
        above = wish.parent or default
        parent = place(above) if above else None
        if code in known:
            done[code] = _changed_unit(uow, known[code], wish, parent)
        else:
            done[code] = _new_unit(uow, wish, parent, time_zone=time_zone, now=now)
        return done[code].unit

    for code in wishes:
        place(code)
    return tuple(done.values())


def _new_unit(
    uow: UnitOfWork, wish: UnitWish, parent: Unit | None, *, time_zone: str, now: datetime
) -> UnitOutcome:
    rulebook = wish.rulebook or (parent.rulebook if parent else None)
    kind = UnitKind.BRANCH if rulebook else UnitKind.COMMITTEE
    name = wish.name or wish.code
    parent_id = parent.id if parent else None
    zone = parent.time_zone if parent else time_zone
    unit_id = stored_units.insert_unit(
        uow,
        code=wish.code,
        name=name,
        kind=kind,
        parent_id=parent_id,
        rulebook=rulebook,
        time_zone=zone,
        now=now,
    )
    stored_ledger.open_chain(uow, unit_id)
    unit = Unit(unit_id, wish.code, name, kind, parent_id, rulebook, zone)
    return UnitOutcome(unit, Outcome.CREATED, (Column.UNIT,))


def _changed_unit(uow: UnitOfWork, unit: Unit, wish: UnitWish, parent: Unit | None) -> UnitOutcome:
    wanted = replace(
        unit,
        name=wish.name or unit.name,
        parent_id=parent.id if parent else unit.parent_id,
        rulebook=wish.rulebook or unit.rulebook,
    )
    differences = {
        Column.UNIT_NAME: wanted.name != unit.name,
        Column.PARENT: wanted.parent_id != unit.parent_id,
        Column.RULEBOOK: wanted.rulebook != unit.rulebook,
    }
    changes = tuple(column.value for column, is_different in differences.items() if is_different)
    if changes:
        stored_units.update_unit(
            uow, unit.id, name=wanted.name, parent_id=wanted.parent_id, rulebook=wanted.rulebook
        )
    return UnitOutcome(wanted, _outcome(is_new=False, changes=changes), changes)


def _new_member(uow: UnitOfWork, row: RosterRow, *, now: datetime) -> Member:
    status = row.status or MemberStatus.ACTIVE
    member_id = stored_members.insert_member(
        uow, code=row.member, name=row.name, status=status, language=None, now=now
    )
    return Member(member_id, row.member, row.name, status, None)


def _update_member(uow: UnitOfWork, member: Member, row: RosterRow) -> tuple[str, ...]:
    status = row.status or member.status
    differences = {Column.NAME: row.name != member.name, Column.STATUS: status is not member.status}
    changes = tuple(column.value for column, is_different in differences.items() if is_different)
    if changes:
        stored_members.update_member(uow, member.id, name=row.name, status=status)
    return changes


def _grant_roles(
    uow: UnitOfWork,
    member_id: int,
    unit_id: int,
    row: RosterRow,
    places: Mapping[str, int],
    *,
    now: datetime,
) -> tuple[str, ...]:
    held = {(grant.unit_id, grant.role) for grant in stored_members.list_grants(uow, member_id=member_id)}
    wanted = [
        *((unit_id, role) for role in row.roles),
        *((places[code], Role.IN_CHARGE) for code in row.in_charge),
    ]
    fresh = [one for one in wanted if one not in held]
    for unit, role in fresh:
        stored_members.grant_role(uow, member_id=member_id, unit_id=unit, role=role, now=now)
    return (Column.ROLES.value,) if fresh else ()
