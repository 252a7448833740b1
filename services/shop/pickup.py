"""At the counter: the shopkeeper finds an order by its code or in the list, and hands over once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.access import Permission
from domain.errors import ReasonMissing
from domain.members import Member, Unit
from domain.outbox import OutboxKind
from domain.reports import REASON_LENGTH_MAX, storable
from domain.shop import (
    HOLDING,
    TRANSITIONS,
    TRIES_MAX,
    TRIES_MINUTES,
    Order,
    OrderAction,
    OrderStatus,
    Product,
    StockKind,
    check_quantity,
    next_order_status,
    typed_code,
)
from domain.shop.refusals import CodesLocked, OrderClosed, OrderUnknown, OwnOrder, PickupCodeUnknown
from services.actors import Actor, identify, local_day, reach_of, require_reach, unit_tree
from services.deps import Deps
from services.members import hash_code
from services.shop import telling
from services.shop.purses import give_back, shop_of
from services.shop.releasing import release
from storage import audit as stored_audit
from storage import members as stored_members
from storage.database import UnitOfWork
from storage.shop import orders as stored_orders
from storage.shop import products as stored_products
from storage.shop import stock as stored_stock
from storage.shop import waits as stored_waits
from storage.shop import windows as stored_windows
from storage.shop.orders import OrderFilter

PAGE_LENGTH = 8
SHOPKEEPERS_ACTIONS = (
    OrderAction.PREPARE,
    OrderAction.FULFIL,
    OrderAction.PARTLY,
    OrderAction.RELEASE,
    OrderAction.RETURN,
)


@dataclass(frozen=True, slots=True)
class CounterDesk:
    """An order as its shopkeeper sees it; `actions` are what they may do with it now."""

    order: Order
    product: Product
    member: Member
    unit: Unit
    closed_by_name: str
    proxies: tuple[str, ...]
    """Who collected in the member's stead, as the shopkeeper wrote it."""
    is_own: bool
    actions: tuple[OrderAction, ...]


@dataclass(frozen=True, slots=True)
class CounterPage:
    """One page of the orders of the shops the actor keeps."""

    desks: tuple[CounterDesk, ...]
    page: int
    total: int


