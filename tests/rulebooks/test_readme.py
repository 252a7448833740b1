"""Executes every example of the page that teaches the language."""

import re
from pathlib import Path

import pytest

from domain.rulebooks import Rulebook, load_rulebook, parse_rulebook, shipped_rulebooks
from domain.rulebooks.language import RulebookSection
from domain.rulebooks.shelf import ROOM
from tests.rulebooks.case_files import play, read_cases

PAGE = (ROOM / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
BOOKS = [block for block in BLOCKS if block.startswith("id:")]


def _shipped(code: str) -> str | None:
    path = shipped_rulebooks().get(code)
    return None if path is None else path.read_text(encoding="utf-8")


def _read(block: str) -> Rulebook:
    return parse_rulebook(block, file="README.md", parents=_shipped)


@pytest.mark.parametrize("block", BOOKS, ids=lambda block: block.splitlines()[0])
def test_every_rulebook_on_the_page_is_sound(block: str) -> None:
    assert _read(block).id == block.splitlines()[0].removeprefix("id: ")


def test_the_page_begins_with_five_lines() -> None:
    assert len(BOOKS[0].splitlines()) == 5


def test_the_worked_case_on_the_page_comes_out(tmp_path: Path) -> None:
    (example,) = (block for block in BLOCKS if block not in BOOKS)
    file = tmp_path / "case.yaml"
    file.write_text(example, encoding="utf-8")
    (case,) = read_cases(file)

    assert play(load_rulebook(shipped_rulebooks()[case.rulebook]), case) == case.expect


def test_the_page_shows_every_key_of_the_language() -> None:
    shown = set(re.findall(r"([a-z_]+):", "\n".join(BLOCKS)))

    assert _keys(RulebookSection.model_json_schema()) - shown == set()


def _keys(node: object) -> set[str]:
    if isinstance(node, list):
        return {key for inner in node for key in _keys(inner)}
    if not isinstance(node, dict):
        return set()
    own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return own | {key for inner in node.values() for key in _keys(inner)}
