"""Days that somebody typed."""

from datetime import date

import pytest

from bot.screens.days import read_day

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
