"""What an order 兑换单 is, and the only ways in which it moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from domain.shop.refusals import OrderClosed, QuantityRefused

QUANTITY_MAX = 99
"""The most of one product that one order may hold."""


class OrderStatus(StrEnum):
    """Where an order is on its way."""

    RESERVED = "reserved"
    """Points and stock are held; the member may still cancel."""
    READY = "ready"
    """The goods lie ready; only the shopkeeper can still call it off."""
    PARTLY = "partly"
    """Some of it was handed over, the rest is held."""
    FULFILLED = "fulfilled"
    """All of it was handed over."""
    CANCELLED = "cancelled"
    """Called off; what was held went back."""
    EXPIRED = "expired"
    """Not collected in time; what was held went back."""
    RETURNED = "returned"
    """Handed over and brought back; the points went back."""


class OrderAction(StrEnum):
    """What can happen to an order."""

    PREPARE = "prepare"
    """The goods are put ready 备好."""
    FULFIL = "fulfil"
    """All that is held is handed over 发放."""
    PARTLY = "partly"
    """Some of what is held is handed over 部分发放."""
    CANCEL = "cancel"
    """The member calls it off 取消."""
    RELEASE = "release"
    """The shopkeeper calls it off, with a reason."""
    EXPIRE = "expire"
    """Nobody came in time 过期."""
    RETURN = "return"
    """The goods come back 退货."""


S, A = OrderStatus, OrderAction
TRANSITIONS: Mapping[tuple[OrderStatus, OrderAction], OrderStatus] = {
    (S.RESERVED, A.PREPARE): S.READY,
    (S.RESERVED, A.CANCEL): S.CANCELLED,
    **{(status, A.FULFIL): S.FULFILLED for status in (S.RESERVED, S.READY, S.PARTLY)},
    **{(status, A.PARTLY): S.PARTLY for status in (S.RESERVED, S.READY, S.PARTLY)},
    **{(status, A.RELEASE): S.CANCELLED for status in (S.RESERVED, S.READY, S.PARTLY)},
    **{(status, A.EXPIRE): S.EXPIRED for status in (S.RESERVED, S.READY, S.PARTLY)},
    (S.FULFILLED, A.RETURN): S.RETURNED,
}
"""Reserving is how an order begins; everything else is here."""
HOLDING = frozenset({S.RESERVED, S.READY, S.PARTLY})
"""What still holds points and stock."""


def next_order_status(status: OrderStatus, action: OrderAction, *, by_name: str = "") -> OrderStatus:
    """Return the status after the action.

    Raises:
        OrderClosed: the action does not fit the status.
    """
    after = TRANSITIONS.get((status, action))
    if after is None:
        raise OrderClosed(status=status, by_name=by_name)
    return after


@dataclass(frozen=True, slots=True)
class Order:
    """So much of a product for so many points; `code_salt` is what the pick-up code is made from."""

    id: int
    cause_key: str
    unit_id: int
    window_id: int
    product_id: int
    member_id: int
    account_id: int
    quantity: int
    handed: int
    """How many were handed over."""
    price: Fraction
    """Points for one."""
    cost_cents: int | None
    """Money for one, where the branch keeps account of it."""
    status: OrderStatus
    code_salt: str
    balance_after: Fraction
    """What could be spent after the order."""
    note: str
    ordered_at: datetime
    expires_at: datetime
    """Until when it is kept; afterwards what is held goes back."""
    handed_at: datetime | None
    closed_at: datetime | None
    closed_by_id: int | None

    @property
    def held(self) -> int:
        """How many are still held."""
        return self.quantity - self.handed if self.status in HOLDING else 0

    @property
    def points(self) -> Fraction:
        """What all of it costs."""
        return self.price * self.quantity


def check_quantity(quantity: int, *, high: int = QUANTITY_MAX) -> None:
    """Check how many somebody wants.

    Raises:
        QuantityRefused: not between 1 and `high`.
    """
    if not 1 <= quantity <= high:
        raise QuantityRefused(low=1, high=high)
