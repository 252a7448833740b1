"""Puts messages into the outbox, in batches."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain.outbox import NewMessage, OutboxKind, OutboxStatus, Priority
from storage.database import UnitOfWork
from storage.statements import inserting_new
from storage.tables import outbox

_KEYS = (
    *("dedupe_key", "kind", "member_id", "chat_id", "announcement_id", "facts", "priority"),
    *("status", "attempts", "created_at", "due_at"),
)
_ENQUEUE = inserting_new(outbox, _KEYS)


def enqueue(uow: UnitOfWork, messages: Iterable[NewMessage], *, now: datetime) -> None:
    """Put messages in, in this order; the same dedupe key a second time changes nothing."""
    _ENQUEUE.change_many(
        uow,
        [
            {
                "dedupe_key": message.dedupe_key,
                "kind": message.kind.value,
                "member_id": message.member_id,
                "chat_id": message.chat_id,
                "announcement_id": message.announcement_id,
                "facts": dict(message.facts),
                "priority": int(message.priority),
                "status": OutboxStatus.QUEUED.value,
                "attempts": 0,
                "created_at": now,
                "due_at": message.due_at or now,
            }
            for message in messages
        ],
    )


def enqueue_announcement(
    uow: UnitOfWork, announcement_id: int, member_ids: Iterable[int], *, now: datetime
) -> None:
    """Put an announcement in for each of these members; a member who has it already gets no second one."""
    same: dict[str, Any] = {
        "kind": OutboxKind.ANNOUNCEMENT.value,
        "chat_id": None,
        "announcement_id": announcement_id,
        "facts": {},
        "priority": int(Priority.BROADCAST),
        "status": OutboxStatus.QUEUED.value,
        "attempts": 0,
        "created_at": now,
        "due_at": now,
    }
    _ENQUEUE.change_many_alike(
        uow,
        same,
        ("dedupe_key", "member_id"),
        ((f"announcement:{announcement_id}:{member_id}", member_id) for member_id in member_ids),
    )
