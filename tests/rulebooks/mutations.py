"""Changes one thing at a time in a rulebook's tree: a number, a word, a list entry, a whole key."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from domain.periods import PeriodKind
from domain.points import show_exact
from domain.rulebooks.allocations import Party
from domain.rulebooks.inheritance import BY_CODE
from domain.rulebooks.language.results import Aggregation
from domain.rulebooks.model import Window
from domain.rulebooks.places import codes_in
from domain.rulebooks.results import Cut, Normalisation, Ties, Within
from domain.rulebooks.tree import Listing, Node, Scalar, Table

Path = tuple[str | int, ...]

FOR_PEOPLE = frozenset(
    {
        "name",
        "clause",
        "quote",
        "hint",
        "unit",
        "return_reasons",
        "reject_reasons",
        "id",
        "version",
        "extends",
    }
)
"""Keys that only people read, and those that name the book and its parent."""
_CHOICES: dict[str, tuple[str, ...]] = {
    "account": ("member", "household"),
    "missing_months": ("skip", "zero"),
    "evidence": ("required", "optional"),
    "reported_by": ("members", "committee"),
    "stages": ("replace", "add"),
    "named": ("start", "end"),
    "subjects": ("members", "units", "all"),
    "normalise": tuple(Normalisation),
    "within": tuple(Within),
    "ties": (*Ties, *Cut),
    "over": tuple(Window),
    "per": ("deed", "slot", *Window),
    "to": tuple(Party),
    "otherwise": tuple(Party),
    "in": (*PeriodKind, "H1", "H2", "Q1", "Q4"),
    "periods": (*PeriodKind, *Aggregation),
}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_NUMBER_WITHIN = re.compile(r"(?<![\w.'-])\d+(\.\d+)?(?![\w'])", re.ASCII)


@dataclass(frozen=True)
class Mutation:
    """One change: where, what, and the tree after it."""

    path: Path
    what: str
    root: Table
    is_removal: bool = False


def keys_of(root: Table, file: str, *, excepted: frozenset[str]) -> Iterator[Path]:
    """Yield the path of every key and list entry that stands in the file itself, labels and such aside.

    `excepted` names sections (`workflow`) and keys of a table's entries (`consequences.on`) to pass over.
    """
    yield from _paths(root, (), file, excepted)


def _paths(node: Node, path: Path, file: str, excepted: frozenset[str]) -> Iterator[Path]:
    match node:
        case Table():
            for name, inner in node.entries.items():
                here = (*path, name)
                if _is_passed_over(here, excepted) or _is_short_category(here, inner):
                    continue
                if node.keys[name].file == file and not _is_only_words(inner):
                    yield here
                yield from _paths(inner, here, file, excepted)
        case Listing():
            for index, inner in enumerate(node.entries):
                if inner.file == file:
                    yield (*path, index)
                yield from _paths(inner, (*path, index), file, excepted)
        case Scalar():
            return


def _is_only_words(node: Node) -> bool:
    return isinstance(node, Table) and bool(node.entries) and node.entries.keys() <= FOR_PEOPLE


def _is_short_category(path: Path, node: Node) -> bool:
    return len(path) == 2 and path[0] == "categories" and isinstance(node, Scalar)


def _is_passed_over(path: Path, excepted: frozenset[str]) -> bool:
    is_code = len(path) == 2 and path[0] in BY_CODE
    short = f"{path[0]}.{path[-1]}"
    return (path[-1] in FOR_PEOPLE and not is_code) or path[0] in excepted or short in excepted


def mutations_at(root: Table, path: Path) -> Iterator[Mutation]:
    """Yield every change that is tried at a path: other values first, taking it away last."""
    node = _at(root, path)
    if isinstance(node, Scalar) and node.text is not None:
        for text in _other_texts(node.text, path, root):
            yield Mutation(path, f"{node.text} → {text}", _put(root, path, replace(node, text=text)))
    if isinstance(node, Listing) and len(node.entries) > 1:
        yield Mutation(path, "reversed", _put(root, path, replace(node, entries=node.entries[::-1])))
    yield Mutation(path, "removed", _put(root, path, None), is_removal=True)


def _other_texts(text: str, path: Path, root: Table) -> Iterator[str]:
    """Yield other values of the same kind: a number nearby, the other truth, another choice, other words."""
    if text in {"true", "false"}:
        yield "false" if text == "true" else "true"
    elif _NUMBER.fullmatch(text):
        yield from (show_exact(Fraction(text) + step) for step in (1, -1))
    else:
        known = _choices(path, root)
        yield from (other for other in known if other != text)
        if text not in known:
            yield from _other_words(text)


def _choices(path: Path, root: Table) -> tuple[str, ...]:
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    if len(path) == 2 and path[0] == "periods":
        return _CHOICES["periods"]
    if key == "category":
        return tuple(codes_in(root, "categories"))
    if key == "by":
        return ("total", "base", *codes_in(root, "components"), *codes_in(root, "categories"))
    return _CHOICES.get(key, ())


def _other_words(text: str) -> Iterator[str]:
    """Yield a condition, share, band or word with one of its numbers moved, or its joint turned."""
    for found in _NUMBER_WITHIN.finditer(text):
        start, end = found.span()
        for step in (1, -1):
            yield f"{text[:start]}{show_exact(Fraction(found[0]) + step)}{text[end:]}"
    if " or " in text or " and " in text:
        yield text.replace(" or ", " and ") if " or " in text else text.replace(" and ", " or ")
    yield f"{text}x"


def _at(node: Node, path: Path) -> Node:
    for step in path:
        if isinstance(node, Table):
            node = node.entries[str(step)]
        elif isinstance(node, Listing):
            node = node.entries[int(step)]
    return node


def _put(root: Table, path: Path, value: Node | None) -> Table:
    """Return the tree with another value at the path, or without it; the given tree stays as it was."""
    changed = _put_in(root, path, value)
    assert isinstance(changed, Table)
    return changed


def _put_in(node: Node, path: Path, value: Node | None) -> Node | None:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(node, Table):
        inner = _put_in(node.entries[str(step)], rest, value)
        entries = {
            key: inner if key == step else entry
            for key, entry in node.entries.items()
            if key != step or inner is not None
        }
        return replace(node, entries={key: entry for key, entry in entries.items() if entry is not None})
    assert isinstance(node, Listing)
    kept = [
        _put_in(entry, rest, value) if index == step else entry for index, entry in enumerate(node.entries)
    ]
    return replace(node, entries=tuple(entry for entry in kept if entry is not None))
