"""Score sheets and previews, one rule at a time."""

from datetime import date
from fractions import Fraction

import pytest

from domain.periods import month_of, parse_period
from domain.rulebooks import Rulebook
from domain.scoring import Proposal, Recorded, ScoreSheet, preview, score_sheet
from tests.domain.rulebook_texts import CLUB, rulebook

F = Fraction
STUDY = "category.study.cap.month"
FLOOR = "total.floor.month"


def entry(item: str, day: str, points: str, *, sequence: int = 0, reverses: str | None = None) -> Recorded:
    return Recorded(f"{item}-{day}-{sequence}", item, date.fromisoformat(day), F(points), sequence, reverses)


def sheet(*entries: Recorded, period: str = "2025-01", book: Rulebook = CLUB) -> ScoreSheet:
    return score_sheet(book, entries, parse_period(period))


def told(*entries: Recorded, period: str = "2025-01") -> list[tuple[Fraction, str]]:
    return [(line.counted, line.why) for line in sheet(*entries, period=period).lines]


def test_caps_apply_from_the_item_to_the_total() -> None:
    lines = sheet(
        entry("talk", "2025-01-01", "5", sequence=1),
        entry("talk", "2025-01-02", "5", sequence=2),
        entry("course", "2025-01-03", "8", sequence=3),
        entry("talk", "2025-01-04", "5", sequence=4),
    ).lines

    assert [(line.counted, [cut.cap.code for cut in line.cuts]) for line in lines] == [
        (F(5), []),
        (F(5), []),
        (F(2), ["category.study.cap.month"]),
        (F(0), ["talk.cap.month"]),
    ]


def test_a_floor_limits_the_loss_of_a_month() -> None:
    absences = [entry("absence", f"2025-01-0{day}", "-2") for day in range(1, 5)]

    assert told(*absences) == [(F(-2), ""), (F(-2), ""), (F(-1), "floor.month"), (F(0), "floor.month")]


def test_the_cap_on_the_total_counts_the_base_in() -> None:
    lines = told(entry("free", "2025-01-05", "28"), entry("adjust", "2025-01-06", "9"))

    assert lines == [(F(28), ""), (F(2), "cap.month")]


def test_the_floor_on_the_total_counts_the_base_in() -> None:
    score = sheet(entry("fault", "2025-01-05", "-70"))

    assert (score.total, score.lines[0].why, score.stars) == (F(60), "floor.month", 1)


def test_a_component_cap_holds_across_its_categories() -> None:
    entries = [
        entry(item, f"2025-0{month}-05", "10", sequence=sequence)
        for sequence, (item, month) in enumerate(
            [("talk", 1), ("urgent", 1), ("talk", 2), ("urgent", 2), ("urgent", 3), ("urgent", 4)]
        )
    ]
    score = sheet(*entries, period="2025-H1")

    assert score.components == {"base": 600, "gains": 50, "duty": 0}
    assert [line.counted for line in score.lines] == [10, 10, 10, 10, 0, 10]


def test_an_earlier_month_uses_up_the_cap_of_the_year() -> None:
    entries = [entry("free", "2025-01-05", "25"), entry("free", "2025-02-05", "25")]

    assert [sheet(*entries, period=month).total for month in ("2025-01", "2025-02")] == [125, 105]


def test_a_late_entry_takes_its_place_by_day() -> None:
    entries = [
        entry("talk", "2025-01-20", "5", sequence=1),
        entry("talk", "2025-01-21", "5", sequence=2),
        entry("talk", "2025-01-03", "5", sequence=3),
    ]

    assert told(*entries) == [(F(5), ""), (F(5), ""), (F(0), "cap.month")]


def test_a_second_reversal_of_one_entry_counts_nothing() -> None:
    talk = entry("talk", "2025-01-05", "5", sequence=1)
    reversals = [entry("talk", "2025-01-06", "-5", sequence=n, reverses=talk.key) for n in (2, 3)]

    assert told(talk, *reversals) == [(F(0), "reversed")] * 3


def test_a_reversal_of_an_entry_elsewhere_counts_by_itself() -> None:
    reversal = entry("talk", "2025-01-06", "-5", reverses="last-year")

    assert (sheet(reversal).total, told(reversal)) == (F(95), [(F(-5), "")])


def test_an_item_that_the_book_dropped_counts_in_full_beside_the_categories() -> None:
    score = sheet(entry("old", "2025-01-05", "3"))

    assert (score.total, score.components, score.categories) == (
        F(103),
        {"base": F(100), "gains": F(0), "duty": F(0), "other": F(3)},
        {"study": F(0), "service": F(0), "duty": F(0), "other": F(3)},
    )


