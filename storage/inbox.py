"""Updates as they came: kept before they are acknowledged, handled once, per lane in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select, update

from storage.database import UnitOfWork
from storage.statements import inserting_new
from storage.tables import inbox

_KEEP = inserting_new(
    inbox,
    ("bot_id", "update_id", "lane", "payload", "status", "attempts", "received_at"),
    returning="update_id",
)


class InboxStatus(StrEnum):
    """How far an update has come."""

    WAITING = "waiting"
    """Not handled yet."""
    DONE = "done"
    """Handled."""
    PARKED = "parked"
    """Could not be read or handled; kept for the operator."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update; the lane is the chat whose updates must stay in order."""

    update_id: int
    lane: str
    payload: dict[str, Any]
    attempts: int


def keep(uow: UnitOfWork, *, bot_id: int, updates: Iterable[Incoming], now: datetime) -> Sequence[int]:
    """Keep a batch and return the ids that are new; an update seen before is left as it is."""
    fresh = [
        _KEEP.scalar(
            uow,
            bot_id=bot_id,
            update_id=u.update_id,
            lane=u.lane,
            payload=u.payload,
            status=InboxStatus.WAITING.value,
            attempts=0,
            received_at=now,
        )
        for u in updates
    ]
    return sorted(update_id for update_id in fresh if update_id is not None)


def list_waiting(uow: UnitOfWork, *, bot_id: int, limit: int, after_id: int = 0) -> Sequence[Incoming]:
    """Return updates that a stopped process left behind, in order, so many of those after one."""
    rows = uow.connection.execute(
        select(inbox.c.update_id, inbox.c.lane, inbox.c.payload, inbox.c.attempts)
        .where(
            inbox.c.bot_id == bot_id,
            inbox.c.status == InboxStatus.WAITING.value,
            inbox.c.update_id > after_id,
        )
        .order_by(inbox.c.update_id)
        .limit(limit)
    )
    return [Incoming(row.update_id, row.lane, row.payload, row.attempts) for row in rows]


def waiting_among(uow: UnitOfWork, *, bot_id: int, update_ids: Iterable[int]) -> set[int]:
    """Return which of these updates wait to be handled."""
    rows = uow.connection.execute(
        select(inbox.c.update_id).where(
            inbox.c.bot_id == bot_id,
            inbox.c.update_id.in_(sorted(update_ids)),
            inbox.c.status == InboxStatus.WAITING.value,
        )
    )
    return {row.update_id for row in rows}


def note_attempts(uow: UnitOfWork, *, bot_id: int, update_ids: Iterable[int]) -> None:
    """Count a try before it is made, so that an update that kills the process is seen."""
    uow.connection.execute(
        update(inbox)
        .where(inbox.c.bot_id == bot_id, inbox.c.update_id.in_(sorted(update_ids)))
        .values(attempts=inbox.c.attempts + 1)
    )


def mark_done(uow: UnitOfWork, *, bot_id: int, update_ids: Iterable[int], now: datetime) -> None:
    """Write down that these were handled."""
    uow.connection.execute(
        update(inbox)
        .where(inbox.c.bot_id == bot_id, inbox.c.update_id.in_(sorted(update_ids)))
        .values(status=InboxStatus.DONE.value, handled_at=now)
    )


def park(uow: UnitOfWork, *, bot_id: int, update_id: int, failure: str, now: datetime) -> None:
    """Put an update aside for the operator."""
    uow.connection.execute(
        update(inbox)
        .where(inbox.c.bot_id == bot_id, inbox.c.update_id == update_id)
        .values(status=InboxStatus.PARKED.value, failure=failure[:2000], handled_at=now)
    )


def count_by_status(uow: UnitOfWork) -> Mapping[InboxStatus, int]:
    """Return how many updates are in each status."""
    rows = uow.connection.execute(select(inbox.c.status, func.count()).group_by(inbox.c.status))
    return {InboxStatus(status): int(count) for status, count in rows}


def delete_before(uow: UnitOfWork, received_before_at: datetime, status: InboxStatus) -> int:
    """Forget updates of this status older than this; return how many."""
    result = uow.connection.execute(
        delete(inbox).where(inbox.c.received_at < received_before_at, inbox.c.status == status.value)
    )
    return int(result.rowcount)
