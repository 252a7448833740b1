"""The small conditions of a rulebook: what they read, and what they refuse."""

from fractions import Fraction

import pytest

from domain.rulebooks.expressions import Expression, ExpressionInvalid, parse_expression
from domain.scoring.conditions import Asked, Value, work_out


class Nobody:
    """A subject of whom nothing is known but a total of 10 and what functions are about."""

    def named(self, name: str) -> Value:
        return Fraction(10) if name == "total" else None

    def told(self, _function: str, about: str) -> Value:
        return about

    def before(self) -> Asked | None:
        return None


def _of(text: str) -> Value:
    return work_out(parse_expression(text), Nobody())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10 * 60%", Fraction(6)),
        ("total >= 10 * 60 ％", True),
        ("33.5% + 1", Fraction("1.335")),
        ("max(5%, 1%)", Fraction("0.05")),
        ("flag('60% off')", "60% off"),
        ("total ≥ 10 and not rank <= 3", True),
        ("rank > 3 or rank <= 3", False),
        ("9 < total < 11", True),
        ("total / 0", Fraction(0)),
    ],
)
def test_an_expression_comes_to(text: str, value: Value) -> None:
    assert _of(text) == value


@pytest.mark.parametrize(
    "text", ["", "10 % 3", "60%%", "% 5", "total.real", "[1]", "lambda: 1", "f(x=1)", "1 if 2 else 3"]
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(ExpressionInvalid):
        parse_expression(text)


def test_a_percentage_is_the_division_it_stands_for() -> None:
    written: Expression = parse_expression("total * 5%")

    assert written == parse_expression("total * (5 / 100)")