def find_by_code(deps: Deps, *, actor: Actor, text: str) -> CounterDesk:
    """Return the order that a typed or scanned pick-up code belongs to; a wrong code is written down.

    Raises:
        AccountUnknown
        CodesLocked: too many wrong ones within ten minutes.
        PickupCodeUnknown: no order of the shops the actor keeps has this code.
    """
    now = deps.clock.now()
    code = typed_code(text)
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        stored_waits.lock_trier(uow, member.id)
        tries = stored_waits.wrong_codes_since(uow, member.id, now - timedelta(minutes=TRIES_MINUTES))
        if len(tries) >= TRIES_MAX:
            wait = tries[-TRIES_MAX] + timedelta(minutes=TRIES_MINUTES) - now
            raise CodesLocked(minutes=max(1, -(-int(wait.total_seconds()) // 60)))
        order = stored_orders.order_of_code(uow, hash_code(deps, code)) if code is not None else None
        if order is not None and order.unit_id in reach_of(uow, member, Permission.RUN_SHOP):
            return _desk(uow, member, order)
        stored_waits.insert_wrong_code(uow, member_id=member.id, now=now)
        stored_audit.note(uow, "shop.code_wrong", actor_id=member.id, facts={}, now=now)
    raise PickupCodeUnknown


def open_order(deps: Deps, *, actor: Actor, order_id: int) -> CounterDesk:
    """Return an order to its shopkeeper.

    Raises:
        AccountUnknown, NotAllowed, OrderUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        return _desk(uow, member, _kept(uow, member, stored_orders.get_order(uow, order_id)))


def list_orders(
    deps: Deps,
    *,
    actor: Actor,
    unit_id: int | None = None,
    is_waiting: bool = True,
    window_id: int | None = None,
    name: str = "",
    page: int = 0,
    page_length: int = PAGE_LENGTH,
) -> CounterPage:
    """Return one page of orders: those to be collected, the oldest first; or all, the newest first.

    `name` is a part of the name of who ordered, as people say it at the counter.

    Raises:
        AccountUnknown, NotAllowed
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        reach = require_reach(uow, member, Permission.RUN_SHOP)
        wanted = OrderFilter(
            unit_ids=reach & {unit_id} if unit_id is not None else reach,
            statuses=HOLDING if is_waiting else frozenset(),
            window_id=window_id,
            name=storable(name),
        )
        orders, total = stored_orders.page_of_orders(
            uow, wanted, limit=page_length, offset=page * page_length, is_oldest_first=is_waiting
        )
        return CounterPage(desks_of(uow, member, orders), page, total)


def prepare(deps: Deps, *, actor: Actor, order_id: int) -> CounterDesk:
    """Say that the goods lie ready; the member is told. A repeat is refused as any late tap.

    Raises:
        AccountUnknown, NotAllowed, OrderUnknown, OrderClosed
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member, order = _locked(uow, actor, order_id)
        after = _next(uow, order, OrderAction.PREPARE)
        moved = _move(uow, order, replace(order, status=after))
        telling.tell_order(uow, OutboxKind.SHOP_READY, moved, cause="ready", now=now)
        return _desk(uow, member, moved)


def hand_over(
    deps: Deps, *, actor: Actor, order_id: int, quantity: int | None = None, note: str = ""
) -> CounterDesk:
    """Hand over all that is held, or so many of it; the member is told. The first tap counts.

    `note` says who collected, where it was not the member; it stands in the stock book.

    Raises:
        AccountUnknown, NotAllowed, OrderUnknown
        OwnOrder: nobody hands over to themselves.
        OrderClosed: it was handed over, called off or has expired.
        QuantityRefused: more than is held.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member, order = _locked(uow, actor, order_id)
        if order.member_id == member.id:
            raise OwnOrder
        _next(uow, order, OrderAction.FULFIL)
        count = order.held if quantity is None else quantity
        check_quantity(count, high=order.held)
        action = OrderAction.FULFIL if count == order.held else OrderAction.PARTLY
        is_whole = action is OrderAction.FULFIL
        moved = replace(
            order,
            status=_next(uow, order, action),
            handed=order.handed + count,
            handed_at=now,
            closed_at=now if is_whole else None,
            closed_by_id=member.id,
        )
        _move(uow, order, moved)
        stored_products.hand_stock(uow, order.product_id, count)
        stored_stock.insert_stock_line(
            uow,
            cause_key=f"hand:{order.id}:{order.handed}",
            product_id=order.product_id,
            kind=StockKind.HANDED,
            count=-count,
            reason=storable(note)[:REASON_LENGTH_MAX],
            order_id=order.id,
            actor_id=member.id,
            now=now,
        )
        cause = f"handed{moved.handed}"
        telling.tell_order(uow, OutboxKind.SHOP_HANDED, moved, cause=cause, now=now)
        return _desk(uow, member, moved)


def call_off(deps: Deps, *, actor: Actor, order_id: int, reason: str) -> CounterDesk:
    """Call an order off for a reason: what is still held goes back to the member and onto the shelf.

    Raises:
        ReasonMissing
        AccountUnknown, NotAllowed, OrderUnknown, OrderClosed
    """
    said = storable(reason)[:REASON_LENGTH_MAX]
    if not said:
        raise ReasonMissing
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member, order = _locked(uow, actor, order_id)
        after = _next(uow, order, OrderAction.RELEASE)
        note = _joined(order.note, said)
        moved = replace(order, status=after, note=note, closed_at=now, closed_by_id=member.id)
        release(uow, deps, order, moved, cause="release", now=now)
        telling.tell_order(uow, OutboxKind.SHOP_ENDED, moved, cause="release", now=now)
        return _desk(uow, member, moved)


def take_back(deps: Deps, *, actor: Actor, order_id: int, reason: str, is_sound: bool = True) -> CounterDesk:
    """Take handed-over goods back: the points go back; sound goods go onto the shelf, others are written off.

    Raises:
        ReasonMissing
        AccountUnknown, NotAllowed, OrderUnknown, OwnOrder, OrderClosed
    """
    said = storable(reason)[:REASON_LENGTH_MAX]
    if not said:
        raise ReasonMissing
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member, order = _locked(uow, actor, order_id)
        if order.member_id == member.id:
            raise OwnOrder
        after = _next(uow, order, OrderAction.RETURN)
        note = _joined(order.note, said)
        moved = replace(order, status=after, note=note, closed_at=now, closed_by_id=member.id)
        _move(uow, order, moved)
        unit = unit_tree(uow).get(order.unit_id)
        give_back(
            uow,
            shop_of(uow, deps, unit, now=now),
            account_id=order.account_id,
            member_id=order.member_id,
            order_id=order.id,
            points=order.price * order.handed,
            cause="return",
            today=local_day(now, unit),
            now=now,
        )
        _restock(uow, order, member, said, is_sound=is_sound, now=now)
        telling.tell_order(uow, OutboxKind.SHOP_ENDED, moved, cause="return", now=now)
        return _desk(uow, member, moved)


def _restock(
    uow: UnitOfWork, order: Order, member: Member, reason: str, *, is_sound: bool, now: datetime
) -> None:
    moves = [(StockKind.RETURNED, order.handed)]
    if not is_sound:
        moves.append((StockKind.WRITE_OFF, -order.handed))
    for kind, count in moves:
        stored_stock.insert_stock_line(
            uow,
            cause_key=f"return:{order.id}:{kind.value}",
            product_id=order.product_id,
            kind=kind,
            count=count,
            reason=reason,
            order_id=order.id,
            actor_id=member.id,
            now=now,
        )
    if is_sound:
        stored_products.add_stock(uow, order.product_id, order.handed)
        if order.cost_cents:
            stored_windows.spend_money(uow, order.window_id, -order.cost_cents * order.handed)
        telling.tell_waiting(uow, order.product_id, now=now)


def _joined(before: str, note: str) -> str:
    said = storable(note)[:REASON_LENGTH_MAX]
    return "\n".join(part for part in (before, said) if part)


def _locked(uow: UnitOfWork, actor: Actor, order_id: int) -> tuple[Member, Order]:
    member = identify(uow, actor)
    return member, _kept(uow, member, stored_orders.lock_order(uow, order_id))


def _kept(uow: UnitOfWork, member: Member, order: Order | None) -> Order:
    reach = require_reach(uow, member, Permission.RUN_SHOP)
    if order is None or order.unit_id not in reach:
        raise OrderUnknown
    return order


def _next(uow: UnitOfWork, order: Order, action: OrderAction) -> OrderStatus:
    names = stored_members.names_of(uow, [order.closed_by_id] if order.closed_by_id is not None else [])
    return next_order_status(order.status, action, by_name=next(iter(names.values()), ""))


def _move(uow: UnitOfWork, order: Order, moved: Order) -> Order:
    if not stored_orders.move_order(uow, order, moved):
        raise OrderClosed(status=order.status, by_name="")
    return moved


def _desk(uow: UnitOfWork, asking: Member, order: Order) -> CounterDesk:
    return desks_of(uow, asking, [order])[0]


def desks_of(uow: UnitOfWork, asking: Member, orders: Sequence[Order]) -> tuple[CounterDesk, ...]:
    """Return these orders as their shopkeeper sees them."""
    products = stored_products.products_by_id(uow, [order.product_id for order in orders])
    people = {order.member_id for order in orders}
    closers = {order.closed_by_id for order in orders if order.closed_by_id is not None}
    members = stored_members.get_members(uow, people | closers)
    proxies = stored_stock.proxies_of(uow, [order.id for order in orders if order.handed])
    tree = unit_tree(uow)
    return tuple(
        CounterDesk(
            order=order,
            product=products[order.product_id],
            member=members[order.member_id],
            unit=tree.get(order.unit_id),
            closed_by_name=members[order.closed_by_id].name if order.closed_by_id is not None else "",
            proxies=proxies.get(order.id, ()),
            is_own=order.member_id == asking.id,
            actions=tuple(action for action in SHOPKEEPERS_ACTIONS if (order.status, action) in TRANSITIONS),
        )
        for order in orders
    )
