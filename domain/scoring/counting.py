"""Counts a member's entries one after another under every cap of the rulebook."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from domain.periods import PeriodKind, period_of
from domain.rulebooks import Best, Cap, LevelAmount, Rulebook, ScaledAmount, Window
from domain.scoring.records import Recorded

ZERO = Fraction(0)
_MONTHS = {Window(kind.value): kind.months for kind in PeriodKind}
WindowKey = str | date | tuple[int, int]
FillKey = tuple[str, WindowKey]
"""A cap's code and the window it counts in."""
REVERSED, REPLACED, BEST, QUANTITY, SCALE = "reversed", "replaced", "best", "quantity", "scale"


@dataclass(frozen=True, slots=True)
class Cut:
    """What one cap made of one entry; `came` had come into its window before, and `held` counted of that."""

    cap: Cap
    before: Fraction
    after: Fraction
    came: Fraction = ZERO
    held: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class Counted:
    """One entry and what it counts after all caps; `cuts` are those that changed it, in order."""

    entry: Recorded
    points: Fraction
    cuts: tuple[Cut, ...] = ()
    is_reversed: bool = False
    reason: str = ""
    """What changed it before: `replaced`, `quantity`, `scale`, `best`, or the entry's own word."""

    @property
    def why(self) -> str:
        """`reversed`, the last cap that changed it (`cap.month`), or what changed it before, or nothing."""
        if self.is_reversed:
            return REVERSED
        return self.cuts[-1].cap.why if self.cuts else self.reason


@dataclass(slots=True)
class Fill:
    """How full one window of one cap is: what came in and what the cap let count."""

    came: Fraction = ZERO
    counted: Fraction = ZERO


@dataclass
class Count:
    """All entries counted, and how full every window is now."""

    lines: list[Counted] = field(default_factory=list)
    fills: dict[FillKey, Fill] = field(default_factory=dict)

    @property
    def total(self) -> Fraction:
        """The sum of all counted lines."""
        return sum((line.points for line in self.lines), ZERO)


def count(
    rulebook: Rulebook, recorded: Iterable[Recorded], *, opening: Mapping[FillKey, Fill] | None = None
) -> Count:
    """Return every entry with what it counts, in order of day and sequence.

    A window counts the sum of its entries as far as the cap allows, so that totals do not depend on order;
    each entry counts by how much it moved that sum. An entry and its reversal count and fill nothing.
    `opening` is what windows hold already from entries that are not given: they are frozen, or were judged
    by an earlier version.
    """
    entries = sorted(recorded, key=lambda entry: (entry.on, entry.sequence, entry.key))
    cancelled = cancelled_keys(entries)
    worth = Worth(rulebook, [entry for entry in entries if entry.key not in cancelled])
    result = Count(
        fills={key: Fill(fill.came, fill.counted) for key, fill in opening.items()} if opening else {}
    )
    for entry in entries:
        if entry.key in cancelled:
            result.lines.append(Counted(entry, ZERO, is_reversed=True))
            continue
        points, reason = worth.of(entry)
        cuts = []
        for cap in rulebook.caps_on(entry.item):
            key = (cap.code, window_of(cap.per, entry, shift=rulebook.cycle_shift))
            fill = result.fills.setdefault(key, Fill())
            came, held = fill.came, fill.counted
            fill.came += points
            fill.counted = cap.hold(fill.came)
            moved = fill.counted - held
            if moved != points:
                cuts.append(Cut(cap, points, moved, came, held))
                points = moved
        result.lines.append(Counted(entry, points, tuple(cuts), reason=reason))
    return result


