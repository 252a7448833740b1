"""Running sums of every subject's entries by item and month."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from domain.points import from_stored, to_stored
from domain.scoring.settling import Cell, CellKey
from storage.database import UnitOfWork
from storage.statements import Prepared
from storage.sums.statements import upserting
from storage.sums.subjects import UNIT_ITSELF, Subject
from storage.tables import sums

_CELL = ("gains", "losses", "counted", "quantity", "count")


_CELL_KEY = ("unit_id", "member_id", "item", "month_on")


_ADD_CELL = upserting(sums, _CELL_KEY, _CELL, is_adding=True)


_PUT_CELL = upserting(sums, _CELL_KEY, _CELL, is_adding=False)


_CELLS = Prepared(
    select(sums.c.item, sums.c.month_on, *(sums.c[name] for name in _CELL)).where(
        sums.c.unit_id == bindparam("unit"),
        sums.c.member_id == bindparam("member"),
        sums.c.month_on >= bindparam("since_on"),
        sums.c.month_on < bindparam("until_on"),
    )
)


_DROP_CELL = Prepared(
    delete(sums).where(
        sums.c.unit_id == bindparam("unit"),
        sums.c.member_id == bindparam("member"),
        sums.c.item == bindparam("of_item"),
        sums.c.month_on == bindparam("month"),
    )
)


def cells_between(uow: UnitOfWork, of: Subject, since_on: date, until_on: date) -> dict[CellKey, Cell]:
    """Return a subject's cells of these months."""
    rows = _CELLS.all(uow, unit=of.unit_id, member=of.member_id, since_on=since_on, until_on=until_on)
    return {
        (row.item, row.month_on): Cell(
            from_stored(row.gains),
            from_stored(row.losses),
            from_stored(row.counted),
            from_stored(row.quantity),
            row.count,
        )
        for row in rows
    }


def cells_in(
    uow: UnitOfWork, unit_ids: Iterable[int], since_on: date, until_on: date, *, member_id: int | None = None
) -> dict[Subject, dict[CellKey, Cell]]:
    """Return the cells of these months of every subject of these units, or of one member."""
    where = [
        sums.c.unit_id.in_(sorted(set(unit_ids))),
        sums.c.month_on >= since_on,
        sums.c.month_on < until_on,
    ]
    if member_id is not None:
        where.append(sums.c.member_id == member_id)
    found: dict[Subject, dict[CellKey, Cell]] = {}
    for row in uow.connection.execute(
        select(
            sums.c.unit_id, sums.c.member_id, sums.c.item, sums.c.month_on, *(sums.c[name] for name in _CELL)
        ).where(*where)
    ):
        found.setdefault(Subject(row.unit_id, row.member_id), {})[row.item, row.month_on] = Cell(
            from_stored(row.gains),
            from_stored(row.losses),
            from_stored(row.counted),
            from_stored(row.quantity),
            row[-1],
        )
    return found


def begins_on(uow: UnitOfWork, unit_ids: Iterable[int]) -> date | None:
    """Return the first month in which these units have anything on record."""
    found: date | None = uow.connection.execute(
        select(func.min(sums.c.month_on)).where(sums.c.unit_id.in_(sorted(set(unit_ids))))
    ).scalar()
    return found


def holders_of(uow: UnitOfWork, unit_id: int, item: str, since_on: date, until_on: date) -> frozenset[int]:
    """Return the members who have an item in these months."""
    rows = uow.connection.execute(
        select(sums.c.member_id)
        .where(
            sums.c.unit_id == unit_id,
            sums.c.item == item,
            sums.c.month_on >= since_on,
            sums.c.month_on < until_on,
            sums.c.count > 0,
            sums.c.member_id != UNIT_ITSELF,
        )
        .distinct()
    )
    return frozenset(row.member_id for row in rows)


def add_to_cell(uow: UnitOfWork, of: Subject, key: CellKey, cell: Cell) -> None:
    """Add one entry to its cell."""
    _ADD_CELL.change(uow, **_cell_values(of, key, cell))


def replace_cells(
    uow: UnitOfWork, of: Subject, before: Mapping[CellKey, Cell], after: Mapping[CellKey, Cell]
) -> None:
    """Make the stored cells `after`, where they were `before`."""
    changed = {key: cell for key, cell in after.items() if before.get(key) != cell}
    _PUT_CELL.change_many(uow, [_cell_values(of, key, cell) for key, cell in changed.items()])
    for item, month_on in before.keys() - after.keys():
        _DROP_CELL.change(uow, unit=of.unit_id, member=of.member_id, of_item=item, month=month_on)


def _cell_values(of: Subject, key: CellKey, cell: Cell) -> dict[str, Any]:
    item, month_on = key
    return {
        "unit_id": of.unit_id,
        "member_id": of.member_id,
        "item": item,
        "month_on": month_on,
        "gains": to_stored(cell.gains),
        "losses": to_stored(cell.losses),
        "counted": to_stored(cell.counted),
        "quantity": to_stored(cell.quantity),
        "count": cell.count,
    }


def is_same_cell(one: Cell, other: Cell) -> bool:
    """Tell whether two cells are stored alike."""
    return _stored(one) == _stored(other)


def _stored(cell: Cell) -> tuple[int, ...]:
    return (*(to_stored(getattr(cell, name)) for name in _CELL[:-1]), cell.count)
