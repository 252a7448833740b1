"""Looks over a sound rulebook for what may not be meant: it works, but its author should know."""

from collections.abc import Iterator
from pathlib import Path

from domain.rulebooks.allocations import Party, Split
from domain.rulebooks.checks.places import Path as Place
from domain.rulebooks.checks.places import at_key, listed
from domain.rulebooks.expressions import Call, Expression, Literal, parts_of
from domain.rulebooks.inheritance import read_family
from domain.rulebooks.model import Rulebook
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.reading import parents_beside, read_source
from domain.rulebooks.tree import Table

ROLES = (
    "secretary",
    "deputy",
    "head",
    "manager",
    "recorder",
    "supervisor",
    "committee",
    "group_leader",
    "in_charge",
    "administrator",
    "shopkeeper",
    "parent-secretary",
    "assembly",
    "member",
)
"""The roles that have a name of their own everywhere; a roster may hold others."""
_MAY_BE_NOBODY = frozenset({Party.SECRETARY, Party.DEPUTIES, Party.HEADS, Party.OTHERS})


def hints_for(path: Path, rulebook: Rulebook) -> tuple[Problem, ...]:
    """Return what may not be meant in the file of a sound rulebook, in the order of its lines.

    Raises: RulebookInvalid when the file can be read no more.
    """
    root, _ = read_family(read_source(path), file=str(path), parents=parents_beside(path))
    return tuple(sorted({*_lost_shares(rulebook, root), *_unusual_roles(rulebook, root)}))


def _lost_shares(rulebook: Rulebook, root: Table) -> Iterator[Problem]:
    """Look for shares whose party may be nobody, and which nobody else gets then."""
    for code, item in rulebook.items.items():
        split = item.allocation
        if not isinstance(split, Split) or split.otherwise is not None:
            continue
        parties = [party for party in Party if party in {*split.gain, *split.loss} & _MAY_BE_NOBODY]
        if parties:
            yield at_key(root, ProblemCode.SHARE_MAY_BE_LOST, ("items", code, "to"), value=listed(parties))


def _unusual_roles(rulebook: Rulebook, root: Table) -> Iterator[Problem]:
    for place, role in _roles(rulebook):
        if role not in ROLES and role not in {leader.role for leader in rulebook.leaders}:
            yield at_key(root, ProblemCode.UNUSUAL_ROLE, place, value=role, known=listed(ROLES))


def _roles(rulebook: Rulebook) -> Iterator[tuple[Place, str]]:
    """Yield every role that the book names, with its place."""
    conditions: list[tuple[Place, Expression | None]] = [
        (("grade", "rules", label), condition) for label, condition in rulebook.grade_rules
    ]
    for table, parts in (("requirements", rulebook.requirements), ("consequences", rulebook.consequences)):
        for one in parts:
            conditions.append(((table, one.code, "when"), one.when))
            conditions.append(((table, one.code, "among", "where"), one.among.where))
            yield from (((table, one.code, "among", "roles"), role) for role in sorted(one.among.roles))
    for consequence in rulebook.consequences:
        if consequence.to:
            yield ("consequences", consequence.code, "to"), consequence.to
    for place, condition in conditions:
        for part in () if condition is None else parts_of(condition):
            if isinstance(part, Call) and part.function == "role":
                yield from ((place, str(one.value)) for one in part.arguments if isinstance(one, Literal))
