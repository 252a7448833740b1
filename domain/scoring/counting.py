"""Counts a member's entries one after another under every cap of the rulebook."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from domain.periods import PeriodKind, period_of
from domain.rulebooks import Cap, Rulebook, Window
from domain.scoring.records import Recorded

ZERO = Fraction(0)
_MONTHS = {Window(kind.value): kind.months for kind in PeriodKind}
WindowKey = str | date | tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """What one cap made of one entry."""

    cap: Cap
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class Counted:
    """One entry and what it counts after all caps; `cuts` are those that changed it, in order."""

    entry: Recorded
    points: Fraction
    cuts: tuple[Cut, ...] = ()
    is_reversed: bool = False


@dataclass(slots=True)
class Fill:
    """How full one window of one cap is: what came in and what the cap let count."""

    came: Fraction = ZERO
    counted: Fraction = ZERO


@dataclass
class Count:
    """All entries counted, and how full every window is now."""

    lines: list[Counted] = field(default_factory=list)
    fills: dict[tuple[str, WindowKey], Fill] = field(default_factory=dict)

    @property
    def total(self) -> Fraction:
        """The sum of all counted lines."""
        return sum((line.points for line in self.lines), ZERO)


def count(rulebook: Rulebook, recorded: Iterable[Recorded]) -> Count:
    """Return every entry with what it counts, in order of day and sequence.

    A window counts the sum of its entries as far as the cap allows, so that totals do not depend on order;
    each entry counts by how much it moved that sum. An entry and its reversal count and fill nothing.
    """
    entries = sorted(recorded, key=lambda entry: (entry.on, entry.sequence, entry.key))
    cancelled = cancelled_keys(entries)
    result = Count()
    for entry in entries:
        if entry.key in cancelled:
            result.lines.append(Counted(entry, ZERO, is_reversed=True))
            continue
        points, cuts = entry.points, []
        for cap in rulebook.caps_on(entry.item):
            fill = result.fills.setdefault((cap.code, window_of(cap.per, entry)), Fill())
            fill.came += points
            counted = cap.hold(fill.came)
            moved, fill.counted = counted - fill.counted, counted
            if moved != points:
                cuts.append(Cut(cap, points, moved))
                points = moved
        result.lines.append(Counted(entry, points, tuple(cuts)))
    return result


def cancelled_keys(entries: Iterable[Recorded]) -> frozenset[str]:
    """Return the keys of entries and reversals that cancel each other.

    The latest reversal is looked at first, so that reversing a reversal brings the entry back. A second
    reversal of one entry counts nothing; one whose entry is not given counts as an entry of its own.
    """
    by_key = {entry.key: entry for entry in entries}
    cancelled: set[str] = set()
    for key, target in _reversals(by_key):
        if key not in cancelled:
            cancelled |= {key, target}
    return frozenset(cancelled)


def _reversals(by_key: dict[str, Recorded]) -> Iterator[tuple[str, str]]:
    """Yield each reversal with the entry it takes back, latest first."""
    latest_first = sorted(by_key.values(), key=lambda entry: (entry.sequence, entry.key), reverse=True)
    for entry in latest_first:
        if entry.reverses is not None and entry.reverses in by_key:
            yield entry.key, entry.reverses


def window_of(per: Window, entry: Recorded) -> WindowKey:
    """Return what tells the window in which a cap counts the entry from the cap's other windows."""
    match per:
        case Window.EVENT:
            return entry.key
        case Window.DAY:
            return entry.on
        case _:
            return entry.on.year, (entry.on.month - 1) // _MONTHS[per]


def label_of(per: Window, entry: Recorded) -> str:
    """Return the window's name for people: a day or a period, nothing for a cap per event."""
    match per:
        case Window.EVENT:
            return ""
        case Window.DAY:
            return entry.on.isoformat()
        case _:
            return period_of(PeriodKind(per.value), entry.on).label
