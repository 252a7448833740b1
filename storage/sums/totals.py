"""What very many members have in a period, all and by component, in one statement."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, select

from storage.database import UnitOfWork, say_to_driver
from storage.sums.subjects import UNIT_ITSELF
from storage.tables import sums

_ROOM_FOR_MANY = "SET LOCAL work_mem = '64MB'"
"""For a hundred thousand members; it holds until the transaction ends."""


def totals_in(
    uow: UnitOfWork, unit_id: int, since_on: date, until_on: date, parts: Sequence[Sequence[str]]
) -> dict[int, Sequence[Any]]:
    """Return of each member of a unit a row: the id, what counts in these months, then that of each part.

    Amounts are stored integers, None where a member has nothing of a part. In SQLite the primary key holds
    the rows of a member together, so nothing is sorted; PostgreSQL gathers them in memory, which is faster
    than its index if there is room.
    """
    if not uow.is_sqlite:
        say_to_driver(uow, _ROOM_FOR_MANY)
    columns = [cast(func.sum(case((sums.c.item.in_(part), sums.c.counted))), BigInteger) for part in parts]
    statement = (
        select(sums.c.member_id, cast(func.sum(sums.c.counted), BigInteger), *columns)
        .where(
            sums.c.unit_id == unit_id,
            sums.c.member_id > UNIT_ITSELF,
            sums.c.month_on.between(since_on, until_on - timedelta(days=1)),
        )
        .group_by(sums.c.member_id)
    )
    cursor = uow.connection.execute(statement).cursor
    assert cursor is not None
    return {row[0]: row for row in cursor.fetchall()}
