"""Looks into single items: dates, ranges, effects, shares."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from domain.points import show_exact
from domain.rulebooks.building.results import grade_order
from domain.rulebooks.checks.places import Path, at_value, listed
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.language.items import (
    EffectSection,
    EverySection,
    ItemSection,
    LevelsSection,
    QuantitySection,
    RangeSection,
    SlicesSection,
    SplitSection,
    StepsSection,
)
from domain.rulebooks.places import codes_in
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.tree import Table


def check_items(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look at each item by itself."""
    categories = codes_in(root, "categories")
    for code, item in file.items.items():
        path: Path = ("items", code)
        if item.category not in categories:
            facts = {"value": item.category, "known": listed(categories)}
            yield at_value(root, ProblemCode.UNKNOWN_CATEGORY, (*path, "category"), **facts)
        if item.since is not None and item.until is not None and item.until <= item.since:
            facts = {"since": str(item.since), "until": str(item.until)}
            yield at_value(root, ProblemCode.DATES_REVERSED, (*path, "until"), **facts)
        yield from _amount(item, root, (*path, "points"))
        yield from _effect(item, file, root, (*path, "effect"))
        yield from _kinds_of_points(item, root, path)
        yield from _shares(item, root, (*path, "to"))


def _amount(item: ItemSection, root: Table, path: Path) -> Iterator[Problem]:
    points = item.points
    if isinstance(points, SlicesSection | StepsSection | EverySection):
        yield from _scale(points, root, path)
    if not isinstance(points, RangeSection | QuantitySection):
        return
    low, high = points.from_, points.to
    if low is not None and high is not None and low > high:
        facts = {"low": show_exact(low), "high": show_exact(high)}
        yield at_value(root, ProblemCode.RANGE_REVERSED, (*path, "from"), **facts)
    if isinstance(points, RangeSection):
        if low is None and high is None:
            yield at_value(root, ProblemCode.MISSING_KEY, path, key="from")
        return
    for name, value in (("from", low), ("to", high), ("step", points.step)):
        if value is not None and value <= 0:
            yield at_value(root, ProblemCode.NOT_POSITIVE, (*path, name), key=name)


def _effect(item: ItemSection, file: RulebookSection, root: Table, path: Path) -> Iterator[Problem]:
    if item.effect is None:
        return
    if item.effect == EffectSection():
        yield at_value(root, ProblemCode.EMPTY, path, key="effect")
    if item.effect.stars is not None and file.stars is None and "stars" not in root.entries:
        yield at_value(root, ProblemCode.EFFECT_WITHOUT_STARS, (*path, "stars"))
    grades = [] if file.grade is None else grade_order(file.grade)
    for key, grade in (("grade", item.effect.grade), ("grade_max", item.effect.grade_max)):
        is_readable = file.grade is not None or "grade" not in root.entries
        if grade is not None and grade not in grades and is_readable:
            facts = {"value": grade, "known": listed(grades)}
            yield at_value(root, ProblemCode.UNKNOWN_GRADE, (*path, key), **facts)
    items = codes_in(root, "items")
    for index, other in enumerate(item.effect.repairs):
        if other not in items:
            facts = {"value": other, "known": listed(items)}
            yield at_value(root, ProblemCode.UNKNOWN_ITEM, (*path, "repairs", index), **facts)


def _kinds_of_points(item: ItemSection, root: Table, path: Path) -> Iterator[Problem]:
    """Look for keys that only make sense beside points of another kind."""
    if item.stages is not None and not isinstance(item.points, LevelsSection):
        yield at_value(root, ProblemCode.NEEDS_LEVELS, (*path, "stages"), key="stages")
    is_counted = isinstance(item.points, QuantitySection | StepsSection | EverySection | SlicesSection)
    if item.quantity_caps and not is_counted:
        yield at_value(root, ProblemCode.NEEDS_QUANTITY, (*path, "quantity_caps"), key="quantity_caps")


def _shares(item: ItemSection, root: Table, path: Path) -> Iterator[Problem]:
    if not isinstance(item.to, SplitSection):
        return
    for key, shares in (("split", item.to.split), ("loss", item.to.loss)):
        if shares and sum(shares.values()) != 1:
            facts = {"key": key, "sum": as_percent(sum(shares.values(), Fraction(0)))}
            yield at_value(root, ProblemCode.SHARES_SUM, (*path, key), **facts)


def _scale(points: StepsSection | EverySection | SlicesSection, root: Table, path: Path) -> Iterator[Problem]:
    if isinstance(points, EverySection) and points.every <= 0:
        yield at_value(root, ProblemCode.NOT_POSITIVE, (*path, "every"), key="every")
    if isinstance(points, StepsSection):
        for step in points.steps:
            if step < 0:
                yield at_value(root, ProblemCode.NOT_POSITIVE, (*path, "steps"), key="steps")
    if isinstance(points, SlicesSection):
        rising = sorted(points.slices, key=lambda slice_: slice_.low or 0)
        for lower, upper in pairwise(rising):
            if lower.high is None or upper.low is None or lower.high > upper.low:
                facts = {"value": show_exact(upper.low or Fraction(0)), "first": "", "second": ""}
                yield at_value(root, ProblemCode.BANDS_OVERLAP, (*path, "slices"), **facts)


def as_percent(share: Fraction) -> str:
    """Return a share as people write it."""
    return f"{show_exact(share * 100)}%"
