"""Keeps the running sums beside the ledger: each entry moves them in the transaction that writes it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from domain.ledger import Entry
from domain.members import Unit
from domain.periods import Period, PeriodKind, month_of
from domain.points import from_stored
from domain.scoring.accounts import Contribution, contribution_of
from domain.scoring.counting import ZERO, Counted, Fill, FillKey
from domain.scoring.previews import binding_cap, is_plain
from domain.scoring.records import Recorded
from domain.scoring.settling import (
    NOTHING,
    Cell,
    CellKey,
    Judge,
    Tally,
    VersionedKey,
    for_units,
    judge_on,
    recount,
    settle_plainly,
    tied_together,
    worth_of,
)
from services.accounts import entries_of, is_shared, subject_on
from storage import households as stored_households
from storage import ledger as stored_ledger
from storage import periods as stored_periods
from storage import sums as stored_sums
from storage import units as stored_units
from storage.database import UnitOfWork
from storage.sums import Subject

if TYPE_CHECKING:
    from services.shelf import Shelf

K = TypeVar("K")
V = TypeVar("V")
REVERSAL, CLOSED = "reversal", "closed"


@dataclass(frozen=True, slots=True)
class Settled:
    """What an entry changed in its subject's total, and the cap that made it differ from its points."""

    moved: Fraction
    why: str


@dataclass(frozen=True)
class Year:
    """A subject's year, as it is counted: who judges it, and what of it is frozen."""

    of: Subject
    period: Period
    judges: tuple[Judge, ...]
    frozen: tuple[tuple[date, date], ...]

    def is_frozen(self, on: date) -> bool:
        """Whether the day lies in a closed period."""
        return any(since_on <= on < until_on for since_on, until_on in self.frozen)

    @property
    def is_by_one_version(self) -> bool:
        """Whether one version judges all of it."""
        days = (self.period.starts_on, date.fromordinal(self.period.until_on.toordinal() - 1))
        return judge_on(self.judges, days[0]) is judge_on(self.judges, days[1])

    @property
    def following(self) -> "Year":
        """The year after."""
        return replace(self, period=self.period.next)

    def judge(self, on: date) -> Judge:
        """Return who judges a day."""
        return judge_on(self.judges, on)

    def open_cells(self, cells: Mapping[CellKey, Cell], items: frozenset[str] | None) -> dict[CellKey, Cell]:
        """Return the cells of months that are not closed."""
        return {
            key: cell
            for key, cell in cells.items()
            if not self.is_frozen(key[1]) and (items is None or key[0] in items)
        }

    def closed_counts(
        self, cells: Mapping[CellKey, Cell], items: frozenset[str] | None
    ) -> dict[CellKey, Fraction]:
        """Return what the closed months counted."""
        return {
            key: cell.counted
            for key, cell in cells.items()
            if self.is_frozen(key[1]) and (items is None or key[0] in items)
        }


def year_of_subject(uow: UnitOfWork, shelf: "Shelf", unit: Unit, member_id: int, on: date) -> Year:
    """Return the year around a day of the account that a deed of a member, or (0) of the unit, goes into."""
    judges = shelf.judges(uow, unit.rulebook)
    return year_of(uow, shelf, unit, subject_on(uow, unit, member_id, judges, on), on)


def year_of(uow: UnitOfWork, shelf: "Shelf", unit: Unit, of: Subject, on: date) -> Year:
    """Return the year of the book's cycle around a day, of a subject in a unit."""
    judges = shelf.judges(uow, unit.rulebook)
    period = judge_on(judges, on).rulebook.period_of(PeriodKind.YEAR, on)
    if of.is_unit:
        judges = tuple(replace(judge, rulebook=for_units(judge.rulebook)) for judge in judges)
    return Year(of, period, judges, tuple(stored_periods.finalised_spans(uow, unit.id)))


def entries_in(uow: UnitOfWork, year: Year) -> list[Recorded]:
    """Return the ledger's entries of a subject's year, in ledger order."""
    return entries_of(uow, year.of, year.judges, year.period.starts_on, year.period.until_on)


