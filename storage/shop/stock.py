"""The stock book: every piece that came onto the shelf or left it; append-only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, func, select

from domain.shop import HOLDING, StockKind, StockLine
from storage.database import UnitOfWork
from storage.statements import PreparedForMany, inserting_new
from storage.tables import shop_orders, shop_products, shop_stock_lines

_S, _P, _O = shop_stock_lines.c, shop_products.c, shop_orders.c
_LINE = select(_S.id, _S.product_id, _S.kind, _S.count, _S.reason, _S.order_id, _S.actor_id, _S.happened_at)
IDS_AT_ONCE_MAX = 1024
_PROXIES = PreparedForMany(
    lambda ids: (
        # by way of the product, whose lines have an index
        select(_S.order_id, _S.reason)
        .join(shop_orders, (_O.id == _S.order_id) & (_O.product_id == _S.product_id))
        .where(_O.id.in_(ids), _S.kind == StockKind.HANDED.value, _S.reason != "")
        .order_by(_S.id)
    )
)
_INSERT = inserting_new(shop_stock_lines, [column.key for column in _S if column.key != "id"])


def _line(row: Any) -> StockLine:
    return StockLine(
        id=row.id,
        product_id=row.product_id,
        kind=StockKind(row.kind),
        count=row.count,
        reason=row.reason,
        order_id=row.order_id,
        actor_id=row.actor_id,
        happened_at=row.happened_at,
    )


def insert_stock_line(
    uow: UnitOfWork,
    *,
    cause_key: str,
    product_id: int,
    kind: StockKind,
    count: int,
    reason: str,
    order_id: int | None,
    actor_id: int,
    now: datetime,
) -> bool:
    """Write one line; False when this cause wrote it already."""
    written = _INSERT.change(
        uow,
        cause_key=cause_key,
        product_id=product_id,
        kind=kind.value,
        count=count,
        reason=reason,
        order_id=order_id,
        actor_id=actor_id,
        happened_at=now,
    )
    return written == 1


def has_line(uow: UnitOfWork, cause_key: str) -> bool:
    """Tell whether this cause wrote a line already."""
    return uow.connection.execute(select(_S.id).where(_S.cause_key == cause_key)).first() is not None


def proxies_of(uow: UnitOfWork, order_ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """Return by order who collected in the member's stead, in the order of the hand-overs."""
    found: dict[int, tuple[str, ...]] = {}
    wanted = sorted(set(order_ids))
    parts = (wanted[start : start + IDS_AT_ONCE_MAX] for start in range(0, len(wanted), IDS_AT_ONCE_MAX))
    for row in chain.from_iterable(_PROXIES.all(uow, part) for part in parts):
        known = found.get(row.order_id, ())
        found[row.order_id] = known if row.reason in known else (*known, row.reason)
    return found


def page_of_stock(
    uow: UnitOfWork,
    unit_ids: Iterable[int],
    *,
    product_id: int | None = None,
    limit: int | None,
    offset: int = 0,
    is_oldest_first: bool = False,
) -> tuple[Sequence[StockLine], int]:
    """Return one page of the units' lines, the newest first unless told otherwise, and how many there are."""
    where: list[ColumnElement[bool]] = [_P.unit_id.in_(sorted(set(unit_ids)))]
    if product_id is not None:
        where.append(_S.product_id == product_id)
    source = shop_stock_lines.join(shop_products, _P.id == _S.product_id)
    total = uow.connection.execute(select(func.count()).select_from(source).where(*where)).scalar_one()
    by = _S.id if is_oldest_first else _S.id.desc()
    statement = _LINE.select_from(source).where(*where).order_by(by).limit(limit).offset(offset)
    return [_line(row) for row in uow.connection.execute(statement)], int(total)


def products_out_of_stock_book(uow: UnitOfWork) -> Sequence[int]:
    """Return products whose shelf is not what their lines, or whose held is not what their orders say."""
    counted = uow.connection.execute(select(_S.product_id, func.sum(_S.count)).group_by(_S.product_id))
    book = {product_id: int(count) for product_id, count in counted}
    waiting = uow.connection.execute(
        select(_O.product_id, func.sum(_O.quantity - _O.handed))
        .where(_O.status.in_([status.value for status in HOLDING]))
        .group_by(_O.product_id)
    )
    held = {product_id: int(count) for product_id, count in waiting}
    rows = uow.connection.execute(select(_P.id, _P.stock, _P.held).order_by(_P.id))
    return [
        row.id
        for row in rows
        if row.stock + row.held != book.get(row.id, 0) or row.held != held.get(row.id, 0)
    ]
