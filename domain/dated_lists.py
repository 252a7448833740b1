"""Says which lists of a rulebook are read out on which day, from the results of which period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.periods import Period, PeriodKind, months_later
from domain.rulebooks import Rulebook
from domain.rulebooks.results import Consequence


@dataclass(frozen=True, slots=True, order=True)
class DayOfYear:
    """A day that comes every year; where a year lacks it, the month's last one."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Return the day of a year."""
        first = date(year, self.month, 1)
        last = date.fromordinal(months_later(first, 1).toordinal() - 1)
        return first.replace(day=min(self.day, last.day))


@dataclass(frozen=True, slots=True)
class DatedList:
    """A list that is due: the consequence that makes it, and the period whose results it is read from."""

    consequence: Consequence
    period: Period


@dataclass(frozen=True, slots=True)
class Listed:
    """One who is on a list; a unit has no id and no rank."""

    member_id: int | None
    name: str
    total: Fraction
    rank: int | None


def days_of(rulebook: Rulebook) -> frozenset[DayOfYear]:
    """Return the days of the year on which a rulebook has lists read out."""
    return frozenset(_day_of(one) for one in rulebook.consequences if one.on)


def _day_of(consequence: Consequence) -> DayOfYear:
    month, _, day = consequence.on.partition("-")
    return DayOfYear(int(month), int(day))


def lists_on(rulebook: Rulebook, on: date) -> tuple[DatedList, ...]:
    """Return the lists of a day, each from the last period of its kind that is over by then."""
    return tuple(
        DatedList(one, period)
        for one in rulebook.consequences
        if one.on and _day_of(one).in_year(on.year) == on
        for period in _periods(rulebook, one, on)
    )


def _periods(rulebook: Rulebook, consequence: Consequence, on: date) -> Iterator[Period]:
    """Yield the periods that a consequence decides in: whole kinds, and single ones such as `H1`."""
    for kind in PeriodKind:
        before = rulebook.period_of(kind, on).previous
        if kind in consequence.periods:
            yield before
        year = [before]
        while len(year) * kind.months < PeriodKind.YEAR.months:
            year.append(year[-1].previous)
        yield from (one for one in year if one.label.partition("-")[2] in consequence.labels)
