"""Working days of 2026 as the State Council announced them, rules for days, and humane hours."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import STRETCH_DAYS_MAX, DayKind, WorkCalendar
from domain.day_rules import Anchor, DayRule, DayRuleUnreadable, Shift, parse_day_rule
from domain.hours import QuietHours, TimeUnreadable, instant_of, read_time
from domain.periods import parse_period
from services.calendars import is_announced, public_days

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
OFF_2026 = (
    *(("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05")),
    *(("06-19", "06-21"), ("09-25", "09-27"), ("10-01", "10-07")),
)
"""First and last day of each holiday of 2026, weekends within included."""
WORKING_2026 = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")
"""Saturdays and Sundays of 2026 on which people work."""
CALENDAR = WorkCalendar({day.on: day.kind for year in (2025, 2026, 2027) for day in public_days(year)})


def in_2026(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def test_working_days_of_2026_are_those_announced() -> None:
    days = [
        date.fromordinal(n) for n in range(in_2026("01-01").toordinal(), in_2026("12-31").toordinal() + 1)
    ]
    off = {on for on in days if any(in_2026(a) <= on <= in_2026(b) for a, b in OFF_2026)}
    working = {in_2026(text) for text in WORKING_2026}
    expected = [on for on in days if on in working or (on.weekday() < 5 and on not in off)]
    assert [on for on in days if CALENDAR.is_working(on)] == expected
    assert len(expected) == 248


def test_a_year_not_yet_announced_is_known_as_such() -> None:
    assert [is_announced(year) for year in (2024, 2025, 2026, 2027)] == [True, True, True, False]
    assert {day.kind for day in public_days(2027)} == {DayKind.OFF}


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (
            "last day - 3 working days",
            "01-28 02-25 03-26 04-27 05-27 06-25 07-28 08-26 09-24 10-28 11-25 12-28",
        ),
        (
            "last working day",
            "01-30 02-28 03-31 04-30 05-29 06-30 07-31 08-31 09-30 10-30 11-30 12-31",
        ),
        ("last day", "01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31"),
        (
            "last friday",
            "01-30 02-27 03-27 04-24 05-29 06-26 07-31 08-28 09-25 10-30 11-27 12-25",
        ),
        (
            "last friday, shifted earlier",
            "01-30 02-27 03-27 04-24 05-29 06-26 07-31 08-28 09-24 10-30 11-27 12-25",
        ),
        (
            "5 of next month, shifted",
            "02-05 03-05 04-07 05-06 06-05 07-06 08-05 09-07 10-08 11-05 12-07 *2027-01-05",
        ),
        ("31", "01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31"),
        (
            "20, shifted",
            "01-20 02-24 03-20 04-20 05-20 06-22 07-20 08-20 09-20 10-20 11-20 12-21",
        ),
    ],
)
def test_rules_name_these_days_of_2026(rule: str, days: str) -> None:
    expected = [
        date.fromisoformat(text[1:]) if text.startswith("*") else in_2026(text) for text in days.split()
    ]
    months = parse_period("2026").split(parse_period("2026-01").kind)
    assert [parse_day_rule(rule).day_for(month, CALENDAR) for month in months] == expected


@pytest.mark.parametrize(
    ("text", "rule", "canonical"),
    [
        ("last day - 3 working days", DayRule(Anchor.LAST_DAY, 3), None),
        ("last day - 1 working day", DayRule(Anchor.LAST_DAY, 1), None),
        ("last day", DayRule(Anchor.LAST_DAY), None),
        ("  Last   WORKING day ", DayRule(Anchor.LAST_DAY, 0, Shift.EARLIER), "last working day"),
        ("last Friday", DayRule(Anchor.LAST_WEEKDAY, 4), "last friday"),
        ("last sunday, shifted", DayRule(Anchor.LAST_WEEKDAY, 6, Shift.LATER), None),
        (
            "5th of next month, shifted",
            DayRule(Anchor.DAY_OF_NEXT, 5, Shift.LATER),
            "5 of next month, shifted",
        ),
        ("25, shifted earlier", DayRule(Anchor.DAY, 25, Shift.EARLIER), None),
    ],
)
def test_rules_are_read_and_written(text: str, rule: DayRule, canonical: str | None) -> None:
    assert parse_day_rule(text) == rule
    assert rule.text == (canonical or text)


@given(
    st.builds(
        DayRule,
        st.sampled_from([Anchor.DAY, Anchor.DAY_OF_NEXT]),
        st.integers(1, 31),
        st.sampled_from(Shift),
    )
    | st.builds(DayRule, st.just(Anchor.LAST_DAY), st.integers(0, 15), st.sampled_from(Shift))
    | st.builds(DayRule, st.just(Anchor.LAST_WEEKDAY), st.integers(0, 6), st.sampled_from(Shift))
)
def test_every_rule_is_read_back_as_it_was(rule: DayRule) -> None:
    assert parse_day_rule(rule.text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "",
        "last",
        "0",
        "32",
        "5 of next year",
        "last day - 16 working days",
        "last day - 3 days",
        "月底",
        "５",
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(DayRuleUnreadable):
        parse_day_rule(text)


def test_counting_in_working_days_passes_over_days_off() -> None:
    assert CALENDAR.shift(in_2026("09-30"), 1) == in_2026("10-08")
    assert CALENDAR.shift(in_2026("10-08"), -1) == in_2026("09-30")
    assert CALENDAR.shift(in_2026("10-09"), 1) == in_2026("10-10")  # a Saturday on which people work
    assert CALENDAR.shift(in_2026("10-03"), 2) == in_2026("10-09")
    assert CALENDAR.shift(in_2026("10-03"), 0) == in_2026("10-03")


def test_counting_ends_even_where_nobody_ever_works() -> None:
    start = date(2026, 1, 1)
    never = WorkCalendar({date.fromordinal(start.toordinal() + n): DayKind.OFF for n in range(400)})
    assert (never.shift(start, 2) - start).days == 2 * STRETCH_DAYS_MAX


NIGHT = QuietHours(time(21), time(8))


@pytest.mark.parametrize(
    ("local", "humane"),
    [
        ("2026-03-31 20:59", "2026-03-31 20:59"),
        ("2026-03-31 21:00", "2026-04-01 08:00"),
        ("2026-04-01 00:00", "2026-04-01 08:00"),
        ("2026-04-01 07:59", "2026-04-01 08:00"),
        ("2026-04-01 08:00", "2026-04-01 08:00"),
    ],
)
@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN])
def test_quiet_hours_span_midnight(local: str, humane: str, zone: ZoneInfo) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=zone)
    assert NIGHT.humane_at(at, zone) == datetime.fromisoformat(humane).replace(tzinfo=zone)
    assert NIGHT.cover_instant(at, zone) is (local != humane)


def test_quiet_hours_of_one_day_and_none_at_all() -> None:
    noon = QuietHours(time(12), time(14))
    assert [noon.cover(time(h)) for h in (11, 12, 13, 14)] == [False, True, True, False]
    at = datetime(2026, 3, 1, 12, 30, tzinfo=SHANGHAI)
    assert noon.humane_at(at, SHANGHAI) == datetime(2026, 3, 1, 14, tzinfo=SHANGHAI)
    assert not any(QuietHours(time(8), time(8)).cover(time(h)) for h in range(24))


def test_a_local_time_left_out_in_spring_is_an_hour_later() -> None:
    assert instant_of(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert instant_of(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "8", "24:00", "08:60", "8.30", "-1:00", "八:00", "08:00:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(TimeUnreadable):
        read_time(text)
