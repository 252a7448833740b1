"""Lists that a rulebook has read out on fixed days, as they were made on the day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select

from domain.dated_lists import Listed
from domain.periods import Period
from domain.points import from_stored, to_stored
from storage.database import UnitOfWork
from storage.statements import inserting_new
from storage.tables import dated_lists

_INSERT = inserting_new(
    dated_lists,
    ("unit_id", "listed_on", "code", "period", "name", "is_frozen", "lines", "tied", "made_at"),
)


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list as it was made; `period` is the label of the period that it was read from.

    Not `is_frozen` where that period was still open to changes.
    """

    id: int
    unit_id: int
    listed_on: date
    code: str
    period: str
    name: str
    is_frozen: bool
    lines: tuple[Listed, ...]
    tied: tuple[str, ...]
    made_at: datetime


def insert_list(
    uow: UnitOfWork,
    *,
    unit_id: int,
    listed_on: date,
    code: str,
    name: str,
    period: Period,
    is_frozen: bool,
    lines: Iterable[Listed],
    tied: Iterable[str],
    now: datetime,
) -> int | None:
    """Keep a list and return its id; None where it was made before."""
    values: dict[str, Any] = {
        "unit_id": unit_id,
        "listed_on": listed_on,
        "code": code,
        "period": period.label,
        "name": name,
        "is_frozen": is_frozen,
        "lines": [
            {"member_id": one.member_id, "name": one.name, "total": to_stored(one.total), "rank": one.rank}
            for one in lines
        ],
        "tied": list(tied),
        "made_at": now,
    }
    if not _INSERT.change(uow, **values):
        return None
    key = (dated_lists.c[name] == values[name] for name in ("unit_id", "listed_on", "code", "period"))
    return int(uow.connection.execute(select(dated_lists.c.id).where(*key)).scalar_one())


def get_list(uow: UnitOfWork, list_id: int) -> KeptList | None:
    """Return one list."""
    row = uow.connection.execute(select(dated_lists).where(dated_lists.c.id == list_id)).one_or_none()
    return None if row is None else _kept(row)


def lists_of(uow: UnitOfWork, unit_id: int, *, limit: int) -> Sequence[KeptList]:
    """Return a unit's lists, the latest first."""
    rows = uow.connection.execute(
        select(dated_lists)
        .where(dated_lists.c.unit_id == unit_id)
        .order_by(dated_lists.c.listed_on.desc(), dated_lists.c.id)
        .limit(limit)
    )
    return [_kept(row) for row in rows]


def _kept(row: Row[*tuple[Any, ...]]) -> KeptList:
    return KeptList(
        id=row.id,
        unit_id=row.unit_id,
        listed_on=row.listed_on,
        code=row.code,
        period=row.period,
        name=row.name,
        is_frozen=bool(row.is_frozen),
        lines=tuple(
            Listed(one["member_id"], one["name"], from_stored(one["total"]), one["rank"]) for one in row.lines
        ),
        tied=tuple(row.tied),
        made_at=row.made_at,
    )
