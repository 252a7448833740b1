"""Moves a member to another class or household from a day on: nothing earlier changes."""

from dataclasses import replace
from datetime import date

from domain.errors import PlacingRefusal, PlacingRefused
from domain.members import Membership


def place(held: Membership, *, class_: str, household: str, on: date) -> tuple[Membership, ...]:
    """Return what takes the place of a membership: itself corrected, or itself ended and another begun.

    Raises:
        PlacingRefused: the day does not lie within.
    """
    if (held.class_, held.household) == (class_, household):
        return (held,)
    if not held.covers(on):
        raise PlacingRefused(reason=PlacingRefusal.DAY, on=on)
    placed = replace(held, class_=class_, household=household)
    if held.since_on == on:
        return (placed,)
    return replace(held, until_on=on), replace(placed, since_on=on)


def is_move(held: Membership, *, class_: str | None, household: str | None) -> bool:
    """Tell whether these words (None: as before) take somebody elsewhere, and do not merely fill a gap."""
    pairs = ((held.class_, class_), (held.household, household))
    return any(before and after is not None and after != before for before, after in pairs)
