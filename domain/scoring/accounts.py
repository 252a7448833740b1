"""Adds one subject's entries up for any period: base, sums, means, ballots, clearing, line by line."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from domain.periods import Period, PeriodKind, months_later
from domain.rulebooks import Rulebook
from domain.scoring.ballots import BallotBox
from domain.scoring.counting import ZERO, Counted, Cut
from domain.scoring.records import Recorded

BASE = "base"
OTHER = "other"
"""The component of entries whose item the rulebook no longer has; they count in full."""
MEAN, CLEARED, VALID, DEBIT, ONLY_IF = "mean", "cleared", "valid", "debit", "only-if"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One line of a total: what came in, what of it this total contains, and why that differs.

    The `counted` points of all lines add up to the total. `item` is the item's code, `base`, an instrument's
    code, or `unit:<code>` and `<role>:<member>` for the scores that a leader's is made from.
    """

    on: date
    item: str
    component: str
    category: str
    raw: Fraction
    counted: Fraction
    why: str
    clause: str = ""
    quantity: Fraction | None = None
    cuts: tuple[Cut, ...] = ()
    """What each limit did that changed the entry by itself, in order."""

    def scaled(self, share: Fraction, why: str) -> "Contribution":
        """Return the line as part of a total of which it is a share."""
        return Contribution(
            self.on,
            self.item,
            self.component,
            self.category,
            self.raw,
            self.counted * share,
            self.why or why,
            self.clause,
            self.quantity,
            self.cuts,
        )


def everything_counts(_category: str, _period: Period) -> bool:
    """Tell that a category counts, where its condition cannot be asked."""
    return True


def fixed_base(rulebook: Rulebook) -> Callable[[Period], Fraction]:
    """Return the base of a period where it is one number."""
    points = ZERO if rulebook.base is None else rulebook.base.fixed
    return lambda _period: points


class Account:
    """What one subject has done, counted under the rulebook's caps, ready to be added up."""

    def __init__(
        self,
        rulebook: Rulebook,
        lines: Iterable[Counted],
        *,
        months_missing: Callable[[Period], bool],
        ballots: BallotBox | None = None,
        base: Callable[[Period], Fraction] | None = None,
        has_base: bool = True,
        counts: Callable[[str, Period], bool] = everything_counts,
    ) -> None:
        self.rulebook = rulebook
        self.lines = list(lines)
        self.ballots = ballots
        self._is_missing_month = months_missing
        self._base = base or fixed_base(rulebook)
        self._has_base = has_base and rulebook.base is not None
        self._counts = counts
        self._by_month: dict[tuple[int, int], list[Counted]] = {}
        self._standing: list[tuple[Counted, date]] = []
        for line in self.lines:
            until = self._valid_until(line.entry)
            if until is None:
                month = (line.entry.on.year, line.entry.on.month)
                self._by_month.setdefault(month, []).append(line)
            else:
                self._standing.append((line, until))

    @property
    def live(self) -> Iterator[Recorded]:
        """The entries that were not taken back."""
        return (line.entry for line in self.lines if not line.is_reversed)

    def lines_of(self, period: Period) -> Iterator[Counted]:
        """Return the counted entries that happened in the period, in order."""
        return (line for line in self.lines if period.contains(line.entry.on))

    def is_missing(self, period: Period) -> bool:
        """Whether the subject was there in no month of the period."""
        return all(map(self._is_missing_month, period.split(PeriodKind.MONTH)))

    def months_present(self, period: Period) -> int:
        """Return the months of the period in which the subject was there."""
        return sum(not self._is_missing_month(month) for month in period.split(PeriodKind.MONTH))

    def parts(self, period: Period) -> tuple[Period, ...]:
        """Return the periods whose mean makes this one's total; none where it is a sum."""
        of = self.rulebook.means.get(period.kind)
        if of is None:
            return ()
        parts = period.split(of)
        if self.rulebook.months_counted_missing:
            return parts
        return tuple(part for part in parts if not self.is_missing(part))

    def contributions(self, period: Period) -> list[Contribution]:
        """Return every line of the period's total, before weights."""
        if self.rulebook.means.get(period.kind) is None:
            return self._summed(period)
        parts = self.parts(period)
        share = Fraction(1, max(len(parts), 1))
        found = [line.scaled(share, MEAN) for part in parts for line in self.contributions(part)]
        return found + self._balloted(period, among=parts)

    def _summed(self, period: Period) -> list[Contribution]:
        found = list(self._granted(period))
        if self._by_month:
            for month in period.split(PeriodKind.MONTH):
                lines = self._by_month.get((month.starts_on.year, month.starts_on.month), ())
                found += [contribution_of(self.rulebook, line) for line in lines]
        for line, until in self._standing:
            if line.entry.on < period.until_on <= until:
                found.append(
                    contribution_of(self.rulebook, line, "" if period.contains(line.entry.on) else VALID)
                )
        found += self._debited(period)
        found += self._balloted(period, among=())
        if self.rulebook.has_conditions:
            found = self._conditioned(found, period)
        return self._cleared(found, period) if self.rulebook.can_clear else found

    def _granted(self, period: Period) -> Iterator[Contribution]:
        base = self.rulebook.base
        if base is None or not self._has_base:
            return
        for part in period.split(base.per):
            if self.is_missing(part):
                continue
            points = self._base(part)
            counted = points
            if base.is_prorated:
                counted = points * self.months_present(part) / len(part.split(PeriodKind.MONTH))
            why = BASE if counted == points else "prorated"
            yield Contribution(part.starts_on, BASE, BASE, BASE, points, counted, why, base.basis.clause)

    def _debited(self, period: Period) -> Iterator[Contribution]:
        for debit in self.rulebook.debits:
            category = self.rulebook.category(debit.category)
            component = category.component if category is not None else OTHER
            for part in period.split(debit.per):
                if not self.is_missing(part):
                    yield Contribution(
                        on=part.until_on - timedelta(days=1),
                        item=debit.code,
                        component=component,
                        category=debit.category,
                        raw=debit.points,
                        counted=debit.points,
                        why=DEBIT,
                        clause=debit.basis.clause,
                    )

    def _balloted(self, period: Period, *, among: tuple[Period, ...]) -> list[Contribution]:
        """Return what instruments bring: from the ballots of the period that belong to none of its parts."""
        found = []
        for instrument in self.rulebook.instruments.values():
            if instrument.component is None or self.ballots is None:
                continue
            mean = self.ballots.mean(instrument, period, outside=among)
            if mean is not None:
                on = period.until_on - timedelta(days=1)
                of = instrument.component
                clause = instrument.basis.clause
                found.append(Contribution(on, instrument.code, of, of, mean, mean, "review", clause))
        return found

    def _conditioned(self, lines: list[Contribution], period: Period) -> list[Contribution]:
        closed = {
            category.code
            for category in self.rulebook.categories
            if category.only_if is not None and not self._counts(category.code, period)
        }
        if not closed:
            return lines
        return [
            replace(line, counted=ZERO, why=ONLY_IF) if line.category in closed else line for line in lines
        ]

    def _cleared(self, lines: list[Contribution], period: Period) -> list[Contribution]:
        """Take away what an entry of the year, up to the period's end, has cleared."""
        clearing = clearing_until(self.rulebook, self.live, period)
        if clearing is None:
            return lines
        return [
            replace(line, counted=ZERO, why=CLEARED) if line.on < clearing and line.counted else line
            for line in lines
        ]

    def _valid_until(self, entry: Recorded) -> date | None:
        item = self.rulebook.item(entry.item)
        months = entry.valid_months
        if months is None and item is not None:
            months = item.valid_months
        return None if months is None else months_later(entry.on, months)