class Worth:
    """What entries are worth beside their fellows, before any cap: stages, quantities, best of several."""

    def __init__(self, rulebook: Rulebook, live: Iterable[Recorded]) -> None:
        self._rulebook = rulebook
        self._stage: dict[tuple[str, str], Fraction] = {}
        self._quantity: dict[tuple[str, WindowKey], Fraction] = {}
        self._is_plain = not rulebook.bests and not any(
            item.stages or item.quantity_caps or isinstance(item.amount, ScaledAmount)
            for item in rulebook.items.values()
        )
        self._passed_over = frozenset[str]() if self._is_plain else _passed_over(rulebook, live)

    def of(self, entry: Recorded) -> tuple[Fraction, str]:
        """Return the points of the next entry, in order of day and sequence, and what changed them."""
        if self._is_plain:
            return entry.points, entry.why
        if entry.key in self._passed_over:
            return ZERO, BEST
        item = self._rulebook.item(entry.item)
        if item is None:
            return entry.points, entry.why
        if item.stages == "replace" and entry.deed and isinstance(item.amount, LevelAmount):
            return self._next_stage(entry)
        if entry.quantity is not None and (item.quantity_caps or isinstance(item.amount, ScaledAmount)):
            return self._of_quantity(entry, entry.quantity)
        return entry.points, entry.why

    def _next_stage(self, entry: Recorded) -> tuple[Fraction, str]:
        """Return what a later stage of a deed adds to the earlier one."""
        stage = (entry.item, entry.deed)
        before = self._stage.get(stage, ZERO)
        reached = max(before, entry.points, key=abs)
        self._stage[stage] = reached
        moved = reached - before
        return moved, entry.why if moved == entry.points else REPLACED

    def _of_quantity(self, entry: Recorded, quantity: Fraction) -> tuple[Fraction, str]:
        item = self._rulebook.items[entry.item]
        allowed = quantity
        for per, limit in item.quantity_caps.items():
            key = (f"{entry.item}:{per}", window_of(per, entry, shift=self._rulebook.cycle_shift))
            before = self._quantity.get(key, ZERO)
            allowed = min(allowed, max(limit - before, ZERO))
            self._quantity[key] = before + allowed
        reason = QUANTITY if allowed != quantity else entry.why
        if not isinstance(item.amount, ScaledAmount):
            return (entry.points * allowed / quantity, reason) if quantity else (entry.points, reason)
        window = window_of(Window(item.amount.over), entry, shift=self._rulebook.cycle_shift)
        before = self._quantity.get((entry.item, window), ZERO)
        self._quantity[entry.item, window] = before + allowed
        points = (item.amount.at(before + allowed) - item.amount.at(before)) * item.factor
        return points, reason if points == entry.points else SCALE


def _passed_over(rulebook: Rulebook, live: Iterable[Recorded]) -> frozenset[str]:
    """Return the keys of the entries that are not among the best of their window, deed or slot."""
    windows: dict[tuple[str, WindowKey], list[Recorded]] = {}
    for entry in live:
        for best in rulebook.bests_on(entry.item):
            key = _best_key(best, entry, shift=rulebook.cycle_shift)
            if key is not None:
                windows.setdefault((best.code, key), []).append(entry)
    limits = {best.code: best.count for best in rulebook.bests}
    return frozenset(
        entry.key
        for (code, _), entries in windows.items()
        for entry in sorted(entries, key=lambda one: -one.points)[limits[code] :]
    )


def _best_key(best: Best, entry: Recorded, *, shift: int) -> WindowKey | None:
    """Return which entries this one competes with; None where it competes with none."""
    if best.per == "deed":
        return entry.deed or None
    if best.per == "slot":
        return f"{entry.on}:{entry.slot}" if entry.slot else None
    return window_of(Window(best.per), entry, shift=shift)


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


def window_of(per: Window, entry: Recorded, *, shift: int = 0) -> WindowKey:
    """Return what tells the window in which a cap counts the entry from the cap's other windows."""
    match per:
        case Window.EVENT:
            return entry.key
        case Window.DAY:
            return entry.on
        case _:
            year, month = divmod(entry.on.year * 12 + entry.on.month - 1 + shift, 12)
            return year, month // _MONTHS[per]


def label_of(per: Window, entry: Recorded, *, shift: int = 0) -> str:
    """Return the window's name for people: a day or a period, nothing for a cap per event."""
    match per:
        case Window.EVENT:
            return ""
        case Window.DAY:
            return entry.on.isoformat()
        case _:
            return period_of(PeriodKind(per.value), entry.on, shift=shift).label
