"""What is missing to the next grade, with both kinds of bracket."""

from fractions import Fraction

import pytest

from domain.periods import PeriodKind
from domain.rulebooks import Band, Bands
from domain.rulebooks.intervals import parse_interval
from domain.scoring.nearest import NextClass, next_class

BANDS = Bands(
    frozenset({PeriodKind.YEAR}),
    tuple(
        Band(label, interval)
        for label, text in (("优秀", "[90, ∞)"), ("合格", "(60, 90)"), ("不合格", "(-∞, 60]"))
        if (interval := parse_interval(text)) is not None
    ),
)


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("95", None),
        ("90", None),
        ("89.9", NextClass("优秀", Fraction(1, 10), is_beyond=False)),
        ("60", NextClass("合格", Fraction(0), is_beyond=True)),
        ("50", NextClass("合格", Fraction(10), is_beyond=True)),
        ("-10", NextClass("合格", Fraction(70), is_beyond=True)),
    ],
)
def test_what_is_missing_to_the_next_grade(total: str, expected: NextClass | None) -> None:
    assert next_class(BANDS, Fraction(total), kind=PeriodKind.YEAR) == expected


def test_periods_and_books_without_grades_have_no_next() -> None:
    assert next_class(BANDS, Fraction(10), kind=PeriodKind.MONTH) is None
    assert next_class(None, Fraction(10), kind=PeriodKind.YEAR) is None
