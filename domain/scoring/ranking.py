"""Puts drafts in order: ranks from the top and the bottom, and who is on a list with so many places."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

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


def rank(drafts: Sequence[Draft], ranking: Ranking) -> None:
    """Write the ranks of drafts that are ranked together, from the top and from the bottom."""
    for is_top in (True, False):
        place = distinct = 0
        last: int | None = None
        for position, (value, _, draft) in enumerate(_ordered(drafts, ranking.by, is_top=is_top), start=1):
            if value != last:
                place, distinct, last = position, distinct + 1, value
            number = {Ties.STANDARD: place, Ties.DENSE: distinct, Ties.ORDINAL: position}[ranking.ties]
            if is_top:
                draft.rank, draft.ranked = number, len(drafts)
            else:
                draft.bottom = number


def _ordered(drafts: Iterable[Draft], by: str, *, is_top: bool) -> list[tuple[int, str, Draft]]:
    """Return the drafts in order, each behind its measure and its code.

    The measures are brought to whole numbers on one scale first: comparing fractions costs ten times more.
    """
    measured = [(*draft.measure(by).as_integer_ratio(), draft) for draft in drafts]
    scale = math.lcm(*{denominator for _, denominator, _ in measured})
    sign = -scale if is_top else scale
    keyed = [
        (numerator * (sign // denominator), draft.subject, draft)
        for numerator, denominator, draft in measured
    ]
    keyed.sort(key=itemgetter(0, 1))
    return keyed


@dataclass(frozen=True, slots=True)
class Picked:
    """Who is on a list, equals together, and the equals at the cut whom the committee must decide about."""

    groups: tuple[tuple[Draft, ...], ...]
    tied: tuple[Draft, ...]

    @property
    def chosen(self) -> tuple[Draft, ...]:
        """Everybody on the list, in order."""
        return tuple(draft for group in self.groups for draft in group)


def pick(candidates: Sequence[Draft], selection: Selection, *, ranked: int) -> Picked:
    """Return who is on a list among the candidates; a share counts all those ranked.

    Whole groups of equals are taken, best (or worst) first, as long as there are places. Of a group that the
    places do not reach for, all are on the list or none is, as the selection says.
    """
    places = selection.places(ranked)
    groups: list[tuple[Draft, ...]] = []
    taken = 0
    ordered = _ordered(candidates, selection.by, is_top=selection.is_top)
    for _, group in groupby(ordered, key=itemgetter(0)):
        equals = tuple(draft for _, _, draft in group)
        if taken >= places:
            break
        if taken + len(equals) > places and selection.cut is Cut.COMMITTEE:
            return Picked(tuple(groups), equals)
        groups.append(equals)
        taken += len(equals)
    return Picked(tuple(groups), ())
