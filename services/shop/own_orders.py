"""One's own orders, each with the pick-up code while something of it is held."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from domain.members import Unit
from domain.shop import HOLDING, Order, Product, pickup_code
from domain.shop.refusals import OrderUnknown
from services.actors import Actor, identify, unit_tree
from services.deps import Deps
from services.shop.purses import ZERO
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop import orders as stored_orders
from storage.shop import products as stored_products
from storage.shop import stock as stored_stock
from storage.shop.orders import OrderFilter

ORDERS_PER_PAGE = 6


@dataclass(frozen=True, slots=True)
class OrderView:
    """One's own order: what it is of, its pick-up code while it can be collected, what can be spent now."""

    order: Order
    product: Product
    unit: Unit
    code: str
    """Empty once nothing is held any more."""
    balance: Fraction
    proxies: tuple[str, ...] = ()
    """Who collected in the member's stead, as the shopkeeper wrote it."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of one's own orders, the newest first."""

    orders: tuple[Order, ...]
    products: Mapping[int, Product]
    page: int
    total: int


def my_orders(deps: Deps, *, actor: Actor, page: int = 0) -> OrderPage:
    """Return one page of the asking member's orders, the newest first.

    Raises:
        AccountUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        units = frozenset(unit.id for unit in unit_tree(uow).all())
        orders, total = stored_orders.page_of_orders(
            uow,
            OrderFilter(units, member_id=member.id),
            limit=ORDERS_PER_PAGE,
            offset=page * ORDERS_PER_PAGE,
        )
        products = stored_products.products_by_id(uow, [order.product_id for order in orders])
        return OrderPage(tuple(orders), products, page, total)


def open_my_order(deps: Deps, *, actor: Actor, order_id: int) -> OrderView:
    """Return one of the asking member's own orders, with its pick-up code while something is held.

    Raises:
        AccountUnknown, OrderUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        order = stored_orders.get_order(uow, order_id)
        if order is None:
            raise OrderUnknown
        return own_view(uow, deps, member.id, order)


def own_view(uow: UnitOfWork, deps: Deps, member_id: int, order: Order) -> OrderView:
    """Return an order as the member sees it who made it.

    Raises:
        OrderUnknown: it is another's.
    """
    if order.member_id != member_id:
        raise OrderUnknown
    product = stored_products.get_product(uow, order.product_id)
    assert product is not None, "an order refers to a product"
    account = stored_accounts.account_of(uow, unit_id=order.unit_id, member_id=member_id)
    code = pickup_code(order.code_salt, key=deps.secret) if order.status in HOLDING else ""
    balance = account.balance if account is not None else ZERO
    proxies = stored_stock.proxies_of(uow, [order.id]).get(order.id, ()) if order.handed else ()
    return OrderView(order, product, unit_tree(uow).get(order.unit_id), code, balance, proxies)
