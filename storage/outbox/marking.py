"""Writes down what became of messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update

from domain.outbox import BLOCKED_FAILURE, OutboxStatus
from storage.database import UnitOfWork
from storage.statements import Prepared
from storage.tables import outbox

FAILURE_LENGTH_MAX = 200
_MARK_SENT = Prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("outgoing"))
    .values(
        status=OutboxStatus.SENT.value,
        lease_until_at=None,
        sent_at=bindparam("now"),
        message_id=bindparam("message"),
    )
)


def mark_sent(uow: UnitOfWork, outgoing_id: int, *, message_id: int | None, now: datetime) -> None:
    """Write down that a message arrived; without a message id it was found needless."""
    mark_all_sent(uow, [(outgoing_id, message_id)], now=now)


def mark_all_sent(uow: UnitOfWork, sent: Sequence[tuple[int, int | None]], *, now: datetime) -> None:
    """Write down (id, message id) pairs of what arrived, as one batch."""
    rows = [{"outgoing": outgoing_id, "message": message_id, "now": now} for outgoing_id, message_id in sent]
    _MARK_SENT.change_many(uow, rows)


def mark_retry(
    uow: UnitOfWork,
    outgoing_id: int,
    *,
    due_at: datetime,
    failure: str,
    status: OutboxStatus = OutboxStatus.QUEUED,
    is_counted: bool = True,
) -> None:
    """Put a message back for later; a try that Telegram put off need not count.

    The status is another one where its announcement was paused or stopped meanwhile.
    """
    values: dict[str, Any] = {} if is_counted else {"attempts": outbox.c.attempts - 1}
    _finish(
        uow,
        outgoing_id,
        status=status.value,
        due_at=due_at,
        failure=failure[:FAILURE_LENGTH_MAX],
        **values,
    )


def mark_held(uow: UnitOfWork, outgoing_id: int, status: OutboxStatus) -> None:
    """Put aside a message whose announcement was paused or stopped while it was under way."""
    _finish(uow, outgoing_id, status=status.value, attempts=outbox.c.attempts - 1)


def mark_dead(uow: UnitOfWork, outgoing_id: int, *, failure: str) -> None:
    """Give a message up."""
    _finish(uow, outgoing_id, status=OutboxStatus.DEAD.value, failure=failure[:FAILURE_LENGTH_MAX])


def _finish(uow: UnitOfWork, outgoing_id: int, **values: Any) -> None:
    uow.connection.execute(
        update(outbox).where(outbox.c.id == outgoing_id).values(lease_until_at=None, **values)
    )


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


def revive(uow: UnitOfWork, outgoing_id: int, *, now: datetime) -> bool:
    """Put back one message that was given up; False where it is not given up."""
    result = uow.connection.execute(
        update(outbox)
        .where(outbox.c.id == outgoing_id, outbox.c.status == OutboxStatus.DEAD.value)
        .values(status=OutboxStatus.QUEUED.value, due_at=now, attempts=0)
    )
    return result.rowcount == 1


def move_chat(uow: UnitOfWork, *, old_chat_id: int, new_chat_id: int) -> None:
    """Send to a group's new address whatever waits for it under the old one."""
    waiting = [OutboxStatus.QUEUED.value, OutboxStatus.SENDING.value, OutboxStatus.HELD.value]
    uow.connection.execute(
        update(outbox)
        .where(outbox.c.chat_id == old_chat_id, outbox.c.status.in_(waiting))
        .values(chat_id=new_chat_id)
    )


def change_of_announcement(
    uow: UnitOfWork, announcement_id: int, was: OutboxStatus, to: OutboxStatus, *, now: datetime
) -> int:
    """Change every message of an announcement that is in one status to another; return how many."""
    fresh = {"due_at": now, "attempts": 0} if was is OutboxStatus.DEAD else {}
    result = uow.connection.execute(
        update(outbox)
        .where(outbox.c.announcement_id == announcement_id, outbox.c.status == was.value)
        .values(status=to.value, **fresh)
    )
    return int(result.rowcount)
