"""Units: branches, committees, groups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from domain.members import Unit, UnitKind
from storage.database import UnitOfWork
from storage.statements import Prepared
from storage.tables import units

_COLUMNS = (
    units.c.id,
    units.c.code,
    units.c.name,
    units.c.kind,
    units.c.parent_id,
    units.c.rulebook,
    units.c.time_zone,
)
_ALL = select(*_COLUMNS).order_by(units.c.id)
_LIST = Prepared(_ALL)
_REMEMBERED = "units"


def _unit(row: Row[*tuple[Any, ...]]) -> Unit:
    return Unit(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=UnitKind(row.kind),
        parent_id=row.parent_id,
        rulebook=row.rulebook,
        time_zone=row.time_zone,
    )


def list_units(uow: UnitOfWork) -> Sequence[Unit]:
    """Return every unit, by id; read once per transaction."""
    known: Sequence[Unit] | None = uow.memory.get(_REMEMBERED)
    if known is None:
        known = uow.memory[_REMEMBERED] = [_unit(row) for row in _LIST.all(uow)]
    return known


def insert_unit(
    uow: UnitOfWork,
    *,
    code: str,
    name: str,
    kind: UnitKind,
    parent_id: int | None,
    rulebook: str | None,
    time_zone: str,
    now: datetime,
) -> int:
    """Add a unit and return its id."""
    uow.memory.pop(_REMEMBERED, None)
    values = {
        "code": code,
        "name": name,
        "kind": kind.value,
        "parent_id": parent_id,
        "rulebook": rulebook,
        "time_zone": time_zone,
        "created_at": now,
    }
    return int(uow.connection.execute(insert(units).values(values).returning(units.c.id)).scalar_one())


def update_unit(
    uow: UnitOfWork, unit_id: int, *, name: str, parent_id: int | None, rulebook: str | None
) -> None:
    """Change a unit's name, place and rulebook."""
    uow.memory.pop(_REMEMBERED, None)
    uow.connection.execute(
        update(units).where(units.c.id == unit_id).values(name=name, parent_id=parent_id, rulebook=rulebook)
    )


def set_time_zone(uow: UnitOfWork, unit_id: int, time_zone: str) -> None:
    """Change the time zone that a unit's days are counted in."""
    uow.memory.pop(_REMEMBERED, None)
    uow.connection.execute(update(units).where(units.c.id == unit_id).values(time_zone=time_zone))
