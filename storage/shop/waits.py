"""Who waits for a product that is sold out, and who typed wrong pick-up codes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update

from storage.database import UnitOfWork
from storage.statements import inserting_new
from storage.tables import members, shop_waits, shop_wrong_codes

_W = shop_waits.c
_INSERT = inserting_new(shop_waits, ("product_id", "member_id", "since_at"))


def insert_wait(uow: UnitOfWork, *, product_id: int, member_id: int, now: datetime) -> bool:
    """Put a member on the waiting list; False when they are on it already."""
    return _INSERT.change(uow, product_id=product_id, member_id=member_id, since_at=now) == 1


def take_waiting(uow: UnitOfWork, product_id: int, *, limit: int, now: datetime) -> Sequence[tuple[int, int]]:
    """Take the first so many off the list, as (number on the list, member)."""
    rows = list(
        uow.connection.execute(
            select(_W.id, _W.member_id)
            .where(_W.product_id == product_id, _W.told_at.is_(None))
            .order_by(_W.id)
            .limit(limit)
            .with_for_update()
        )
    )
    if rows:
        uow.connection.execute(
            update(shop_waits).where(_W.id.in_([row.id for row in rows])).values(told_at=now)
        )
    return [(row.id, row.member_id) for row in rows]


def waited_for(uow: UnitOfWork, member_id: int, product_ids: Iterable[int]) -> frozenset[int]:
    """Return those of these products for which a member waits."""
    statement = select(_W.product_id).where(
        _W.member_id == member_id, _W.told_at.is_(None), _W.product_id.in_(sorted(set(product_ids)))
    )
    return frozenset(row.product_id for row in uow.connection.execute(statement))


def count_waiting(uow: UnitOfWork, product_ids: Iterable[int]) -> dict[int, int]:
    """Return how many wait for each of these products."""
    statement = (
        select(_W.product_id, func.count())
        .where(_W.told_at.is_(None), _W.product_id.in_(sorted(set(product_ids))))
        .group_by(_W.product_id)
    )
    return {product_id: int(count) for product_id, count in uow.connection.execute(statement)}


def lock_trier(uow: UnitOfWork, member_id: int) -> None:
    """Let no other code of this member be tried until the commit."""
    uow.connection.execute(select(members.c.id).where(members.c.id == member_id).with_for_update())


def insert_wrong_code(uow: UnitOfWork, *, member_id: int, now: datetime) -> None:
    """Write down that a member tried a wrong code."""
    uow.connection.execute(insert(shop_wrong_codes).values(member_id=member_id, tried_at=now))


def wrong_codes_since(uow: UnitOfWork, member_id: int, since_at: datetime) -> Sequence[datetime]:
    """Return when a member tried wrong codes after this instant, the oldest first."""
    column = shop_wrong_codes.c
    statement = (
        select(column.tried_at)
        .where(column.member_id == member_id, column.tried_at > since_at)
        .order_by(column.tried_at)
    )
    return [row.tried_at for row in uow.connection.execute(statement)]
