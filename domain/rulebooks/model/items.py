"""What can be reported, in its category, and what an entry does beside its points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from domain.rulebooks.allocations import TO_HANDLERS, Allocation, Quota
from domain.rulebooks.amounts import Amount, LevelAmount, QuantityAmount, ScaledAmount
from domain.rulebooks.basis import Basis
from domain.rulebooks.expressions import Expression
from domain.rulebooks.model.limits import Cap, Window
from domain.rulebooks.results import (
    Population,
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an entry does beside its points."""

    stars: int | None = None
    """The stars of the period become these."""
    is_barring: bool = False
    """No award this year."""
    is_disqualifying: bool = False
    """Passed over for the awards of this year, though not barred."""
    grade: str | None = None
    """The grade of the year's periods becomes this."""
    grade_max: str | None = None
    """The grade of the year's periods is at most this."""
    zeroes: bool = False
    """The points of the year are cleared."""
    freezes: bool = False
    """What comes after a clearing does not count either, until the year is over."""
    flag: str = ""
    """A word that the score sheet carries for the rest of the year."""
    repairs: frozenset[str] = frozenset()
    """Items whose effects end with this entry."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same item again within so many months is worth a multiple."""

    months: int
    times: Fraction


@dataclass(frozen=True, slots=True)
class Category:
    """A category 维度 of items; its points flow into one component of the total."""

    code: str
    name: str
    component: str
    basis: Basis = field(default_factory=Basis)
    only_if: Expression | None = None
    """What must hold in the period for the category to count at all."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item 指标: something that happened and what it is worth."""

    code: str
    name: str
    category: str
    amount: Amount
    caps: tuple[Cap, ...] = ()
    clause: str = ""
    quote: str = ""
    hint: str = ""
    since: date | None = None
    until: date | None = None
    evidence_required: bool = True
    reported_by_members: bool = True
    effect: Effect | None = None
    allocation: Allocation = TO_HANDLERS
    population: Population = field(default_factory=Population)
    stages: str = ""
    """`replace`: of the stages of one deed (one key) the latest counts; `add`: all do; empty: no stages."""
    quota: Quota | None = None
    factor: Fraction = Fraction(1)
    """What every amount is multiplied by before it is entered."""
    quantity_caps: Mapping[Window, Fraction] = field(default_factory=dict)
    """How much of the quantity counts at most within a window."""
    valid_months: int | None = None
    """How long an entry counts, in every year until then; None: in the year of its day only."""
    repeat: Repeat | None = None

    @property
    def unit_of_quantity(self) -> str:
        """The unit that the reporter counts (小时, 次), empty if the item is not counted."""
        return self.amount.unit if isinstance(self.amount, QuantityAmount | ScaledAmount) else ""

    @property
    def lasts_by_level(self) -> bool:
        """Whether how long an entry counts depends on its level."""
        amount = self.amount
        return isinstance(amount, LevelAmount) and any(one.valid_months is not None for one in amount.levels)

    @property
    def valid_months_max(self) -> int:
        """How long an entry counts at most beyond the year of its day; 0 where none does."""
        levels = self.amount.levels if isinstance(self.amount, LevelAmount) else ()
        return max(one or 0 for one in (self.valid_months, *(level.valid_months for level in levels)))
