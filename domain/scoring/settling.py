"""Keeps running sums of a subject's year: what an entry adds to them, and all of them from scratch.

A year of the book's own cycle is counted by itself, since no cap reaches beyond it. Within it each entry is
judged by the version in force on its day, and what a frozen period counted stays as it was.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from domain.periods import month_of
from domain.rulebooks import Rulebook, Window
from domain.scoring.counting import ZERO, Counted, Fill, FillKey, WindowKey, count, window_of
from domain.scoring.previews import bound_together, is_plain
from domain.scoring.records import Recorded


@dataclass(frozen=True, slots=True)
class Judge:
    """A version of a rulebook and the first day on which it judges entries."""

    version_id: int
    since_on: date
    rulebook: Rulebook


@dataclass(frozen=True, slots=True)
class Cell:
    """What the live entries of one item in one month come to.

    `gains` and `losses` are of the whole events, before limits and both not negative; `counted` is what
    the total contains.
    """

    gains: Fraction = ZERO
    losses: Fraction = ZERO
    counted: Fraction = ZERO
    quantity: Fraction = ZERO
    count: int = 0

    def plus(self, other: "Cell") -> "Cell":
        """Return both together."""
        return Cell(
            self.gains + other.gains,
            self.losses + other.losses,
            self.counted + other.counted,
            self.quantity + other.quantity,
            self.count + other.count,
        )

    def taken_back(self) -> "Cell":
        """Return what takes it away again."""
        return Cell(-self.gains, -self.losses, -self.counted, -self.quantity, -self.count)


NOTHING = Cell()
CellKey = tuple[str, date]
"""An item, and the first day of a month."""
VersionedKey = tuple[int, str, WindowKey]
"""The version that counts, a cap's code and its window."""


@dataclass
class Tally:
    """The sums and the windows of a subject's year."""

    cells: dict[CellKey, Cell] = field(default_factory=dict)
    fills: dict[VersionedKey, Fill] = field(default_factory=dict)
    lines: list[Counted] = field(default_factory=list)

    @property
    def counted(self) -> Fraction:
        """What all cells count."""
        return sum((cell.counted for cell in self.cells.values()), ZERO)

    def windows(self, version_id: int) -> dict[FillKey, Fill]:
        """Return the windows as one version counts them."""
        return {
            (cap, window): fill
            for (version, cap, window), fill in self.fills.items()
            if version == version_id
        }


def judge_on(judges: Iterable[Judge], on: date) -> Judge:
    """Return the version that judges an entry of that day; the first one judges what lies before all."""
    in_order = sorted(judges, key=lambda judge: judge.since_on)
    return next((judge for judge in reversed(in_order) if judge.since_on <= on), in_order[0])


def worth_of(entry: Recorded, counted: Fraction) -> Cell:
    """Return one live entry as a cell."""
    points = entry.event_points
    return Cell(max(points, ZERO), max(-points, ZERO), counted, entry.quantity or ZERO, 1)


def tied_together(judges: Iterable[Judge], item: str) -> frozenset[str]:
    """Return the items that must be counted together with this one, whichever version counts."""
    together, fresh = frozenset[str](), frozenset({item})
    books = [judge.rulebook for judge in judges]
    while fresh:
        together |= fresh
        fresh = (
            frozenset(other for one in fresh for book in books for other in bound_together(book, one))
            - together
        )
    return together


def settle_plainly(
    rulebook: Rulebook, entry: Recorded, fills: Mapping[FillKey, Fill]
) -> dict[FillKey, Fill] | None:
    """Return the windows that hold the entry (or its reversal) now, where it counts in full by itself.

    None where a limit bites before or after, or where the item looks at single entries: then everything tied
    to it has to be counted again.
    """
    if not is_plain(rulebook, entry.item):
        return None
    filled: dict[FillKey, Fill] = {}
    for cap in rulebook.caps_on(entry.item):
        if cap.per is Window.EVENT:
            if cap.hold(entry.points) != entry.points and entry.reverses is None:
                return None
            continue
        key = (cap.code, window_of(cap.per, entry, shift=rulebook.cycle_shift))
        fill = fills.get(key, Fill())
        came = fill.came + entry.points
        if fill.came != fill.counted or cap.hold(came) != came:
            return None
        filled[key] = Fill(came, came)
    return filled


