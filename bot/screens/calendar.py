"""An inline calendar in the person's language: one month, days that can be chosen and days that cannot."""

from calendar import Calendar
from collections.abc import Callable
from datetime import date, timedelta

from babel.dates import get_day_names

from bot.callbacks import Act
from bot.screen import Button, Row, button
from templates.words import month_title

MONDAY = 0
BLANK = "·"
"""Telegram refuses a button without words."""


def calendar_rows(
    *, month: date, today: date, report_id: int, language: str, may_choose: Callable[[date], bool]
) -> tuple[Row, ...]:
    """Return the buttons of the month that `month` lies in.

    The future is not paged to; earlier months are, back to two years.
    """
    first = month.replace(day=1)
    names = get_day_names("narrow", locale=language)
    weekdays: Row = tuple(button(names[day], Act.NOTHING) for day in range(7))
    weeks = [
        tuple(_day(day, first, report_id, may_choose) for day in week)
        for week in Calendar(MONDAY).monthdatescalendar(first.year, first.month)
    ]
    return (_paging(first, today, report_id, language), weekdays, *weeks)


def _paging(first: date, today: date, report_id: int, language: str) -> Row:
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    oldest = today.replace(year=today.year - 2, day=1)
    title = button(month_title(first, language), Act.NOTHING)
    nowhere = button(BLANK, Act.NOTHING)
    left = button("‹", Act.MONTH, report_id, f"{before:%Y%m}") if before >= oldest else nowhere
    right = button("›", Act.MONTH, report_id, f"{after:%Y%m}") if after <= today else nowhere
    return (left, title, right)


def _day(day: date, first: date, report_id: int, may_choose: Callable[[date], bool]) -> Button:
    if day.month != first.month:
        return button(BLANK, Act.NOTHING)
    if not may_choose(day):
        return button(f"{day.day}·", Act.DISABLED)
    return button(str(day.day), Act.DAY, report_id, f"{day:%Y%m%d}")
