"""Names the months, quarters, half-years and years that points are counted in."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import total_ordering
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
    """One month, quarter, half-year or year; `until_on` is the first day after it."""

    kind: PeriodKind
    starts_on: date
    until_on: date

    def __lt__(self, other: Self) -> bool:
        return (self.starts_on, self.until_on) < (other.starts_on, other.until_on)

    @property
    def label(self) -> str:
        """The text that `parse_period` reads back."""
        year, number = self.starts_on.year, (self.starts_on.month - 1) // self.kind.months + 1
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
        return period_of(self.kind, self.until_on)

    @property
    def previous(self) -> "Period":
        """The period of the same kind before."""
        months = self.starts_on.year * 12 + self.starts_on.month - 1 - self.kind.months
        return period_of(self.kind, date(months // 12, months % 12 + 1, 1))

    def split(self, kind: PeriodKind) -> "tuple[Period, ...]":
        """Return the periods of a kind that make this one up, in order; none if that kind is longer."""
        if kind.months > self.kind.months:
            return ()
        parts = [period_of(kind, self.starts_on)]
        while parts[-1].until_on < self.until_on:
            parts.append(parts[-1].next)
        return tuple(parts)


def period_of(kind: PeriodKind, on: date) -> Period:
    """Return the period of that kind that contains the day."""
    first = (on.month - 1) // kind.months * kind.months
    after = on.year * 12 + first + kind.months
    return Period(kind, date(on.year, first + 1, 1), date(after // 12, after % 12 + 1, 1))


def month_of(on: date) -> Period:
    """Return the calendar month of the day."""
    return period_of(PeriodKind.MONTH, on)


def quarter_of(on: date) -> Period:
    """Return the quarter of the day."""
    return period_of(PeriodKind.QUARTER, on)


def half_of(on: date) -> Period:
    """Return the half-year of the day."""
    return period_of(PeriodKind.HALF, on)


def year_of(on: date) -> Period:
    """Return the calendar year of the day."""
    return period_of(PeriodKind.YEAR, on)


def parse_period(text: str) -> Period:
    """Return the period that `2025`, `2025-H1`, `2025-Q3` or `2025-03` names.

    Raises: PeriodUnreadable.
    """
    found = _LABEL.fullmatch(text)
    if found is None or not 1 <= int(found["year"]) <= _YEAR_LAST:
        raise PeriodUnreadable(text)
    year = int(found["year"])
    if found["quarter"]:
        return period_of(PeriodKind.QUARTER, date(year, int(found["quarter"]) * 3, 1))
    if found["half"]:
        return period_of(PeriodKind.HALF, date(year, int(found["half"]) * 6, 1))
    if found["month"]:
        return period_of(PeriodKind.MONTH, date(year, int(found["month"]), 1))
    return period_of(PeriodKind.YEAR, date(year, 1, 1))