def settle(uow: UnitOfWork, year: Year, entry: Recorded) -> Settled:
    """Move the sums by an entry that is about to be written, or by the reversal of one.

    The caller holds the lock of the unit's chain.
    """
    before = stored_sums.fills_of(uow, year.of, year.period.starts_on)
    judge = year.judge(entry.on)
    if year.is_by_one_version:
        windows = Tally(fills=before).windows(judge.version_id)
        plain = settle_plainly(judge.rulebook, entry, windows)
        if plain is not None:
            _add(uow, year, judge, entry, plain)
            return Settled(entry.points, REVERSAL if entry.reverses else "")
    return _settle_anew(uow, year, entry, before)


def _add(uow: UnitOfWork, year: Year, judge: Judge, entry: Recorded, plain: Mapping[FillKey, Fill]) -> None:
    cell = worth_of(entry, entry.points)
    if entry.reverses is not None:
        taken = replace(entry, points=-entry.points, raw=None if entry.raw is None else -entry.raw)
        cell = worth_of(taken, taken.points).taken_back()
    stored_sums.add_to_cell(uow, year.of, (entry.item, month_of(entry.on).starts_on), cell)
    fills: dict[VersionedKey, Fill] = {
        (judge.version_id, cap, window): fill for (cap, window), fill in plain.items()
    }
    stored_sums.put_fills(uow, year.of, year.period.starts_on, fills)


def _settle_anew(
    uow: UnitOfWork, year: Year, entry: Recorded, before: Mapping[VersionedKey, Fill]
) -> Settled:
    items = tied_together(year.judges, entry.item)
    recorded = entries_in(uow, year)
    sequence = max((one.sequence for one in recorded), default=0) + 1
    entries = [one for one in recorded if one.item in items]
    moved, after = _rewrite(uow, year, [*entries, replace(entry, sequence=sequence)], items, before)
    if entry.reverses is not None:
        return Settled(moved, REVERSAL)
    judge = year.judge(entry.on)
    cap = binding_cap(
        judge.rulebook,
        Tally(fills=dict(before)).windows(judge.version_id),
        after.windows(judge.version_id),
        entry,
    )
    why = "" if moved == entry.points else cap.why if cap is not None else entry.why
    return Settled(moved, why)


def _rewrite(
    uow: UnitOfWork,
    year: Year,
    entries: Iterable[Recorded],
    items: frozenset[str] | None,
    fills: Mapping[VersionedKey, Fill],
) -> tuple[Fraction, Tally]:
    """Count these items of a year from scratch and store it; return what the total moved by."""
    cells = stored_sums.cells_between(uow, year.of, year.period.starts_on, year.period.until_on)
    before = year.open_cells(cells, items)
    after = recount(year.judges, entries, frozen=year.closed_counts(cells, items), is_frozen=year.is_frozen)
    caps = {
        (judge.version_id, cap.code)
        for judge in year.judges
        for cap in judge.rulebook.caps
        if items is None or not cap.items.isdisjoint(items)
    }
    known = {judge.version_id for judge in year.judges}
    replaced = {key: fill for key, fill in fills.items() if key[:2] in caps or key[0] not in known}
    stored_sums.replace_cells(uow, year.of, before, after.cells)
    stored_sums.replace_fills(uow, year.of, year.period.starts_on, replaced, after.fills)
    moved = after.counted - sum((cell.counted for cell in before.values()), ZERO)
    return moved, after


def recount_year(uow: UnitOfWork, year: Year) -> None:
    """Make the sums and windows of a subject's year anew from its entries; closed months stay as they are."""
    entries = entries_in(uow, year)
    _rewrite(uow, year, entries, None, stored_sums.fills_of(uow, year.of, year.period.starts_on))


