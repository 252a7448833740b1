"""Reads YAML into a tree that remembers the line of everything, and refuses what could surprise."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import yaml

from domain.rulebooks.problems import Problem, ProblemCode, RulebookInvalid
from domain.rulebooks.wording import problem

LENGTH_MAX = 1_000_000
DEPTH_MAX = 16
_FULL_WIDTH = re.compile(r"^\s*[\w\u4e00-\u9fff-]+\s*：|[{,]\s*[\w-]+\s*：|，\s*[\w-]+\s*[:：]")
"""A colon or comma of Chinese typing where a key ends or the next begins."""
_EMPTY = ("", "~", "null")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word, number or sentence, as written; None where nothing is written."""

    text: str | None
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    entries: tuple["Node", ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Key:
    """A key, where it stands."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping from keys to what they hold, in the order of the file."""

    entries: dict[str, "Node"]
    keys: dict[str, Key]
    file: str
    line: int


Node = Scalar | Listing | Table


def plain(node: Node) -> object:
    """Return the tree as dictionaries, lists, texts and None."""
    match node:
        case Scalar():
            return node.text
        case Listing():
            return [plain(entry) for entry in node.entries]
        case Table():
            return {key: plain(entry) for key, entry in node.entries.items()}


def read_tree(text: str, *, file: str) -> tuple[Table, tuple[Problem, ...]]:
    """Return the tree and what is wrong but does not stop the reading (repeated keys).

    Numbers, dates and words all stay texts: what `on` or `1.10` means is up to the key that holds it.

    Raises: RulebookInvalid when there is no tree to work with.
    """
    if len(text) > LENGTH_MAX:
        raise RulebookInvalid((problem(ProblemCode.TOO_LARGE, file=file, line=1, limit=LENGTH_MAX),))
    tabs = tuple(
        problem(ProblemCode.TAB, file=file, line=number)
        for number, line in enumerate(text.splitlines(), start=1)
        if "\t" in line[: len(line) - len(line.lstrip())]
    )
    if tabs:
        raise RulebookInvalid(tabs)
    reader = _Reader(file)
    try:
        root = reader.read(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        full_width = _full_width_near(text, line)
        if full_width:
            found = problem(ProblemCode.FULL_WIDTH, file=file, line=full_width)
        else:
            detail = " ".join(filter(None, (error.context, error.problem)))
            found = problem(ProblemCode.SYNTAX, file=file, line=line, detail=detail)
        raise RulebookInvalid((found,)) from error
    except yaml.YAMLError as error:
        raise RulebookInvalid((problem(ProblemCode.UNREADABLE, file=file, line=1),)) from error
    if root is None:
        raise RulebookInvalid((problem(ProblemCode.NOTHING_WRITTEN, file=file, line=1),))
    if not isinstance(root, Table):
        whole = problem(
            ProblemCode.WRONG_SHAPE,
            file=file,
            line=1,
            key=file,
            wanted_zh="“键: 值” 的列表",
            wanted_en="a list of “key: value”",
        )
        raise RulebookInvalid((whole,))
    return root, tuple(reader.repeated)


def _full_width_near(text: str, line: int) -> int:
    """Return the line at or just above a mistake in which a full-width sign stands for YAML's own; else 0."""
    lines = text.splitlines()
    for number in (line, line - 1):
        words = lines[number - 1].partition("#")[0] if 1 <= number <= len(lines) else ""
        if _FULL_WIDTH.search(words):
            return number
    return 0


def _line_of(event: yaml.Event) -> int:
    return 1 if event.start_mark is None else event.start_mark.line + 1


@dataclass
class _Reader:
    """Builds the tree from the parser's events, so that nothing is expanded or guessed on the way."""

    file: str
    repeated: list[Problem] = field(default_factory=list)

    def read(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._refuse(ProblemCode.SEVERAL_DOCUMENTS, event)
                root = self._node(next(events), events, depth=0)
        return root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], *, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            self._refuse(ProblemCode.ANCHOR, event)
        if getattr(event, "tag", None) is not None:
            self._refuse(ProblemCode.TAG, event)
        if depth > DEPTH_MAX:
            self._refuse(ProblemCode.TOO_DEEP, event, limit=DEPTH_MAX)
        line = _line_of(event)
        if isinstance(event, yaml.ScalarEvent):
            is_empty = event.style in {None, ""} and event.value in _EMPTY
            return Scalar(None if is_empty else event.value, self.file, line)
        if isinstance(event, yaml.SequenceStartEvent):
            entries: list[Node] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                entries.append(self._node(inner, events, depth=depth + 1))
            return Listing(tuple(entries), self.file, line)
        return self._table(events, line=line, depth=depth)

    def _table(self, events: Iterator[yaml.Event], *, line: int, depth: int) -> Table:
        table = Table({}, {}, self.file, line)
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth=depth + 1)
            value = self._node(next(events), events, depth=depth + 1)
            if not isinstance(key, Scalar):
                self._refuse(ProblemCode.SYNTAX, event, detail="a key must be one word")
            name = key.text or ""
            if name in table.keys:
                self.repeated.append(
                    problem(ProblemCode.DUPLICATE_KEY, file=self.file, line=key.line, key=name)
                )
            else:
                table.entries[name] = value
                table.keys[name] = Key(self.file, key.line)
        return table

    def _refuse(self, code: ProblemCode, event: yaml.Event, **facts: object) -> NoReturn:
        line = _line_of(event)
        raise RulebookInvalid((problem(code, file=self.file, line=line, **facts),))
