"""Reads what a roster's ledgers come to, as the engine takes it: running sums, and entries where asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from domain.members import Unit
from domain.periods import Period, PeriodKind, months_later
from domain.rulebooks import LevelAmount, Rulebook
from domain.rulebooks.expressions import Expression
from domain.scoring import Evaluation, Ledger
from domain.scoring.counting import Counted
from domain.scoring.reasons import account_of
from domain.scoring.settling import Cell, CellKey, Judge, judge_on, standing_for
from services.shelf import Shelf
from services.tallies import lines_of, year_of
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

    def account_of(self, member: str) -> str:
        """Return under whose code a member's points are: their own, or that of the household at the end."""
        return account_of(self.evaluation, self.period, member)


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
    member whose entries (those of their household, where it has the account) are told one by one.
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
    if detailed is not None:
        by_day |= roster.subject_ids(roster.code_of(detailed), period)
    keeping = _Keeping(uow, roster, book, shelf.judges(uow, unit.rulebook))
    members: dict[str, list[Counted]] = {}
    units: dict[str, list[Counted]] = {}
    codes = {one.id: one for one in roster.units}
    for of, cells in sums.items():
        keeper = codes[of.unit_id]
        if of.is_unit:
            units.setdefault(keeper.code, []).extend(_month_by_month(cells))
        elif of.member_id in by_day or keeping.is_foreign(of):
            single = _line_by_line(uow, shelf, keeper, of, book, since_on, period)
            keeping.put(members, keeper, of, single)
        else:
            keeping.put(members, keeper, of, _month_by_month(cells))
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
    lasting = max((item.valid_months_max for item in book.items.values()), default=0)
    if lasting:
        since_on = min(since_on, months_later(period.starts_on, -lasting))
    return since_on


def _members_by_day(book: Rulebook, sums: dict[Subject, dict[CellKey, Cell]]) -> frozenset[int]:
    """Return of whom single entries matter: one has cleared others, repaired something, or lasts by level."""
    exact = {
        item.code
        for item in book.items.values()
        if item.lasts_by_level or (item.effect is not None and (item.effect.zeroes or item.effect.repairs))
    }
    return frozenset(
        of.member_id
        for of, cells in sums.items()
        if not of.is_unit and any(item in exact and cell.count for (item, _), cell in cells.items())
    )


def _month_by_month(cells: Mapping[CellKey, Cell]) -> Iterator[Counted]:
    return (line for key, cell in sorted(cells.items()) for line in standing_for(key, cell))


def _line_by_line(
    uow: UnitOfWork, shelf: Shelf, unit: Unit, of: Subject, book: Rulebook, since_on: date, period: Period
) -> Iterator[Counted]:
    year = year_of(uow, shelf, unit, of, since_on)
    while year.period.starts_on < period.until_on:
        yield from _with_validity(uow, book, lines_of(uow, year))
        year = year.following


def _with_validity(uow: UnitOfWork, book: Rulebook, lines: Iterable[Counted]) -> Iterator[Counted]:
    """Yield the lines, each with how long its level counts where the book says so."""
    found = list(lines)
    lasting = {code: item.amount for code, item in book.items.items() if item.lasts_by_level}
    asked = [int(one.entry.key) for one in found if one.entry.item in lasting and one.entry.key.isdigit()]
    levels = stored_sums.levels_of(uow, asked)
    for line in found:
        amount = lasting.get(line.entry.item)
        code = levels.get(int(line.entry.key), "") if line.entry.key.isdigit() else ""
        level = amount.level(code) if isinstance(amount, LevelAmount) else None
        if level is None:
            yield line
        else:
            yield replace(line, entry=replace(line.entry, valid_months=level.valid_months))


@dataclass(frozen=True)
class _Keeping:
    """Under whose code counted lines go, where versions of the book share accounts otherwise than others."""

    uow: UnitOfWork
    roster: Roster
    book: Rulebook
    judges: tuple[Judge, ...]

    def is_foreign(self, of: Subject) -> bool:
        """Whether these are a household's sums, though the book keeps an account for each member."""
        return of.is_household and not self.book.is_by_household

    def put(
        self, members: dict[str, list[Counted]], unit: Unit, of: Subject, lines: Iterable[Counted]
    ) -> None:
        """Add a subject's lines to what is known of each code."""
        if not self.is_foreign(of) and not self._is_member_of_old(of):
            members.setdefault(self.roster.code_of(of.member_id), []).extend(lines)
            return
        found = list(lines)
        whose = stored_sums.members_of_entries(
            self.uow, (int(line.entry.key) for line in found if line.entry.key.isdigit())
        )
        for line in found:
            member_id = whose.get(int(line.entry.key), 0) if line.entry.key.isdigit() else of.member_id
            code = self.roster.code_of(member_id)
            if (
                self.book.is_by_household
                and not judge_on(self.judges, line.entry.on).rulebook.is_by_household
            ):
                code = self.roster.account_on(member_id, line.entry.on, unit=unit.code)
            members.setdefault(code, []).append(line)

    def _is_member_of_old(self, of: Subject) -> bool:
        """Whether some of a member's sums are from before the book let households share an account."""
        return (
            self.book.is_by_household
            and not of.is_household
            and not all(judge.rulebook.is_by_household for judge in self.judges)
        )
