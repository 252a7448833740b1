"""Hands waiting messages to the sender, by conditional update."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Integer, and_, bindparam, exists, or_, select, update

from domain.outbox import LEASE_SECONDS, OutboxKind, OutboxStatus, Outgoing, Priority
from storage.database import UnitOfWork
from storage.statements import Prepared
from storage.tables import outbox

_EARLIER = outbox.alias("earlier")
_QUEUED, _SENDING = OutboxStatus.QUEUED.value, OutboxStatus.SENDING.value
_HOLDS_UP = and_(
    or_(_EARLIER.c.status == _QUEUED, _EARLIER.c.status == _SENDING),
    _EARLIER.c.id < outbox.c.id,
    or_(_EARLIER.c.attempts > 0, _EARLIER.c.due_at <= bindparam("now")),
    or_(_EARLIER.c.priority < int(Priority.BROADCAST), outbox.c.priority == int(Priority.BROADCAST)),
)
"""Each chat reads its messages in order; what goes to many holds up nothing but its like.

What is put off until later, and was never tried, holds up nothing at all.
"""
_DUE = Prepared(
    select(outbox.c.id)
    .where(
        outbox.c.status == _QUEUED,
        outbox.c.due_at <= bindparam("now"),
        outbox.c.priority.between(bindparam("low", type_=Integer), bindparam("high", type_=Integer)),
        ~exists().where(_EARLIER.c.member_id == outbox.c.member_id, _HOLDS_UP),
        ~exists().where(_EARLIER.c.chat_id == outbox.c.chat_id, _HOLDS_UP),
    )
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("count", type_=Integer))
    .with_for_update(skip_locked=True, of=outbox)
)
"""SQLite locks the whole database for a writer and leaves the last clause out."""
_EXPIRED = Prepared(
    update(outbox)
    .where(outbox.c.status == _SENDING, outbox.c.lease_until_at <= bindparam("now"))
    .values(status=_QUEUED, lease_until_at=None)
)


def claim(
    uow: UnitOfWork,
    *,
    now: datetime,
    limit: int,
    first: Priority = Priority.ANSWER,
    last: Priority = Priority.BROADCAST,
) -> Sequence[Outgoing]:
    """Take the most urgent due messages between two priorities, in order for each chat.

    A message of a sender that died comes back when its lease is over.
    """
    _EXPIRED.change(uow, now=now)
    ids = [row.id for row in _DUE.all(uow, now=now, low=int(first), high=int(last), count=limit)]
    if not ids:
        return []
    uow.connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(
            status=_SENDING,
            attempts=outbox.c.attempts + 1,
            lease_until_at=now + timedelta(seconds=LEASE_SECONDS),
        )
    )
    rows = uow.connection.execute(
        select(
            outbox.c.id,
            outbox.c.kind,
            outbox.c.member_id,
            outbox.c.facts,
            outbox.c.attempts,
            outbox.c.chat_id,
            outbox.c.announcement_id,
        )
        .where(outbox.c.id.in_(ids))
        .order_by(outbox.c.priority, outbox.c.id)
    )
    return [
        Outgoing(
            id=row.id,
            kind=OutboxKind(row.kind),
            member_id=row.member_id,
            facts=row.facts,
            attempts=row.attempts,
            chat_id=row.chat_id,
            announcement_id=row.announcement_id,
        )
        for row in rows
    ]


def release(uow: UnitOfWork, outgoing_ids: Iterable[int]) -> None:
    """Put back what was taken and not tried."""
    ids = list(outgoing_ids)
    if ids:
        uow.connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(ids), outbox.c.status == _SENDING)
            .values(status=_QUEUED, lease_until_at=None, attempts=outbox.c.attempts - 1)
        )


def put_off(uow: UnitOfWork, outgoing_ids: Iterable[int], *, due_at: datetime) -> None:
    """Put back what was taken and not tried, for later; earlier tries are forgotten.

    So it holds up nothing of its chat until then.
    """
    uow.connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(list(outgoing_ids)), outbox.c.status == _SENDING)
        .values(status=_QUEUED, lease_until_at=None, attempts=0, due_at=due_at)
    )


def release_all(uow: UnitOfWork) -> None:
    """Put back what a sender that is known to be gone had taken; for the one sender, at its start."""
    uow.connection.execute(
        update(outbox).where(outbox.c.status == _SENDING).values(status=_QUEUED, lease_until_at=None)
    )
