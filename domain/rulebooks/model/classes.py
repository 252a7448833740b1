"""What a total is classed into, and how it is rounded."""

from dataclasses import dataclass, field
from fractions import Fraction

from domain.periods import PeriodKind
from domain.rulebooks.basis import Basis
from domain.rulebooks.intervals import Interval


@dataclass(frozen=True, slots=True)
class Rounding:
    """Where totals are rounded, half up."""

    places: int
    is_before_classes: bool
    """Whether grades and stars are read from the rounded total."""


@dataclass(frozen=True, slots=True)
class Band:
    """One class and the totals that fall into it."""

    label: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Bands:
    """Classes of the total in the kinds of period that have them."""

    periods: frozenset[PeriodKind]
    bands: tuple[Band, ...]
    basis: Basis = field(default_factory=Basis)

    def label(self, total: Fraction, *, kind: PeriodKind) -> str | None:
        """Return the class of a total, None in a kind of period without classes."""
        if kind not in self.periods:
            return None
        return next((band.label for band in self.bands if band.interval.contains(total)), None)