def contribution_of(rulebook: Rulebook, line: Counted, why: str = "") -> Contribution:
    """Return a counted entry as a line of a total; `why` is told where nothing else changed it."""
    entry = line.entry
    item = rulebook.item(entry.item)
    category = rulebook.category(item.category) if item is not None else None
    return Contribution(
        on=entry.on,
        item=entry.item,
        component=category.component if category is not None else OTHER,
        category=category.code if category is not None else OTHER,
        raw=entry.event_points,
        counted=line.points,
        why=line.why or why,
        clause=item.clause if item is not None else "",
        quantity=entry.quantity,
        cuts=line.cuts,
    )


def clearing_until(rulebook: Rulebook, live: Iterable[Recorded], period: Period) -> date | None:
    """Return the day before which nothing of the year counts in the period; None where nothing is cleared."""
    year = rulebook.period_of(PeriodKind.YEAR, period.starts_on)
    found: list[date] = []
    for entry in live:
        item = rulebook.item(entry.item)
        if item is None or item.effect is None or not item.effect.zeroes:
            continue
        if year.starts_on <= entry.on < period.until_on:
            found.append(year.until_on if item.effect.freezes else entry.on + timedelta(days=1))
    return max(found, default=None)


def sums_by(
    lines: Iterable[Contribution], names: Iterable[str], *, category: bool = False
) -> dict[str, Fraction]:
    """Return the counted points of each component (or category), the named ones first and always there."""
    sums = dict.fromkeys(names, ZERO)
    for line in lines:
        name = line.category if category else line.component
        sums[name] = sums.get(name, ZERO) + line.counted
    return sums


def never_missing(_month: Period) -> bool:
    """Tell that a month is not missing, where membership is not known."""
    return False


def missing_in(months: Mapping[Period, object] | frozenset[Period]) -> Callable[[Period], bool]:
    """Return a question whether a month is one of these, whatever the cycle calls it."""
    starts = {month.starts_on for month in months}
    return lambda month: month.starts_on in starts
