"""The four ways in which an item can be worth points."""

from dataclasses import dataclass
from fractions import Fraction


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


Amount = FixedAmount | LevelAmount | QuantityAmount | RangeAmount
