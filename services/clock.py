"""Tells the time: the only reader of the wall clock."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whatever can say what time it is, as an aware UTC instant."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251  the one place that may


class ShiftedClock:
    """A clock that runs like another one, moved by an offset that can be changed: the demo's clock."""

    def __init__(self, origin: Clock | None = None, *, offset: timedelta = timedelta()) -> None:
        self._origin = origin or SystemClock()
        self._offset = offset
        self._lock = threading.Lock()

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of its origin."""
        return self._offset

    def now(self) -> datetime:
        """Return the moved instant in UTC."""
        return self._origin.now() + self._offset

    def set(self, instant: datetime) -> None:
        """Move the clock so that it shows `instant` (aware) now and runs on from there."""
        with self._lock:
            self._offset = instant.astimezone(UTC) - self._origin.now()

    def advance(self, by: timedelta) -> None:
        """Move the clock by a span; a negative one moves it back."""
        with self._lock:
            self._offset += by


class FixedClock:
    """A clock that stands still until it is moved; for tests and for telling a story in order."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant it was last set to."""
        return self._instant

    def set(self, instant: datetime) -> None:
        """Show `instant` (aware) from now on."""
        self._instant = instant.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move by a span."""
        self._instant += by
