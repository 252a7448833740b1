"""Conditions written back as text are the same conditions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rulebooks import load_rulebook, shipped_rulebooks
from domain.rulebooks.expressions import Call, Expression, Literal, Name, Operation, parse_expression
from domain.rulebooks.spelling import expression_text

NUMBERS = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False).map(
    lambda number: Literal(Fraction(number))
)
TEXTS = st.text("优良 ab'", max_size=5).map(Literal)
LEAVES = NUMBERS | TEXTS | st.booleans().map(Literal) | st.sampled_from(["total", "class", "bonus"]).map(Name)


def _larger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    pairs = st.tuples(inner, inner)
    two = st.builds(Operation, st.sampled_from(["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="]), pairs)
    many = st.builds(
        Operation, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)
    )
    one = st.builds(Operation, st.sampled_from(["not", "negate"]), st.tuples(inner))
    called = st.builds(Call, st.sampled_from(["max", "last"]), st.lists(inner, max_size=2).map(tuple))
    return two | many | one | called


@given(st.recursive(LEAVES, _larger, max_leaves=8))
def test_text_reads_back_as_the_expression(expression: Expression) -> None:
    assert parse_expression(expression_text(expression)) == expression


@pytest.mark.parametrize(
    "text",
    [
        "losses() > 10",
        "total < 110 and not had('observe')",
        "streak(rank == 1) >= 6",
        "majority('a') == '差' or majority('b') == '差'",
        "(total + 1) * 2 - (3 - 4) / -base >= 0.5",
        "not (total > 1 or rank == 2) and (kind == 'full' or True)",
    ],
)
def test_text_is_as_an_author_would_type_it(text: str) -> None:
    assert expression_text(parse_expression(text)) == text


def test_a_percentage_is_written_as_what_it_stands_for() -> None:
    assert expression_text(parse_expression("total >= 60% * base")) == "total >= 60 / 100 * base"


def test_conditions_of_shipped_rulebooks_read_back() -> None:
    conditions = [
        one.when
        for path in shipped_rulebooks().values()
        for one in load_rulebook(path).consequences
        if one.when is not None
    ]
    assert [parse_expression(expression_text(one)) for one in conditions] == conditions
    assert len(conditions) > 10
