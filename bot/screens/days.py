"""Reads a day that somebody typed."""

import re
from datetime import date, timedelta

from templates.labels import Label
from templates.words import LANGUAGES, label

DAY = re.compile(r"(?:(?P<year>\d{4})\D{1,3})?(?P<month>\d{1,2})\D{1,3}(?P<day>\d{1,2})\D?")


def read_day(text: str, today: date) -> date | None:
    """Return the day that a text names, None when it names none.

    Understood are the words on the buttons in either language, and numbers in the order year, month, day. A
    day without its year is this year's, or last year's where that is nearer.
    """
    word = text.strip().lower()
    if word in {label(Label.TODAY, language).lower() for language in LANGUAGES}:
        return today
    if word in {label(Label.YESTERDAY, language).lower() for language in LANGUAGES}:
        return today - timedelta(days=1)
    numbers = DAY.fullmatch(word)
    if numbers is None:
        return None
    month, day = int(numbers["month"]), int(numbers["day"])
    years = [int(numbers["year"])] if numbers["year"] else [today.year, today.year - 1]
    found = [on for on in (_day(year, month, day) for year in years) if on is not None]
    return min(found, key=lambda on: abs(on - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
