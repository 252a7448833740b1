"""Where the progress of an announcement is shown in a chat, and what it showed last: a door's memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from storage.database import UnitOfWork
from storage.tables import progress_messages


@dataclass(frozen=True, slots=True)
class ProgressMessage:
    """A message that follows an announcement; `shown` is a digest of what it shows."""

    announcement_id: int
    chat_id: int
    message_id: int
    language: str
    shown: str


def insert_progress(uow: UnitOfWork, progress: ProgressMessage) -> None:
    """Follow an announcement with a message; an older one of the same chat stops following it."""
    uow.connection.execute(
        delete(progress_messages).where(
            (progress_messages.c.chat_id == progress.chat_id)
            & (
                (progress_messages.c.announcement_id == progress.announcement_id)
                | (progress_messages.c.message_id == progress.message_id)
            )
        )
    )
    uow.connection.execute(
        insert(progress_messages).values(
            announcement_id=progress.announcement_id,
            chat_id=progress.chat_id,
            message_id=progress.message_id,
            language=progress.language,
            shown=progress.shown,
        )
    )


def list_progress(uow: UnitOfWork) -> Sequence[ProgressMessage]:
    """Return every message that follows an announcement."""
    rows = uow.connection.execute(
        select(
            progress_messages.c.announcement_id,
            progress_messages.c.chat_id,
            progress_messages.c.message_id,
            progress_messages.c.language,
            progress_messages.c.shown,
        ).order_by(progress_messages.c.id)
    )
    return [ProgressMessage(*row) for row in rows]


def note_shown(uow: UnitOfWork, progress: ProgressMessage, shown: str) -> None:
    """Keep what a message shows now."""
    uow.connection.execute(
        update(progress_messages)
        .where(
            progress_messages.c.chat_id == progress.chat_id,
            progress_messages.c.message_id == progress.message_id,
        )
        .values(shown=shown)
    )


def forget_progress(uow: UnitOfWork, progress: ProgressMessage) -> None:
    """Let a message stand as it is from now on."""
    uow.connection.execute(
        delete(progress_messages).where(
            progress_messages.c.chat_id == progress.chat_id,
            progress_messages.c.message_id == progress.message_id,
        )
    )
