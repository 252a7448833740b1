"""Reads what a roster's ledgers come to, as the engine takes it: running sums, and entries where asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.members import Unit
from domain.periods import Period, PeriodKind, months_later
from domain.rulebooks import Rulebook
from domain.rulebooks.expressions import Expression
from domain.scoring import Evaluation, Ledger
from domain.scoring.counting import Counted
from domain.scoring.settling import Cell, CellKey, standing_for
from services.shelf import Shelf
from services.tallies import lines_of, year_of_subject
from services.worlds import Roster, roster_around
from storage import sums as stored_sums
from storage.database import UnitOfWork
from storage.sums import Subject


@dataclass(frozen=True)
class Scored:
    """A rulebook applied to a roster in a period, and to the periods it asks about."""

    unit: Unit
    period: Period
    rulebook: Rulebook
    version_id: int
    roster: Roster
    evaluation: Evaluation


def evaluate(
    uow: UnitOfWork,
    shelf: Shelf,
    unit: Unit,
    period: Period,
    *,
    today: date,
    only: int | None = None,
    detailed: int | None = None,
) -> Scored:
    """Apply the version in force at the end of a period (or today) to a unit and all that score with it.

    `only` leaves the others out, where the book lets a member's total stand by itself; `detailed` is the
    member whose entries are told one by one.
    """
    last_on = date.fromordinal(period.until_on.toordinal() - 1)
    in_force = shelf.in_force(uow, unit.rulebook, min(last_on, max(today, period.starts_on)))
    book = in_force.rulebook
    alone = None if book.is_shared else only
    roster = roster_around(uow, book, unit, today=today, member_id=alone)
    since_on = _since(uow, book, roster, period)
    unit_ids = [one.id for one in roster.units]
    sums = stored_sums.cells_in(uow, unit_ids, since_on, period.until_on, member_id=alone)
    by_day = _members_by_day(book, sums)
    members: dict[str, list[Counted]] = {}
    units: dict[str, list[Counted]] = {}
    codes = {one.id: one for one in roster.units}
    for of, cells in sums.items():
        keeper = codes[of.unit_id]
        if of.is_unit:
            lines = units.setdefault(keeper.code, [])
        else:
            lines = members.setdefault(roster.code_of(of.member_id), [])
        if of.member_id in by_day or (of.member_id == detailed and not of.is_unit):
            lines += _line_by_line(uow, shelf, keeper, of, since_on, period)
        else:
            lines += [line for key, cell in sorted(cells.items()) for line in standing_for(key, cell)]
    ledger = Ledger(members, units, begins_on=stored_sums.begins_on(uow, unit_ids))
    return Scored(
        unit, period, book, in_force.version_id, roster, Evaluation(book, roster.world, ledger=ledger)
    )


def _since(uow: UnitOfWork, book: Rulebook, roster: Roster, period: Period) -> date:
    """Return the first day whose entries the period's result can depend on."""
    year = book.period_of(PeriodKind.YEAR, period.starts_on)
    since_on = year.starts_on
    if book.looks_back or (book.base is not None and isinstance(book.base.points, Expression)):
        begins_on = stored_sums.begins_on(uow, [one.id for one in roster.units])
        if begins_on is not None:
            since_on = min(since_on, book.period_of(PeriodKind.YEAR, begins_on).starts_on)
    lasting = [item.valid_months for item in book.items.values() if item.valid_months is not None]
    if lasting:
        since_on = min(since_on, months_later(period.starts_on, -max(lasting)))
    return since_on


def _members_by_day(book: Rulebook, sums: dict[Subject, dict[CellKey, Cell]]) -> frozenset[int]:
    """Return the members of whom single days matter: an entry has cleared others, or repaired something."""
    exact = {
        item.code
        for item in book.items.values()
        if item.effect is not None and (item.effect.zeroes or item.effect.repairs)
    }
    return frozenset(
        of.member_id
        for of, cells in sums.items()
        if not of.is_unit and any(item in exact and cell.count for (item, _), cell in cells.items())
    )


def _line_by_line(
    uow: UnitOfWork, shelf: Shelf, unit: Unit, of: Subject, since_on: date, period: Period
) -> Iterator[Counted]:
    year = year_of_subject(uow, shelf, unit, of.member_id, since_on)
    while year.period.starts_on < period.until_on:
        yield from lines_of(uow, year)
        year = year.following
