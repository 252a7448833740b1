"""Group chats that people added the bot to, each belonging to a unit."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from domain.announcements import Group
from storage.database import UnitOfWork, one_or_none
from storage.tables import group_chats

TITLE_LENGTH_MAX = 200
_GROUP = select(group_chats.c.id, group_chats.c.chat_id, group_chats.c.title, group_chats.c.unit_id)


def _group(row: Row[*tuple[Any, ...]]) -> Group:
    return Group(row.id, row.chat_id, row.title, row.unit_id)


def get_group(uow: UnitOfWork, chat_id: int) -> Group | None:
    """Return the group of a chat, one that the bot left too."""
    row = one_or_none(list(uow.connection.execute(_GROUP.where(group_chats.c.chat_id == chat_id))))
    return _group(row) if row else None


def is_present(uow: UnitOfWork, chat_id: int) -> bool:
    """Tell whether the bot is in the group of a chat."""
    found = select(group_chats.c.id).where(group_chats.c.chat_id == chat_id, group_chats.c.left_at.is_(None))
    return uow.connection.execute(found).first() is not None


def list_groups(uow: UnitOfWork, unit_ids: Iterable[int]) -> Sequence[Group]:
    """Return the groups of these units that the bot is in, oldest first."""
    rows = uow.connection.execute(
        _GROUP.where(
            group_chats.c.unit_id.in_(sorted(set(unit_ids))), group_chats.c.left_at.is_(None)
        ).order_by(group_chats.c.id)
    )
    return [_group(row) for row in rows]


def save_group(
    uow: UnitOfWork, *, chat_id: int, title: str, unit_id: int, added_by_id: int, now: datetime
) -> None:
    """Remember a group, or that it took the bot in again: then it belongs to whoever did so."""
    values = {
        "title": title[:TITLE_LENGTH_MAX],
        "unit_id": unit_id,
        "added_by_id": added_by_id,
        "added_at": now,
        "left_at": None,
    }
    if get_group(uow, chat_id) is None:
        uow.connection.execute(insert(group_chats).values(chat_id=chat_id, **values))
    else:
        uow.connection.execute(update(group_chats).where(group_chats.c.chat_id == chat_id).values(**values))


def note_left(uow: UnitOfWork, chat_id: int, *, now: datetime) -> None:
    """Remember that the bot is no longer in a group."""
    uow.connection.execute(
        update(group_chats)
        .where(group_chats.c.chat_id == chat_id, group_chats.c.left_at.is_(None))
        .values(left_at=now)
    )


def move_group(uow: UnitOfWork, *, old_chat_id: int, new_chat_id: int, now: datetime) -> None:
    """Give a group its new address; where that is known already, nobody is at the old one any more."""
    if get_group(uow, new_chat_id) is not None:
        note_left(uow, old_chat_id, now=now)
        return
    uow.connection.execute(
        update(group_chats).where(group_chats.c.chat_id == old_chat_id).values(chat_id=new_chat_id)
    )
