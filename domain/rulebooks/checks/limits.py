"""Looks for caps and floors that could never work as meant."""

from collections.abc import Iterator
from fractions import Fraction

from domain.points import show_exact
from domain.rulebooks.checks.places import Path, at_value
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.language.items import Limited
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.tree import Table


def check_limits(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look at every cap and floor."""
    parts: list[tuple[Path, object]] = [
        ((name, code), section)
        for name in ("items", "groups", "categories", "components")
        for code, section in getattr(file, name).items()
    ]
    for path, section in parts:
        if isinstance(section, Limited):
            yield from _signs(section, root, path, standing=Fraction(0))
    if file.total is None:
        return
    points = None if file.base is None else file.base.points
    standing = points if isinstance(points, Fraction) else Fraction(0)
    yield from _signs(file.total, root, ("total",), standing=standing)
    for name, limits in (("caps", file.total.caps), ("floors", file.total.floors)):
        for per in limits:
            if file.base is not None and per.value != file.base.per.value:
                facts = {"base": file.base.per, "per": per}
                yield at_value(root, ProblemCode.CAP_ON_TOTAL, ("total", name, per), **facts)


def _signs(section: Limited, root: Table, path: Path, *, standing: Fraction) -> Iterator[Problem]:
    """Look for limits that a window without entries would already break."""
    for per, limit in section.caps.items():
        if limit < standing:
            facts = {"value": show_exact(limit), "least": show_exact(standing)}
            yield at_value(root, ProblemCode.CAP_SIGN, (*path, "caps", per), **facts)
    for per, limit in section.floors.items():
        if limit > standing:
            facts = {"value": show_exact(limit), "most": show_exact(standing)}
            yield at_value(root, ProblemCode.FLOOR_SIGN, (*path, "floors", per), **facts)
