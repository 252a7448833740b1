"""The books of the shop: stock in, counts and write-offs, the register of what was handed over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from domain.access import Permission
from domain.errors import ReasonMissing
from domain.members import Member
from domain.points import from_stored
from domain.reports import REASON_LENGTH_MAX, storable
from domain.shop import Order, OrderStatus, Product, StockKind, StockLine
from domain.shop.goods import STOCK_MAX
from domain.shop.refusals import CountTooLow, QuantityRefused, StockShort
from services.actors import Actor, identify, require_reach, unit_tree
from services.deps import Deps
from services.shop import telling
from services.shop.catalogue import kept_product
from storage import members as stored_members
from storage.database import UnitOfWork
from storage.shop import orders as stored_orders
from storage.shop import products as stored_products
from storage.shop import stock as stored_stock
from storage.shop.orders import OrderFilter

PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class StockEntry:
    """One line of the stock book with its names; `shelf_after` is what lay on the shelf afterwards."""

    line: StockLine
    product_name: str
    actor_name: str
    shelf_after: int | None


@dataclass(frozen=True, slots=True)
class StockBook:
    """One page of the stock book, the newest first."""

    entries: tuple[StockEntry, ...]
    page: int
    total: int


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One row of the register 兑换登记表: an order of which something was handed over."""

    order: Order
    member_name: str
    product_name: str
    handed_by_name: str
    proxies: tuple[str, ...]
    """Who collected in the member's stead."""
    time_zone: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """How often a product was ordered: orders, pieces and points, without what was given back."""

    product: Product
    orders: int
    pieces: int
    points: Fraction


def stock_in(
    deps: Deps, *, actor: Actor, product_id: int, count: int, cause_key: str, reason: str = ""
) -> Product:
    """Put so many onto the shelf; those who wait are told. The same cause a second time changes nothing.

    Raises:
        QuantityRefused
        AccountUnknown, NotAllowed, ProductUnknown
    """
    if not 1 <= count <= STOCK_MAX:
        raise QuantityRefused(low=1, high=STOCK_MAX)
    return _change(deps, actor, product_id, StockKind.IN, lambda _product: count, cause_key, reason)


def write_off(
    deps: Deps, *, actor: Actor, product_id: int, count: int, cause_key: str, reason: str
) -> Product:
    """Take so many free ones off the shelf for good, for a reason.

    Raises:
        ReasonMissing
        QuantityRefused
        AccountUnknown, NotAllowed, ProductUnknown
        StockShort: so many are not free.
    """
    if not storable(reason):
        raise ReasonMissing
    if not 1 <= count <= STOCK_MAX:
        raise QuantityRefused(low=1, high=STOCK_MAX)
    return _change(deps, actor, product_id, StockKind.WRITE_OFF, lambda _product: -count, cause_key, reason)


def count_stock(
    deps: Deps, *, actor: Actor, product_id: int, found: int, cause_key: str, reason: str = ""
) -> Product:
    """Write down how many really lie on the shelf, held ones included; the book follows the count.

    Raises:
        QuantityRefused
        AccountUnknown, NotAllowed, ProductUnknown
        CountTooLow: fewer than orders hold.
    """
    if not 0 <= found <= STOCK_MAX:
        raise QuantityRefused(low=0, high=STOCK_MAX)

    def difference(product: Product) -> int:
        if found < product.held:
            raise CountTooLow(held=product.held)
        return found - product.on_shelf

    return _change(deps, actor, product_id, StockKind.COUNT, difference, cause_key, reason)


def _change(
    deps: Deps,
    actor: Actor,
    product_id: int,
    kind: StockKind,
    by: Callable[[Product], int],
    cause_key: str,
    reason: str,
) -> Product:
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        product = kept_product(uow, member, stored_products.lock_product(uow, product_id))
        if stored_stock.has_line(uow, f"stock:{cause_key}"):
            return product
        count = by(product)
        if not stored_products.add_stock(uow, product.id, count):
            raise StockShort(stock=product.stock)
        _write(uow, product, kind, count, cause_key, reason, member, now)
        if count > 0:
            telling.tell_waiting(uow, product.id, now=now)
        changed = stored_products.get_product(uow, product.id)
        assert changed is not None, "products are never deleted"
        return changed


