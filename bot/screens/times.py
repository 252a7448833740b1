"""Reads an instant that somebody typed, and writes one into a button."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from templates.labels import Label
from templates.words import LANGUAGES, label

PATTERN = "%Y%m%d%H%M"
HOUR = re.compile(r"(?<!\d)(?P<hour>\d{1,2})\s*\D(?:\s*(?P<minute>\d{1,2})\D?)?")
DAY = re.compile(r"(?:(?P<year>\d{4})\D{1,3})?(?P<month>\d{1,2})\D{1,3}(?P<day>\d{1,2})\D*")


def write_time(at: datetime, time_zone: str) -> str:
    """Return an instant as a button carries it: local, to the minute."""
    return at.astimezone(ZoneInfo(time_zone)).strftime(PATTERN)


def read_button_time(text: str, time_zone: str) -> datetime:
    """Return the instant that a button carries.

    Raises:
        ValueError: no button of ours carries this.
    """
    return datetime.strptime(text, PATTERN).replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


def read_time(text: str, now: datetime, time_zone: str) -> datetime | None:
    """Return the instant that a text names, None when it names none.

    Understood are a day (今天, 明天, or month and day, perhaps with the year) followed by an hour and perhaps
    minutes, or the hour alone, which is the next one. A day without its year is the next such day.
    """
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    word = text.strip().lower()
    for start in (found.start() for found in re.finditer(r"(?<!\d)\d", word)):
        clock, before = HOUR.fullmatch(word, start), word[:start].strip()
        on = _day(before, today) if before else today
        if clock is None or on is None:
            continue
        hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
        if hour > 23 or minute > 59:  # noqa: PLR2004  a clock's own numbers
            return None
        at = datetime.combine(on, time(hour, minute, tzinfo=zone))
        if not before and at <= now:
            at += timedelta(days=1)
        return at.astimezone(UTC)
    return None


def _day(word: str, today: date) -> date | None:
    for words, days in ((Label.TODAY, 0), (Label.TOMORROW, 1)):
        if word in {label(words, language).lower() for language in LANGUAGES}:
            return today + timedelta(days=days)
    numbers = DAY.fullmatch(word)
    if numbers is None:
        return None
    month, day = int(numbers["month"]), int(numbers["day"])
    years = [int(numbers["year"])] if numbers["year"] else [today.year, today.year + 1]
    for year in years:
        try:
            on = date(year, month, day)
        except ValueError:
            continue
        if numbers["year"] or on >= today:
            return on
    return None
