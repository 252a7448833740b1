"""Looks at what follows from scores: periods, leaders, instruments, weights, grades, consequences."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from domain.periods import PeriodKind
from domain.rulebooks.building.results import grade_order
from domain.rulebooks.checks.items import as_percent
from domain.rulebooks.checks.places import BASE, TOTAL, Path, at_key, at_value, listed
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.places import codes_in, text_at
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.results import Source
from domain.rulebooks.tree import Table

_OF_UNITS = frozenset(Source) - {Source.OWN, Source.MEMBERS}
_SINGLE_PERIOD = re.compile(r"Q[1-4]|H[12]", re.ASCII)


def check_periods(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look for means over what is not shorter and for a base that a mean would lose."""
    for kind, way in file.periods.items():
        if way.of is None:
            continue
        facts = {"kind": kind, "of": way.of}
        if way.of.months >= kind.months:
            yield at_value(root, ProblemCode.MEAN_NOT_SHORTER, ("periods", kind), **facts)
        elif file.base is not None and file.base.per.months > way.of.months:
            yield at_value(root, ProblemCode.BASE_NOT_GRANTED, ("periods", kind), base=file.base.per, **facts)


def known_components(file: RulebookSection, root: Table) -> list[str]:
    """Return the codes of every part of the total."""
    flows = [
        text_at(root, ("categories", code, "component")) or code for code in codes_in(root, "categories")
    ]
    of_instruments = [one.component for one in file.instruments.values() if one.component is not None]
    return list(dict.fromkeys([BASE, *codes_in(root, "components"), *flows, *of_instruments]))


def check_leaders(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look for sources that are not there and for leaders scored from themselves."""
    sources = [*Source, *codes_in(root, "leaders")]
    for role, leader in file.leaders.items():
        path: Path = ("leaders", role)
        if bool(leader.sum) == bool(leader.mean):
            yield at_key(root, ProblemCode.CHOOSE_ONE, path, first="sum", second="mean")
        key = "mean" if leader.mean else "sum"
        for index, source in enumerate((*leader.sum, *leader.mean)):
            if source not in sources:
                facts = {"value": source, "known": listed(sources)}
                yield at_value(root, ProblemCode.UNKNOWN_SOURCE, (*path, key, index), **facts)
            elif source in _OF_UNITS and file.units is None and "units" not in root.entries:
                yield at_value(root, ProblemCode.NEEDS_UNITS, (*path, key, index), value=source)
    yield from _circles(file, root)


def _circles(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look for a role whose score is made, over others perhaps, from itself."""
    wanted: Mapping[str, Iterable[str]] = {
        role: [source for source in (*leader.sum, *leader.mean) if source in file.leaders]
        for role, leader in file.leaders.items()
    }
    told: set[str] = set()
    for role in wanted:
        chain = _way_back(role, wanted)
        if chain and role not in told:
            told |= set(chain)
            yield at_key(root, ProblemCode.CIRCLE, ("leaders", role), chain=" → ".join((*chain, role)))


def _way_back(role: str, wanted: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return a chain of roles that leads from one back to itself; nothing where there is none."""
    chains: list[tuple[str, ...]] = [(role,)]
    seen: set[str] = set()
    while chains:
        chain = chains.pop()
        for source in wanted[chain[-1]]:
            if source == role:
                return chain
            if source not in seen:
                seen.add(source)
                chains.append((*chain, source))
    return ()


def check_weights(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look at shares that do not make a whole and at parts made from nothing."""
    for code, instrument in file.instruments.items():
        path: Path = ("instruments", code)
        if instrument.groups and sum(instrument.groups.values()) != 1:
            facts = {"key": "groups", "sum": as_percent(sum(instrument.groups.values(), Fraction(0)))}
            yield at_value(root, ProblemCode.SHARES_SUM, (*path, "groups"), **facts)
    if file.weights is None:
        return
    components, instruments = known_components(file, root), codes_in(root, "instruments")
    known = [TOTAL, *components, *instruments]
    parts = file.weights.parts
    for code, part in parts.items():
        if part.of not in known:
            facts = {"value": part.of, "known": listed(known)}
            yield at_value(root, ProblemCode.UNKNOWN_COMPONENT, ("weights", "parts", code, "of"), **facts)
    named = {part.of for part in parts.values()}
    has_base = file.base is not None or file.units is not None
    for component in components:
        is_there = component != BASE or has_base
        if is_there and TOTAL not in named and component not in named and named <= set(known):
            yield at_key(root, ProblemCode.UNWEIGHTED, ("weights", "parts"), value=component)
    whole = sum((part.weight for part in parts.values()), Fraction(0))
    if whole != 1:
        yield at_key(root, ProblemCode.SHARES_SUM, ("weights", "parts"), key="weights", sum=as_percent(whole))


def check_grades(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look at grades that are named but not there."""
    if file.grade is None:
        return
    grades, instruments = grade_order(file.grade), codes_in(root, "instruments")
    judging = file.grade.with_
    if judging is not None and judging not in instruments:
        facts = {"value": judging, "known": listed(instruments)}
        yield at_value(root, ProblemCode.UNKNOWN_INSTRUMENT, ("grade", "with"), **facts)
    elif judging is not None and judging in file.instruments:
        for mark in file.instruments[judging].marks:
            if mark not in grades:
                facts = {"value": mark, "known": listed(grades)}
                yield at_value(root, ProblemCode.UNKNOWN_GRADE, ("grade", "with"), **facts)
    for grade in (*file.grade.bands, *file.grade.rules):
        if grade not in grades:
            facts = {"value": grade, "known": listed(grades)}
            yield at_value(root, ProblemCode.UNKNOWN_GRADE, ("grade", "order"), **facts)


def check_consequences(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look at lists without sense and at what they refer to."""
    measures = [TOTAL, *known_components(file, root)]
    if file.ranking is not None and file.ranking.by not in measures:
        facts = {"value": file.ranking.by, "known": listed(measures)}
        yield at_value(root, ProblemCode.UNKNOWN_COMPONENT, ("ranking", "by"), **facts)
    kinds = [*PeriodKind, "H1", "H2", "Q1", "Q2", "Q3", "Q4"]
    for code, one in file.consequences.items():
        path: Path = ("consequences", code)
        if one.top is not None and one.bottom is not None:
            yield at_key(root, ProblemCode.CHOOSE_ONE, path, first="top", second="bottom")
        if one.by not in measures:
            facts = {"value": one.by, "known": listed(measures)}
            yield at_value(root, ProblemCode.UNKNOWN_COMPONENT, (*path, "by"), **facts)
        for index, word in enumerate(one.in_):
            if word not in set(PeriodKind) and not _SINGLE_PERIOD.fullmatch(word):
                facts = {"value": word, "known": listed(kinds)}
                yield at_value(root, ProblemCode.UNKNOWN_PERIOD, (*path, "in", index), **facts)
        if one.follows is not None and one.follows not in codes_in(root, "consequences"):
            facts = {"value": one.follows, "known": listed(file.consequences)}
            yield at_value(root, ProblemCode.UNKNOWN_CONSEQUENCE, (*path, "follows"), **facts)
