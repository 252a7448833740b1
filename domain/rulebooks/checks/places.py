"""What every check uses: a problem at a path of the file."""

from collections.abc import Iterable

from domain.rulebooks.places import place_of_key, place_of_value
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.tree import Table
from domain.rulebooks.wording import problem

Path = tuple[object, ...]
BASE = "base"
TOTAL = "total"


def at_value(root: Table, code: ProblemCode, path: Path, **facts: object) -> Problem:
    """Return the problem where the value at the path stands."""
    place = place_of_value(root, path)
    return problem(code, file=place.file, line=place.line, **facts)


def at_key(root: Table, code: ProblemCode, path: Path, **facts: object) -> Problem:
    """Return the problem where the key at the path stands."""
    place = place_of_key(root, path)
    return problem(code, file=place.file, line=place.line, **facts)


def listed(names: Iterable[str]) -> str:
    """Return names as a list to choose from."""
    return ", ".join(names)
