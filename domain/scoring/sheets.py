"""Writes a member's score sheet for a period, every line with its reason."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.periods import Period, PeriodKind, year_of
from domain.rulebooks import Cap, Rulebook
from domain.scoring.counting import ZERO, Counted, Cut, count
from domain.scoring.records import Recorded

BASE = "base"
OTHER = "other"
"""The component of entries whose item the rulebook no longer has; they count in full."""
REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on the sheet: what it brought by itself, what it counts, and why that differs."""

    key: str
    item: str
    on: date
    raw: Fraction
    counted: Fraction
    cuts: tuple[Cut, ...]
    clause: str
    is_reversed: bool

    @property
    def cap(self) -> Cap | None:
        """The last cap that changed it, None if none did."""
        return self.cuts[-1].cap if self.cuts else None

    @property
    def why(self) -> str:
        """`cap.month`, `floor.year`, `reversed`, or nothing when it counts in full."""
        if self.is_reversed:
            return REVERSED
        return self.cap.why if self.cap is not None else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A shorter period whose total entered into a mean."""

    period: Period
    total: Fraction


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A member's score of one period.

    `total` is the sum of `components`. Where `parts` are given it is their mean; otherwise it is the base and
    the counted lines.
    """

    period: Period
    total: Fraction
    components: Mapping[str, Fraction]
    categories: Mapping[str, Fraction]
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    stars: int | None
    grade: str | None
    is_eligible: bool


def score_sheet(
    rulebook: Rulebook,
    recorded: Iterable[Recorded],
    period: Period,
    *,
    months_missing: frozenset[Period] = frozenset(),
) -> ScoreSheet:
    """Return the member's score sheet of the period.

    `recorded` holds all entries of the calendar year at least, whatever the period, since a cap per year
    reaches into its months. `months_missing` are months outside membership or exempted: no base there, and
    means leave them out.
    """
    counted = count(rulebook, recorded).lines
    tally = _Tally(rulebook, counted, months_missing)
    components = tally.components(period)
    total = sum(components.values(), ZERO)
    live = [line.entry for line in counted if not line.is_reversed]
    return ScoreSheet(
        period=period,
        total=total,
        components=components,
        categories=tally.categories(period),
        lines=tuple(_line(rulebook, line) for line in counted if period.contains(line.entry.on)),
        parts=tuple(Part(part, sum(tally.components(part).values(), ZERO)) for part in tally.parts(period)),
        stars=_stars(rulebook, live, period, total),
        grade=None if rulebook.grade is None else rulebook.grade.label(total, kind=period.kind),
        is_eligible=not _is_barred(rulebook, live, period),
    )


def _line(rulebook: Rulebook, line: Counted) -> Line:
    entry = line.entry
    item = rulebook.item(entry.item)
    clause = item.clause if item is not None else ""
    return Line(
        entry.key, entry.item, entry.on, entry.points, line.points, line.cuts, clause, line.is_reversed
    )


def _stars(rulebook: Rulebook, live: Iterable[Recorded], period: Period, total: Fraction) -> int | None:
    """Return the stars of the total, or the fewest that an effect within the period sets."""
    label = None if rulebook.stars is None else rulebook.stars.label(total, kind=period.kind)
    if label is None:
        return None
    set_to = [
        item.effect.stars
        for entry in live
        if period.contains(entry.on) and (item := rulebook.item(entry.item)) is not None
        if item.effect is not None and item.effect.stars is not None
    ]
    return min(set_to, default=int(label))


def _is_barred(rulebook: Rulebook, live: Iterable[Recorded], period: Period) -> bool:
    """Whether an entry since the year began bars from awards; later periods of the year stay barred."""
    year_starts_on = year_of(period.starts_on).starts_on
    return any(
        item.effect is not None and item.effect.is_barring
        for entry in live
        if year_starts_on <= entry.on < period.until_on and (item := rulebook.item(entry.item)) is not None
    )


class _Tally:
    """Adds counted lines up by month and carries them through sums and means."""

    def __init__(
        self, rulebook: Rulebook, counted: Iterable[Counted], months_missing: frozenset[Period]
    ) -> None:
        self._rulebook = rulebook
        self._missing = months_missing
        self._by_month: dict[tuple[int, int], dict[str, Fraction]] = {}
        for line in counted:
            item = rulebook.item(line.entry.item)
            category = item.category if item is not None else OTHER
            on = line.entry.on
            month = self._by_month.setdefault((on.year, on.month), {})
            month[category] = month.get(category, ZERO) + line.points

    def parts(self, period: Period) -> tuple[Period, ...]:
        """Return the periods whose mean makes this one's total; none where it is a sum."""
        of = self._rulebook.means.get(period.kind)
        if of is None:
            return ()
        return tuple(part for part in period.split(of) if not self._is_missing(part))

    def categories(self, period: Period) -> dict[str, Fraction]:
        """Return what each category brought, in the order of the rulebook."""
        return self._reduce(period, self._categories_summed)

    def components(self, period: Period) -> dict[str, Fraction]:
        """Return what each part of the total came to, the base included."""
        return self._reduce(period, self._components_summed)

    def _reduce(self, period: Period, summed: Callable[[Period], dict[str, Fraction]]) -> dict[str, Fraction]:
        if self._rulebook.means.get(period.kind) is None:
            return summed(period)
        parts = [self._reduce(part, summed) for part in self.parts(period)]
        names = list(dict.fromkeys([*summed(period), *(name for part in parts for name in part)]))
        return {
            name: sum((part.get(name, ZERO) for part in parts), ZERO) / max(len(parts), 1) for name in names
        }

    def _categories_summed(self, period: Period) -> dict[str, Fraction]:
        sums = {category.code: ZERO for category in self._rulebook.categories}
        for month in period.split(PeriodKind.MONTH):
            for category, points in self._by_month.get(
                (month.starts_on.year, month.starts_on.month), {}
            ).items():
                sums[category] = sums.get(category, ZERO) + points
        return sums

    def _components_summed(self, period: Period) -> dict[str, Fraction]:
        sums = dict.fromkeys(self._rulebook.components, ZERO)
        for code, points in self._categories_summed(period).items():
            category = self._rulebook.category(code)
            component = category.component if category is not None else OTHER
            sums[component] = sums.get(component, ZERO) + points
        base = self._rulebook.base
        if base is not None:
            grants = sum(not self._is_missing(part) for part in period.split(base.per))
            sums[BASE] += base.points * grants
        return sums

    def _is_missing(self, period: Period) -> bool:
        return all(month in self._missing for month in period.split(PeriodKind.MONTH))
