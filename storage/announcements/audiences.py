"""Finds the members of an audience, a few thousand at a time, and the accounts behind them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from domain.announcements import Audience, AudienceCount
from domain.periods import Period
from domain.reports import ReportStatus
from storage.database import UnitOfWork
from storage.statements import PreparedForMany
from storage.tables import accounts, members, memberships, reports, roles

CHUNK = 2000
REPORTED = (ReportStatus.PENDING, ReportStatus.RETURNED, ReportStatus.APPROVED)
"""Who has one of these in the month has reported something."""
_READERS = PreparedForMany(
    lambda ids: (
        select(members.c.id, members.c.name, members.c.language, accounts.c.user_id, memberships.c.unit_id)
        .select_from(
            members.outerjoin(
                accounts, and_(accounts.c.member_id == members.c.id, accounts.c.unbound_at.is_(None))
            ).outerjoin(memberships, memberships.c.member_id == members.c.id)
        )
        .where(members.c.id.in_(ids))
        .order_by(memberships.c.id)
    )
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of an audience, in one of its units."""

    member_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Who an announcement is put before; no `user_id` without an account; units newest last."""

    member_id: int
    name: str
    language: str | None
    user_id: int | None
    unit_ids: tuple[int, ...]


def _belonging(audience: Audience, *, today: date, month: Period) -> ColumnElement[bool]:
    """Return the condition on a membership."""
    where: list[ColumnElement[bool]] = [
        memberships.c.unit_id.in_(audience.unit_ids),
        or_(memberships.c.since_on.is_(None), memberships.c.since_on <= today),
        or_(memberships.c.until_on.is_(None), memberships.c.until_on > today),
    ]
    if audience.kinds:
        where.append(memberships.c.kind.in_([kind.value for kind in audience.kinds]))
    if audience.roles:
        where.append(
            select(roles.c.id)
            .where(
                roles.c.member_id == memberships.c.member_id,
                roles.c.unit_id.in_(audience.unit_ids),
                roles.c.role.in_([role.value for role in audience.roles]),
                roles.c.revoked_at.is_(None),
            )
            .exists()
        )
    if audience.is_without_report:
        where.append(
            ~select(reports.c.id)
            .where(
                reports.c.member_id == memberships.c.member_id,
                reports.c.happened_on >= month.starts_on,
                reports.c.happened_on < month.until_on,
                reports.c.status.in_([status.value for status in REPORTED]),
            )
            .exists()
        )
    return and_(*where)


def _members_of(where: ColumnElement[bool]) -> Select[Any]:
    return (
        select(memberships.c.member_id, func.min(memberships.c.unit_id).label("unit_id"))
        .where(where)
        .group_by(memberships.c.member_id)
    )


def iterate_audience(
    uow: UnitOfWork, audience: Audience, *, today: date, month: Period
) -> Iterator[list[Candidate]]:
    """Yield the members of an audience by id, so many at a time: memory stays flat.

    `month` is the one that `is_without_report` asks about; `below_points` is not asked here.
    """
    statement = _members_of(_belonging(audience, today=today, month=month)).order_by(memberships.c.member_id)
    with uow.connection.execute(statement.execution_options(yield_per=CHUNK)) as found:
        for rows in found.partitions():
            yield [Candidate(row.member_id, row.unit_id) for row in rows]


def count_audience(uow: UnitOfWork, audience: Audience, *, today: date, month: Period) -> AudienceCount:
    """Return how many it is for, and how many of them cannot be reached; groups are not counted."""
    found = _members_of(_belonging(audience, today=today, month=month)).subquery()
    row = uow.connection.execute(
        select(func.count(), func.count(accounts.c.id), func.count(accounts.c.blocked_at)).select_from(
            found.outerjoin(
                accounts, and_(accounts.c.member_id == found.c.member_id, accounts.c.unbound_at.is_(None))
            )
        )
    ).one()
    total, bound, blocked = (int(one) for one in row)
    return AudienceCount(total=total, without_account=total - bound, blocked=blocked)


def list_readers(uow: UnitOfWork, member_ids: Iterable[int]) -> Mapping[int, Reader]:
    """Return these members with their accounts and units, by id."""
    found: dict[int, Reader] = {}
    for row in _READERS.all(uow, member_ids):
        before = found.get(row.id)
        own = (row.unit_id,) if row.unit_id is not None else ()
        found[row.id] = Reader(
            row.id, row.name, row.language, row.user_id, (before.unit_ids if before else ()) + own
        )
    return found
