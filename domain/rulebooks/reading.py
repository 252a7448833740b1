"""Reads a rulebook from its text or file, resolving what it extends, and tells all its problems at once."""

from collections.abc import Callable, Mapping
from pathlib import Path

from domain.rulebooks.model import Rulebook
from domain.rulebooks.problems import ProblemCode, RulebookInvalid
from domain.rulebooks.shelf import shipped_rulebooks
from domain.rulebooks.wording import problem

Parents = Callable[[str], str | None]
"""Gives the text of the rulebook with that id, None if there is none."""


def parse_rulebook(text: str, *, file: str, parents: Parents) -> Rulebook:
    """Return the rulebook that the text describes; `parents` gives the text of the books it extends.

    Raises: RulebookInvalid with every problem of the file and of those it extends.
    """
    # YAML and the language's models take long to import; whoever has a rulebook need not wait for them.
    from domain.rulebooks.compiling import compile_tree
    from domain.rulebooks.inheritance import read_family

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
    return parse_rulebook(read_source(path), file=str(path), parents=parents_beside(path, shelf=shelf))


def parents_beside(path: Path, *, shelf: Mapping[str, Path] | None = None) -> Parents:
    """Return what gives the texts of the books that the one in the file may extend."""
    books = shelf
    if books is None:
        books = {**shipped_rulebooks(), **{book.stem: book for book in path.parent.glob("*.yaml")}}

    def parent(code: str) -> str | None:
        return read_source(books[code]) if code in books else None

    return parent


def flatten(text: str, parents: Parents) -> str:
    """Return the book with everything it extends written into one text that can be kept for ever.

    Raises: RulebookInvalid when a file of the family cannot be read at all.
    """
    from domain.rulebooks.inheritance import read_family
    from domain.rulebooks.writing import write_tree

    root, problems = read_family(text, file="rulebook", parents=parents)
    if problems:
        raise RulebookInvalid(problems)
    return write_tree(root)


def read_source(path: Path) -> str:
    """Return the text of a rulebook file.

    Raises: RulebookInvalid when it is not there or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookInvalid((problem(ProblemCode.UNREADABLE, file=str(path), line=1),)) from error
