"""What happens in the shop by itself as time goes on: windows are announced, orders and points expire."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.outbox import OutboxKind
from domain.shop import HOLDING, OrderAction, ShopWindow, next_order_status
from services.actors import local_day, unit_tree
from services.deps import Deps
from services.shop import telling
from services.shop.purses import settle, shop_of
from services.shop.releasing import release
from storage import members as stored_members
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop import orders as stored_orders
from storage.shop import windows as stored_windows
from storage.shop.accounts import PurseAccount

AT_ONCE_MAX = 200
EASTERNMOST = timedelta(hours=14)
"""Somewhere on earth it is tomorrow already."""


def tick(deps: Deps) -> int:
    """Do what is due, each thing in a transaction of its own; return how many things were done.

    Any number of processes may do this at once: each thing is done by one of them.
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        windows = stored_windows.windows_to_tell(uow, now)
        orders = stored_orders.orders_expired(uow, now, limit=AT_ONCE_MAX)
        accounts = stored_accounts.accounts_due(uow, (now + EASTERNMOST).date(), limit=AT_ONCE_MAX)
    done = sum(_tell_window(deps, window, now) for window in windows)
    done += sum(_expire(deps, order_id, now) for order_id in orders)
    return done + sum(_settle(deps, account, now) for account in accounts)


def _tell_window(deps: Deps, window: ShopWindow, now: datetime) -> bool:
    is_closing = window.closes_at <= now
    with deps.store.begin() as uow:
        if not stored_windows.mark_told(uow, window, is_closing=is_closing, now=now):
            return False
        if is_closing and window.opening_told_at is None:
            return True  # called off before it opened: there is nothing to say
        unit_id = window.unit_id
        to = telling.shopkeepers(uow, unit_id) if is_closing else members_of(uow, unit_id, now)
        telling.tell_window(uow, window, to, is_closing=is_closing, now=now)
        return True


def members_of(uow: UnitOfWork, unit_id: int, now: datetime) -> tuple[int, ...]:
    """Return those who belong to a unit today, in id order."""
    today = local_day(now, unit_tree(uow).get(unit_id))
    rows, _ = stored_members.list_members(uow, [unit_id], limit=None, offset=0)
    return tuple(sorted({member.id for member, membership, _ in rows if membership.covers(today)}))


def _expire(deps: Deps, order_id: int, now: datetime) -> bool:
    with deps.store.begin() as uow:
        order = stored_orders.lock_order(uow, order_id)
        if order is None or order.status not in HOLDING or order.expires_at > now:
            return False
        after = next_order_status(order.status, OrderAction.EXPIRE)
        moved = replace(order, status=after, closed_at=now)
        release(uow, deps, order, moved, cause="expire", now=now)
        telling.tell_order(uow, OutboxKind.SHOP_EXPIRED, moved, cause="expire", now=now)
        return True


def _settle(deps: Deps, account: PurseAccount, now: datetime) -> bool:
    with deps.store.begin() as uow:
        unit = unit_tree(uow).get(account.unit_id)
        today = local_day(now, unit)
        locked = stored_accounts.lock_account_row(uow, account.id)
        if locked.due_on is None or locked.due_on > today:
            return False
        shop = shop_of(uow, deps, unit, now=now)
        settle(uow, locked, shop, today=today, now=now)
        return True