def lines_of(uow: UnitOfWork, year: Year) -> list[Counted]:
    """Return every entry of a subject's year with what it counts; what a closed month kept is a line more."""
    entries = entries_in(uow, year)
    cells = stored_sums.cells_between(uow, year.of, year.period.starts_on, year.period.until_on)
    closed = year.closed_counts(cells, None)
    found = recount(year.judges, entries, frozen=closed, is_frozen=year.is_frozen).lines
    within = [entry for entry in entries if year.is_frozen(entry.on)]
    before = recount(year.judges, within, frozen={}, is_frozen=lambda _on: False)
    kept = [
        Counted(
            Recorded(f"closed:{item}:{month_on}", item, month_on, ZERO, 0, times=0),
            counted - was,
            (),
            reason=CLOSED,
        )
        for (item, month_on), counted in closed.items()
        if counted != (was := before.cells.get((item, month_on), NOTHING).counted)
    ]
    return sorted([*before.lines, *kept, *found], key=lambda line: (line.entry.on, line.entry.sequence))


@dataclass(frozen=True, slots=True)
class LineCount:
    """What a ledger line counts now, after all that came later."""

    counted: Fraction
    is_reversed: bool


def counts_of(uow: UnitOfWork, shelf: "Shelf", unit: Unit, shown: Iterable[Entry]) -> Mapping[int, LineCount]:
    """Return what each of one member's lines counts now; other lines are read only where a limit bites."""
    found: dict[int, LineCount] = {}
    years: dict[tuple[Subject, date], tuple[Year, dict[str, Counted] | None]] = {}
    lines = list(shown)
    gone = stored_ledger.reversed_ids(uow, [entry.id for entry in lines])
    for entry in lines:
        is_back = entry.id in gone or entry.reverses_id is not None
        year = year_of_subject(uow, shelf, unit, entry.member_id or 0, entry.happened_on)
        key = (year.of, year.period.starts_on)
        if key not in years:
            years[key] = year, _counted_lines(uow, year)
        by_key = years[key][1]
        line = None if by_key is None else by_key.get(str(entry.id))
        counted = from_stored(entry.amount) if line is None else line.points
        found[entry.id] = LineCount(ZERO if is_back and line is None else counted, entry.id in gone)
    return found


def line_now(uow: UnitOfWork, shelf: "Shelf", unit: Unit, entry: Entry) -> Contribution | None:
    """Return a ledger line as it counts now, with what changed it; None where nothing counts it any more."""
    year = year_of_subject(uow, shelf, unit, entry.member_id or 0, entry.happened_on)
    found = next((line for line in lines_of(uow, year) if line.entry.key == str(entry.id)), None)
    return None if found is None else contribution_of(year.judge(entry.happened_on).rulebook, found)


def _counted_lines(uow: UnitOfWork, year: Year) -> dict[str, Counted] | None:
    """Return a year's lines by key where single ones count otherwise than by themselves, else None."""
    fills = stored_sums.fills_of(uow, year.of, year.period.starts_on)
    books = [judge.rulebook for judge in year.judges]
    if all(fill.came == fill.counted for fill in fills.values()) and all(
        is_plain(book, code) for book in books for code in book.items
    ):
        return None
    return {line.entry.key: line for line in lines_of(uow, year)}


def recount_books(uow: UnitOfWork, shelf: "Shelf", codes: Sequence[str]) -> None:
    """Make the sums of every unit that scores by one of these rulebooks anew: a version was added."""
    for unit in stored_units.list_units(uow):
        if unit.rulebook in codes:
            recount_unit(uow, shelf, unit)


def recount_unit(uow: UnitOfWork, shelf: "Shelf", unit: Unit) -> None:
    """Make the sums of a whole unit anew from its ledger."""
    for year in years_in(uow, shelf, unit):
        recount_year(uow, year)


def count_uncounted(uow: UnitOfWork, shelf: "Shelf") -> None:
    """Make the sums of units that have entries and none yet: they were written before there were sums.

    Months that are closed already are counted this once, and stay so from then on.
    """
    for unit in stored_units.list_units(uow):
        if unit.rulebook is None or not stored_sums.is_uncounted(uow, unit.id):
            continue
        years = list(years_in(uow, shelf, unit))
        for year in years:
            recount_year(uow, replace(year, frozen=()))
        for year in years:
            recount_year(uow, year)


