"""Takes a tree through shapes and checks to a rulebook."""

from domain.rulebooks.building import build_rulebook
from domain.rulebooks.checks import check
from domain.rulebooks.model import Rulebook
from domain.rulebooks.problems import Problem
from domain.rulebooks.shapes import read_shapes
from domain.rulebooks.tree import Table


def compile_tree(root: Table) -> tuple[Rulebook | None, tuple[Problem, ...]]:
    """Return the rulebook that the tree describes and no problem, or None and every problem."""
    sections, problems = read_shapes(root)
    if sections is not None:
        problems += check(sections, root)
    if sections is None or problems:
        return None, problems
    return build_rulebook(sections), ()
