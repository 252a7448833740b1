"""Says what an entry is worth by itself, or why it cannot be made."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from domain.rulebooks import (
    FixedAmount,
    Item,
    LevelAmount,
    QuantityAmount,
    RangeAmount,
    Rulebook,
    ScaledAmount,
    Window,
)
from domain.scoring.records import Proposal


class RefusalCode(StrEnum):
    """Why a proposal is refused; checked in this order."""

    ITEM_UNKNOWN = "item-unknown"
    """The rulebook has no such item."""
    ITEM_NOT_OFFERED = "item-not-offered"
    """The item does not exist on that day; fields `since`, `until`."""
    LEVEL_MISSING = "level-missing"
    """The item asks for a level; field `levels`."""
    LEVEL_UNKNOWN = "level-unknown"
    """The item has no such level; field `levels`."""
    QUANTITY_MISSING = "quantity-missing"
    """The item asks for a quantity; field `unit`."""
    QUANTITY_OUTSIDE = "quantity-outside"
    """The quantity is not allowed; fields `unit`, `min`, `max`, `step`."""
    POINTS_OUTSIDE = "points-outside"
    """The points are not within the item's range; fields `low`, `high`."""
    NOT_ASKED = "not-asked"
    """A level or quantity was given for an item that has none; field `what`."""


class ProposalRefused(Exception):
    """The proposal breaks the item's rules; `fields` holds what a sentence about it needs."""

    def __init__(self, code: RefusalCode, **fields: object) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Price:
    """What an entry is worth before caps over days or longer; None is an end that nothing bounds."""

    low: Fraction | None
    high: Fraction | None

    @property
    def is_decided(self) -> bool:
        """Whether it is one number."""
        return self.low is not None and self.low == self.high

    @property
    def points(self) -> Fraction:
        """The number it is.

        Raises: ValueError while it is undecided.
        """
        if self.low is None or self.low != self.high:
            raise ValueError(self)
        return self.low


def price(rulebook: Rulebook, proposal: Proposal) -> Price:
    """Return what the proposal is worth by itself, after the caps that the item carries per event.

    Points that the recorder decided replace what the item says: within its range where it has one, and freely
    (改分) where it is fixed, by level or by quantity, as long as the sign stays.

    Raises: ProposalRefused.
    """
    item = rulebook.item(proposal.item)
    if item is None:
        raise ProposalRefused(RefusalCode.ITEM_UNKNOWN, item=proposal.item)
    if not rulebook.is_offered(item, proposal.on):
        raise ProposalRefused(RefusalCode.ITEM_NOT_OFFERED, since=item.since, until=item.until)
    low, high = _by_item(item, proposal)
    if proposal.points is not None:
        low = high = _decided(item, proposal.points)
    return Price(_capped(rulebook, item, low), _capped(rulebook, item, high))


def _by_item(item: Item, proposal: Proposal) -> tuple[Fraction | None, Fraction | None]:
    amount = item.amount
    if proposal.level is not None and not isinstance(amount, LevelAmount):
        raise ProposalRefused(RefusalCode.NOT_ASKED, what="level")
    if proposal.quantity is not None and not isinstance(amount, QuantityAmount | ScaledAmount):
        raise ProposalRefused(RefusalCode.NOT_ASKED, what="quantity")
    match amount:
        case FixedAmount():
            return amount.points, amount.points
        case LevelAmount():
            points = _of_level(amount, proposal.level)
            return points, points
        case QuantityAmount():
            points = _of_quantity(amount, proposal.quantity)
            return points, points
        case ScaledAmount():
            points = _of_scale(amount, proposal.quantity)
            return points, points
        case RangeAmount():
            return amount.low, amount.high


def _of_level(amount: LevelAmount, code: str | None) -> Fraction:
    levels = tuple(level.code for level in amount.levels)
    if code is None:
        raise ProposalRefused(RefusalCode.LEVEL_MISSING, levels=levels)
    level = amount.level(code)
    if level is None:
        raise ProposalRefused(RefusalCode.LEVEL_UNKNOWN, level=code, levels=levels)
    return level.points


def _of_quantity(amount: QuantityAmount, quantity: Fraction | None) -> Fraction:
    if quantity is None:
        raise ProposalRefused(RefusalCode.QUANTITY_MISSING, unit=amount.unit)
    if not amount.allows(quantity):
        raise ProposalRefused(
            RefusalCode.QUANTITY_OUTSIDE, unit=amount.unit, min=amount.min, max=amount.max, step=amount.step
        )
    return amount.rate * quantity


def _of_scale(amount: ScaledAmount, quantity: Fraction | None) -> Fraction:
    """Return the points of the quantity by itself; beside others of its window it may bring more or less."""
    if quantity is None:
        raise ProposalRefused(RefusalCode.QUANTITY_MISSING, unit=amount.unit)
    if not amount.allows(quantity):
        raise ProposalRefused(RefusalCode.QUANTITY_OUTSIDE, unit=amount.unit, min=None, max=None, step=None)
    return amount.at(quantity)


def _decided(item: Item, points: Fraction) -> Fraction:
    amount = item.amount
    limits = amount if isinstance(amount, RangeAmount) else _same_sign(amount.low, amount.high)
    if not limits.allows(points):
        raise ProposalRefused(RefusalCode.POINTS_OUTSIDE, low=limits.low, high=limits.high)
    return points


def _same_sign(low: Fraction | None, high: Fraction | None) -> RangeAmount:
    """Return the range 改分 may use: a gain may be lowered to nothing, never turned into a loss."""
    zero = Fraction(0)
    return RangeAmount(
        low=zero if low is not None and low >= 0 else None,
        high=zero if high is not None and high <= 0 else None,
    )


def _capped(rulebook: Rulebook, item: Item, points: Fraction | None) -> Fraction | None:
    for cap in rulebook.caps_on(item.code):
        if cap.per is Window.EVENT:
            if points is not None:
                points = cap.hold(points)
            elif cap.is_floor == (item.amount.low is None):
                points = cap.limit
    return points
