"""What scoring is given: the entries of one member, and an entry somebody thinks of making."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry of a member: decided points before any cap over days, months or years.

    A reversal carries the negated points and, in `reverses`, the key of the entry that it takes back.
    """

    key: str
    item: str
    on: date
    points: Fraction
    sequence: int
    reverses: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry that might be made; `points` is what the recorder decided, for a range or to differ 改分."""

    item: str
    on: date
    level: str | None = None
    quantity: Fraction | None = None
    points: Fraction | None = None
