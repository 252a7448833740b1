"""Who confirmed having read an announcement, and who was sent it and did not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from domain.outbox import OutboxStatus
from storage.database import UnitOfWork
from storage.statements import inserting_new
from storage.tables import confirmations, members, outbox

_CONFIRM = inserting_new(confirmations, ("announcement_id", "member_id", "confirmed_at"))


@dataclass(frozen=True, slots=True)
class Receipt:
    """One member of the audience: whether it arrived, and when they confirmed."""

    member_id: int
    name: str
    status: OutboxStatus
    failure: str
    sent_at: datetime | None
    confirmed_at: datetime | None


def confirm(uow: UnitOfWork, announcement_id: int, member_id: int, *, now: datetime) -> bool:
    """Keep that a member has read it; False when that is kept already."""
    written = _CONFIRM.change(uow, announcement_id=announcement_id, member_id=member_id, confirmed_at=now)
    return written == 1


def count_confirmed(uow: UnitOfWork, announcement_ids: Iterable[int]) -> Mapping[int, int]:
    """Return how many confirmed each of these announcements."""
    rows = uow.connection.execute(
        select(confirmations.c.announcement_id, func.count())
        .where(confirmations.c.announcement_id.in_(list(announcement_ids)))
        .group_by(confirmations.c.announcement_id)
    )
    return {announcement_id: int(count) for announcement_id, count in rows}


def list_receipts(
    uow: UnitOfWork,
    announcement_id: int,
    *,
    is_confirmed: bool | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[Sequence[Receipt], int]:
    """Return the members it was put in for, by id, and how many; only (un)confirmed ones where asked."""
    joined = outbox.join(members, members.c.id == outbox.c.member_id).outerjoin(
        confirmations,
        and_(
            confirmations.c.announcement_id == outbox.c.announcement_id,
            confirmations.c.member_id == outbox.c.member_id,
        ),
    )
    where = [outbox.c.announcement_id == announcement_id]
    if is_confirmed is not None:
        known = confirmations.c.id
        where.append(known.is_not(None) if is_confirmed else known.is_(None))
    total = uow.connection.execute(select(func.count()).select_from(joined).where(*where)).scalar_one()
    rows = uow.connection.execute(
        select(
            members.c.id,
            members.c.name,
            outbox.c.status,
            outbox.c.failure,
            outbox.c.sent_at,
            confirmations.c.confirmed_at,
        )
        .select_from(joined)
        .where(*where)
        .order_by(members.c.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Receipt(
            member_id=row.id,
            name=row.name,
            status=OutboxStatus(row.status),
            failure=row.failure or "",
            sent_at=row.sent_at,
            confirmed_at=row.confirmed_at,
        )
        for row in rows
    ], int(total)
