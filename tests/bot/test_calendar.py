"""The inline calendar: languages, paging, and days that cannot be chosen."""

from datetime import date

from bot.callbacks import Act
from bot.screen import Button
from bot.screens.calendar import calendar_rows

TODAY = date(2026, 3, 10)


def rows_of(month: date, language: str = "zh_Hans", today: date = TODAY) -> tuple[tuple[Button, ...], ...]:
    return calendar_rows(
        month=month, today=today, report_id=7, language=language, may_choose=lambda on: on <= today
    )


def words(row: tuple[Button, ...]) -> list[str]:
    return [button.text for button in row]


def acts(row: tuple[Button, ...]) -> list[Act]:
    return [button.tap.act for button in row if button.tap is not None]


def test_month_starts_on_monday_in_both_languages() -> None:
    assert words(rows_of(TODAY)[1]) == ["一", "二", "三", "四", "五", "六", "日"]
    assert words(rows_of(TODAY, "en")[1]) == ["M", "T", "W", "T", "F", "S", "S"]
    assert words(rows_of(TODAY)[2]) == ["·", "·", "·", "·", "·", "·", "1"]


def test_future_days_are_disabled() -> None:
    week = rows_of(TODAY)[4]
    assert words(week) == ["9", "10", "11·", "12·", "13·", "14·", "15·"]
    assert acts(week) == [Act.DAY] * 2 + [Act.DISABLED] * 5
    assert week[1].tap is not None
    assert (week[1].tap.id, week[1].tap.arg) == (7, "20260310")


def test_titles_follow_the_language() -> None:
    assert words(rows_of(TODAY)[0])[1] == "2026年3月"
    assert words(rows_of(TODAY, "en")[0])[1] == "March 2026"


def test_paging_ends_at_today_and_two_years_back() -> None:
    assert acts(rows_of(TODAY)[0]) == [Act.MONTH, Act.NOTHING, Act.NOTHING]
    assert acts(rows_of(date(2026, 2, 1))[0]) == [Act.MONTH, Act.NOTHING, Act.MONTH]
    assert acts(rows_of(date(2024, 3, 1))[0]) == [Act.NOTHING, Act.NOTHING, Act.MONTH]


def test_paging_crosses_the_year() -> None:
    first = rows_of(date(2026, 1, 15))[0]
    assert [button.tap.arg for button in first if button.tap is not None] == ["202512", "", "202602"]


def test_leap_day_as_today() -> None:
    rows = rows_of(date(2024, 2, 29), today=date(2024, 2, 29))
    assert "29" in words(rows[6])
