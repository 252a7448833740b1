"""Windows of the points shop, and the money that may be spent in each."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, insert, or_, select, update

from domain.shop import ShopWindow
from storage.database import UnitOfWork
from storage.statements import Prepared
from storage.tables import shop_windows, units

_W = shop_windows.c
_WINDOW = select(*(_W[field.name] for field in fields(ShopWindow)))
_GET = Prepared(_WINDOW.where(_W.id == bindparam("window")))
_OPEN = Prepared(
    _WINDOW.where(
        _W.unit_id == bindparam("unit"), _W.opens_at <= bindparam("now"), _W.closes_at > bindparam("now_too")
    ).order_by(_W.id)
)
_CENTS = bindparam("cents", type_=BigInteger)
_SPEND = Prepared(
    update(shop_windows)
    .where(
        _W.id == bindparam("window"),
        or_(_W.budget_cents.is_(None), _W.spent_cents + _CENTS <= _W.budget_cents),
    )
    .values(spent_cents=_W.spent_cents + _CENTS)
)


def insert_window(
    uow: UnitOfWork,
    *,
    unit_id: int,
    label: str,
    opens_at: datetime,
    closes_at: datetime,
    pick_up_until_at: datetime,
    budget_cents: int | None,
    created_by_id: int,
    now: datetime,
) -> int:
    """Keep a window and return its id."""
    values = {
        "unit_id": unit_id,
        "label": label,
        "opens_at": opens_at,
        "closes_at": closes_at,
        "pick_up_until_at": pick_up_until_at,
        "budget_cents": budget_cents,
        "spent_cents": 0,
        "created_at": now,
        "created_by_id": created_by_id,
    }
    statement = insert(shop_windows).values(values).returning(_W.id)
    return int(uow.connection.execute(statement).scalar_one())


def get_window(uow: UnitOfWork, window_id: int) -> ShopWindow | None:
    """Return the window with this id."""
    row = _GET.one_or_none(uow, window=window_id)
    return ShopWindow(*row) if row else None


def open_window(uow: UnitOfWork, unit_id: int, now: datetime) -> ShopWindow | None:
    """Return the window that is open in a unit now."""
    rows = _OPEN.all(uow, unit=unit_id, now=now, now_too=now)
    return ShopWindow(*rows[0]) if rows else None


def next_window(uow: UnitOfWork, unit_id: int, now: datetime) -> ShopWindow | None:
    """Return the next window that will open in a unit; not one that was called off."""
    will_open = (_W.opens_at > now) & (_W.closes_at > _W.opens_at)
    statement = _WINDOW.where(_W.unit_id == unit_id, will_open).order_by(_W.opens_at).limit(1)
    row = uow.connection.execute(statement).one_or_none()
    return ShopWindow(*row) if row else None


def list_windows(uow: UnitOfWork, unit_id: int, *, limit: int | None = None) -> Sequence[ShopWindow]:
    """Return a unit's windows, the newest first."""
    statement = _WINDOW.where(_W.unit_id == unit_id).order_by(_W.opens_at.desc(), _W.id.desc()).limit(limit)
    return [ShopWindow(*row) for row in uow.connection.execute(statement)]


def lock_unit(uow: UnitOfWork, unit_id: int) -> None:
    """Let nobody else plan a window of this unit until the commit."""
    uow.connection.execute(select(units.c.id).where(units.c.id == unit_id).with_for_update())


def close_window(uow: UnitOfWork, window_id: int, *, closes_at: datetime) -> None:
    """Let a window close earlier than planned."""
    uow.connection.execute(
        update(shop_windows).where(_W.id == window_id, _W.closes_at > closes_at).values(closes_at=closes_at)
    )


def spend_money(uow: UnitOfWork, window_id: int, cents: int) -> bool:
    """Count money for goods, or with a negative number take it back; False when the budget does not reach."""
    return _SPEND.change(uow, window=window_id, cents=cents) == 1


def windows_to_tell(uow: UnitOfWork, now: datetime) -> Sequence[ShopWindow]:
    """Return the windows that opened or closed and of which nobody was told so yet."""
    has_opened = _W.opening_told_at.is_(None) & (_W.opens_at <= now) & (_W.closes_at > now)
    has_closed = _W.closing_told_at.is_(None) & (_W.closes_at <= now)
    statement = _WINDOW.where(or_(has_opened, has_closed)).order_by(_W.id)
    return [ShopWindow(*row) for row in uow.connection.execute(statement)]


def mark_told(uow: UnitOfWork, window: ShopWindow, *, is_closing: bool, now: datetime) -> bool:
    """Write down that the opening or the closing is told; False when another process was first."""
    column = _W.closing_told_at if is_closing else _W.opening_told_at
    result = uow.connection.execute(
        update(shop_windows).where(_W.id == window.id, column.is_(None)).values({column.key: now})
    )
    return result.rowcount == 1
