"""Points that nobody reports: what everybody begins with, and what is entered every period."""

from dataclasses import dataclass, field
from fractions import Fraction

from domain.periods import PeriodKind
from domain.rulebooks.basis import Basis
from domain.rulebooks.expressions import Expression


@dataclass(frozen=True, slots=True)
class Base:
    """The base score, granted once in every period of its kind."""

    points: Fraction | Expression
    """A condition may work it out from the period before: `80 + last(total) / 10`."""
    per: PeriodKind
    is_prorated: bool = False
    """Whether months outside membership take their share of it away."""
    basis: Basis = field(default_factory=Basis)

    @property
    def fixed(self) -> Fraction:
        """The points where they are one number, else 0."""
        return self.points if isinstance(self.points, Fraction) else Fraction(0)


@dataclass(frozen=True, slots=True)
class Debit:
    """Points that every period of its kind takes (or gives) by itself, with no event."""

    code: str
    name: str
    category: str
    points: Fraction
    per: PeriodKind
    basis: Basis = field(default_factory=Basis)
