"""Periods that are final and frozen, per unit."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import UnitOfWork
from storage.statements import Prepared
from storage.tables import finalised_periods

_SPANS = Prepared(
    select(finalised_periods.c.starts_on, finalised_periods.c.until_on)
    .where(finalised_periods.c.unit_id == bindparam("unit"))
    .order_by(finalised_periods.c.starts_on)
)
_REMEMBERED = "finalised"


def finalised_spans(uow: UnitOfWork, unit_id: int) -> Sequence[tuple[date, date]]:
    """Return the frozen spans of a unit as (start, exclusive end), oldest first; once per transaction."""
    key = (_REMEMBERED, unit_id)
    if key not in uow.memory:
        uow.memory[key] = [(row.starts_on, row.until_on) for row in _SPANS.all(uow, unit=unit_id)]
    found: Sequence[tuple[date, date]] = uow.memory[key]
    return found


def insert_finalised(
    uow: UnitOfWork,
    *,
    unit_id: int,
    label: str,
    starts_on: date,
    until_on: date,
    actor_id: int | None,
    now: datetime,
) -> int | None:
    """Freeze a period of a unit and return its id; None when it is frozen already."""
    uow.memory.pop((_REMEMBERED, unit_id), None)
    upsert = sqlite.insert(finalised_periods) if uow.is_sqlite else postgresql.insert(finalised_periods)
    result = uow.connection.execute(
        upsert.values(
            unit_id=unit_id,
            label=label,
            starts_on=starts_on,
            until_on=until_on,
            finalised_at=now,
            finalised_by_id=actor_id,
        )
        .on_conflict_do_nothing()
        .returning(finalised_periods.c.id)
    )
    period_id: int | None = result.scalar()
    return period_id