def settle_closing(uow: UnitOfWork, shelf: "Shelf", unit: Unit, period: Period) -> None:
    """Let the windows around a period that was just closed take what it counted as settled."""
    days = (period.starts_on, date.fromordinal(period.until_on.toordinal() - 1))
    years = {year_of_subject(uow, shelf, unit, 0, day).period.starts_on for day in days}
    for of, year_on in stored_sums.bitten_in(uow, unit.id, years):
        recount_year(uow, year_of(uow, shelf, unit, of, year_on))


def years_in(uow: UnitOfWork, shelf: "Shelf", unit: Unit) -> Iterator[Year]:
    """Yield every year of every subject that has entries or sums in a unit."""
    spans = {of: (first_on, last_on) for of, first_on, last_on in stored_sums.subjects_in(uow, unit.id)}
    if is_shared(shelf.judges(uow, unit.rulebook)):
        spans |= _spans_of_households(uow, unit, spans)
    for of, (first_on, last_on) in spans.items():
        year = year_of(uow, shelf, unit, of, first_on)
        while year.period.starts_on <= last_on:
            yield year
            year = year.following


def _spans_of_households(
    uow: UnitOfWork, unit: Unit, spans: Mapping[Subject, tuple[date, date]]
) -> dict[Subject, tuple[date, date]]:
    """Return the first and last days of all that households have, or that their members brought in."""
    found = {}
    for household_id, members in stored_households.members_by_household(uow, unit.id).items():
        of = Subject(unit.id, -household_id)
        known = [spans[one] for one in (of, *(Subject(unit.id, one) for one in members)) if one in spans]
        if known:
            found[of] = min(first for first, _ in known), max(last for _, last in known)
    return found


def recount_subjects(uow: UnitOfWork, shelf: "Shelf", unit: Unit, subjects: Iterable[Subject]) -> None:
    """Make the sums of these subjects of a unit anew: deeds went over from one to another."""
    wanted = frozenset(subjects)
    for year in years_in(uow, shelf, unit) if wanted else ():
        if year.of in wanted:
            recount_year(uow, year)


def differences(uow: UnitOfWork, year: Year) -> tuple[str, ...]:
    """Return which of `sums` and `fills` do not agree with the ledger's entries of a subject's year."""
    entries = entries_in(uow, year)
    cells = stored_sums.cells_between(uow, year.of, year.period.starts_on, year.period.until_on)
    expected = recount(year.judges, entries, frozen=year.closed_counts(cells, None), is_frozen=year.is_frozen)
    raw = recount(year.judges, entries, frozen={}, is_frozen=lambda _on: False)
    found = []
    same_cells = _agree(expected.cells, year.open_cells(cells, None), NOTHING, stored_sums.is_same_cell)
    closed = {key: replace(cell, counted=ZERO) for key, cell in cells.items() if year.is_frozen(key[1])}
    of_closed = {
        key: replace(cell, counted=ZERO) for key, cell in raw.cells.items() if year.is_frozen(key[1])
    }
    if not (same_cells and _agree(of_closed, closed, NOTHING, stored_sums.is_same_cell)):
        found.append("sums")
    fills = {
        key: fill
        for key, fill in stored_sums.fills_of(uow, year.of, year.period.starts_on).items()
        if not (isinstance(key[2], date) and year.is_frozen(key[2]))  # nothing asks about a closed day
    }
    if not _agree(expected.fills, fills, Fill(), stored_sums.is_same_fill):
        found.append("fills")
    return tuple(found)


def _agree(
    expected: Mapping[K, V],
    found: Mapping[K, V],
    empty: V,
    is_same: Callable[[V, V], bool],
) -> bool:
    """Compare what must be with what is; what is empty need not be there."""
    keys = expected.keys() | found.keys()
    return all(is_same(expected.get(key, empty), found.get(key, empty)) for key in keys)
