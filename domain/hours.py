"""Keeps to humane hours: local times of day, quiet hours, and the instants they mean."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_TIME = re.compile(r"(?P<hours>[01]?\d|2[0-3]):(?P<minutes>[0-5]\d)", re.ASCII)


class TimeUnreadable(ValueError):
    """The text is no time of day."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The local hours of every day in which nobody is disturbed: from `starts_at`, until before `ends_at`.

    They may span midnight; equal ends mean that no hour is quiet.
    """

    starts_at: time
    ends_at: time

    def cover(self, at: time) -> bool:
        """Tell whether this time of day is quiet."""
        if self.starts_at <= self.ends_at:
            return self.starts_at <= at < self.ends_at
        return at >= self.starts_at or at < self.ends_at

    def cover_instant(self, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether it is quiet at an instant (aware) in a time zone."""
        return self.cover(at.astimezone(zone).time())

    def humane_at(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the instant itself, in UTC, or the end of the quiet hours that it lies in."""
        local = at.astimezone(zone)
        if not self.cover(local.time()):
            return at.astimezone(UTC)
        is_next_day = local.time() >= self.ends_at
        on = local.date() + timedelta(days=1 if is_next_day else 0)
        return instant_of(on, self.ends_at, zone)

    def end_after(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when the quiet hours end in which an instant lies; None where it lies in none."""
        humane_at = self.humane_at(at, zone)
        return humane_at if humane_at > at else None


def instant_of(on: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which clocks in the zone first show this day and time.

    A time that the change to summer time leaves out is an hour later.
    """
    return datetime.combine(on, at, tzinfo=zone).astimezone(UTC)


def read_time(text: str) -> time:
    """Return the time of day that `HH:MM` names.

    Raises: TimeUnreadable.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise TimeUnreadable(text)
    return time(int(found["hours"]), int(found["minutes"]))
