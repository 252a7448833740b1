"""Why a result is what it is: what shipped rulebooks do not do, and the corners."""

from datetime import date
from fractions import Fraction

import pytest

from domain.rulebooks.expressions import Name, parse_expression
from domain.scoring.reasons import (
    Absence,
    ByBand,
    ByConsequence,
    ByEntry,
    ByRule,
    Class,
    Classified,
    Closed,
    Condition,
    Entry,
    Fact,
    Flagged,
    Listed,
    Look,
    NotScored,
    PassedOver,
    Reason,
    Required,
    account_of,
    reasons_for,
    why_not_scored,
)
from tests.domain.scoring_tables import Case, case

BOOK = """
base: {points: 80, per: year}
categories: {all: 全部}
items:
  plus: {name: 加分, category: all, points: any}
  fall: {name: 处分, category: all, points: 0, effect: {grade_max: 差}}
  fail: {name: 否决, category: all, points: 0, effect: {grade: 差, flag: failed, barred: true}}
grade:
  periods: [year]
  bands: {好: "[90, ∞)", 中: "(-∞, 90)"}
  order: [好, 中, 差]
  rules: {差: losses() > 3}
requirements:
  busy: {name: 参加过活动, in: [year], when: count('plus') >= 2, bars: true}
consequences:
  first: {name: 第一, in: [year], top: 1, when: eligible}
  shut: {name: 关闭, in: [year], when: total < 80 or last(total) > 85, bars: true}
  after: {name: 之后, in: [year], when: not eligible}
"""


def reasons(scored: Case, subject: str, period: str = "2025") -> tuple[Reason, ...]:
    return reasons_for(scored.evaluation, scored.evaluation.rulebook.period(period), subject)


def values(condition: Condition) -> dict[str, object]:
    """Return what names and functions came to, by name."""
    return {
        fact.asked.code if isinstance(fact.asked, Name) else fact.asked.function: fact.value
        for fact in condition.facts
    }


def test_a_requirement_tells_what_it_asked_and_closes_awards() -> None:
    scored = case(
        BOOK, roster="a u\nb u", events="2025-01-01 plus a 20\n2025-02-01 plus b 1\n2025-02-02 plus b 1"
    )
    found = reasons(scored, "a")
    (required,) = [one for one in found if isinstance(one, Required)]

    assert (required.code, required.is_met, required.bars) == ("busy", False, True)
    assert values(required.condition) == {"count": 1}
    assert [one for one in found if isinstance(one, Closed | PassedOver)] == [
        Closed((), ("busy",), ()),
    ]
    (met,) = [one for one in reasons(scored, "b") if isinstance(one, Required)]
    assert (met.is_met, values(met.condition)) == (True, {"count": 2})


@pytest.mark.parametrize(
    ("events", "grade", "later"),
    [
        ("2025-01-01 plus a 10", "好", ()),
        ("2025-01-01 fall a", "差", (ByEntry("差", Entry("fall", date(2025, 1, 1)), is_ceiling=True),)),
        ("2025-01-01 fail a", "差", (ByEntry("差", Entry("fail", date(2025, 1, 1)), is_ceiling=False),)),
    ],
)
def test_a_grade_tells_its_band_and_the_entry_that_stands_against_it(
    events: str, grade: str, later: tuple[ByEntry, ...]
) -> None:
    scored = case(BOOK, roster="a u", events=events)
    (found,) = [one for one in reasons(scored, "a") if isinstance(one, Classified)]

    assert (found.what, found.label, found.steps[1:]) == (Class.GRADE, grade, later)
    assert isinstance(found.steps[0], ByBand)
    assert found.steps[0].label == ("中" if later else "好")


def test_a_grade_by_rule_tells_the_condition() -> None:
    scored = case(BOOK, roster="a u", events="2025-01-01 plus a -4\n2025-01-02 plus a 14")
    (found,) = [one for one in reasons(scored, "a") if isinstance(one, Classified)]
    band, rule = found.steps

    assert (band.label, rule.label, found.label) == ("好", "差", "差")
    assert isinstance(rule, ByRule)
    assert rule.condition.expression == parse_expression("losses() > 3")
    assert values(rule.condition) == {"losses": 4}


def test_a_condition_is_told_what_held_when_it_was_asked_and_not_what_came_later() -> None:
    scored = case(
        BOOK, roster="a u\nb u", events="2025-01-01 plus a -4\n2025-01-02 plus a 1\n2025-01-03 plus b 1"
    )
    found = {one.code: one for one in reasons(scored, "a") if isinstance(one, Listed)}

    assert list(found) == ["first", "shut", "after"]
    assert [values(one.conditions[0]) for one in found.values()] == [
        {"eligible": True},
        {"total": Fraction(77), "last": None},
        {"eligible": False},
    ]
    assert [one for one in reasons(scored, "a") if isinstance(one, Closed)] == [Closed((), (), ("shut",))]


