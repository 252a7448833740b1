"""What bounds the sum of entries: caps and floors over windows of time, and the best few of some."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from domain.rulebooks.basis import Basis


class Window(StrEnum):
    """The stretch of time within which a cap counts, shortest first."""

    EVENT = "event"
    """Each entry by itself."""
    DAY = "day"
    """One local day."""
    MONTH = "month"
    """A calendar month."""
    QUARTER = "quarter"
    """Three months."""
    HALF = "half"
    """Six months."""
    YEAR = "year"
    """A calendar year."""


class Scope(StrEnum):
    """What a cap adds up, in the order in which caps are applied."""

    ITEM = "item"
    """One item 指标."""
    GROUP = "group"
    """Several items that share the cap."""
    CATEGORY = "category"
    """One category 维度."""
    COMPONENT = "component"
    """One part of the total."""
    TOTAL = "total"
    """Everything, the base included."""


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap 封顶 (or, `is_floor`, a floor 保底) on the sum of some items within a window."""

    code: str
    """Unique in the book: `volunteer.cap.month`, `group.service.cap.year`, `total.floor.year`."""
    scope: Scope
    of: str
    """The code of the item, group, category or component; empty for the total."""
    name: str
    items: frozenset[str]
    per: Window
    limit: Fraction
    is_floor: bool = False
    standing: Fraction = Fraction(0)
    """What the window holds before any entry: the base, for a cap on the total."""
    basis: Basis = field(default_factory=Basis)

    @property
    def why(self) -> str:
        """The code that a trace line carries: `cap.month`, `floor.year`."""
        return f"{'floor' if self.is_floor else 'cap'}.{self.per}"

    def hold(self, total: Fraction) -> Fraction:
        """Return the sum of a window's entries as the cap lets it count."""
        bound = self.limit - self.standing
        return max(total, bound) if self.is_floor else min(total, bound)


@dataclass(frozen=True, slots=True)
class Best:
    """Only the best few entries of some items count within each window, deed or time slot."""

    code: str
    name: str
    items: frozenset[str]
    count: int
    per: str
    """A window, or `deed` (entries with one key), or `slot` (entries of one time slot)."""
    basis: Basis = field(default_factory=Basis)
