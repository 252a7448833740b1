"""Days that somebody typed."""

from datetime import date, timedelta

import pytest

from bot.screens.days import coming_days, read_coming_day, read_day

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("今天", date(2026, 3, 10)),
        (" 昨天 ", date(2026, 3, 9)),
        ("yesterday", date(2026, 3, 9)),
        ("3月5日", date(2026, 3, 5)),
        ("3-5", date(2026, 3, 5)),
        ("2025-12-31", date(2025, 12, 31)),
        ("2025年12月31日", date(2025, 12, 31)),
        ("12.31", date(2025, 12, 31)),
        ("2026-03-11", date(2026, 3, 11)),
        ("2月30日", None),
        ("前几天", None),
        ("5", None),
        ("", None),
    ],
)
def test_typed_days(text: str, on: date | None) -> None:
    assert read_day(text, TODAY) == on


def test_leap_day_without_its_year() -> None:
    assert read_day("2月29日", date(2025, 1, 5)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("今天", TODAY),
        ("Tomorrow", TODAY + timedelta(days=1)),
        ("下月1日", date(2026, 4, 1)),
        ("4月15日", date(2026, 4, 15)),
        ("4-15", date(2026, 4, 15)),
        ("2027年1月5日", date(2027, 1, 5)),
        ("1月5日", date(2026, 1, 5)),
        ("2月30日", None),
        ("昨天", None),
        ("下周", None),
        ("15", None),
    ],
)
def test_a_coming_day_is_read_and_one_just_past_stays_past(text: str, on: date | None) -> None:
    assert read_coming_day(text, TODAY) == on


def test_towards_the_end_of_a_year_the_coming_day_is_the_next_years() -> None:
    assert read_coming_day("1月5日", date(2026, 12, 20)) == date(2027, 1, 5)
    assert [on for _, on in coming_days(date(2026, 12, 31))] == [
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 1),
    ]
