"""Ordering: points and stock are held in one step, or nothing happens."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from domain.errors import JifenError
from domain.outbox import OutboxKind
from domain.shop import (
    NewPurseLine,
    Order,
    OrderStatus,
    Product,
    PurseKind,
    ShopWindow,
    check_quantity,
    pickup_code,
)
from domain.shop.refusals import (
    BalanceShort,
    BudgetSpent,
    LimitReached,
    NotForKind,
    PriceChanged,
    ProductUnknown,
    ShopClosed,
    SoldOut,
)
from services.actors import Actor
from services.deps import Deps
from services.members import hash_code
from services.shop import telling
from services.shop.browsing import offered
from services.shop.own_orders import OrderView, own_view
from services.shop.purses import Customer, customer, lock_settled
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop import orders as stored_orders
from storage.shop import products as stored_products
from storage.shop import windows as stored_windows
from storage.shop.accounts import PurseAccount


@dataclass(frozen=True, slots=True)
class _Wish:
    """So much of a product for a member, as they asked for it; `price_shown` is what they confirmed."""

    actor: Actor
    product_id: int
    quantity: int
    cause_key: str
    price_shown: Fraction | None


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
    wish = _Wish(actor, product_id, quantity, cause_key, price_shown)
    return deps.store.together(lambda uow: _order(uow, deps, wish, now=now))


def _order(uow: UnitOfWork, deps: Deps, wish: _Wish, *, now: datetime) -> OrderView:
    asking = customer(uow, deps, wish.actor, now=now)
    unit, member, today = asking.home.unit, asking.home.member, asking.home.today
    account = lock_settled(uow, asking.shop, unit_id=unit.id, member_id=member.id, today=today, now=now)
    known = stored_orders.order_of_cause(uow, wish.cause_key)
    if known is not None:
        return own_view(uow, deps, member.id, known)
    product, window = _fitting(uow, wish, asking, account, now)
    left = stored_products.reserve_stock(uow, product, wish.quantity)
    if left is None:
        raise _lost_race(stored_products.get_product(uow, product.id), product)
    cents = (product.facts.cost_cents or 0) * wish.quantity
    if cents and not stored_windows.spend_money(uow, window.id, cents):
        raise BudgetSpent
    balance = stored_accounts.spend_balance(uow, account.id, product.price * wish.quantity)
    assert balance is not None, "the account is locked"
    order, code = _write(uow, deps, wish, asking, product, window, account.id, balance, now)
    if left <= product.facts.low_stock < left + wish.quantity:
        telling.tell_low(uow, product, left=left, order_id=order.id, now=now)
    fresh = replace(product, stock=left, held=product.held + wish.quantity)
    return OrderView(order, fresh, unit, code, balance)


def _fitting(
    uow: UnitOfWork, wish: _Wish, asking: Customer, account: PurseAccount, now: datetime
) -> tuple[Product, ShopWindow]:
    """Return the product and the open window, or refuse in the order that `place_order` promises."""
    unit = asking.home.unit
    product = offered(stored_products.get_product(uow, wish.product_id), unit)
    window = stored_windows.open_window(uow, unit.id, now)
    if window is None:
        planned = stored_windows.next_window(uow, unit.id, now)
        raise ShopClosed(opens_at=planned.opens_at if planned is not None else None)
    if not product.is_for(asking.kind):
        raise NotForKind
    if wish.price_shown is not None and wish.price_shown != product.price:
        raise PriceChanged(price=product.price)
    _check_limit(uow, product, window, asking.home.member.id, wish.quantity)
    if product.stock < wish.quantity:
        raise SoldOut(left=product.stock)
    cost = product.price * wish.quantity
    if account.balance < cost:
        raise BalanceShort(balance=account.balance, price=cost)
    return product, window


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


def _write(
    uow: UnitOfWork,
    deps: Deps,
    wish: _Wish,
    asking: Customer,
    product: Product,
    window: ShopWindow,
    account_id: int,
    balance: Fraction,
    now: datetime,
) -> tuple[Order, str]:
    """Write an order whose points and stock are taken, tell the member, and return it with its code."""
    salt = secrets.token_hex(16)
    code = pickup_code(salt, key=deps.secret)
    drafted = Order(
        id=0,
        cause_key=wish.cause_key,
        unit_id=asking.home.unit.id,
        window_id=window.id,
        product_id=product.id,
        member_id=asking.home.member.id,
        account_id=account_id,
        quantity=wish.quantity,
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
    order = replace(drafted, id=stored_orders.insert_order(uow, drafted, code_hash=hash_code(deps, code)))
    line = NewPurseLine(
        account_id=account_id,
        member_id=order.member_id,
        kind=PurseKind.RESERVED,
        points=-order.points,
        on=asking.home.today,
        cause_key=f"order:{order.id}",
        order_id=order.id,
    )
    stored_accounts.insert_line(uow, line, now=now)
    telling.tell_order(uow, OutboxKind.SHOP_ORDERED, order, cause="new", now=now)
    return order, code
