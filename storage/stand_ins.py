"""Members who decide in a recorder's stead for some days."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from domain.stand_ins import StandIn, StandInStatus
from storage.database import UnitOfWork, one_or_none
from storage.tables import stand_ins

_STAND_IN = select(
    stand_ins.c.id,
    stand_ins.c.unit_id,
    stand_ins.c.member_id,
    stand_ins.c.asked_by_id,
    stand_ins.c.since_on,
    stand_ins.c.until_on,
    stand_ins.c.status,
)


def _stand_in(row: Row[*tuple[Any, ...]]) -> StandIn:
    return StandIn(
        id=row.id,
        unit_id=row.unit_id,
        member_id=row.member_id,
        asked_by_id=row.asked_by_id,
        since_on=row.since_on,
        until_on=row.until_on,
        status=StandInStatus(row.status),
    )


def insert_stand_in(
    uow: UnitOfWork,
    *,
    unit_id: int,
    member_id: int,
    asked_by_id: int,
    since_on: date,
    until_on: date,
    now: datetime,
) -> StandIn:
    """Keep a planned stand-in."""
    statement = (
        insert(stand_ins)
        .values(
            unit_id=unit_id,
            member_id=member_id,
            asked_by_id=asked_by_id,
            since_on=since_on,
            until_on=until_on,
            status=StandInStatus.PLANNED.value,
            made_at=now,
        )
        .returning(stand_ins.c.id)
    )
    new_id = int(uow.connection.execute(statement).scalar_one())
    return StandIn(new_id, unit_id, member_id, asked_by_id, since_on, until_on, StandInStatus.PLANNED)


def get_stand_in(uow: UnitOfWork, stand_in_id: int) -> StandIn | None:
    """Return the stand-in with this id."""
    row = one_or_none(list(uow.connection.execute(_STAND_IN.where(stand_ins.c.id == stand_in_id))))
    return _stand_in(row) if row else None


def list_stand_ins(uow: UnitOfWork, unit_id: int, *, member_id: int | None = None) -> Sequence[StandIn]:
    """Return the stand-ins of a unit that have not ended, by their first day."""
    wanted = _STAND_IN.where(stand_ins.c.unit_id == unit_id, stand_ins.c.status != StandInStatus.ENDED.value)
    if member_id is not None:
        wanted = wanted.where(stand_ins.c.member_id == member_id)
    rows = uow.connection.execute(wanted.order_by(stand_ins.c.since_on, stand_ins.c.id))
    return [_stand_in(row) for row in rows]


def units_with_stand_ins(uow: UnitOfWork) -> frozenset[int]:
    """Return the units in which a stand-in has not ended."""
    rows = uow.connection.execute(
        select(stand_ins.c.unit_id).where(stand_ins.c.status != StandInStatus.ENDED.value).distinct()
    )
    return frozenset(row.unit_id for row in rows)


def move_stand_in(uow: UnitOfWork, stand_in: StandIn, status: StandInStatus) -> bool:
    """Change the status by compare-and-set; False when somebody was first."""
    result = uow.connection.execute(
        update(stand_ins)
        .where(stand_ins.c.id == stand_in.id, stand_ins.c.status == stand_in.status.value)
        .values(status=status.value)
    )
    return result.rowcount == 1
