"""Puts drafts in order: ranks from the top and the bottom, and who is on a list with so many places."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.rulebooks.results import Cut, Ranking, Selection, Ties, Within
from domain.scoring.drafts import Draft


def groups_of(
    drafts: Iterable[Draft], within: Within, parents: Mapping[str, str]
) -> Mapping[str, Sequence[Draft]]:
    """Return the drafts that are ranked together."""
    found: dict[str, list[Draft]] = {}
    for draft in drafts:
        unit = draft.stay.unit
        key = {Within.UNIT: unit, Within.PARENT: parents.get(unit, unit), Within.EVERYBODY: ""}[within]
        found.setdefault(key, []).append(draft)
    return found


def rank(drafts: Sequence[Draft], ranking: Ranking) -> None:
    """Write the ranks of drafts that are ranked together, from the top and from the bottom."""
    for is_top in (True, False):
        ordered = _ordered(drafts, ranking.by, is_top=is_top)
        place = distinct = 0
        last: Fraction | None = None
        for position, draft in enumerate(ordered, start=1):
            value = draft.measure(ranking.by)
            if value != last:
                place, distinct, last = position, distinct + 1, value
            number = {Ties.STANDARD: place, Ties.DENSE: distinct, Ties.ORDINAL: position}[ranking.ties]
            if is_top:
                draft.rank, draft.ranked = number, len(drafts)
            else:
                draft.bottom = number


def _ordered(drafts: Iterable[Draft], by: str, *, is_top: bool) -> list[Draft]:
    falling: Callable[[Draft], tuple[Fraction, str]] = lambda draft: (-draft.measure(by), draft.subject)  # noqa: E731
    rising: Callable[[Draft], tuple[Fraction, str]] = lambda draft: (draft.measure(by), draft.subject)  # noqa: E731
    return sorted(drafts, key=falling if is_top else rising)


@dataclass(frozen=True, slots=True)
class Picked:
    """Who is on a list, and the equals at the cut whom the committee must decide about."""

    chosen: tuple[Draft, ...]
    tied: tuple[Draft, ...]


def pick(candidates: Sequence[Draft], selection: Selection, *, ranked: int) -> Picked:
    """Return who is on a list among the candidates; a share counts all those ranked.

    Whole groups of equals are taken, best (or worst) first, as long as there are places. Of a group that the
    places do not reach for, all are on the list or none is, as the selection says.
    """
    places = selection.places(ranked)
    chosen: list[Draft] = []
    ordered = _ordered(candidates, selection.by, is_top=selection.is_top)
    start = 0
    while start < len(ordered) and len(chosen) < places:
        value = ordered[start].measure(selection.by)
        equals = [draft for draft in ordered[start:] if draft.measure(selection.by) == value]
        if len(chosen) + len(equals) > places and selection.cut is Cut.COMMITTEE:
            return Picked(tuple(chosen), tuple(equals))
        chosen += equals
        start += len(equals)
    return Picked(tuple(chosen), ())
