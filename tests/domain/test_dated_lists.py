"""Which lists are due on which day, from which period."""

from datetime import UTC, date, datetime

import pytest

from domain.calendar import WorkCalendar
from domain.dated_lists import DayOfYear, days_of, lists_on
from domain.due import Job, UnitClock, Verdict
from domain.members import Unit, UnitKind
from domain.rulebooks import Rulebook, load_rulebook, parse_rulebook, shipped_rulebooks
from domain.unit_settings import settings_of

BOOK = """
id: dated
name: 定日
version: "1"
categories: {all: 全部}
items: {talk: {name: 发言, category: all, points: 5}}
consequences:
  july: {name: 七一, in: [year], top: 3, on: 07-01}
  half: {name: 半年, in: [H1, Q4], when: total >= 5, on: 07-01}
  leap: {name: 月底, in: [month, quarter], when: total >= 5, on: 02-29}
  plain: {name: 无日, in: [year], top: 1}
"""


def a_book(more: str = "") -> Rulebook:
    return parse_rulebook(BOOK + more, file="dated.yaml", parents=lambda _code: None)


def due(book: Rulebook, on: date) -> list[tuple[str, str]]:
    return [(one.consequence.code, one.period.label) for one in lists_on(book, on)]


@pytest.mark.parametrize(
    ("on", "lists"),
    [
        (date(2026, 7, 1), [("july", "2025"), ("half", "2025-Q4"), ("half", "2026-H1")]),
        (date(2026, 2, 28), [("leap", "2026-01"), ("leap", "2025-Q4")]),
        (date(2028, 2, 29), [("leap", "2028-01"), ("leap", "2027-Q4")]),
        (date(2028, 2, 28), []),
        (date(2026, 6, 30), []),
        (date(2026, 7, 2), []),
    ],
)
def test_a_list_is_read_from_the_last_period_that_is_over(on: date, lists: list[tuple[str, str]]) -> None:
    assert due(a_book(), on) == lists


def test_a_year_of_its_own_counts_in_its_own_periods() -> None:
    assert due(a_book("cycle: {starts: 7}\n"), date(2026, 7, 1)) == [
        ("july", "2025"),
        ("half", "2025-Q4"),
        ("half", "2025-H1"),
    ]


def test_the_days_are_those_of_the_book() -> None:
    assert days_of(a_book()) == {DayOfYear(7, 1), DayOfYear(2, 29)}
    assert days_of(load_rulebook(shipped_rulebooks()["fupinban"])) == {DayOfYear(7, 1)}


def test_the_clock_strikes_on_the_day_at_a_humane_hour_even_on_a_day_off() -> None:
    unit = Unit(1, "a", "甲支部", UnitKind.BRANCH, None, "dated", "Asia/Shanghai")
    clock = UnitClock(unit, settings_of([]), WorkCalendar(), list_days=days_of(a_book()))
    year = clock.steps(datetime(2027, 12, 31, 12, tzinfo=UTC), datetime(2028, 12, 31, 12, tzinfo=UTC))
    found = [step for step in year if step.job is Job.DATED_LISTS]
    assert [(step.about, step.scheduled_at) for step in found] == [
        ("2028-02-29", datetime(2028, 2, 29, 1, 30, tzinfo=UTC)),
        ("2028-07-01", datetime(2028, 7, 1, 1, 30, tzinfo=UTC)),  # a Saturday
    ]
    assert clock.verdict(found[1], datetime(2028, 7, 8, 1, 30, tzinfo=UTC)) is Verdict.RUN
    assert clock.verdict(found[1], datetime(2028, 7, 8, 1, 31, tzinfo=UTC)) is Verdict.MISSED
    assert clock.verdict(found[1], datetime(2028, 7, 1, 15, tzinfo=UTC)) is Verdict.WAIT
