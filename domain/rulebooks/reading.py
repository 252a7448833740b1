"""Reads a rulebook from its text or file, resolving what it extends, and tells all its problems at once."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from domain.rulebooks.inheritance import Parents, read_family
from domain.rulebooks.model import Rulebook
from domain.rulebooks.problems import ProblemCode, RulebookInvalid
from domain.rulebooks.shelf import shipped_rulebooks
from domain.rulebooks.tree import plain
from domain.rulebooks.wording import problem

_TEXT_TAG = "tag:yaml.org,2002:str"


def parse_rulebook(text: str, *, file: str, parents: Parents) -> Rulebook:
    """Return the rulebook that the text describes; `parents` gives the text of the books it extends.

    Raises: RulebookInvalid with every problem of the file and of those it extends.
    """
    # The language's models take a quarter of a second to import; whoever only scores need not wait for them.
    from domain.rulebooks.compiling import compile_tree

    root, problems = read_family(text, file=file, parents=parents)
    rulebook, found = compile_tree(root)
    problems += found
    if rulebook is None or problems:
        raise RulebookInvalid(tuple(sorted(set(problems), key=lambda one: (one.file != file, one))))
    return rulebook


def load_rulebook(path: Path, *, shelf: Mapping[str, Path] | None = None) -> Rulebook:
    """Return the rulebook in the file; `shelf` says where the books it may extend lie.

    Without a shelf these are the shipped ones and the files beside it.

    Raises: RulebookInvalid.
    """
    books = shelf
    if books is None:
        books = {**shipped_rulebooks(), **{book.stem: book for book in path.parent.glob("*.yaml")}}

    def parent(code: str) -> str | None:
        return read_source(books[code]) if code in books else None

    return parse_rulebook(read_source(path), file=str(path), parents=parent)


def flatten(text: str, parents: Parents) -> str:
    """Return the book with everything it extends written into one text that can be kept for ever.

    Raises: RulebookInvalid when a file of the family cannot be read at all.
    """
    root, problems = read_family(text, file="rulebook", parents=parents)
    if problems:
        raise RulebookInvalid(problems)
    return yaml.dump(plain(root), Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=110)


def read_source(path: Path) -> str:
    """Return the text of a rulebook file.

    Raises: RulebookInvalid when it is not there or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookInvalid((problem(ProblemCode.UNREADABLE, file=str(path), line=1),)) from error


class _PlainDumper(yaml.SafeDumper):
    """Writes numbers and dates as the author did, since the reader takes every scalar as a text."""


_PlainDumper.yaml_implicit_resolvers = {}


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if text in {"", "~", "null"} else None
    return dumper.represent_scalar(_TEXT_TAG, text, style=style)


def _represent_nothing(dumper: yaml.SafeDumper, _: None) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TEXT_TAG, "null")


_PlainDumper.add_representer(str, _represent_text)
_PlainDumper.add_representer(type(None), _represent_nothing)
