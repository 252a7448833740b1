"""The ways in which an item can be worth points."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from domain.rulebooks.intervals import Interval


@dataclass(frozen=True, slots=True)
class FixedAmount:
    """The same points every time."""

    points: Fraction

    @property
    def low(self) -> Fraction:
        """The least it can bring."""
        return self.points

    @property
    def high(self) -> Fraction:
        """The most it can bring."""
        return self.points


@dataclass(frozen=True, slots=True)
class Level:
    """One row of a level table 级次."""

    code: str
    name: str
    points: Fraction
    valid_months: int | None = None
    """How long an entry at this level counts; None as the item says."""


@dataclass(frozen=True, slots=True)
class LevelAmount:
    """Points by level."""

    levels: tuple[Level, ...]

    def level(self, code: str) -> Level | None:
        """Return the level of that code, None if there is none."""
        return next((level for level in self.levels if level.code == code), None)

    @property
    def low(self) -> Fraction:
        """The least it can bring."""
        return min(level.points for level in self.levels)

    @property
    def high(self) -> Fraction:
        """The most it can bring."""
        return max(level.points for level in self.levels)


@dataclass(frozen=True, slots=True)
class QuantityAmount:
    """So many points for each unit; the quantity is above 0, within `min` and `max`, a multiple of `step`."""

    rate: Fraction
    unit: str
    min: Fraction | None
    max: Fraction | None
    step: Fraction | None

    def allows(self, quantity: Fraction) -> bool:
        """Whether the quantity may be reported."""
        return (
            quantity > 0
            and (self.min is None or quantity >= self.min)
            and (self.max is None or quantity <= self.max)
            and (self.step is None or quantity % self.step == 0)
        )

    @property
    def low(self) -> Fraction | None:
        """The least it can bring; None when nothing bounds it."""
        return self._at(self.min) if self.rate >= 0 else self._at_most()

    @property
    def high(self) -> Fraction | None:
        """The most it can bring; None when nothing bounds it."""
        return self._at_most() if self.rate >= 0 else self._at(self.min)

    def _at(self, quantity: Fraction | None) -> Fraction:
        return self.rate * (quantity or 0)

    def _at_most(self) -> Fraction | None:
        return None if self.max is None else self.rate * self.max


@dataclass(frozen=True, slots=True)
class RangeAmount:
    """Points that whoever decides chooses between two ends, both included; None is an end without limit."""

    low: Fraction | None
    high: Fraction | None

    def allows(self, points: Fraction) -> bool:
        """Whether the points may be given."""
        return (self.low is None or points >= self.low) and (self.high is None or points <= self.high)


class Scale(StrEnum):
    """How points follow from the quantity of a whole window."""

    STEPS = "steps"
    """The points of the highest rung reached: a ladder, or brackets with a cliff."""
    EVERY = "every"
    """The same points for each full so-and-so many."""
    SLICES = "slices"
    """Each slice of the quantity at its own rate."""


@dataclass(frozen=True, slots=True)
class ScaledAmount:
    """Points that follow from the sum of quantities within a window, each entry counting what it adds.

    `steps` maps a quantity to the points from there on; for `every` it has the one pair (so many: points);
    `slices` are stretches of the quantity with the rate of each.
    """

    scale: Scale
    unit: str
    over: str
    """`event`, `day`, `month`, `quarter`, `half` or `year`."""
    steps: Mapping[Fraction, Fraction]
    slices: tuple[tuple[Interval, Fraction], ...] = ()

    def allows(self, quantity: Fraction) -> bool:
        """Whether the quantity may be reported."""
        return quantity > 0

    def at(self, quantity: Fraction) -> Fraction:
        """Return the points of a whole quantity."""
        match self.scale:
            case Scale.STEPS:
                reached = [points for at, points in self.steps.items() if at <= quantity]
                return max(reached, key=abs, default=Fraction(0))
            case Scale.EVERY:
                ((size, points),) = self.steps.items()
                return (quantity // size) * points
            case Scale.SLICES:
                return sum((_length(quantity, slice_) * rate for slice_, rate in self.slices), Fraction(0))

    @property
    def low(self) -> Fraction | None:
        """The least an entry can bring."""
        return Fraction(0) if min(self._worths) >= 0 else None

    @property
    def high(self) -> Fraction | None:
        """The most an entry can bring; None when nothing bounds it."""
        if max(self._worths) <= 0:
            return Fraction(0)
        return max(self._worths) if self.scale is Scale.STEPS else None

    @property
    def _worths(self) -> list[Fraction]:
        return [*self.steps.values(), *(rate for _, rate in self.slices)]


def _length(quantity: Fraction, slice_: Interval) -> Fraction:
    """Return how much of the quantity lies in the slice."""
    start = slice_.low or Fraction(0)
    end = quantity if slice_.high is None else min(quantity, slice_.high)
    return max(end - start, Fraction(0))


Amount = FixedAmount | LevelAmount | QuantityAmount | RangeAmount | ScaledAmount
