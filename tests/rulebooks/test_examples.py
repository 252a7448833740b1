"""Plays the rulebooks from outside that were written from the page alone."""

import pytest

from cli.cases.reading import read_cases
from domain.cases import Case, play
from domain.rulebooks import load_rulebook, shipped_rulebooks
from domain.rulebooks.shelf import ROOM

BOOKS = {path.stem: path for path in sorted((ROOM / "examples").glob("*.yaml"))}
CASES = [case for code in BOOKS for case in read_cases(ROOM / "examples" / "cases" / f"{code}.yaml")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rulebook}: {case.name}")
def test_case_comes_out_as_worked_by_hand(case: Case) -> None:
    assert play(load_rulebook(BOOKS[case.rulebook]), case) == case.expect


@pytest.mark.parametrize("code", BOOKS)
def test_every_item_of_an_example_has_a_case(code: str) -> None:
    book = load_rulebook(BOOKS[code])
    scored = {item for case in CASES if case.rulebook == code for item in case.items}

    assert (book.id, set(book.items) - scored) == (code, set())


def test_examples_are_not_shipped() -> None:
    assert len(BOOKS) == 3
    assert shipped_rulebooks().keys().isdisjoint(BOOKS)
