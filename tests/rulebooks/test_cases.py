"""Plays every worked case that the shipped rulebooks bring along."""

from dataclasses import replace

import pytest

from cli.cases.reading import read_cases
from domain.cases import Case, play
from domain.rulebooks import load_rulebook, shipped_rulebooks
from tests.rulebooks.case_files import CASE_FILES

CASES = [case for path in CASE_FILES for case in read_cases(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rulebook}: {case.name}")
def test_case_comes_out_as_worked_by_hand(case: Case) -> None:
    rulebook = load_rulebook(shipped_rulebooks()[case.rulebook])

    assert play(rulebook, case) == case.expect


@pytest.mark.parametrize("code", shipped_rulebooks())
def test_every_item_of_a_shipped_rulebook_has_a_case(code: str) -> None:
    rulebook = load_rulebook(shipped_rulebooks()[code])
    scored = {item for case in CASES if case.rulebook == code for item in case.items}

    assert set(rulebook.items) - scored == set()


@pytest.mark.parametrize("code", shipped_rulebooks())
def test_every_cap_of_a_shipped_rulebook_bites_in_a_case(code: str) -> None:
    rulebook = load_rulebook(shipped_rulebooks()[code])
    cases = [case for case in CASES if case.rulebook == code]
    inert = []
    for cap in rulebook.caps:
        loose = replace(rulebook, caps=tuple(other for other in rulebook.caps if other != cap))
        if all(play(loose, case) == case.expect for case in cases):
            inert.append(cap.code)

    assert inert == []
