"""Walks from every rule of the sources to the key that carries it, and from every key back to its rule."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import pytest
import yaml

from domain.rulebooks import shipped_rulebooks
from domain.rulebooks.shelf import ROOM

RULES_IN_SOURCE = {
    "juwei": 20,
    "chaiqianban": 19,
    "bianban": 23,
    "youzheng": 18,
    "fupinban": 8,
    "shequ": 14,
    "shebao": 10,
    "caizhengju-zhibu": 10,
    "guoqi": 14,
    "caifachu": 10,
    "caizhengju-jiguan": 9,
    "dianshang": 14,
    "dachuan": 15,
}
"""How many rules each source has, numbered from 1."""
HEAD = "head"
"""The key of a rule that the comment at the head of the file answers."""
DATA_ONLY = "data only"
"""What stands in place of a case where the engine computes nothing."""
WALKED = ("items", "consequences", "instruments", "workflow")
BANDED = ("grade", "stars")
_KEY = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Row:
    """One row: the rules of the source (none where the book adds something of its own), keys, cases."""

    rules: frozenset[int]
    is_ours: bool
    keys: tuple[str, ...]
    cases: str


def _rows(code: str) -> list[Row]:
    lines = (ROOM / "trace" / f"{code}.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines if line.startswith("|")]
    return [_row(line) for line in cells if len(line) == 4 and _KEY.search(line[2])]


def _row(cells: list[str]) -> Row:
    numbers = [int(number) for number in re.findall(r"\d+", cells[1])]
    if re.fullmatch(r"\d+\s*[-–—]\s*\d+", cells[1]):
        numbers = list(range(numbers[0], numbers[1] + 1))
    return Row(frozenset(numbers), cells[1] == "ours", tuple(_KEY.findall(cells[2])), cells[3])


def _written(code: str) -> dict[str, Any]:
    text = shipped_rulebooks()[code].read_text(encoding="utf-8")
    written: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  texts only
    return written


def _case_names(code: str) -> list[str]:
    file = yaml.load((ROOM / "cases" / f"{code}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return sorted((case["name"] for case in file["cases"]), key=len, reverse=True)


def _exists(book: dict[str, Any], key: str) -> bool:
    """Whether the dotted key leads somewhere; `*` stands for any letters, a band may leave `bands` out."""
    nodes: list[Any] = [book]
    for step in key.split("."):
        nodes = [node for node in nodes if isinstance(node, dict)]
        nodes += [node["bands"] for node in nodes if isinstance(node.get("bands"), dict)]
        nodes = [inner for node in nodes for name, inner in node.items() if fnmatchcase(name, step)]
    return bool(nodes)


def _walked_keys(book: dict[str, Any]) -> list[str]:
    keys = [f"{table}.{code}" for table in WALKED for code in book.get(table, {})]
    return keys + [f"{table}.{label}" for table in BANDED if table in book for label in book[table]["bands"]]


def _names(row_key: str, key: str) -> bool:
    """Whether what a row names is the key, a part of it, or the whole table of bands that holds it."""
    steps, wanted = row_key.replace(".bands", "").split("."), key.split(".")
    if steps == wanted[:1]:
        return wanted[0] in BANDED
    return len(steps) >= len(wanted) and all(map(fnmatchcase, wanted, steps))


@pytest.mark.parametrize("code", RULES_IN_SOURCE)
def test_every_rule_of_the_source_has_a_row(code: str) -> None:
    rules = {rule for row in _rows(code) for rule in row.rules}

    assert rules == set(range(1, RULES_IN_SOURCE[code] + 1))


@pytest.mark.parametrize("code", RULES_IN_SOURCE)
def test_every_key_of_a_row_is_in_the_file(code: str) -> None:
    book = _written(code)
    keys = {key for row in _rows(code) for key in row.keys} - {HEAD}

    assert sorted(key for key in keys if not _exists(book, key)) == []


@pytest.mark.parametrize("code", RULES_IN_SOURCE)
def test_every_part_of_the_file_goes_back_to_a_rule_or_is_ours(code: str) -> None:
    rows = [row for row in _rows(code) if row.rules or row.is_ours]
    named = {key for row in rows for key in row.keys}

    assert [key for key in _walked_keys(_written(code)) if not any(_names(one, key) for one in named)] == []


@pytest.mark.parametrize("code", RULES_IN_SOURCE)
def test_every_row_names_cases_that_are_played_or_says_that_it_is_data(code: str) -> None:
    names = _case_names(code)
    wrong = []
    for row in _rows(code):
        rest = row.cases
        for name in (*names, DATA_ONLY):
            rest = rest.replace(name, "")
        if not row.cases or re.sub(r"[\s;,、；，`]", "", rest):
            wrong.append(row)

    assert wrong == []


def test_the_index_leads_to_every_table() -> None:
    index = (ROOM / "TRACE.md").read_text(encoding="utf-8")

    assert re.findall(r"\(trace/([a-z-]+)\.md\)", index) == list(RULES_IN_SOURCE)
    assert sorted(path.stem for path in (ROOM / "trace").glob("*.md")) == sorted(RULES_IN_SOURCE)
