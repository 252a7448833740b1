"""Whom the points of one event go to: the named members, shares of a split, or everybody a rule names."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Party(StrEnum):
    """Those among whom an event's points can be divided, or to each of whom they can go."""

    HANDLERS = "handlers"
    """Every member that the event names."""
    FIRST = "first"
    """The member named first: the first author."""
    OTHERS = "others"
    """The members named after the first."""
    UNIT = "unit"
    """The unit itself, where units are scored."""
    SECRETARY = "secretary"
    """Whoever holds the secretary's role in the unit on that day."""
    MEMBERS = "members"
    """Every scored member of the unit on that day."""
    DEPUTIES = "deputies"
    """Every deputy in charge of the unit on that day."""
    HEADS = "heads"
    """Every head of the parent unit on that day."""


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of one event's points by party; they sum to the whole, and a party divides its share equally.

    A share whose party is nobody (of handlers of several units: a unit's part of it) goes to `otherwise`, or
    is lost where there is no such party.
    """

    gain: Mapping[Party, Fraction]
    loss: Mapping[Party, Fraction]
    otherwise: Party | None = None

    def shares(self, points: Fraction) -> Mapping[Party, Fraction]:
        """Return the shares that points of this sign are divided by."""
        return self.loss if points < 0 else self.gain


@dataclass(frozen=True, slots=True)
class Broadcast:
    """The same points to every subject of these parties, each once; or an amount of its own for a party."""

    parties: tuple[Party, ...]
    amounts: Mapping[Party, Fraction]
    """Fixed points for a party, whatever the item is worth; a subject of several gets the first."""


Allocation = Split | Broadcast
TO_HANDLERS = Broadcast((Party.HANDLERS,), {})
"""What holds where an item says nothing: every named member gets the points in full."""


@dataclass(frozen=True, slots=True)
class Quota:
    """At most this share of the unit's scored members may be given the item in each period, rounded down."""

    share: Fraction
    per: str
    """The kind of period: `month`, `quarter`, `half`, `year`."""
