"""Whose sums there are: members in units, households as negative members, units themselves as member 0."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from storage.database import UnitOfWork
from storage.tables import entries, sums

UNIT_ITSELF = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose sums: a member in a unit, a household (its id negated), or the unit itself."""

    unit_id: int
    member_id: int = UNIT_ITSELF

    @property
    def is_unit(self) -> bool:
        """Whether it is the unit itself."""
        return self.member_id == UNIT_ITSELF

    @property
    def is_household(self) -> bool:
        """Whether it is a household, whose members share the account."""
        return self.member_id < UNIT_ITSELF


def subjects_in(uow: UnitOfWork, unit_id: int) -> Sequence[tuple[Subject, date, date]]:
    """Return every subject that has entries or sums in a unit, with the first and the last day of either."""
    of_entries = select(
        func.coalesce(entries.c.member_id, UNIT_ITSELF).label("member_id"), entries.c.happened_on.label("on")
    ).where(entries.c.unit_id == unit_id)
    of_sums = select(sums.c.member_id, sums.c.month_on.label("on")).where(sums.c.unit_id == unit_id)
    both = of_entries.union_all(of_sums).subquery()
    rows = uow.connection.execute(
        select(both.c.member_id, func.min(both.c.on).label("first"), func.max(both.c.on).label("last"))
        .group_by(both.c.member_id)
        .order_by(both.c.member_id)
    )
    return [(Subject(unit_id, row.member_id), row.first, row.last) for row in rows]


def is_uncounted(uow: UnitOfWork, unit_id: int) -> bool:
    """Tell whether a unit has entries and no sums."""
    has_sums = uow.connection.execute(
        select(sums.c.unit_id).where(sums.c.unit_id == unit_id).limit(1)
    ).first()
    has_entries = uow.connection.execute(
        select(entries.c.id).where(entries.c.unit_id == unit_id).limit(1)
    ).first()
    return has_sums is None and has_entries is not None
