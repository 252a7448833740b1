"""Reads files of worked cases, and tells everything that is wrong with how they are written."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml

from domain.cases import Case
from domain.rulebooks import Problem, ProblemCode, RulebookInvalid
from domain.rulebooks.reading import read_source
from domain.rulebooks.wording import problem
from domain.scoring.tables import BALLOT_COLUMNS, EVENT_COLUMNS, ROSTER_COLUMNS

_FILE = ("rulebook", "cases")
_CASE = ("name", "entries", "roster", "events", "ballots", "with", "propose", "period", "expect", "because")
_DEED = ("item", "on", "level", "quantity", "points", "key", "reverses")
_TABLES = {
    "entries": _DEED,
    "roster": tuple(ROSTER_COLUMNS),
    "events": tuple(EVENT_COLUMNS),
    "ballots": tuple(BALLOT_COLUMNS),
}
_OF_SUBJECT = (
    "total", "components", "rank", "grade", "stars", "eligible", "flags", "consequences", "to", "due", "raw",
    "counted", "why",
)  # fmt: skip
_OF_SHEET = (
    "total", "stars", "grade", "eligible", "components", "categories", "counted", "why", "parts", "spendable",
)  # fmt: skip
_OF_PROPOSAL = ("refused", "gains", "binding", "left")
_OF_WORLD = ("refused", "problems")
_ABSENT = "absent"
_KEYS = {"wanted_zh": "“键: 值” 的列表", "wanted_en": "a list of “key: value”"}
_LIST = {"wanted_zh": "一个列表", "wanted_en": "a list"}
_TEXT = {"wanted_zh": "一段文字", "wanted_en": "a text"}


def read_cases(path: Path) -> list[Case]:
    """Return the cases of a file; every scalar stays the text that was written.

    Raises: RulebookInvalid with every problem of the file.
    """
    return parse_cases(read_source(path), file=str(path))


def parse_cases(text: str, *, file: str) -> list[Case]:
    """Return the cases that a text describes; every scalar stays the text that was written.

    Raises: RulebookInvalid with every problem of the text.
    """
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  texts only
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        detail = getattr(error, "problem", None) or str(error)
        raise RulebookInvalid((problem(ProblemCode.SYNTAX, file=file, line=line, detail=detail),)) from error
    check = _Check(file)
    if not check.keys(found, "cases", line=1, known=_FILE, needed=_FILE):
        raise RulebookInvalid(check.told)
    if not isinstance(found["cases"], list):
        check.shape("cases", 1, _LIST)
        raise RulebookInvalid(check.told)
    lines = _lines(root)
    for line, case in zip(lines, found["cases"], strict=True):
        check.case(case, line)
    if check.told:
        raise RulebookInvalid(check.told)
    return [
        Case(found["rulebook"], case["name"], case.get("entries", []), case, case["expect"], line)
        for line, case in zip(lines, found["cases"], strict=True)
    ]


def _lines(root: yaml.Node | None) -> list[int]:
    """Return the line on which each case begins."""
    assert isinstance(root, yaml.MappingNode), "it was read as a table"
    cases = next(node for key, node in root.value if key.value == "cases")
    return [one.start_mark.line + 1 for one in cases.value]


class _Check:
    """Gathers what is wrong with the shape of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._told: list[Problem] = []

    @property
    def told(self) -> tuple[Problem, ...]:
        """Every problem so far."""
        return tuple(dict.fromkeys(self._told))

    def case(self, case: Any, line: int) -> None:
        """Look at one case."""
        if not self.keys(case, "cases", line=line, known=_CASE, needed=("name", "expect")):
            return
        if not isinstance(case["name"], str):
            self.shape("name", line, _TEXT)
        for name, columns in _TABLES.items():
            self._table(case.get(name, []), name, columns, line)
        if "with" in case and not isinstance(case["with"], dict):
            self.shape("with", line, _KEYS)
        if "propose" in case:
            self._row(case["propose"], "propose", _DEED, line)
        elif "period" not in case and "refused" not in case["expect"]:
            self._note(ProblemCode.MISSING_KEY, line, key="period")
        self._expectations(case, line)

    def keys(
        self, found: Any, name: str, *, line: int, known: Collection[str], needed: Collection[str] = ()
    ) -> bool:
        """Look at the keys of a table; tell whether it is one and has what it needs."""
        if not isinstance(found, dict):
            self.shape(name, line, _KEYS)
            return False
        for key in found:
            if key not in known:
                self._note(ProblemCode.UNKNOWN_KEY, line, key=key, known=", ".join(known))
        missing = [key for key in needed if key not in found]
        for key in missing:
            self._note(ProblemCode.MISSING_KEY, line, key=key)
        return not missing

    def shape(self, key: str, line: int, wanted: dict[str, str]) -> None:
        """Note that something is written in another form than it must be."""
        self._note(ProblemCode.WRONG_SHAPE, line, key=key, **wanted)

    def _note(self, code: ProblemCode, line: int, **facts: object) -> None:
        self._told.append(problem(code, file=self._file, line=line, **facts))

    def _table(self, rows: Any, name: str, columns: Collection[str], line: int) -> None:
        if not isinstance(rows, list):
            self.shape(name, line, _LIST)
            return
        for row in rows:
            self._row(row, name, columns, line)

    def _row(self, row: Any, name: str, columns: Collection[str], line: int) -> None:
        if self.keys(row, name, line=line, known=columns):
            for column, cell in row.items():
                if not isinstance(cell, str):
                    self.shape(column, line, _TEXT)

    def _expectations(self, case: dict[str, Any], line: int) -> None:
        expected = case["expect"]
        if "propose" in case:
            self.keys(expected, "expect", line=line, known=_OF_PROPOSAL)
        elif not isinstance(expected, dict):
            self.shape("expect", line, _KEYS)
        elif {"events", "roster", "ballots", "with"}.isdisjoint(case):
            self.keys(expected, "expect", line=line, known=_OF_SHEET)
        else:
            for subject, wanted in _subjects(expected):
                self.keys(wanted, subject, line=line, known=_OF_SUBJECT)


def _subjects(expected: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is expected of each subject that is to be there."""
    for subject, wanted in expected.items():
        if subject not in _OF_WORLD and wanted != _ABSENT:
            yield subject, wanted
