"""Looks for what each section may say by itself but not beside the others."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from domain.points import show_exact
from domain.rulebooks.intervals import Interval
from domain.rulebooks.language import (
    ItemSection,
    Limited,
    QuantitySection,
    RangeSection,
    RulebookSection,
)
from domain.rulebooks.places import codes_in, place_of_key, place_of_value, text_at
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.tree import Table
from domain.rulebooks.wording import problem

Path = tuple[object, ...]
_BASE = "base"


def check(file: RulebookSection, root: Table) -> tuple[Problem, ...]:
    """Return every contradiction between the sections of one file."""
    return tuple(
        found
        for search in (_items, _references, _limits, _bands, _periods, _shop)
        for found in search(file, root)
    )


def _at(root: Table, code: ProblemCode, path: Path, **facts: object) -> Problem:
    place = place_of_value(root, path)
    return problem(code, file=place.file, line=place.line, **facts)


def _known(names: Iterable[str]) -> str:
    return ", ".join(names)


def _items(file: RulebookSection, root: Table) -> Iterator[Problem]:
    categories = codes_in(root, "categories")
    for code, item in file.items.items():
        path: Path = ("items", code)
        if item.category not in categories:
            facts = {"value": item.category, "known": _known(categories)}
            yield _at(root, ProblemCode.UNKNOWN_CATEGORY, (*path, "category"), **facts)
        if item.since is not None and item.until is not None and item.until <= item.since:
            facts = {"since": str(item.since), "until": str(item.until)}
            yield _at(root, ProblemCode.DATES_REVERSED, (*path, "until"), **facts)
        yield from _amount(item, root, (*path, "points"))
        yield from _effect(item, file, root, (*path, "effect"))


def _amount(item: ItemSection, root: Table, path: Path) -> Iterator[Problem]:
    points = item.points
    if not isinstance(points, RangeSection | QuantitySection):
        return
    low, high = points.from_, points.to
    if low is not None and high is not None and low > high:
        facts = {"low": show_exact(low), "high": show_exact(high)}
        yield _at(root, ProblemCode.RANGE_REVERSED, (*path, "from"), **facts)
    if isinstance(points, RangeSection):
        if low is None and high is None:
            yield _at(root, ProblemCode.MISSING_KEY, path, key="from")
        return
    for name, value in (("from", low), ("to", high), ("step", points.step)):
        if value is not None and value <= 0:
            yield _at(root, ProblemCode.NOT_POSITIVE, (*path, name), key=name)


def _effect(item: ItemSection, file: RulebookSection, root: Table, path: Path) -> Iterator[Problem]:
    if item.effect is None:
        return
    if item.effect.stars is None and not item.effect.barred:
        yield _at(root, ProblemCode.EMPTY, path, key="effect")
    if item.effect.stars is not None and file.stars is None and "stars" not in root.entries:
        yield _at(root, ProblemCode.EFFECT_WITHOUT_STARS, (*path, "stars"))


def _references(file: RulebookSection, root: Table) -> Iterator[Problem]:
    items, components = codes_in(root, "items"), codes_in(root, "components")
    categories = codes_in(root, "categories")
    for code, group in file.groups.items():
        for index, item in enumerate(group.items):
            if item not in items:
                facts = {"value": item, "known": _known(items)}
                yield _at(root, ProblemCode.UNKNOWN_ITEM, ("groups", code, "items", index), **facts)
    flows = {code: text_at(root, ("categories", code, "component")) or code for code in categories}
    known = [*components, *(name for name in (*categories, _BASE) if name not in components)]
    for code, component in flows.items():
        if component not in known:
            facts = {"value": component, "known": _known(known)}
            yield _at(root, ProblemCode.UNKNOWN_COMPONENT, ("categories", code, "component"), **facts)
    for code in file.components:
        if code not in flows.values():
            place = place_of_key(root, ("components", code))
            yield problem(ProblemCode.UNUSED_COMPONENT, file=place.file, line=place.line, value=code)


def _limits(file: RulebookSection, root: Table) -> Iterator[Problem]:
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
    standing = Fraction(0) if file.base is None else file.base.points
    yield from _signs(file.total, root, ("total",), standing=standing)
    for name, limits in (("caps", file.total.caps), ("floors", file.total.floors)):
        for per in limits:
            if file.base is not None and per.value != file.base.per.value:
                facts = {"base": file.base.per, "per": per}
                yield _at(root, ProblemCode.CAP_ON_TOTAL, ("total", name, per), **facts)


def _signs(section: Limited, root: Table, path: Path, *, standing: Fraction) -> Iterator[Problem]:
    """Look for limits that a window without entries would already break."""
    for per, limit in section.caps.items():
        if limit < standing:
            facts = {"value": show_exact(limit), "least": show_exact(standing)}
            yield _at(root, ProblemCode.CAP_SIGN, (*path, "caps", per), **facts)
    for per, limit in section.floors.items():
        if limit > standing:
            facts = {"value": show_exact(limit), "most": show_exact(standing)}
            yield _at(root, ProblemCode.FLOOR_SIGN, (*path, "floors", per), **facts)


def _bands(file: RulebookSection, root: Table) -> Iterator[Problem]:
    for name, section in (("stars", file.stars), ("grade", file.grade)):
        if section is None:
            continue
        labelled = [(str(label), band) for label, band in section.bands.items()]
        rising = sorted(labelled, key=lambda one: _low_end(one[1]))
        path: Path = (name, "bands")
        lows = [band.low for _, band in rising if band.low is not None]
        highs = [band.high for _, band in rising if band.high is not None]
        if len(lows) == len(rising):
            value = f"< {show_exact(min(lows))}"
            yield _at(root, ProblemCode.BANDS_GAP, (*path, rising[0][0]), value=value)
        if len(highs) == len(rising):
            value = f"> {show_exact(max(highs))}"
            yield _at(root, ProblemCode.BANDS_GAP, (*path, rising[-1][0]), value=value)
        for (lower, below), (upper, above) in pairwise(rising):
            yield from _seam(root, path, (lower, below), (upper, above))


def _low_end(band: Interval) -> tuple[bool, Fraction, bool]:
    return (band.low is not None, band.low or Fraction(0), not band.is_low_included)


def _seam(
    root: Table, path: Path, lower: tuple[str, Interval], upper: tuple[str, Interval]
) -> Iterator[Problem]:
    """Look at the place where two neighbouring bands meet."""
    end, start = lower[1].high, upper[1].low
    meets = end is not None and end == start
    both, neither = (
        meets and lower[1].is_high_included and upper[1].is_low_included,
        meets and not lower[1].is_high_included and not upper[1].is_low_included,
    )
    if end is None or start is None or end > start or both:
        value = show_exact(start) if start is not None else "-∞"
        yield _at(
            root, ProblemCode.BANDS_OVERLAP, (*path, upper[0]), value=value, first=upper[0], second=lower[0]
        )
    elif end < start or neither:
        value = f"{show_exact(end)} … {show_exact(start)}"
        yield _at(root, ProblemCode.BANDS_GAP, (*path, upper[0]), value=value)


def _periods(file: RulebookSection, root: Table) -> Iterator[Problem]:
    for kind, way in file.periods.items():
        if way.of is None:
            continue
        facts = {"kind": kind, "of": way.of}
        if way.of.months >= kind.months:
            yield _at(root, ProblemCode.MEAN_NOT_SHORTER, ("periods", kind), **facts)
        elif file.base is not None and file.base.per.months > way.of.months:
            yield _at(root, ProblemCode.BASE_NOT_GRANTED, ("periods", kind), base=file.base.per, **facts)


def _shop(file: RulebookSection, root: Table) -> Iterator[Problem]:
    shop = file.shop
    if shop is None:
        return
    items = codes_in(root, "items")
    for index, item in enumerate(shop.earns or ()):
        if item not in items:
            facts = {"value": item, "known": _known(items)}
            yield _at(root, ProblemCode.UNKNOWN_ITEM, ("shop", "earns", index), **facts)
    if shop.carry_over is not None and shop.carry_over < 0:
        yield _at(root, ProblemCode.NOT_POSITIVE, ("shop", "carry_over"), key="carry_over")
