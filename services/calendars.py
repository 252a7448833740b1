"""The calendar of working days: public holidays as announced, and what a unit or one above put in by hand."""

from collections.abc import Iterable
from functools import cache

from domain.calendar import CalendarDay, DayKind, WorkCalendar

COUNTRY = "CN"
LANGUAGES = {"zh_Hans": "zh_CN", "en": "en_US"}
"""The product's languages as the list of holidays calls them."""


@cache
def public_days(year: int, language: str = "zh_Hans") -> tuple[CalendarDay, ...]:
    """Return the public holidays of a year and the weekends on which people work instead, by day.

    Holidays are named in the language. For a year that is not announced yet these are only the holidays that
    the law names.
    """
    from holidays import country_holidays  # takes half a second to load

    known = country_holidays(COUNTRY, years=year, language=LANGUAGES[language])
    off = [CalendarDay(on, DayKind.OFF, name, is_by_hand=False) for on, name in known.items()]
    working = [
        CalendarDay(on, DayKind.WORKING, "", is_by_hand=False)
        for on in known.weekend_workdays
        if on.year == year
    ]
    return tuple(sorted((*(day for day in off if day.on.year == year), *working), key=lambda day: day.on))


@cache
def is_announced(year: int) -> bool:
    """Tell whether the official arrangement of a year's holidays, with the days made up for, is known."""
    return any(day.kind is DayKind.WORKING for day in public_days(year))


@cache
def _public_marks(first: int, last: int) -> WorkCalendar:
    return WorkCalendar({day.on: day.kind for year in range(first, last + 1) for day in public_days(year)})


def calendar_of(by_hand: Iterable[CalendarDay], *, year: int) -> WorkCalendar:
    """Return the calendar for looking round a year: public days, and over them those put in by hand.

    Of several for one day the last one wins. It reaches from two years before to the year after.
    """
    public = _public_marks(year - 2, year + 1)
    own = {day.on: day.kind for day in by_hand}
    return WorkCalendar({**public.marked, **own}) if own else public
