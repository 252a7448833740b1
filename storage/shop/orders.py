"""Orders of the points shop: written once for each cause, moved by compare-and-set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, update

from domain.points import from_stored, to_stored
from domain.shop import HOLDING, Order, OrderStatus
from storage.database import UnitOfWork
from storage.statements import Prepared, inserting
from storage.tables import members, shop_orders

_O = shop_orders.c
_NAMES = tuple(field.name for field in fields(Order))
_ORDER = select(*(_O[name] for name in _NAMES))
_BY_CAUSE = Prepared(_ORDER.where(_O.cause_key == bindparam("cause")))
_GET = Prepared(_ORDER.where(_O.id == bindparam("order")))
_LOCK = Prepared(_ORDER.where(_O.id == bindparam("order")).with_for_update())
_INSERT = inserting(
    shop_orders,
    [*(name for name in _NAMES if name not in {"id", "handed_at", "closed_at", "closed_by_id"}), "code_hash"],
    returning="id",
)
_GIVEN_BACK = (OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.RETURNED)
_ORDERED = Prepared(
    select(func.coalesce(func.sum(_O.quantity), 0)).where(
        _O.member_id == bindparam("member"),
        _O.window_id == bindparam("window"),
        _O.product_id == bindparam("product"),
        *(_O.status != status.value for status in _GIVEN_BACK),
    )
)
_HOLDING = [status.value for status in HOLDING]


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders to list; empty fields do not restrict."""

    unit_ids: frozenset[int]
    statuses: frozenset[OrderStatus] = frozenset()
    window_id: int | None = None
    product_id: int | None = None
    member_id: int | None = None
    name: str = ""
    """A part of the name of who ordered."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the restrictions."""
        wanted: list[ColumnElement[bool]] = [_O.unit_id.in_(sorted(self.unit_ids))]
        if self.statuses:
            wanted.append(_O.status.in_(sorted(status.value for status in self.statuses)))
        if self.window_id is not None:
            wanted.append(_O.window_id == self.window_id)
        if self.product_id is not None:
            wanted.append(_O.product_id == self.product_id)
        if self.member_id is not None:
            wanted.append(_O.member_id == self.member_id)
        if self.name:
            named = select(members.c.id).where(members.c.name.contains(self.name, autoescape=True))
            wanted.append(_O.member_id.in_(named))
        return wanted


def _order(row: Any) -> Order:
    values = row._asdict()
    return Order(
        **values
        | {
            "price": from_stored(values["price"]),
            "balance_after": from_stored(values["balance_after"]),
            "status": OrderStatus(values["status"]),
        }
    )


def insert_order(uow: UnitOfWork, order: Order, *, code_hash: str) -> int:
    """Keep a new order, whose own id is left aside, and return the id it got."""
    order_id = _INSERT.scalar(
        uow,
        cause_key=order.cause_key,
        unit_id=order.unit_id,
        window_id=order.window_id,
        product_id=order.product_id,
        member_id=order.member_id,
        account_id=order.account_id,
        quantity=order.quantity,
        handed=order.handed,
        price=to_stored(order.price),
        cost_cents=order.cost_cents,
        status=order.status.value,
        code_salt=order.code_salt,
        code_hash=code_hash,
        balance_after=to_stored(order.balance_after),
        note=order.note,
        ordered_at=order.ordered_at,
        expires_at=order.expires_at,
    )
    return int(order_id)


def order_of_cause(uow: UnitOfWork, cause_key: str) -> Order | None:
    """Return the order that this cause made."""
    row = _BY_CAUSE.one_or_none(uow, cause=cause_key)
    return _order(row) if row else None


def get_order(uow: UnitOfWork, order_id: int) -> Order | None:
    """Return the order with this id."""
    row = _GET.one_or_none(uow, order=order_id)
    return _order(row) if row else None


def lock_order(uow: UnitOfWork, order_id: int) -> Order | None:
    """Return the order and keep other writers of it out until the commit."""
    row = _LOCK.one_or_none(uow, order=order_id)
    return _order(row) if row else None


def order_of_code(uow: UnitOfWork, code_hash: str) -> Order | None:
    """Return the order whose pick-up code has this hash."""
    row = uow.connection.execute(_ORDER.where(_O.code_hash == code_hash)).one_or_none()
    return _order(row) if row else None


def ordered_count(uow: UnitOfWork, *, member_id: int, window_id: int, product_id: int) -> int:
    """Return how many of a product a member has or had in a window, without what was given back."""
    return int(_ORDERED.scalar(uow, member=member_id, window=window_id, product=product_id))


def move_order(uow: UnitOfWork, before: Order, after: Order) -> bool:
    """Write how an order moved, by compare-and-set on status and handed; False when somebody was first."""
    values = {
        "status": after.status.value,
        "handed": after.handed,
        "note": after.note,
        "handed_at": after.handed_at,
        "closed_at": after.closed_at,
        "closed_by_id": after.closed_by_id,
    }
    result = uow.connection.execute(
        update(shop_orders)
        .where(_O.id == before.id, _O.status == before.status.value, _O.handed == before.handed)
        .values(values)
    )
    return result.rowcount == 1


def page_of_orders(
    uow: UnitOfWork, wanted: OrderFilter, *, limit: int | None, offset: int = 0, is_oldest_first: bool = False
) -> tuple[Sequence[Order], int]:
    """Return one page of orders, the newest first unless told otherwise, and how many there are."""
    where = wanted.conditions()
    total = uow.connection.execute(select(func.count()).select_from(shop_orders).where(*where)).scalar_one()
    by = _O.id if is_oldest_first else _O.id.desc()
    rows = uow.connection.execute(_ORDER.where(*where).order_by(by).limit(limit).offset(offset))
    return [_order(row) for row in rows], int(total)


def orders_expired(uow: UnitOfWork, now: datetime, *, limit: int) -> Sequence[int]:
    """Return orders that still hold something and whose time is over, the oldest first."""
    statement = (
        select(_O.id)
        .where(_O.status.in_(_HOLDING), _O.expires_at <= now)
        .order_by(_O.expires_at, _O.id)
        .limit(limit)
    )
    return [row.id for row in uow.connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class Popularity:
    """How often a product was ordered: orders, pieces, points; what was given back is left out."""

    product_id: int
    orders: int
    pieces: int
    points_amount: int


def popularity(uow: UnitOfWork, unit_ids: Iterable[int], window_id: int | None) -> Sequence[Popularity]:
    """Return the products by how many were ordered, the most wanted first."""
    pieces = func.sum(_O.quantity)
    statement = (
        select(_O.product_id, func.count(), pieces, func.sum(_O.quantity * _O.price))
        .where(
            _O.unit_id.in_(sorted(set(unit_ids))),
            _O.status.not_in([status.value for status in _GIVEN_BACK]),
        )
        .group_by(_O.product_id)
        .order_by(pieces.desc(), _O.product_id)
    )
    if window_id is not None:
        statement = statement.where(_O.window_id == window_id)
    return [
        Popularity(product_id, int(orders), int(count), int(points))
        for product_id, orders, count, points in uow.connection.execute(statement)
    ]