def recount(
    judges: Iterable[Judge],
    recorded: Iterable[Recorded],
    *,
    frozen: Mapping[CellKey, Fraction],
    is_frozen: Callable[[date], bool],
) -> Tally:
    """Count a subject's year from its entries: cells of the open months, and every window.

    `frozen` is what closed months counted, by item and month; entries of such days are not counted again.
    """
    result = Tally()
    carried = dict(frozen)
    for judge, own in _shared_out(judges, recorded, is_frozen):
        counted = count(judge.rulebook, own, opening=_opening(judge.rulebook, carried))
        for line in counted.lines:
            result.lines.append(line)
            if line.is_reversed:
                continue
            key = (line.entry.item, month_of(line.entry.on).starts_on)
            result.cells[key] = result.cells.get(key, NOTHING).plus(worth_of(line.entry, line.points))
            carried[key] = carried.get(key, ZERO) + line.points
        for (cap, window), fill in counted.fills.items():
            if not isinstance(window, str):
                result.fills[judge.version_id, cap, window] = fill
    return result


def opening_on(
    judges: Iterable[Judge],
    recorded: Iterable[Recorded],
    on: date,
    *,
    frozen: Mapping[CellKey, Fraction],
    is_frozen: Callable[[date], bool],
) -> tuple[list[Recorded], dict[FillKey, Fill]]:
    """Return the open entries that are judged together with a day's, and what windows hold before them."""
    carried = dict(frozen)
    wanted = judge_on(judges, on)
    for judge, own in _shared_out(judges, recorded, is_frozen):
        opening = _opening(judge.rulebook, carried)
        if judge is wanted:
            return own, opening
        for line in count(judge.rulebook, own, opening=opening).lines:
            key = (line.entry.item, month_of(line.entry.on).starts_on)
            carried[key] = carried.get(key, ZERO) + line.points
    raise AssertionError("somebody judges every day")


def _shared_out(
    judges: Iterable[Judge], recorded: Iterable[Recorded], is_frozen: Callable[[date], bool]
) -> Iterator[tuple[Judge, list[Recorded]]]:
    """Yield each version with the open entries of its days, oldest version first."""
    entries = [entry for entry in recorded if not is_frozen(entry.on)]
    in_order = sorted(judges, key=lambda judge: judge.since_on)
    for judge in in_order:
        yield judge, [entry for entry in entries if judge_on(in_order, entry.on) is judge]


def standing_for(key: CellKey, cell: Cell) -> Iterator[Counted]:
    """Yield a month's sum of an item as lines: one of what was gained, one of what was lost."""
    item, month_on = key
    if not cell.count:
        return
    if cell.gains or not cell.losses:
        kept = cell.counted if not cell.losses else max(cell.counted + cell.losses, ZERO)
        yield _line(item, month_on, cell.gains, kept, cell.quantity, cell.count)
    if cell.losses:
        kept = cell.counted if not cell.gains else cell.counted - max(cell.counted + cell.losses, ZERO)
        yield _line(
            item, month_on, -cell.losses, kept, *((ZERO, 0) if cell.gains else (cell.quantity, cell.count))
        )


def _line(
    item: str, month_on: date, points: Fraction, counted: Fraction, quantity: Fraction, times: int
) -> Counted:
    key = f"{item}:{month_on}:{'-' if points < 0 else '+'}"
    entry = Recorded(key, item, month_on, points, 0, quantity=quantity, times=times)
    return Counted(entry, counted, reason="" if counted == points else "limit")


def _opening(rulebook: Rulebook, carried: Mapping[CellKey, Fraction]) -> dict[FillKey, Fill]:
    """Return what windows hold of points that are settled already, as far as they last a month or longer."""
    found: dict[FillKey, Fill] = {}
    for (item, month_on), points in carried.items():
        for cap in rulebook.caps_on(item):
            if cap.per in {Window.EVENT, Window.DAY}:
                continue
            month = Recorded("", item, month_on, points, 0)
            key = (cap.code, window_of(cap.per, month, shift=rulebook.cycle_shift))
            fill = found.setdefault(key, Fill())
            fill.came += points
            fill.counted = cap.hold(fill.came)
    return found


def for_units(rulebook: Rulebook) -> Rulebook:
    """Return the book as units themselves are scored by it: with their base, without what is for people."""
    return replace(rulebook, base=rulebook.unit_base, caps=(), debits=(), bests=(), instruments={})
