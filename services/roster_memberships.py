"""What a roster's row does to the memberships of its member, and to the accounts that follow from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from domain.errors import PlacingRefused
from domain.members import Member, MemberKind, Membership, Unit, row_on
from domain.placing import is_move, place
from domain.roster_problems import RosterInvalid, RosterProblem, RosterProblemCode, problem
from domain.rosters import Column, RosterRow
from services.placing import moved_between, put_place, rows_in
from services.shelf import Shelf
from services.tallies import recount_subjects
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage.database import UnitOfWork
from storage.sums import Subject


def import_membership(
    uow: UnitOfWork, member_id: int, unit_id: int, row: RosterRow, *, is_only: bool, today: date
) -> tuple[bool, tuple[str, ...]]:
    """Make or change the membership the row speaks of; tell whether it is new, and what changed.

    That is the one that begins on the same day; else, where the row is the member's only one, that of the
    row's day, corrected; else a new one: the member came back. Another class or household than before
    begins with the row's first day, of a row without one today: nothing earlier changes.
    """
    held = rows_in(uow, unit_id, member_id)
    wanted = Membership(
        unit_id,
        row.kind or MemberKind.FULL,
        row.since_on,
        row.until_on,
        row.class_ or "",
        row.household or "",
    )
    before = _meant(held, wanted, row, is_only=is_only, today=today)
    if before is None:
        stored_members.insert_membership(
            uow,
            member_id=member_id,
            unit_id=unit_id,
            kind=wanted.kind,
            since_on=wanted.since_on,
            until_on=wanted.until_on,
            class_=wanted.class_,
            household=wanted.household,
        )
        return True, (Column.UNIT.value,)
    said = replace(
        before,
        kind=row.kind or before.kind,
        until_on=row.until_on or before.until_on,
        class_=row.class_ or before.class_,
        household=row.household or before.household,
    )
    moves_on = _moving_day(before, row, today)
    if moves_on is None:
        after: tuple[Membership, ...] = (replace(said, since_on=row.since_on or before.since_on),)
    else:
        parts = place(before, class_=said.class_, household=said.household, on=moves_on)
        after = (*parts[:-1], replace(said, since_on=parts[-1].since_on))
    put_place(uow, member_id, before, after)
    last = after[-1]
    differences = {
        Column.KIND: last.kind is not before.kind,
        Column.SINCE: last.since_on != before.since_on,
        Column.UNTIL: last.until_on != before.until_on,
        Column.CLASS: last.class_ != before.class_,
        Column.HOUSEHOLD: last.household != before.household,
    }
    return False, tuple(column.value for column, is_different in differences.items() if is_different)


def _meant(
    held: Sequence[Membership], wanted: Membership, row: RosterRow, *, is_only: bool, today: date
) -> Membership | None:
    """Return the membership that a row speaks of; None where it speaks of a new one."""
    if is_only and row.since_on is None and len(held) > 1 and _is_one_stretch(held):
        return row_on(held, today)
    same = next((one for one in held if one.since_on == row.since_on), None)
    if same is not None or not is_only:
        return same
    if len(held) == 1 and (row.since_on is None or _overlap(held[0], wanted)):
        return held[0]
    return next((one for one in held if row.since_on is not None and _moving_day(one, row, today)), None)


def _is_one_stretch(held: Sequence[Membership]) -> bool:
    """Tell whether one membership went over into the next without a gap: the member only moved."""
    in_order = sorted(held, key=lambda one: one.since_on or date.min)
    return all(one.until_on == after.since_on for one, after in pairwise(in_order))


def _moving_day(before: Membership, row: RosterRow, today: date) -> date | None:
    """Return the day on which a row takes its member elsewhere; None where it corrects what is there."""
    on = row.since_on or today
    is_within = before.covers(on) and before.since_on != on
    return on if is_within and is_move(before, class_=row.class_, household=row.household) else None


def _overlap(one: Membership, other: Membership) -> bool:
    return (one.since_on or date.min) < (other.until_on or date.max) and (other.since_on or date.min) < (
        one.until_on or date.max
    )


def refuse_overlaps(uow: UnitOfWork, rows: Iterable[RosterRow], ids: Mapping[str, int]) -> None:
    """Refuse what would let a member belong to a unit twice on the same day."""
    problems: list[RosterProblem] = []
    for row in rows:
        member = stored_members.get_member_by_code(uow, row.member)
        assert member is not None, "the import made it"
        held = rows_in(uow, ids[row.unit], member.id)
        own = next((m for m in held if m.since_on == row.since_on), None)
        others = [m for m in held if own is not None and m is not own and _overlap(m, own)]
        if others:
            days = f"{others[0].since_on or ''}…{others[0].until_on or ''}"
            facts = {"member": row.name, "unit": row.unit, "other": days}
            problems.append(problem(RosterProblemCode.OVERLAP, line=row.line, **facts))
    if problems:
        raise RosterInvalid(problems)


class AccountKeeper:
    """Remembers who belonged where before an import, and moves the deeds that go over afterwards."""

    def __init__(self, uow: UnitOfWork, shelf: Shelf, units: Iterable[Unit]) -> None:
        self._uow = uow
        self._shelf = shelf
        self._units = {unit.id: unit for unit in units if shelf.shares_accounts(uow, unit.rulebook)}
        self._before: dict[tuple[int, int], tuple[RosterRow, list[Membership]]] = {}
        for unit_id in sorted(self._units):
            stored_ledger.lock_head(uow, unit_id)  # an approval under way is before it or after it

    def look_at(self, row: RosterRow, member: Member, unit_id: int) -> None:
        """Remember where a member belongs, as long as nothing is changed yet."""
        if unit_id in self._units and (member.id, unit_id) not in self._before:
            self._before[member.id, unit_id] = row, rows_in(self._uow, unit_id, member.id)

    def settle(self) -> None:
        """Let the sums follow the households.

        Raises:
            RosterInvalid: deeds of closed periods would go over to another household.
        """
        problems: list[RosterProblem] = []
        moved: dict[int, set[Subject]] = {}
        for (member_id, unit_id), (row, before) in self._before.items():
            unit = self._units[unit_id]
            try:
                moved.setdefault(unit_id, set()).update(
                    moved_between(self._uow, self._shelf, unit, member_id, before)
                )
            except PlacingRefused as refused:
                facts = {"member": row.name, "on": refused.on}
                problems.append(problem(RosterProblemCode.FINALISED, line=row.line, **facts))
        if problems:
            raise RosterInvalid(problems)
        for unit_id, subjects in moved.items():
            recount_subjects(self._uow, self._shelf, self._units[unit_id], subjects)