def _write(
    uow: UnitOfWork,
    product: Product,
    kind: StockKind,
    count: int,
    cause_key: str,
    reason: str,
    member: Member,
    now: datetime,
) -> None:
    stored_stock.insert_stock_line(
        uow,
        cause_key=f"stock:{cause_key}",
        product_id=product.id,
        kind=kind,
        count=count,
        reason=storable(reason)[:REASON_LENGTH_MAX],
        order_id=None,
        actor_id=member.id,
        now=now,
    )


def stock_book(
    deps: Deps, *, actor: Actor, unit_id: int | None = None, product_id: int | None = None, page: int = 0
) -> StockBook:
    """Return one page of the stock book of the shops the actor keeps, the newest first.

    Raises:
        AccountUnknown, NotAllowed
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.RUN_SHOP)
        lines, total = stored_stock.page_of_stock(
            uow,
            reach & {unit_id} if unit_id is not None else reach,
            product_id=product_id,
            limit=PAGE_LENGTH,
            offset=page * PAGE_LENGTH,
        )
        return StockBook(_named(uow, lines, {}), page, total)


def whole_stock_book(deps: Deps, *, actor: Actor, unit_id: int) -> tuple[StockEntry, ...]:
    """Return every line of a unit's stock book, the oldest first, with what lay on the shelf after each.

    Raises:
        AccountUnknown, NotAllowed
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.RUN_SHOP)
        lines, _ = stored_stock.page_of_stock(uow, reach & {unit_id}, limit=None, is_oldest_first=True)
        shelf: dict[int, int] = {}
        after: dict[int, int] = {}
        for line in lines:
            shelf[line.product_id] = after[line.id] = shelf.get(line.product_id, 0) + line.count
        return _named(uow, lines, after)


def _named(uow: UnitOfWork, lines: Sequence[StockLine], after: Mapping[int, int]) -> tuple[StockEntry, ...]:
    products = stored_products.products_by_id(uow, [line.product_id for line in lines])
    names = stored_members.names_of(uow, [line.actor_id for line in lines])
    return tuple(
        StockEntry(line, products[line.product_id].name, names[line.actor_id], after.get(line.id))
        for line in lines
    )


def register(
    deps: Deps, *, actor: Actor, unit_id: int, window_id: int | None = None
) -> tuple[RegisterRow, ...]:
    """Return what was handed over in a unit, in a window or ever, in the order of the orders (form E12).

    Raises:
        AccountUnknown, NotAllowed
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.RUN_SHOP)
        wanted = OrderFilter(reach & {unit_id}, window_id=window_id)
        orders, _ = stored_orders.page_of_orders(uow, wanted, limit=None, is_oldest_first=True)
        handed = [order for order in orders if order.handed and order.status is not OrderStatus.RETURNED]
        products = stored_products.products_by_id(uow, [order.product_id for order in handed])
        people = {order.member_id for order in handed}
        people |= {order.closed_by_id for order in handed if order.closed_by_id is not None}
        names = stored_members.names_of(uow, people)
        proxies = stored_stock.proxies_of(uow, [order.id for order in handed])
        tree = unit_tree(uow)
        return tuple(
            RegisterRow(
                order=order,
                member_name=names[order.member_id],
                product_name=products[order.product_id].name,
                handed_by_name=names[order.closed_by_id] if order.closed_by_id is not None else "",
                proxies=proxies.get(order.id, ()),
                time_zone=tree.get(order.unit_id).time_zone,
            )
            for order in handed
        )


def most_wanted(
    deps: Deps, *, actor: Actor, unit_id: int | None = None, window_id: int | None = None
) -> tuple[Wanted, ...]:
    """Return the products by how many were ordered, the most wanted first.

    Raises:
        AccountUnknown, NotAllowed
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.RUN_SHOP)
        wanted = reach & {unit_id} if unit_id is not None else reach
        counted = stored_orders.popularity(uow, wanted, window_id)
        products = stored_products.products_by_id(uow, [one.product_id for one in counted])
        return tuple(
            Wanted(products[one.product_id], one.orders, one.pieces, from_stored(one.points_amount))
            for one in counted
        )
