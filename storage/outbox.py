"""Messages that wait to be sent: written with the use case, claimed by conditional update."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, delete, func, or_, select, update

from domain.outbox import BLOCKED_FAILURE, LEASE_SECONDS, NewMessage, OutboxKind, OutboxStatus, Outgoing
from storage.database import UnitOfWork
from storage.statements import Prepared, inserting_new
from storage.tables import outbox

_ENQUEUE = inserting_new(
    outbox,
    (
        *("dedupe_key", "kind", "member_id", "facts", "priority"),
        *("status", "attempts", "created_at", "due_at"),
    ),
)
_IS_DUE = (outbox.c.status == OutboxStatus.QUEUED.value) | (
    (outbox.c.status == OutboxStatus.SENDING.value) & (outbox.c.lease_until_at <= bindparam("now"))
)
_FIRST_OF_EACH = (
    select(func.min(outbox.c.id))
    .where(or_(outbox.c.status == OutboxStatus.QUEUED.value, outbox.c.status == OutboxStatus.SENDING.value))
    .group_by(outbox.c.member_id)
)
_DUE = Prepared(
    select(outbox.c.id)
    .where(outbox.c.id.in_(_FIRST_OF_EACH), _IS_DUE, outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("count", type_=Integer))
    .with_for_update(skip_locked=True)
)
"""SQLite locks the whole database for a writer and leaves the last clause out."""


def enqueue(uow: UnitOfWork, messages: Iterable[NewMessage], *, now: datetime) -> None:
    """Put messages in, in this order; the same dedupe key a second time changes nothing."""
    _ENQUEUE.change_many(
        uow,
        [
            {
                "dedupe_key": message.dedupe_key,
                "kind": message.kind.value,
                "member_id": message.member_id,
                "facts": dict(message.facts),
                "priority": int(message.priority),
                "status": OutboxStatus.QUEUED.value,
                "attempts": 0,
                "created_at": now,
                "due_at": now,
            }
            for message in messages
        ],
    )


def claim(uow: UnitOfWork, *, now: datetime, limit: int) -> Sequence[Outgoing]:
    """Take the most urgent due messages, one per recipient, so that each chat reads them in order.

    A message of a sender that died comes back when its lease is over.
    """
    ids = [row.id for row in _DUE.all(uow, now=now, count=limit)]
    if not ids:
        return []
    uow.connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(
            status=OutboxStatus.SENDING.value,
            attempts=outbox.c.attempts + 1,
            lease_until_at=now + timedelta(seconds=LEASE_SECONDS),
        )
    )
    rows = uow.connection.execute(
        select(outbox.c.id, outbox.c.kind, outbox.c.member_id, outbox.c.facts, outbox.c.attempts)
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
        )
        for row in rows
    ]


def mark_sent(uow: UnitOfWork, outgoing_id: int, *, message_id: int | None, now: datetime) -> None:
    """Write down that a message arrived; without a message id it was found needless."""
    _finish(uow, outgoing_id, status=OutboxStatus.SENT.value, sent_at=now, message_id=message_id)


def mark_retry(uow: UnitOfWork, outgoing_id: int, *, due_at: datetime, failure: str) -> None:
    """Put a message back for later."""
    _finish(uow, outgoing_id, status=OutboxStatus.QUEUED.value, due_at=due_at, failure=failure[:200])


def revive_blocked(uow: UnitOfWork, member_id: int, *, now: datetime) -> None:
    """Put back what was given up because this person had blocked the bot."""
    uow.connection.execute(
        update(outbox)
        .where(
            outbox.c.member_id == member_id,
            outbox.c.status == OutboxStatus.DEAD.value,
            outbox.c.failure.startswith(BLOCKED_FAILURE),
        )
        .values(status=OutboxStatus.QUEUED.value, due_at=now, attempts=0)
    )


def mark_dead(uow: UnitOfWork, outgoing_id: int, *, failure: str) -> None:
    """Give a message up."""
    _finish(uow, outgoing_id, status=OutboxStatus.DEAD.value, failure=failure[:200])


def _finish(uow: UnitOfWork, outgoing_id: int, **values: Any) -> None:
    uow.connection.execute(
        update(outbox).where(outbox.c.id == outgoing_id).values(lease_until_at=None, **values)
    )


def release_all(uow: UnitOfWork) -> None:
    """Put back what a sender that is known to be gone had taken; for the one sender, at its start."""
    uow.connection.execute(
        update(outbox)
        .where(outbox.c.status == OutboxStatus.SENDING.value)
        .values(status=OutboxStatus.QUEUED.value, lease_until_at=None)
    )


def next_due_at(uow: UnitOfWork) -> datetime | None:
    """Return when the next queued message is due."""
    return uow.connection.execute(
        select(outbox.c.due_at)
        .where(outbox.c.status == OutboxStatus.QUEUED.value)
        .order_by(outbox.c.due_at)
        .limit(1)
    ).scalar()


def count_by_status(uow: UnitOfWork) -> Mapping[OutboxStatus, int]:
    """Return how many messages are in each status."""
    rows = uow.connection.execute(select(outbox.c.status, func.count()).group_by(outbox.c.status))
    return {OutboxStatus(status): int(count) for status, count in rows}


def delete_before(
    uow: UnitOfWork,
    sent_before_at: datetime,
    statuses: Iterable[OutboxStatus],
    *,
    kinds: Iterable[OutboxKind] = OutboxKind,
) -> int:
    """Forget messages of these statuses and kinds older than this; return how many."""
    result = uow.connection.execute(
        delete(outbox).where(
            outbox.c.created_at < sent_before_at,
            outbox.c.status.in_([status.value for status in statuses]),
            outbox.c.kind.in_([kind.value for kind in kinds]),
        )
    )
    return int(result.rowcount)
