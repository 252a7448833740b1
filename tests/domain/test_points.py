"""Points: stored, shown, typed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.points import (
    from_stored,
    parse_points,
    show,
    show_exact,
    show_signed,
    to_stored,
    to_stored_together,
)

stored = st.integers(min_value=-(10**13), max_value=10**13)
exact = st.fractions(min_value=-1000, max_value=1000, max_denominator=997)


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (Fraction(40), "40"),
        (Fraction(0), "0"),
        (Fraction(15, 2), "7.5"),
        (Fraction(-10, 3), "-3.33"),
        (Fraction("3.335"), "3.34"),
        (Fraction("-3.335"), "-3.34"),
        (Fraction("119.994"), "119.99"),
        (Fraction("-0.001"), "0"),
        (Fraction(1000), "1000"),
    ],
)
def test_show_gives_at_most_two_decimals_half_up(points: Fraction, text: str) -> None:
    assert show(points) == text


@pytest.mark.parametrize(
    ("points", "text"),
    [(Fraction(5), "+5"), (Fraction(-3), "-3"), (Fraction(0), "0"), (Fraction("0.001"), "0")],
)
def test_show_signed_marks_a_change(points: Fraction, text: str) -> None:
    assert show_signed(points) == text


def test_show_exact_keeps_four_decimals() -> None:
    assert [show_exact(Fraction(n)) for n in ("7.5", "-10/3", "0.00005", "40")] == [
        "7.5",
        "-3.3333",
        "0.0001",
        "40",
    ]


@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("5", Fraction(5)),
        ("+5", Fraction(5)),
        ("-3", Fraction(-3)),
        ("−3", Fraction(-3)),
        ("7.5", Fraction(15, 2)),
        ("５", Fraction(5)),
        ("７。５", Fraction(15, 2)),
        ("７．５", Fraction(15, 2)),
        (" 8 分 ", Fraction(8)),
        ("0.0001", Fraction(1, 10_000)),
        ("0.00001", None),
        ("1234567890", None),
        ("", None),
        ("五", None),
        ("1e3", None),
        ("1/3", None),
        ("5-3", None),
        ("5 5", None),
        (".5", None),
        ("٥", None),
        ("nan", None),
    ],
)
def test_parse_points_reads_what_people_type(typed: str, points: Fraction | None) -> None:
    assert parse_points(typed) == points


@given(stored)
def test_stored_points_come_back_the_same(amount: int) -> None:
    assert to_stored(from_stored(amount)) == amount


@given(exact)
def test_a_reversal_is_stored_as_the_mirror_of_its_entry(points: Fraction) -> None:
    assert to_stored(-points) == -to_stored(points)


@given(exact)
def test_what_is_shown_exactly_can_be_typed_again(points: Fraction) -> None:
    assert parse_points(show_exact(points)) == from_stored(to_stored(points))


@given(st.lists(exact, max_size=30))
def test_parts_rounded_together_add_up_to_the_rounded_whole(parts: list[Fraction]) -> None:
    whole = sum(parts, Fraction(0))
    together = to_stored_together(parts, whole=whole)

    assert sum(together) == to_stored(whole)
    assert all(abs(stored - part * 10_000) <= 1 for stored, part in zip(together, parts, strict=True))


def test_three_thirds_are_a_whole() -> None:
    assert to_stored_together([Fraction(80, 3)] * 3, whole=Fraction(80)) == [266_666, 266_667, 266_667]
