"""Tells what an entry would bring now, and how much its caps leave afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from domain.rulebooks import Cap, Rulebook, Window
from domain.scoring.counting import ZERO, Count, Fill, count, label_of, window_of
from domain.scoring.pricing import Price, price
from domain.scoring.records import Proposal, Recorded

_PLENTY = Fraction(10**12)
"""Stands for an end that nothing bounds: more than any window can hold, so that a cap shows itself."""
_NEW = "\x00new"


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


def preview(rulebook: Rulebook, recorded: Iterable[Recorded], proposal: Proposal) -> Preview:
    """Return what the proposal would bring on top of the member's entries, all of its calendar year at least.

    Raises: ProposalRefused.
    """
    worth = price(rulebook, proposal)
    touched = _bound_together(rulebook, proposal.item)
    entries = [entry for entry in recorded if entry.item in touched]
    before = count(rulebook, entries)
    sequence = max((entry.sequence for entry in entries), default=0) + 1
    new = Recorded(_NEW, proposal.item, proposal.on, ZERO, sequence)

    def after(points: Fraction) -> Count:
        return count(rulebook, [*entries, replace(new, points=points)])

    low = -_PLENTY if worth.low is None else worth.low
    high = _PLENTY if worth.high is None else worth.high
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
        binding_cap=_binding(rulebook, before, largest, new),
        remaining=_remaining(rulebook, smallest, new, is_loss=is_loss),
    )


def _bound_together(rulebook: Rulebook, item: str) -> frozenset[str]:
    """Return the items whose counted points an entry of this item can move: those that caps tie to it."""
    together, fresh = {item}, {item}
    while fresh:
        fresh = {other for one in fresh for cap in rulebook.caps_on(one) for other in cap.items} - together
        together |= fresh
    return frozenset(together)


def _bounded(gain: Fraction, points: Fraction) -> Fraction | None:
    return None if abs(points) == _PLENTY and gain == points else gain


def _binding(rulebook: Rulebook, before: Count, after: Count, new: Recorded) -> Cap | None:
    """Return the last cap that withholds more than it did without the entry."""
    binding = None
    for cap in rulebook.caps_on(new.item):
        key = (cap.code, window_of(cap.per, new, shift=rulebook.cycle_shift))
        was, now = before.fills.get(key, Fill()), after.fills[key]
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
