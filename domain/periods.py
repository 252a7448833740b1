"""Names the months, quarters, half-years and years that points are counted in."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache, total_ordering
from typing import Self


class PeriodKind(StrEnum):
    """The lengths a period can have, shortest first."""

    MONTH = "month"
    """A calendar month, `2025-03`."""
    QUARTER = "quarter"
    """Three months, `2025-Q1`."""
    HALF = "half"
    """Six months, `2025-H1`."""
    YEAR = "year"
    """A calendar year, `2025`."""

    @property
    def months(self) -> int:
        """How many months it spans."""
        return _MONTHS[self]


_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
_LABEL = re.compile(
    r"(?P<year>\d{4})(-(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>0[1-9]|1[0-2])))?", re.ASCII
)
_YEAR_LAST = 9998


class PeriodUnreadable(ValueError):
    """The text names no period."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """One month, quarter, half-year or year; `until_on` is the first day after it.

    `shift` is how many months the cycle's own calendar lies ahead of the common one: 0 where the year begins
    in January, -6 where the year named 2025 begins in July 2025, 6 where it begins in July 2024.
    """

    kind: PeriodKind
    starts_on: date
    until_on: date
    shift: int = 0

    def __lt__(self, other: Self) -> bool:
        return (self.starts_on, self.until_on) < (other.starts_on, other.until_on)

    @property
    def label(self) -> str:
        """The text that `parse_period` reads back."""
        year, month = divmod(_month_number(self.starts_on) + self.shift, 12)
        number = month // self.kind.months + 1
        match self.kind:
            case PeriodKind.MONTH:
                return f"{year:04}-{number:02}"
            case PeriodKind.QUARTER:
                return f"{year:04}-Q{number}"
            case PeriodKind.HALF:
                return f"{year:04}-H{number}"
            case PeriodKind.YEAR:
                return f"{year:04}"

    def contains(self, on: date) -> bool:
        """Whether the day lies in the period."""
        return self.starts_on <= on < self.until_on

    @property
    def next(self) -> "Period":
        """The period of the same kind that follows."""
        return period_of(self.kind, self.until_on, shift=self.shift)

    @property
    def previous(self) -> "Period":
        """The period of the same kind before."""
        before = _first_day(_month_number(self.starts_on) - self.kind.months)
        return period_of(self.kind, before, shift=self.shift)

    def split(self, kind: PeriodKind) -> "tuple[Period, ...]":
        """Return the periods of a kind that make this one up, in order; none if that kind is longer."""
        return _split(self, kind)


@lru_cache(maxsize=4096)
def _split(period: Period, kind: PeriodKind) -> tuple[Period, ...]:
    if kind.months > period.kind.months:
        return ()
    parts = [period_of(kind, period.starts_on, shift=period.shift)]
    while parts[-1].until_on < period.until_on:
        parts.append(parts[-1].next)
    return tuple(parts)


def _month_number(on: date) -> int:
    return on.year * 12 + on.month - 1


def _first_day(month_number: int) -> date:
    return date(month_number // 12, month_number % 12 + 1, 1)


def months_later(on: date, months: int) -> date:
    """Return the same day so many months later, the month's last day where it has no such day."""
    first = _first_day(_month_number(on) + months)
    last = _first_day(_month_number(first) + 1)
    return min(date.fromordinal(first.toordinal() + on.day - 1), date.fromordinal(last.toordinal() - 1))


def period_of(kind: PeriodKind, on: date, *, shift: int = 0) -> Period:
    """Return the period of that kind that contains the day, in a cycle of its own where shifted."""
    return _period_of(kind, on, shift)


@lru_cache(maxsize=65_536)
def _period_of(kind: PeriodKind, on: date, shift: int) -> Period:
    first = (_month_number(on) + shift) // kind.months * kind.months - shift
    return Period(kind, _first_day(first), _first_day(first + kind.months), shift)


def month_of(on: date) -> Period:
    """Return the calendar month of the day."""
    return period_of(PeriodKind.MONTH, on)


def quarter_of(on: date) -> Period:
    """Return the quarter of the day."""
    return period_of(PeriodKind.QUARTER, on)


def half_of(on: date) -> Period:
    """Return the half-year of the day."""
    return period_of(PeriodKind.HALF, on)


def year_of(on: date, *, shift: int = 0) -> Period:
    """Return the year of the day: the calendar's, or the cycle's own."""
    return period_of(PeriodKind.YEAR, on, shift=shift)


def parse_period(text: str, *, shift: int = 0) -> Period:
    """Return the period that `2025`, `2025-H1`, `2025-Q3` or `2025-03` names, in the cycle's own calendar.

    Raises: PeriodUnreadable.
    """
    found = _LABEL.fullmatch(text)
    if found is None or not 1 < int(found["year"]) <= _YEAR_LAST:
        raise PeriodUnreadable(text)
    kind, number = PeriodKind.YEAR, 1
    for name in (PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.MONTH):
        if found[name.value]:
            kind, number = name, int(found[name.value])
    month_number = int(found["year"]) * 12 + (number - 1) * kind.months - shift
    return period_of(kind, _first_day(month_number), shift=shift)
