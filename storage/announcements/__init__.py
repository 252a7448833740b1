"""Announcements: what they say, whom they are for, who confirmed, and where their progress is shown."""

from storage.announcements.audiences import (
    CHUNK,
    Candidate,
    Reader,
    count_audience,
    iterate_audience,
    list_readers,
)
from storage.announcements.confirming import Receipt, confirm, count_confirmed, list_receipts
from storage.announcements.keeping import (
    get_announcement,
    get_announcement_by_cause,
    insert_announcement,
    list_announcements,
    list_due,
    list_in_status,
    set_status,
    update_draft,
)
from storage.announcements.progress import (
    ProgressMessage,
    forget_progress,
    insert_progress,
    list_progress,
    note_shown,
)

__all__ = [
    "CHUNK",
    "Candidate",
    "ProgressMessage",
    "Reader",
    "Receipt",
    "confirm",
    "count_audience",
    "count_confirmed",
    "forget_progress",
    "get_announcement",
    "get_announcement_by_cause",
    "insert_announcement",
    "insert_progress",
    "iterate_audience",
    "list_announcements",
    "list_due",
    "list_in_status",
    "list_progress",
    "list_readers",
    "list_receipts",
    "note_shown",
    "set_status",
    "update_draft",
]
