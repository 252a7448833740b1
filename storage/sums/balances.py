"""What closed periods counted, asserted beside the end of the chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, literal, select

from storage.database import UnitOfWork
from storage.tables import balances, sums


@dataclass(frozen=True, slots=True)
class Balance:
    """What a member's entries counted in a closed period, and the end of the chain at that moment."""

    unit_id: int
    member_id: int
    label: str
    counted: int
    actual: int
    sequence: int
    hash: str


def assert_balances(
    uow: UnitOfWork,
    period_id: int,
    unit_id: int,
    since_on: date,
    until_on: date,
    *,
    sequence: int,
    hash_: str,
) -> None:
    """Write down what every subject's entries of the period count, with the end of the chain."""
    counted = (
        select(
            literal(period_id), sums.c.member_id, func.sum(sums.c.counted), literal(sequence), literal(hash_)
        )
        .where(sums.c.unit_id == unit_id, sums.c.month_on >= since_on, sums.c.month_on < until_on)
        .group_by(sums.c.member_id)
    )
    uow.connection.execute(
        insert(balances).from_select(
            ["finalised_period_id", "member_id", "counted", "sequence", "hash"], counted
        )
    )


def list_balances(uow: UnitOfWork, unit_id: int) -> Sequence[Balance]:
    """Return the balances of a unit's closed periods beside what the sums say now."""
    from storage.tables import finalised_periods

    actual = func.coalesce(
        select(func.sum(sums.c.counted))
        .where(
            sums.c.unit_id == finalised_periods.c.unit_id,
            sums.c.member_id == balances.c.member_id,
            sums.c.month_on >= finalised_periods.c.starts_on,
            sums.c.month_on < finalised_periods.c.until_on,
        )
        .scalar_subquery(),
        0,
    )
    rows = uow.connection.execute(
        select(
            finalised_periods.c.unit_id,
            balances.c.member_id,
            finalised_periods.c.label,
            balances.c.counted,
            actual,
            balances.c.sequence,
            balances.c.hash,
        )
        .join(finalised_periods, finalised_periods.c.id == balances.c.finalised_period_id)
        .where(finalised_periods.c.unit_id == unit_id)
        .order_by(balances.c.finalised_period_id, balances.c.member_id)
    )
    return [Balance(*row) for row in rows]
