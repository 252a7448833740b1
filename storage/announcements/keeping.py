"""Announcements as rows: written, changed by compare-and-set, listed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from domain.announcements import Announcement, AnnouncementStatus, Attachment, AttachmentKind, Audience
from storage.database import UnitOfWork, one_or_none
from storage.tables import announcements

_ANNOUNCEMENT = select(announcements)


def _announcement(row: Row[*tuple[Any, ...]]) -> Announcement:
    attachment = (
        Attachment(AttachmentKind(row.attachment_kind), row.file_id, row.file_name, row.file_digest)
        if row.attachment_kind is not None
        else None
    )
    return Announcement(
        id=row.id,
        unit_id=row.unit_id,
        author_id=row.author_id,
        text=row.text,
        attachment=attachment,
        audience=Audience.from_json(row.audience),
        wants_confirmation=row.wants_confirmation,
        status=AnnouncementStatus(row.status),
        created_at=row.created_at,
        due_at=row.due_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        total=row.total,
    )


def insert_announcement(
    uow: UnitOfWork, *, cause_key: str, unit_id: int, author_id: int, audience: Audience, now: datetime
) -> int:
    """Add an empty draft and return its id; the same cause twice is a Duplicate."""
    values = {
        "cause_key": cause_key,
        "unit_id": unit_id,
        "author_id": author_id,
        "text": "",
        "audience": audience.as_json(),
        "wants_confirmation": False,
        "status": AnnouncementStatus.DRAFT.value,
        "total": 0,
        "created_at": now,
    }
    statement = insert(announcements).values(values).returning(announcements.c.id)
    return int(uow.connection.execute(statement).scalar_one())


def get_announcement(
    uow: UnitOfWork, announcement_id: int, *, is_locked: bool = False
) -> Announcement | None:
    """Return the announcement with this id; locked, nobody else changes it until the commit."""
    statement = _ANNOUNCEMENT.where(announcements.c.id == announcement_id)
    if is_locked and not uow.is_sqlite:
        statement = statement.with_for_update()
    row = one_or_none(list(uow.connection.execute(statement)))
    return _announcement(row) if row else None


def get_announcement_by_cause(uow: UnitOfWork, cause_key: str) -> Announcement | None:
    """Return the announcement that this cause began."""
    row = one_or_none(
        list(uow.connection.execute(_ANNOUNCEMENT.where(announcements.c.cause_key == cause_key)))
    )
    return _announcement(row) if row else None


def update_draft(
    uow: UnitOfWork,
    announcement_id: int,
    *,
    text: str,
    attachment: Attachment | None,
    audience: Audience,
    wants_confirmation: bool,
) -> bool:
    """Write what a draft says and whom it is for; False when it is no draft any more."""
    result = uow.connection.execute(
        update(announcements)
        .where(
            announcements.c.id == announcement_id,
            announcements.c.status == AnnouncementStatus.DRAFT.value,
        )
        .values(
            text=text,
            attachment_kind=attachment.kind.value if attachment else None,
            file_id=attachment.file_id if attachment else None,
            file_name=attachment.file_name if attachment else None,
            file_digest=attachment.digest if attachment else None,
            audience=audience.as_json(),
            wants_confirmation=wants_confirmation,
        )
    )
    return result.rowcount == 1


def set_status(
    uow: UnitOfWork, announcement_id: int, was: AnnouncementStatus, to: AnnouncementStatus, **values: Any
) -> bool:
    """Change the status by compare-and-set, and these columns with it; False when somebody was first."""
    result = uow.connection.execute(
        update(announcements)
        .where(announcements.c.id == announcement_id, announcements.c.status == was.value)
        .values(status=to.value, **values)
    )
    return result.rowcount == 1


def list_announcements(
    uow: UnitOfWork,
    unit_ids: Iterable[int],
    *,
    without: Iterable[AnnouncementStatus] = (),
    limit: int,
    offset: int = 0,
) -> tuple[Sequence[Announcement], int]:
    """Return one page of the announcements of these units, newest first, and how many there are."""
    where = (
        announcements.c.unit_id.in_(sorted(set(unit_ids))),
        announcements.c.status.not_in([status.value for status in without]),
    )
    total = uow.connection.execute(select(func.count()).select_from(announcements).where(*where)).scalar_one()
    rows = uow.connection.execute(
        _ANNOUNCEMENT.where(*where).order_by(announcements.c.id.desc()).limit(limit).offset(offset)
    )
    return [_announcement(row) for row in rows], int(total)


def list_due(uow: UnitOfWork, now: datetime) -> Sequence[Announcement]:
    """Return the scheduled announcements whose time has come, the earliest first."""
    rows = uow.connection.execute(
        _ANNOUNCEMENT.where(
            announcements.c.status == AnnouncementStatus.SCHEDULED.value, announcements.c.due_at <= now
        ).order_by(announcements.c.due_at, announcements.c.id)
    )
    return [_announcement(row) for row in rows]


def list_in_status(uow: UnitOfWork, status: AnnouncementStatus) -> Sequence[Announcement]:
    """Return the announcements in a status, by id."""
    rows = uow.connection.execute(
        _ANNOUNCEMENT.where(announcements.c.status == status.value).order_by(announcements.c.id)
    )
    return [_announcement(row) for row in rows]
