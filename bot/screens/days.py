"""Reads a day that somebody typed, of what has happened or of what is to come."""

import re
from datetime import date, timedelta

from domain.shop.windows import months_after
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
    return _nearest(word, today, (today.year, today.year - 1))


def read_coming_day(text: str, today: date) -> date | None:
    """Return the day that a text about what is to come names, None when it names none.

    Understood are the words on the buttons in either language, and numbers in the order year, month, day. A
    day without its year is this year's, or next year's where that is nearer: one just past is not taken for
    the next year's.
    """
    word = text.strip().lower()
    for words, on in coming_days(today):
        if word in {label(words, language).lower() for language in LANGUAGES}:
            return on
    return _nearest(word, today, (today.year, today.year + 1))


def coming_days(today: date) -> tuple[tuple[Label, date], ...]:
    """Return the days offered for what is to come, each with its word."""
    return (
        (Label.TODAY, today),
        (Label.TOMORROW, today + timedelta(days=1)),
        (Label.NEXT_MONTH, months_after(today.replace(day=1), 1)),
    )


def _nearest(word: str, today: date, years: tuple[int, int]) -> date | None:
    numbers = DAY.fullmatch(word)
    if numbers is None:
        return None
    month, day = int(numbers["month"]), int(numbers["day"])
    wanted = (int(numbers["year"]),) if numbers["year"] else years
    found = [on for on in (_day(year, month, day) for year in wanted) if on is not None]
    return min(found, key=lambda on: abs(on - today), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
