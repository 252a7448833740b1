"""No key of a rulebook is idle: changing it changes a case or a preview, or breaks the file."""

from pathlib import Path

import pytest

from cli.cases.reading import read_cases
from domain.rulebooks import shipped_rulebooks
from domain.rulebooks.inheritance import read_family
from domain.rulebooks.shelf import ROOM
from domain.rulebooks.tree import Table, read_tree
from tests.rulebooks.case_files import CASE_FILES
from tests.rulebooks.idle_keys import OWN, idle_keys

CASES = [case for path in CASE_FILES for case in read_cases(path)]
UNASKED = {
    "shebao": {"consequences.medal.among.kinds.1", "consequences.medal.among.kinds.2"},
}
"""Keys that no case asks about yet: a medal for a probationary and for a floating member."""
EXAMPLES = sorted((ROOM / "examples").glob("*.yaml"))


def _tree(code: str) -> Table:
    shelf = shipped_rulebooks()
    text = shelf[code].read_text(encoding="utf-8")
    return read_family(text, file=OWN, parents=lambda other: shelf[other].read_text(encoding="utf-8"))[0]


@pytest.mark.parametrize("code", shipped_rulebooks())
def test_changing_any_key_shows(code: str) -> None:
    idle = idle_keys(_tree(code), [case for case in CASES if case.rulebook == code])

    assert {key: silent for key, silent in idle.items() if key not in UNASKED.get(code, ())} == {}
    assert UNASKED.get(code, set()) - idle.keys() == set()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_changing_any_key_of_an_example_shows(path: Path) -> None:
    root, _ = read_tree(path.read_text(encoding="utf-8"), file=OWN)

    assert idle_keys(root, read_cases(path.parent / "cases" / path.name)) == {}


def test_what_no_case_asks_about_is_found() -> None:
    root, _ = read_tree(
        """
id: idle
name: 闲
version: "1"
categories: {all: 全部}
items:
  talk: {name: 发言, category: all, points: 5, caps: {month: 100}}
consequences:
  praise: {name: 表扬, in: [month], when: total >= 100, to: secretary}
""",
        file=OWN,
    )

    assert set(idle_keys(root, [])) == {
        "consequences",
        "consequences.praise",
        "consequences.praise.in.0",
        "consequences.praise.to",
        "consequences.praise.when",
        "items.talk.caps",
        "items.talk.caps.month",
    }
