"""Tells working days from days off, and counts in working days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

STRETCH_DAYS_MAX = 60
"""A longer run of days off is somebody's mistake; counting then takes its last day for a working day."""
SATURDAY = 5
DAY_NAME_LENGTH_MAX = 60


class DayKind(StrEnum):
    """What makes a day differ from its weekday, or agree with it by order."""

    OFF = "off"
    """放假: nobody works, whatever weekday it is."""
    WORKING = "working"
    """上班: people work, even on a Saturday or Sunday (调休)."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that is named in a calendar; `is_by_hand` where somebody of the organisation put it in."""

    on: date
    kind: DayKind
    name: str
    is_by_hand: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Monday to Friday, but for the days named in `marked`."""

    marked: Mapping[date, DayKind] = field(default_factory=dict)

    def is_working(self, on: date) -> bool:
        """Tell whether people work on this day."""
        kind = self.marked.get(on)
        return on.weekday() < SATURDAY if kind is None else kind is DayKind.WORKING

    def shift(self, on: date, working_days: int) -> date:
        """Return the day that lies so many working days after the given one, or before it when negative.

        The given day itself is not counted and may be a day off; 0 leaves it as it is.
        """
        step = 1 if working_days > 0 else -1
        for _ in range(abs(working_days)):
            on = self._next(on, step)
        return on

    def at_or_after(self, on: date) -> date:
        """Return the day itself if people work on it, else the next on which they do."""
        return on if self.is_working(on) else self._next(on, 1)

    def at_or_before(self, on: date) -> date:
        """Return the day itself if people work on it, else the last before on which they do."""
        return on if self.is_working(on) else self._next(on, -1)

    def _next(self, on: date, step: int) -> date:
        for _ in range(STRETCH_DAYS_MAX):
            on += timedelta(days=step)
            if self.is_working(on):
                return on
        return on
