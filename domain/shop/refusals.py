"""The refusals of the points shop, leaves of the tree in `domain/errors/`."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import ClassVar

from domain.errors import Conflict, Invalid, NotAllowed, NotKnown


class ShopUnknown(NotKnown):
    """The member's unit has no points shop."""

    code = "shop.none"


class ProductUnknown(NotKnown):
    """No such product for this actor, or it is no longer offered."""

    code = "shop.product_unknown"


class OrderUnknown(NotKnown):
    """No such order for this actor."""

    code = "shop.order_unknown"


class WindowUnknown(NotKnown):
    """No such window for this actor."""

    code = "shop.window_unknown"


class PickupCodeUnknown(NotKnown):
    """No open order of the actor's units has this pick-up code."""

    code = "shop.code_unknown"


class OwnOrder(NotAllowed):
    """Nobody hands over to themselves."""

    code = "shop.own_order"


@dataclass(eq=False)
class CodesLocked(NotAllowed):
    """Too many wrong pick-up codes; the next one may be tried after so many minutes."""

    minutes: int
    code: ClassVar[str] = "shop.codes_locked"


@dataclass(eq=False)
class SoldOut(Conflict):
    """There are not so many left; others were first."""

    left: int
    code: ClassVar[str] = "shop.sold_out"


@dataclass(eq=False)
class PriceChanged(Conflict):
    """The price is no longer the one that was shown."""

    price: Fraction
    code: ClassVar[str] = "shop.price_changed"


@dataclass(eq=False)
class OrderClosed(Conflict):
    """The order is in a status in which this cannot be done; `by_name` closed it, where somebody did."""

    status: str
    by_name: str
    code: ClassVar[str] = "shop.order_closed"


@dataclass(eq=False)
class ShopClosed(Invalid):
    """No window is open; the next one opens at `opens_at`, where one is planned."""

    opens_at: datetime | None
    code: ClassVar[str] = "shop.closed"


@dataclass(eq=False)
class BalanceShort(Invalid):
    """The balance does not reach; it is negative when earned points were taken back."""

    balance: Fraction
    price: Fraction
    code: ClassVar[str] = "shop.balance_short"


@dataclass(eq=False)
class LimitReached(Invalid):
    """One person may have so many of a product in a window, and ordered `already` of them."""

    limit: int
    already: int
    code: ClassVar[str] = "shop.limit"


class NotForKind(Invalid):
    """The product is for other kinds of member."""

    code = "shop.kind"


class BudgetSpent(Invalid):
    """The window's money does not reach for it."""

    code = "shop.budget"


@dataclass(eq=False)
class QuantityRefused(Invalid):
    """Not so many at once."""

    low: int
    high: int
    code: ClassVar[str] = "shop.quantity"


@dataclass(eq=False)
class ProductRefused(Invalid):
    """Something said of a product cannot be.

    `what` names it: caption, name, price (out of bounds), price_unread (no number), limit, cost, photo.
    """

    what: str
    code: ClassVar[str] = "shop.product"


@dataclass(eq=False)
class WindowRefused(Invalid):
    """The times of a window cannot be; `what` says why: reversed, past, opens_past, overlaps, budget."""

    what: str
    code: ClassVar[str] = "shop.window"


@dataclass(eq=False)
class CountTooLow(Invalid):
    """Fewer were counted than orders hold."""

    held: int
    code: ClassVar[str] = "shop.count_low"


@dataclass(eq=False)
class StockShort(Invalid):
    """More is written off than is free."""

    stock: int
    code: ClassVar[str] = "shop.stock_short"


class HouseholdRefused(Invalid):
    """These two cannot share an account: the same person, or the rulebook knows no households."""

    code = "shop.household"