@pytest.mark.parametrize(
    ("total", "stars"), [("120", 5), ("119.9999", 3), ("100", 3), ("99.9999", 1), ("60", 1)]
)
def test_stars_follow_the_brackets(total: str, stars: int) -> None:
    score = sheet(entry("adjust", "2025-01-05", str(F(total) - 100)))

    assert (score.total, score.stars, score.grade) == (F(total), stars, None)


@pytest.mark.parametrize(("points", "grade"), [("0", "合格"), ("30", "合格"), ("-30", "合格")])
def test_grades_are_given_in_their_period_kind_only(points: str, grade: str) -> None:
    year, month = (
        sheet(entry("adjust", "2025-01-05", points), period=label) for label in ("2025", "2025-01")
    )

    assert (year.grade, year.stars, month.grade) == (grade, None, None)


def test_means_of_means_are_exact() -> None:
    year = sheet(entry("adjust", "2025-01-05", "-8"), entry("adjust", "2025-02-05", "-20"), period="2025")

    assert [part.total for part in year.parts] == [F(272, 3), 100, 100, 100]
    assert year.total == F(272, 12) + 75


def test_missing_months_give_no_base_and_do_not_enter_means() -> None:
    missing = frozenset(month_of(date(2025, month, 1)) for month in (1, 2, 4, 5, 6))
    entries = [entry("adjust", "2025-03-05", "6")]

    scores = [
        score_sheet(CLUB, entries, parse_period(label), months_missing=missing)
        for label in ("2025-H1", "2025-Q1", "2025-Q2", "2025")
    ]

    assert [score.total for score in scores] == [106, 106, 0, (106 + 100 + 100) / F(3)]


def test_a_veto_sets_the_stars_of_its_month_and_bars_the_rest_of_the_year() -> None:
    veto = entry("veto", "2025-02-05", "0")
    asked = ("2025-01", "2025-02", "2025-03", "2025", "2026-01")

    answers = [(score.stars, score.is_eligible) for score in (sheet(veto, period=label) for label in asked)]

    assert answers == [(3, True), (1, False), (3, False), (None, False), (3, True)]


def test_a_base_per_year_counts_in_the_year_only() -> None:
    book = rulebook("""
id: yearly
name: 年度
version: "1"
base: {points: 80, per: year}
categories: {all: 全部}
items: {study: {name: 学习, category: all, points: 1}}
""")
    entries = [entry("study", "2025-01-05", "1")]

    totals = [
        sheet(*entries, period=label, book=book).total for label in ("2025-01", "2025-Q1", "2025-H1", "2025")
    ]

    assert totals == [1, 1, 1, 81]


@pytest.mark.parametrize(
    ("proposal", "low", "high", "binding", "left"),
    [
        (Proposal("talk", date(2025, 1, 9)), F(5), F(5), None, {"talk.cap.month": F(0), STUDY: F(2)}),
        (Proposal("course", date(2025, 1, 9), level="city"), F(7), F(7), STUDY, {STUDY: F(0)}),
        (Proposal("free", date(2025, 1, 9)), F(0), F(25), "total.cap.month", {"free.cap.year": F(30)}),
        (Proposal("adjust", date(2025, 1, 9)), F(-45), F(25), "total.cap.month", {"total.cap.month": F(25)}),
        (Proposal("fault", date(2025, 1, 9)), F(-45), F(0), "total.floor.month", {FLOOR: F(45)}),
        (Proposal("absence", date(2025, 1, 9)), F(-2), F(-2), None, {"absence.floor.month": F(3)}),
    ],
)  # fmt: skip
def test_a_preview_tells_the_gain_and_what_binds(
    proposal: Proposal, low: Fraction, high: Fraction, binding: str | None, left: dict[str, Fraction]
) -> None:
    answer = preview(CLUB, [entry("talk", "2025-01-05", "5")], proposal)

    assert (answer.gains_low, answer.gains_high) == (low, high)
    assert (answer.binding_cap.code if answer.binding_cap else None) == binding
    remaining = {one.cap.code: one.left for one in answer.remaining}
    assert {code: remaining[code] for code in left} == left


def test_a_preview_of_points_without_any_bound_says_so() -> None:
    book = rulebook("""
id: open
name: 不封顶
version: "1"
categories: {all: 全部}
items: {free: {name: 酌情, category: all, points: any}}
""")

    answer = preview(book, [], Proposal("free", date(2025, 1, 9)))

    assert (answer.gains_low, answer.gains_high, answer.binding_cap, answer.remaining) == (
        None,
        None,
        None,
        (),
    )