def test_what_was_before_is_told_with_its_period() -> None:
    scored = case(
        BOOK,
        roster="a u",
        events="2024-01-01 plus a 6\n2025-01-02 plus a 1\n2025-01-03 plus a 1",
    )
    (listed,) = [one for one in reasons(scored, "a") if isinstance(one, Listed) and one.code == "shut"]
    last = listed.conditions[0].facts[1]
    year = scored.evaluation.rulebook.period("2024")

    assert (last.value, last.earlier) == (86, (Look(year, (Fact(Name("total"), Fraction(86)),)),))


def test_a_flag_names_its_entries() -> None:
    scored = case(BOOK, roster="a u", events="2025-01-01 fail a\n2025-03-01 fail a")
    entries = (Entry("fail", date(2025, 1, 1)), Entry("fail", date(2025, 3, 1)))
    found = reasons(scored, "a")

    assert [one for one in found if isinstance(one, Flagged)] == [
        Flagged("failed", entries),
        Flagged("barred", entries),
    ]
    assert [one.entries for one in found if isinstance(one, Closed)] == [entries]


ROUNDED = """
categories: {all: 全部}
items: {plus: {name: 加分, category: all, points: any}}
rounding: {places: 0}
consequences:
  low: {name: 低, in: [year], when: total < 60}
  five: {name: 五星, in: [year], top: 1, stars: 5}
"""


def test_a_total_that_is_rounded_later_is_told_as_it_was_judged() -> None:
    scored = case(ROUNDED, roster="a u\nb u", events="2025-01-01 plus a 59.6\n2025-01-01 plus b 3")
    found = reasons(scored, "a")
    low, five = [one for one in found if isinstance(one, Listed)]

    assert scored.totals("2025")["a"] == "60"
    assert values(low.conditions[0]) == {"total": Fraction("59.6")}
    assert five.place is not None
    assert (five.place.place, five.place.places, five.place.ranked, five.place.measure) == (
        1, 1, 2, Fraction("59.6"),
    )  # fmt: skip
    assert [one.steps for one in found if isinstance(one, Classified)] == [(ByConsequence("5", "five"),)]


def test_nobody_has_no_reasons() -> None:
    scored = case(BOOK, roster="a u")
    assert reasons(scored, "z") == ()


POPULATION = "population: {statuses: [active], kinds: [full], clause: 第一条}\n" + BOOK


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("a u status=retired", (Absence.STATUS, "retired", ("active",), "第一条")),
        ("a u kind=activist", (Absence.KIND, "activist", ("full",), "第一条")),
        ("a u until=2025-01-01", (Absence.AWAY, "", (), "")),
    ],
)
def test_who_is_not_scored_is_told_why(row: str, expected: tuple[object, ...]) -> None:
    scored = case(POPULATION, roster=row)
    missing = why_not_scored(scored.evaluation, scored.evaluation.rulebook.period("2025"), "a")

    assert isinstance(missing, NotScored)
    assert (missing.absence, missing.word, missing.scored, missing.clause) == expected
    assert missing.days == (((None, date(2025, 1, 1)),) if missing.absence is Absence.AWAY else ())


def test_nobody_is_not_missing_and_neither_is_who_is_scored() -> None:
    scored = case(POPULATION, roster="a u")
    period = scored.evaluation.rulebook.period("2025")
    assert [why_not_scored(scored.evaluation, period, code) for code in ("a", "z")] == [None, None]


def test_the_points_of_a_household_are_under_its_code() -> None:
    book = "account: household\n" + BOOK
    roster = (
        "a u household=h since=2024-01-01 until=2025-04-01\n"
        "a u household=k since=2025-04-01 until=2025-08-01\nb u household=h\nc u"
    )
    scored = case(book, roster=roster)
    of = {label: scored.evaluation.rulebook.period(label) for label in ("2025-Q1", "2025-Q2", "2025")}
    assert {
        label: [account_of(scored.evaluation, period, code) for code in "abc"] for label, period in of.items()
    } == {"2025-Q1": ["h", "h", "c"], "2025-Q2": ["k", "h", "c"], "2025": ["k", "h", "c"]}
    alone = case(BOOK, roster="a u household=h")
    assert account_of(alone.evaluation, of["2025"], "a") == "a"
