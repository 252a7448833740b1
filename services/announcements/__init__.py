"""Announcements: written, put in for an audience, sent under watch, confirmed by those who read them."""

from services.announcements.composing import (
    attach_file,
    choose_audience,
    discard,
    keep_file,
    recall,
    remove_file,
    start_announcement,
    want_confirmation,
    write_content,
)
from services.announcements.desk import (
    PAGE_LENGTH,
    AnnouncementDesk,
    AnnouncementPage,
    list_announcements,
    open_announcement,
)
from services.announcements.reading import (
    RECEIPTS_PAGE_LENGTH,
    ReceiptPage,
    all_receipts,
    confirm_reading,
    list_receipts,
)
from services.announcements.sending import (
    cancel,
    finish_done,
    pause,
    resume,
    schedule,
    send_again,
    send_now,
    start_due,
)

__all__ = [
    "PAGE_LENGTH",
    "RECEIPTS_PAGE_LENGTH",
    "AnnouncementDesk",
    "AnnouncementPage",
    "ReceiptPage",
    "all_receipts",
    "attach_file",
    "cancel",
    "choose_audience",
    "confirm_reading",
    "discard",
    "finish_done",
    "keep_file",
    "list_announcements",
    "list_receipts",
    "open_announcement",
    "pause",
    "recall",
    "remove_file",
    "resume",
    "schedule",
    "send_again",
    "send_now",
    "start_announcement",
    "start_due",
    "want_confirmation",
    "write_content",
]
