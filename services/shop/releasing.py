"""Ends an order that was not collected: points, stock and money that it still holds go back."""

from dataclasses import replace
from datetime import datetime

from domain.shop import Order, OrderAction, next_order_status
from domain.shop.refusals import OrderClosed, OrderUnknown
from services.actors import Actor, identify, local_day, unit_tree
from services.deps import Deps
from services.shop import telling
from services.shop.own_orders import OrderView, own_view
from services.shop.purses import give_back, shop_of
from storage.database import UnitOfWork
from storage.shop import orders as stored_orders
from storage.shop import products as stored_products
from storage.shop import windows as stored_windows


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
        return own_view(uow, deps, member.id, moved)


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
