"""Tells what an entry would bring now, and how much its caps leave afterwards."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from domain.rulebooks import Cap, Rulebook, ScaledAmount, Window
from domain.scoring.counting import ZERO, Count, Fill, FillKey, count, label_of, window_of
from domain.scoring.pricing import Price, price
from domain.scoring.records import Proposal, Recorded

_PLENTY = Fraction(10**12)
"""Stands for an end that nothing bounds: more than any window can hold, so that a cap shows itself."""
_NEW = "\x00new"
_LENGTHS = tuple(Window)
Own = Callable[[Fraction], Fraction]
"""Makes a member's own points of those of a whole event."""


@dataclass(frozen=True, slots=True)
class Remaining:
    """What a cap leaves to be gained (a floor: to be lost) within the window of the entry."""

    cap: Cap
    window: str
    left: Fraction


@dataclass(frozen=True, slots=True)
class Preview:
    """What an entry would bring.

    `raw` is its worth by itself. `gains_low` and `gains_high` are the change of the sum of all counted
    lines, equal once the points are decided; None where nothing bounds it. `binding_cap` is the cap that
    takes from it, `remaining` what each cap leaves after the entry; after its smallest amount if undecided.
    """

    raw: Price
    gains_low: Fraction | None
    gains_high: Fraction | None
    binding_cap: Cap | None
    remaining: tuple[Remaining, ...]


def preview(
    rulebook: Rulebook,
    recorded: Iterable[Recorded],
    proposal: Proposal,
    *,
    opening: Mapping[FillKey, Fill] | None = None,
    own: Own | None = None,
) -> Preview:
    """Return what the proposal would bring on top of the member's entries, all of its year at least.

    `opening` is what windows hold of entries that are not given. `own` makes the member's own entry of the
    event's points, where that is not all of them times the item's factor.

    Raises: ProposalRefused.
    """
    touched = bound_together(rulebook, proposal.item)
    entries = [entry for entry in recorded if entry.item in touched]
    sequence = max((entry.sequence for entry in entries), default=0) + 1
    new = Recorded(_NEW, proposal.item, proposal.on, ZERO, sequence, quantity=proposal.quantity)

    def after(points: Fraction) -> Count:
        return count(rulebook, [*entries, replace(new, points=points)], opening=opening)

    return _previewed(rulebook, proposal, new, count(rulebook, entries, opening=opening), after, own)


def preview_on(
    rulebook: Rulebook, fills: Mapping[FillKey, Fill], proposal: Proposal, *, own: Own | None = None
) -> Preview:
    """Return what the proposal would bring on top of windows as they are; for an item that `is_nested`.

    Raises: ProposalRefused.
    """
    new = Recorded(_NEW, proposal.item, proposal.on, ZERO, 1)

    def after(points: Fraction) -> Count:
        return count(rulebook, [replace(new, points=points)], opening=fills)

    return _previewed(rulebook, proposal, new, Count(fills=dict(fills)), after, own)


def _previewed(
    rulebook: Rulebook,
    proposal: Proposal,
    new: Recorded,
    before: Count,
    after: Callable[[Fraction], Count],
    own: Own | None,
) -> Preview:
    worth = price(rulebook, proposal)
    own = own or rulebook.items[proposal.item].factor.__mul__
    low, high = sorted(
        (
            own(-_PLENTY if worth.low is None else worth.low),
            own(_PLENTY if worth.high is None else worth.high),
        )
    )
    with_low = after(low)
    with_high = with_low if low == high else after(high)
    is_loss = high <= 0 and low < 0
    smallest, largest = (with_high, with_low) if is_loss else (with_low, with_high)
    if low < 0 < high:
        smallest = after(ZERO)
    return Preview(
        raw=worth,
        gains_low=_bounded(with_low.total - before.total, low),
        gains_high=_bounded(with_high.total - before.total, high),
        binding_cap=binding_cap(rulebook, before.fills, largest.fills, new),
        remaining=_remaining(rulebook, smallest, new, is_loss=is_loss),
    )


def bound_together(rulebook: Rulebook, item: str) -> frozenset[str]:
    """Return the items whose counted points an entry of this item can move: those that limits tie to it."""
    together, fresh = {item}, {item}
    while fresh:
        tied: set[str] = set()
        for one in fresh:
            tied = tied.union(*(cap.items for cap in rulebook.caps_on(one)))
            tied = tied.union(*(best.items for best in rulebook.bests_on(one)))
        fresh = tied - together
        together |= fresh
    return frozenset(together)


def is_nested(rulebook: Rulebook, item: str) -> bool:
    """Tell whether what an entry of this item moves can be read from the windows alone.

    It can where every limit that ties the items together lies within the next: longer, and about more items;
    the sum of a window then depends on no order. Stages, best-of rules and limits on quantities look at
    single entries.
    """
    for one in bound_together(rulebook, item):
        if not is_plain(rulebook, one):
            return False
        caps = rulebook.caps_on(one)
        for inner, outer in pairwise(caps):
            if _LENGTHS.index(inner.per) > _LENGTHS.index(outer.per) or not inner.items <= outer.items:
                return False
    return True


def is_plain(rulebook: Rulebook, code: str) -> bool:
    """Tell whether an entry of the item is worth its points whatever stands beside it."""
    item = rulebook.item(code)
    return item is None or not (
        item.stages or item.quantity_caps or rulebook.bests_on(code) or isinstance(item.amount, ScaledAmount)
    )


def _bounded(gain: Fraction, points: Fraction) -> Fraction | None:
    return None if abs(points) >= _PLENTY / 1000 and gain == points else gain


def binding_cap(
    rulebook: Rulebook, before: Mapping[FillKey, Fill], after: Mapping[FillKey, Fill], new: Recorded
) -> Cap | None:
    """Return the last cap that withholds more than it did without the entry."""
    binding = None
    for cap in rulebook.caps_on(new.item):
        key = (cap.code, window_of(cap.per, new, shift=rulebook.cycle_shift))
        was, now = before.get(key, Fill()), after.get(key, Fill())
        if abs(now.came - now.counted) > abs(was.came - was.counted):
            binding = cap
    return binding


def _remaining(rulebook: Rulebook, after: Count, new: Recorded, *, is_loss: bool) -> tuple[Remaining, ...]:
    """Return what is left under the caps (for a loss: above the floors) that last longer than the event."""
    found = []
    for cap in rulebook.caps_on(new.item):
        if cap.per is Window.EVENT or cap.is_floor != is_loss:
            continue
        fill = after.fills[cap.code, window_of(cap.per, new, shift=rulebook.cycle_shift)]
        left = abs(cap.limit - cap.standing - fill.counted)
        found.append(Remaining(cap, label_of(cap.per, new, shift=rulebook.cycle_shift), left))
    return tuple(found)
