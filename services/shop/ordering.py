"""Looking into the shop and ordering: points and stock are held in one step, or nothing happens."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from domain.errors import JifenError
from domain.members import MemberKind, Unit
from domain.outbox import OutboxKind
from domain.shop import (
    HOLDING,
    NewPurseLine,
    Order,
    OrderAction,
    OrderStatus,
    Product,
    PurseKind,
    ShopWindow,
    check_quantity,
    next_order_status,
    pickup_code,
)
from domain.shop.refusals import (
    BalanceShort,
    BudgetSpent,
    LimitReached,
    NotForKind,
    OrderClosed,
    OrderUnknown,
    PriceChanged,
    ProductUnknown,
    ShopClosed,
    SoldOut,
)
from services.actors import Actor, identify, local_day, unit_tree
from services.deps import Deps
from services.members import hash_code
from services.shop import telling
from services.shop.purses import (
    ZERO,
    Customer,
    customer,
    give_back,
    lock_settled,
    shop_of,
    what_is_left,
)
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop import orders as stored_orders
from storage.shop import products as stored_products
from storage.shop import waits as stored_waits
from storage.shop import windows as stored_windows
from storage.shop.orders import OrderFilter

PAGE_LENGTH = 5
ORDERS_PER_PAGE = 6


@dataclass(frozen=True, slots=True)
class ShopView:
    """The shop as a member sees it: what they can spend, whether it is open, one page of what there is."""

    unit: Unit
    window: ShopWindow | None
    next_window: ShopWindow | None
    balance: Fraction
    next_expiry_on: date | None
    next_expiry: Fraction
    products: tuple[Product, ...]
    page: int
    total: int
    is_keeper: bool = False


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product as a member sees it; `ordered` is how many they have of it in this window."""

    product: Product
    unit: Unit
    window: ShopWindow | None
    next_window: ShopWindow | None
    balance: Fraction
    ordered: int
    is_for_me: bool
    is_waited_for: bool

    @property
    def quantity_max(self) -> int:
        """How many the member could order now."""
        if self.window is None or not self.is_for_me:
            return 0
        most = min(self.product.stock, int(self.balance // self.product.price) if self.balance > 0 else 0)
        if self.product.facts.limit_per_window is not None:
            most = min(most, self.product.facts.limit_per_window - self.ordered)
        return max(0, most)


@dataclass(frozen=True, slots=True)
class OrderView:
    """One's own order: what it is of, its pick-up code while it can be collected, what can be spent now."""

    order: Order
    product: Product
    unit: Unit
    code: str
    """Empty once nothing is held any more."""
    balance: Fraction


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of one's own orders, the newest first."""

    orders: tuple[Order, ...]
    products: Mapping[int, Product]
    page: int
    total: int


def open_shop(deps: Deps, *, actor: Actor, page: int = 0) -> ShopView:
    """Return the shop of the asking member's unit.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable, ShopUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        asking = customer(uow, deps, actor, now=now)
        unit = asking.home.unit
        balance, ends_on, ending = _balance(uow, asking)
        products, total = stored_products.list_products(
            uow, [unit.id], limit=PAGE_LENGTH, offset=page * PAGE_LENGTH
        )
        return ShopView(
            unit=unit,
            window=stored_windows.open_window(uow, unit.id, now),
            next_window=stored_windows.next_window(uow, unit.id, now),
            balance=balance,
            next_expiry_on=ends_on,
            next_expiry=ending,
            products=tuple(products),
            page=page,
            total=total,
            is_keeper=asking.home.member.id in telling.shopkeepers(uow, unit.id),
        )


def _balance(uow: UnitOfWork, asking: Customer) -> tuple[Fraction, date | None, Fraction]:
    home = asking.home
    account = stored_accounts.account_of(uow, unit_id=home.unit.id, member_id=home.member.id)
    if account is None:
        return ZERO, None, ZERO
    return what_is_left(uow, account, asking.shop, home.today)


def open_product(deps: Deps, *, actor: Actor, product_id: int) -> ProductView:
    """Return a product of the asking member's shop.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable, ShopUnknown, ProductUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        asking = customer(uow, deps, actor, now=now)
        unit, member = asking.home.unit, asking.home.member
        product = _offered(stored_products.get_product(uow, product_id), unit)
        window = stored_windows.open_window(uow, unit.id, now)
        ordered = 0
        if window is not None:
            ordered = stored_orders.ordered_count(
                uow, member_id=member.id, window_id=window.id, product_id=product.id
            )
        return ProductView(
            product=product,
            unit=unit,
            window=window,
            next_window=stored_windows.next_window(uow, unit.id, now),
            balance=_balance(uow, asking)[0],
            ordered=ordered,
            is_for_me=product.is_for(_kind(asking)),
            is_waited_for=bool(stored_waits.waited_for(uow, member.id, [product.id])),
        )


def _offered(product: Product | None, unit: Unit) -> Product:
    if product is None or product.unit_id != unit.id or product.archived_at is not None:
        raise ProductUnknown
    return product


def _kind(asking: Customer) -> MemberKind | None:
    home = asking.home
    return next((m.kind for m in home.memberships if m.covers(home.today)), None)


def place_order(
    deps: Deps,
    *,
    actor: Actor,
    product_id: int,
    quantity: int,
    cause_key: str,
    price_shown: Fraction | None = None,
) -> OrderView:
    """Hold so many of a product and the points for them, in one step; the member gets a pick-up code.

    The same cause a second time returns the order it made. `price_shown` is the price that was confirmed.

    Raises:
        QuantityRefused
        AccountUnknown, UnitUnknown, RulebookUnavailable, ShopUnknown, ProductUnknown
        ShopClosed, NotForKind, PriceChanged, LimitReached, SoldOut, BalanceShort, BudgetSpent: in this order.
    """
    check_quantity(quantity)
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking = customer(uow, deps, actor, now=now)
        unit, member, today = asking.home.unit, asking.home.member, asking.home.today
        account = lock_settled(uow, asking.shop, unit_id=unit.id, member_id=member.id, today=today, now=now)
        known = stored_orders.order_of_cause(uow, cause_key)
        if known is not None:
            return _own_view(uow, deps, member.id, known)
        product = _offered(stored_products.get_product(uow, product_id), unit)
        window = stored_windows.open_window(uow, unit.id, now)
        if window is None:
            planned = stored_windows.next_window(uow, unit.id, now)
            raise ShopClosed(opens_at=planned.opens_at if planned is not None else None)
        if not product.is_for(_kind(asking)):
            raise NotForKind
        if price_shown is not None and price_shown != product.price:
            raise PriceChanged(price=product.price)
        _check_limit(uow, product, window, member.id, quantity)
        cost = product.price * quantity
        if product.stock < quantity:
            raise SoldOut(left=product.stock)
        if account.balance < cost:
            raise BalanceShort(balance=account.balance, price=cost)
        left = stored_products.reserve_stock(uow, product, quantity)
        if left is None:
            raise _lost_race(stored_products.get_product(uow, product.id), product)
        _spend_money(uow, product, window, quantity)
        balance = stored_accounts.spend_balance(uow, account.id, cost)
        assert balance is not None, "the account is locked"
        salt = secrets.token_hex(16)
        drafted = Order(
            id=0,
            cause_key=cause_key,
            unit_id=unit.id,
            window_id=window.id,
            product_id=product.id,
            member_id=member.id,
            account_id=account.id,
            quantity=quantity,
            handed=0,
            price=product.price,
            cost_cents=product.facts.cost_cents,
            status=OrderStatus.RESERVED,
            code_salt=salt,
            balance_after=balance,
            note="",
            ordered_at=now,
            expires_at=window.pick_up_until_at,
            handed_at=None,
            closed_at=None,
            closed_by_id=None,
        )
        code = pickup_code(salt, key=deps.secret)
        order_id = stored_orders.insert_order(uow, drafted, code_hash=hash_code(deps, code))
        line = NewPurseLine(
            account_id=account.id,
            member_id=member.id,
            kind=PurseKind.RESERVED,
            points=-cost,
            on=today,
            cause_key=f"order:{order_id}",
            order_id=order_id,
        )
        stored_accounts.insert_line(uow, line, now=now)
        order = replace(drafted, id=order_id)
        telling.tell_order(uow, OutboxKind.SHOP_ORDERED, order, cause="new", now=now)
        if left <= product.facts.low_stock < left + quantity:
            telling.tell_low(uow, product, left=left, order_id=order_id, now=now)
        fresh = replace(product, stock=left, held=product.held + quantity)
        return OrderView(order, fresh, unit, code, balance)


def _check_limit(
    uow: UnitOfWork, product: Product, window: ShopWindow, member_id: int, quantity: int
) -> None:
    limit = product.facts.limit_per_window
    if limit is None:
        return
    already = stored_orders.ordered_count(
        uow, member_id=member_id, window_id=window.id, product_id=product.id
    )
    if already + quantity > limit:
        raise LimitReached(limit=limit, already=already)


def _lost_race(now_is: Product | None, before: Product) -> JifenError:
    """Return what changed since the product was read a moment ago."""
    if now_is is None or now_is.archived_at is not None:
        return ProductUnknown()
    if now_is.price != before.price:
        return PriceChanged(price=now_is.price)
    return SoldOut(left=now_is.stock)


def _spend_money(uow: UnitOfWork, product: Product, window: ShopWindow, quantity: int) -> None:
    cents = (product.facts.cost_cents or 0) * quantity
    if cents and not stored_windows.spend_money(uow, window.id, cents):
        raise BudgetSpent


def cancel_order(deps: Deps, *, actor: Actor, order_id: int) -> OrderView:
    """Call one's own order off, until it is ready; points and stock go back. A repeat changes nothing.

    Raises:
        AccountUnknown, OrderUnknown
        OrderClosed: it is ready, or closed already.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        order = stored_orders.lock_order(uow, order_id)
        if order is None or order.member_id != member.id:
            raise OrderUnknown
        after = next_order_status(order.status, OrderAction.CANCEL)
        moved = replace(order, status=after, closed_at=now, closed_by_id=member.id)
        release(uow, deps, order, moved, cause="cancel", now=now)
        return _own_view(uow, deps, member.id, moved)


def release(uow: UnitOfWork, deps: Deps, order: Order, moved: Order, *, cause: str, now: datetime) -> None:
    """Move an order to an end and give back what it still holds: points, stock and money.

    Raises:
        OrderClosed: somebody was first.
    """
    if not stored_orders.move_order(uow, order, moved):
        raise OrderClosed(status=order.status, by_name="")
    unit = unit_tree(uow).get(order.unit_id)
    shop = shop_of(uow, deps, unit, now=now)
    give_back(
        uow,
        shop,
        account_id=order.account_id,
        member_id=order.member_id,
        order_id=order.id,
        points=order.price * order.held,
        cause=cause,
        today=local_day(now, unit),
        now=now,
    )
    stored_products.release_stock(uow, order.product_id, order.held)
    if order.cost_cents:
        stored_windows.spend_money(uow, order.window_id, -order.cost_cents * order.held)
    telling.tell_waiting(uow, order.product_id, now=now)


def wait_for(deps: Deps, *, actor: Actor, product_id: int) -> ProductView:
    """Be told when a product that is sold out is there again; a repeat changes nothing.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable, ShopUnknown, ProductUnknown
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking = customer(uow, deps, actor, now=now)
        product = _offered(stored_products.lock_product(uow, product_id), asking.home.unit)
        if product.stock == 0:
            stored_waits.insert_wait(uow, product_id=product.id, member_id=asking.home.member.id, now=now)
    return open_product(deps, actor=actor, product_id=product_id)


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
        return _own_view(uow, deps, member.id, order)


def _own_view(uow: UnitOfWork, deps: Deps, member_id: int, order: Order) -> OrderView:
    if order.member_id != member_id:
        raise OrderUnknown
    product = stored_products.get_product(uow, order.product_id)
    assert product is not None, "an order refers to a product"
    account = stored_accounts.account_of(uow, unit_id=order.unit_id, member_id=member_id)
    code = pickup_code(order.code_salt, key=deps.secret) if order.status in HOLDING else ""
    balance = account.balance if account is not None else ZERO
    return OrderView(order, product, unit_tree(uow).get(order.unit_id), code, balance)
