"""Puts drafts in order: ranks from the top and the bottom, and who is on a list with so many places."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from domain.rulebooks.results import Cut, Ranking, Selection, Ties, Within
from domain.scoring.drafts import Draft


def groups_of(
    drafts: Iterable[Draft], within: Within, parents: Mapping[str, str]
) -> Mapping[str, Sequence[Draft]]:
    """Return the drafts that are ranked together."""
    found: dict[str, list[Draft]] = {}
    if within is Within.EVERYBODY:
        return {"": everybody} if (everybody := list(drafts)) else {}
    for draft in drafts:
        unit = draft.stay.unit
        key = unit if within is Within.UNIT else parents.get(unit, unit)
        group = found.get(key)
        if group is None:
            group = found[key] = []
        group.append(draft)
    return found


class Orders:
    """Groups of drafts in the order of a measure, each worked out once; what they have must not change."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], tuple[Sequence[Draft], list[list[Draft]]]] = {}

    def least_first(self, drafts: Sequence[Draft], by: str) -> list[list[Draft]]:
        """Return the drafts with equals together, those with the smallest measure first."""
        key = (id(drafts), by)  # the group is kept beside its order, so that no other can have its place
        if key not in self._known:
            self._known[key] = drafts, _equals(drafts, by)
        return self._known[key][1]


def rank(drafts: Sequence[Draft], ranking: Ranking, orders: Orders) -> None:
    """Write the ranks of drafts that are ranked together, from the top and from the bottom."""
    least_first = orders.least_first(drafts, ranking.by)
    for number, draft in _numbered(reversed(least_first), ranking.ties):
        draft.rank, draft.ranked = number, len(drafts)
    for number, draft in _numbered(least_first, ranking.ties):
        draft.bottom = number


def _numbered(groups: Iterable[Sequence[Draft]], ties: Ties) -> Iterator[tuple[int, Draft]]:
    position = 1
    for distinct, equals in enumerate(groups, start=1):
        if ties is Ties.ORDINAL:
            yield from enumerate(_by_code(equals), start=position)
        else:
            number = distinct if ties is Ties.DENSE else position
            for draft in equals:
                yield number, draft
        position += len(equals)


def _equals(drafts: Iterable[Draft], by: str) -> list[list[Draft]]:
    """Return the drafts with equals together, those with the smallest measure first.

    The measures are brought to whole numbers on one scale: comparing fractions costs ten times more.
    """
    found: dict[tuple[int, int], list[Draft]] = defaultdict(list)
    for draft in drafts:
        found[draft.measure(by).as_integer_ratio()].append(draft)
    scale = math.lcm(*{denominator for _, denominator in found})
    return [found[ratio] for ratio in sorted(found, key=lambda ratio: ratio[0] * (scale // ratio[1]))]


def _by_code(drafts: Iterable[Draft]) -> list[Draft]:
    return sorted(drafts, key=attrgetter("subject"))


@dataclass(frozen=True, slots=True)
class Picked:
    """Who is on a list, equals together, and the equals at the cut whom the committee must decide about."""

    groups: tuple[tuple[Draft, ...], ...]
    tied: tuple[Draft, ...]

    @property
    def chosen(self) -> tuple[Draft, ...]:
        """Everybody on the list, in order."""
        return tuple(draft for group in self.groups for draft in group)


def pick(candidates: Sequence[Draft], selection: Selection, orders: Orders, *, ranked: int) -> Picked:
    """Return who is on a list among the candidates; a share counts all those ranked.

    Whole groups of equals are taken, best (or worst) first, as long as there are places. Of a group that the
    places do not reach for, all are on the list or none is, as the selection says.
    """
    places = selection.places(ranked)
    groups: list[tuple[Draft, ...]] = []
    taken = 0
    least_first = orders.least_first(candidates, selection.by)
    for group in reversed(least_first) if selection.is_top else least_first:
        if taken >= places:
            break
        equals = tuple(_by_code(group))
        if taken + len(equals) > places and selection.cut is Cut.COMMITTEE:
            return Picked(tuple(groups), equals)
        groups.append(equals)
        taken += len(equals)
    return Picked(tuple(groups), ())
