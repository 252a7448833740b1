"""The units' own words, every version kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from domain.wording import Slot, Wording
from storage.database import UnitOfWork
from storage.tables import wordings

_WORDING = select(wordings)


def _wording(row: Row[*tuple[Any, ...]]) -> Wording:
    return Wording(
        id=row.id,
        unit_id=row.unit_id,
        slot=Slot(row.slot),
        language=row.language,
        version=row.version,
        text=row.text,
        author_id=row.author_id,
        written_at=row.written_at,
    )


def newest_wordings(uow: UnitOfWork, unit_ids: Iterable[int]) -> Sequence[Wording]:
    """Return the newest version of every place and language in these units."""
    newest = (
        select(func.max(wordings.c.id))
        .where(wordings.c.unit_id.in_(sorted(set(unit_ids))))
        .group_by(wordings.c.unit_id, wordings.c.slot, wordings.c.language)
    )
    rows = uow.connection.execute(_WORDING.where(wordings.c.id.in_(newest)).order_by(wordings.c.id))
    return [_wording(row) for row in rows]


def versions_of(uow: UnitOfWork, unit_id: int, slot: Slot, language: str) -> Sequence[Wording]:
    """Return every version of one place, newest first."""
    rows = uow.connection.execute(
        _WORDING.where(
            wordings.c.unit_id == unit_id, wordings.c.slot == slot.value, wordings.c.language == language
        ).order_by(wordings.c.version.desc())
    )
    return [_wording(row) for row in rows]


def insert_wording(
    uow: UnitOfWork,
    *,
    unit_id: int,
    slot: Slot,
    language: str,
    version: int,
    text: str,
    author_id: int,
    now: datetime,
) -> None:
    """Add a version; the same number a second time is a Duplicate."""
    uow.connection.execute(
        insert(wordings).values(
            unit_id=unit_id,
            slot=slot.value,
            language=language,
            version=version,
            text=text,
            author_id=author_id,
            written_at=now,
        )
    )
