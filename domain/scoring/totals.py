"""Ranks and concludes from sums alone: the short way for large units, where a rulebook allows it.

The results are those of `Evaluation`, without traces: the same code ranks and concludes the same drafts.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import Any

from domain.periods import Period, PeriodKind
from domain.points import from_stored
from domain.rulebooks import Rulebook
from domain.rulebooks.expressions import Call, Expression, parts_of
from domain.rulebooks.results import Within
from domain.scoring.accounts import BASE, OTHER, Account, never_missing
from domain.scoring.ballots import BallotBox
from domain.scoring.counting import ZERO
from domain.scoring.drafts import MEMBER, Draft, Question
from domain.scoring.inputs import Stay
from domain.scoring.outcomes import conclude
from domain.scoring.ranking import Orders, groups_of, rank
from domain.scoring.scores import PeriodScores, finished, open_ties

_ABOUT_NO_ENTRIES = frozenset({"min", "max", "abs", "floor", "role", "flag", "met"})
NO_BALLOTS = BallotBox(())


Row = tuple[tuple[Stay, ...], Sequence[Any]]
"""A member's stays, and their id with what their entries count: all, then by component, as stored."""


def stands_on_sums(rulebook: Rulebook, kind: PeriodKind) -> bool:
    """Tell whether results of such a period follow from every member's own sums by component."""
    base = rulebook.base
    asks_for_more = (
        rulebook.is_shared
        or rulebook.looks_back
        or rulebook.has_effects
        or bool(rulebook.debits or rulebook.instruments)
        or rulebook.rounding is not None
        or kind in rulebook.means
        or (base is not None and (base.is_prorated or isinstance(base.points, Expression)))
        or rulebook.ranking.within is not Within.UNIT
        or any(category.only_if is not None for category in rulebook.categories)
        or any(item.valid_months_max for item in rulebook.items.values())
    )
    return not asks_for_more and all(
        not isinstance(part, Call) or part.function in _ABOUT_NO_ENTRIES
        for condition in _conditions(rulebook)
        for part in parts_of(condition)
    )


def _conditions(rulebook: Rulebook) -> list[Expression]:
    found: list[Expression | None] = [condition for _, condition in rulebook.grade_rules]
    for requirement in rulebook.requirements:
        found += [requirement.when, requirement.among.where]
    for consequence in rulebook.consequences:
        found += [consequence.when, consequence.among.where]
    return [condition for condition in found if condition is not None]


def components_of(rulebook: Rulebook) -> Mapping[str, tuple[str, ...]]:
    """Return the items of every component that has any, in the rulebook's order."""
    found: dict[str, list[str]] = {}
    for item in rulebook.items.values():
        category = rulebook.category(item.category)
        found.setdefault(category.component if category is not None else OTHER, []).append(item.code)
    return {component: tuple(items) for component, items in found.items()}


def scores_from_sums(rulebook: Rulebook, period: Period, rows: Iterable[Row]) -> PeriodScores:
    """Return the results of a period; the sums of a row follow `components_of`, after that of all items."""
    drafts = _drafts(rulebook, period, sorted(rows, key=_code))
    together = groups_of(drafts, rulebook.ranking.within, {}).values()
    is_ranked = period.kind in rulebook.ranking.periods
    orders = Orders()
    if is_ranked:
        for group in together:
            rank(group, rulebook.ranking, orders)

    def about(draft: Draft) -> Question:
        return Question(rulebook, period, draft, NO_BALLOTS, _nothing)

    listings = conclude(rulebook, period, together, (), about, orders)
    if is_ranked:
        drafts.sort(key=attrgetter("rank"))  # equals stay in the order of their codes
    return PeriodScores(
        period,
        tuple(map(finished, drafts)),
        open_ties(listings),
    )


def _code(row: Row) -> str:
    return row[0][0].member


def _nothing() -> None:
    """Return no earlier period: nothing here asks for one."""


def _drafts(rulebook: Rulebook, period: Period, rows: Iterable[Row]) -> list[Draft]:
    places = list(enumerate(components_of(rulebook), start=2))
    nothing = dict.fromkeys(rulebook.components, ZERO)
    nobody = Account(rulebook, (), months_missing=never_missing)
    worth = _Worth()
    present = _Presence(rulebook, period)
    found = []
    for stays, amounts in rows:
        seen = present.of(stays)
        if seen is None:
            continue
        roles, months, base = seen[1:]
        components = nothing.copy()
        if base:
            components[BASE] = worth[base]
        counted = rest = amounts[1]
        for place, code in places:
            amount = amounts[place]
            if amount:
                components[code] = worth[amount if code != BASE else amount + base]
                rest -= amount
        if rest:
            components[OTHER] = worth[rest] + components.get(OTHER, ZERO)
        stay, total = seen[0], worth[base + counted]
        found.append(Draft(stay[0], MEMBER, stay, roles, nobody, [], components, total, worth[base], months))
    return found


class _Worth(dict[int, Fraction]):
    """The points of stored integers, each made once: many members have the same."""

    def __missing__(self, stored: int) -> Fraction:
        points = self[stored] = from_stored(stored)
        return points


class _Presence:
    """Who is there, as what, and with what base; most members have the same days, which are asked once."""

    def __init__(self, rulebook: Rulebook, period: Period) -> None:
        self._rulebook = rulebook
        self._period = period
        self._by_days: dict[object, tuple[int, int]] = {}
        self._alone: dict[object, tuple[Stay, frozenset[str], int, int] | None] = {}

    def of(self, stays: tuple[Stay, ...]) -> tuple[Stay, frozenset[str], int, int] | None:
        """Return the stay that counts at the end, the roles, the months present, and the base as stored."""
        if len(stays) == 1:
            (stay,) = stays
            key = (stay.since_on, stay.until_on, stay.kind, stay.status, stay.class_, stay.roles)
            if key not in self._alone:
                self._alone[key] = self._of_several(stays)
            seen = self._alone[key]
            return None if seen is None else (stay, *seen[1:])
        return self._of_several(stays)

    def _of_several(self, stays: tuple[Stay, ...]) -> tuple[Stay, frozenset[str], int, int] | None:
        period, population = self._period, self._rulebook.population
        admitted = [
            stay
            for stay in stays
            if stay.touches(period)
            and population.admits(kind=stay.kind, status=stay.status, roles=stay.roles, class_=stay.class_)
        ]
        if not admitted:
            return None
        days = tuple((stay.since_on, stay.until_on) for stay in admitted)
        if days not in self._by_days:
            self._by_days[days] = self._presence(admitted)
        months, base = self._by_days[days]
        last_on = period.until_on.fromordinal(period.until_on.toordinal() - 1)
        at_end = [stay for stay in admitted if stay.covers(last_on)]
        roles = frozenset[str]().union(*(one.roles for one in at_end or admitted[-1:]))
        return (at_end[0] if at_end else admitted[-1]), roles, months, base

    def _presence(self, admitted: list[Stay]) -> tuple[int, int]:
        def is_missing(month: Period) -> bool:
            return not any(stay.touches(month) for stay in admitted)

        account = Account(self._rulebook, (), months_missing=is_missing)
        lines = account.contributions(self._period)
        base = sum((line.counted for line in lines if line.item == BASE), ZERO)
        return account.months_present(self._period), int(base * 10_000)
