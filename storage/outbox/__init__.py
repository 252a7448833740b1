"""Messages that wait to be sent: written with the use case, claimed by conditional update."""

from storage.outbox.claiming import claim, put_off, release, release_all
from storage.outbox.enqueueing import enqueue, enqueue_announcement
from storage.outbox.looking import (
    DeadLetter,
    arrived_of,
    count_by_status,
    count_of_announcements,
    delete_before,
    is_addressed,
    is_deliverable,
    list_dead,
    next_due_at,
    progress_of,
    units_of_letter,
)
from storage.outbox.marking import (
    change_of_announcement,
    mark_all_sent,
    mark_dead,
    mark_held,
    mark_retry,
    mark_sent,
    move_chat,
    revive,
    revive_blocked,
)

__all__ = [
    "DeadLetter",
    "arrived_of",
    "change_of_announcement",
    "claim",
    "count_by_status",
    "count_of_announcements",
    "delete_before",
    "enqueue",
    "enqueue_announcement",
    "is_addressed",
    "is_deliverable",
    "list_dead",
    "mark_all_sent",
    "mark_dead",
    "mark_held",
    "mark_retry",
    "mark_sent",
    "move_chat",
    "next_due_at",
    "progress_of",
    "put_off",
    "release",
    "release_all",
    "revive",
    "revive_blocked",
    "units_of_letter",
]
