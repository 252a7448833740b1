"""Says how the points of a waiting report come about, in facts that a page can put into words."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from domain.reports import Report
from domain.rulebooks import Cap, FixedAmount, Item, LevelAmount, QuantityAmount, RangeAmount, ScaledAmount
from domain.scoring import Preview, Remaining


class Basis(StrEnum):
    """What an item's points rest on."""

    FIXED = "fixed"
    """The same every time."""
    LEVEL = "level"
    """By level."""
    QUANTITY = "quantity"
    """By what is counted."""
    RANGE = "range"
    """The recorder decides, between two ends."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The points of a report: `low` to `high` by themselves, and what the caps leave of them."""

    basis: Basis
    low: Fraction | None
    high: Fraction | None
    gains_low: Fraction | None
    gains_high: Fraction | None
    level_name: str
    rate: Fraction | None
    cap: Cap | None
    remaining: tuple[Remaining, ...]

    @property
    def is_decided(self) -> bool:
        """Whether the rulebook says one number."""
        return self.low is not None and self.low == self.high

    @property
    def is_cut(self) -> bool:
        """Whether a cap takes something from it."""
        return self.cap is not None and (self.gains_low, self.gains_high) != (self.low, self.high)


def basis_of(item: Item) -> Basis:
    """Return what the item's points rest on."""
    match item.amount:
        case FixedAmount():
            return Basis.FIXED
        case LevelAmount():
            return Basis.LEVEL
        case QuantityAmount() | ScaledAmount():
            return Basis.QUANTITY
        case RangeAmount():
            return Basis.RANGE


def level_name(item: Item | None, report: Report) -> str:
    """Return the name of the reported level; empty without one."""
    if item is None or report.level is None or not isinstance(item.amount, LevelAmount):
        return ""
    level = item.amount.level(report.level)
    return level.name if level is not None else report.level


def explain(item: Item | None, report: Report, preview: Preview | None) -> Explanation | None:
    """Return how the points come about; None where the rulebook cannot price the report any more."""
    if item is None or preview is None:
        return None
    return Explanation(
        basis=basis_of(item),
        low=preview.raw.low,
        high=preview.raw.high,
        gains_low=preview.gains_low,
        gains_high=preview.gains_high,
        level_name=level_name(item, report),
        rate=item.amount.rate if isinstance(item.amount, QuantityAmount) else None,
        cap=preview.binding_cap,
        remaining=preview.remaining,
    )
