"""Writes an instant into a button, and reads it from there."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

PATTERN = "%Y%m%d%H%M"


def write_time(at: datetime, time_zone: str) -> str:
    """Return an instant as a button carries it: local, to the minute."""
    return at.astimezone(ZoneInfo(time_zone)).strftime(PATTERN)


def read_button_time(text: str, time_zone: str) -> datetime:
    """Return the instant that a button carries.

    Raises:
        ValueError: no button of ours carries this.
    """
    return datetime.strptime(text, PATTERN).replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
