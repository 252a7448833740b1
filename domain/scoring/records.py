"""What scoring is given: the entries of one member, and an entry somebody thinks of making."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry of a subject: decided points before any cap over days, months or years.

    A reversal carries the negated points and, in `reverses`, the key of the entry that it takes back. `raw`
    are the points of the whole event where the entry is a share of it, and `why` says what made the
    difference (`split`, `factor`). `deed` and `slot` tell which entries belong to one deed or time slot.
    """

    key: str
    item: str
    on: date
    points: Fraction
    sequence: int
    reverses: str | None = None
    raw: Fraction | None = None
    why: str = ""
    quantity: Fraction | None = None
    deed: str = ""
    slot: str = ""
    valid_months: int | None = None
    """How long the entry counts; None as its item says."""
    times: int = 1
    """How many entries it stands for, where it is the sum of a month's."""

    @property
    def event_points(self) -> Fraction:
        """The points of the whole event."""
        return self.points if self.raw is None else self.raw


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry that might be made; `points` is what the recorder decided, for a range or to differ 改分."""

    item: str
    on: date
    level: str | None = None
    quantity: Fraction | None = None
    points: Fraction | None = None
