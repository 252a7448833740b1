"""Periods: names, ends, neighbours."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import (
    Period,
    PeriodKind,
    PeriodUnreadable,
    half_of,
    month_of,
    parse_period,
    period_of,
    quarter_of,
    year_of,
)

days = st.dates(min_value=date(2, 1, 1), max_value=date(9990, 12, 31))
kinds = st.sampled_from(PeriodKind)


@pytest.mark.parametrize(
    ("label", "kind", "starts_on", "until_on"),
    [
        ("2025", PeriodKind.YEAR, date(2025, 1, 1), date(2026, 1, 1)),
        ("2025-H1", PeriodKind.HALF, date(2025, 1, 1), date(2025, 7, 1)),
        ("2025-H2", PeriodKind.HALF, date(2025, 7, 1), date(2026, 1, 1)),
        ("2025-Q3", PeriodKind.QUARTER, date(2025, 7, 1), date(2025, 10, 1)),
        ("2025-Q4", PeriodKind.QUARTER, date(2025, 10, 1), date(2026, 1, 1)),
        ("2025-03", PeriodKind.MONTH, date(2025, 3, 1), date(2025, 4, 1)),
        ("2024-12", PeriodKind.MONTH, date(2024, 12, 1), date(2025, 1, 1)),
    ],
)
def test_a_label_names_a_period_and_back(
    label: str, kind: PeriodKind, starts_on: date, until_on: date
) -> None:
    period = parse_period(label)

    assert (period, period.label) == (Period(kind, starts_on, until_on), label)


@pytest.mark.parametrize(
    "text",
    ["", "25", "2025-13", "2025-00", "2025-3", "2025-Q5", "2025-H3", "0000", "9999", "2025-03-01", " 2025"],
)
def test_other_texts_name_no_period(text: str) -> None:
    with pytest.raises(PeriodUnreadable):
        parse_period(text)


@given(days, kinds)
def test_a_day_lies_in_its_period_and_in_no_neighbour(on: date, kind: PeriodKind) -> None:
    period = period_of(kind, on)

    assert [near.contains(on) for near in (period.previous, period, period.next)] == [False, True, False]


@given(days, kinds)
def test_neighbours_touch_and_are_in_order(on: date, kind: PeriodKind) -> None:
    period = period_of(kind, on)

    assert period.previous.until_on == period.starts_on
    assert period.next.starts_on == period.until_on
    assert period.next.previous == period
    assert sorted([period.next, period, period.previous]) == [period.previous, period, period.next]


@given(days)
def test_the_named_periods_of_a_day_contain_each_other(on: date) -> None:
    month, quarter, half, year = month_of(on), quarter_of(on), half_of(on), year_of(on)

    assert month in quarter.split(PeriodKind.MONTH)
    assert quarter in half.split(PeriodKind.QUARTER)
    assert half in year.split(PeriodKind.HALF)


@given(days, kinds, kinds)
def test_the_parts_of_a_period_fill_it_exactly(on: date, whole: PeriodKind, part: PeriodKind) -> None:
    period = period_of(whole, on)
    parts = period.split(part)
    length = sum((one.until_on - one.starts_on for one in parts), timedelta())

    assert length == (period.until_on - period.starts_on if part.months <= whole.months else timedelta())
