"""What the bot showed last in a chat, and where each recorder's cards stand: the door's own memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import UnitOfWork
from storage.statements import Prepared, inserting
from storage.tables import cards, dialogs, uploads

_DIALOG = Prepared(
    select(dialogs.c.step, dialogs.c.data, dialogs.c.screen_message_id).where(
        dialogs.c.chat_id == bindparam("chat")
    )
)
_SAVED = ("step", "data", "screen_message_id", "updated_at")


def _saving(upsert: Any) -> Any:
    return upsert.on_conflict_do_update(
        index_elements=[dialogs.c.chat_id], set_={name: upsert.excluded[name] for name in _SAVED}
    )


_SAVE_DIALOG = Prepared(
    _saving(sqlite.insert(dialogs).inline()),
    keys=("chat_id", *_SAVED),
    postgresql=_saving(postgresql.insert(dialogs).inline()),
)
_INSERT_CARD = inserting(cards, ("report_id", "member_id", "chat_id", "message_id", "objection_id"))
_CARDS = Prepared(
    select(cards.c.report_id, cards.c.member_id, cards.c.chat_id, cards.c.message_id, cards.c.objection_id)
    .where(cards.c.report_id == bindparam("report"))
    .order_by(cards.c.id)
)


@dataclass(frozen=True, slots=True)
class Dialog:
    """The open conversation of a chat: its step, its facts, and the message that carries its buttons."""

    chat_id: int
    step: str | None
    data: dict[str, Any]
    screen_message_id: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a report as a message in somebody's chat: a recorder's, or an answerer's of an objection."""

    report_id: int
    member_id: int
    chat_id: int
    message_id: int
    objection_id: int | None = None


def get_dialog(uow: UnitOfWork, chat_id: int) -> Dialog:
    """Return the conversation of a chat; an empty one where there is none."""
    row = _DIALOG.one_or_none(uow, chat=chat_id)
    if row is None:
        return Dialog(chat_id, None, {}, None)
    return Dialog(chat_id, row.step, row.data, row.screen_message_id)


def save_dialog(uow: UnitOfWork, dialog: Dialog, *, now: datetime) -> None:
    """Keep the conversation of a chat."""
    _SAVE_DIALOG.change(
        uow,
        chat_id=dialog.chat_id,
        step=dialog.step,
        data=dialog.data,
        screen_message_id=dialog.screen_message_id,
        updated_at=now,
    )


def insert_card(uow: UnitOfWork, card: Card) -> None:
    """Remember where a card is."""
    _INSERT_CARD.change(
        uow,
        report_id=card.report_id,
        member_id=card.member_id,
        chat_id=card.chat_id,
        message_id=card.message_id,
        objection_id=card.objection_id,
    )


def list_cards(
    uow: UnitOfWork, report_id: int, member_id: int | None = None, *, objection_id: int | None = None
) -> Sequence[Card]:
    """Return the cards of a report, of one person or of all, oldest first: recorders', or of an objection."""
    rows = _CARDS.all(uow, report=report_id)
    return [
        Card(*row)
        for row in rows
        if row.objection_id == objection_id and (member_id is None or row.member_id == member_id)
    ]


def get_upload(uow: UnitOfWork, *, bot_id: int, digest: str) -> str | None:
    """Return the file id under which the bot has sent this content before."""
    return uow.connection.execute(
        select(uploads.c.file_id).where(uploads.c.bot_id == bot_id, uploads.c.digest == digest)
    ).scalar()


def save_upload(uow: UnitOfWork, *, bot_id: int, digest: str, file_id: str) -> None:
    """Remember the file id of sent content."""
    upsert = sqlite.insert(uploads) if uow.is_sqlite else postgresql.insert(uploads)
    uow.connection.execute(
        upsert.values(bot_id=bot_id, digest=digest, file_id=file_id).on_conflict_do_nothing()
    )
