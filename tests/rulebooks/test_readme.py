"""Executes every example of the pages that teach the language, and holds their tables against the code."""

import re

import pytest

from cli.cases.reading import parse_cases
from domain.cases import Case, play
from domain.rulebooks import Rulebook, parse_rulebook, shipped_rulebooks
from domain.rulebooks.language import RulebookSection
from domain.rulebooks.shelf import ROOM

PAGE = (ROOM / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
BOOKS = {block.splitlines()[0].removeprefix("id: "): block for block in BLOCKS if block.startswith("id: ")}
CASES = [
    case
    for block in BLOCKS
    if block.startswith("rulebook: ")
    for case in parse_cases(block, file="README.md")
]


def _text(code: str) -> str | None:
    path = shipped_rulebooks().get(code)
    return BOOKS.get(code) or (None if path is None else path.read_text(encoding="utf-8"))


def _read(code: str) -> Rulebook:
    return parse_rulebook(BOOKS[code], file="README.md", parents=_text)


@pytest.mark.parametrize("code", BOOKS)
def test_every_rulebook_on_the_page_is_sound(code: str) -> None:
    assert _read(code).id == code


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rulebook}: {case.name}")
def test_every_case_on_the_page_comes_out_as_worked_by_hand(case: Case) -> None:
    assert play(_read(case.rulebook), case, texts=BOOKS) == case.expect


@pytest.mark.parametrize("code", BOOKS)
def test_every_rulebook_on_the_page_has_a_case(code: str) -> None:
    assert code in {case.rulebook for case in CASES}


def test_every_block_on_the_page_is_a_book_or_cases() -> None:
    assert [block for block in BLOCKS if not block.startswith(("id: ", "rulebook: "))] == []
    assert len(BOOKS) == sum(block.startswith("id: ") for block in BLOCKS)


def test_the_page_begins_with_five_lines() -> None:
    assert len(BLOCKS[0].splitlines()) == 5


def test_the_page_shows_every_key_of_the_language() -> None:
    shown = set(re.findall(r"([a-z_]+):", "\n".join(BOOKS.values())))

    assert _keys(RulebookSection.model_json_schema()) - shown == set()


def _keys(node: object) -> set[str]:
    if isinstance(node, list):
        return {key for inner in node for key in _keys(inner)}
    if not isinstance(node, dict):
        return set()
    own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return own | {key for inner in node.values() for key in _keys(inner)}
