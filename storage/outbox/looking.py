"""Looks at what the outbox holds, and forgets what is old."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from domain.outbox import BLOCKED_FAILURE, UNBOUND_FAILURE, OutboxKind, OutboxStatus
from storage.database import UnitOfWork
from storage.tables import accounts, announcements, group_chats, members, memberships, outbox, units

REASON_LENGTH = len(BLOCKED_FAILURE)
assert len(UNBOUND_FAILURE) == REASON_LENGTH, "both are read by their first letters"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up: to whom, why, since when; `time_zone` is that of the unit it concerns.

    It is deliverable where there is a chat to send it to: a group, or a member's account.
    """

    id: int
    kind: OutboxKind
    member_id: int | None
    name: str
    announcement_id: int | None
    created_at: datetime
    failure: str
    time_zone: str
    is_deliverable: bool


_HAS_CHAT = or_(
    outbox.c.member_id.is_(None),
    select(accounts.c.id)
    .where(accounts.c.member_id == outbox.c.member_id, accounts.c.unbound_at.is_(None))
    .exists(),
)


def next_due_at(uow: UnitOfWork) -> datetime | None:
    """Return when the next queued message is due."""
    return uow.connection.execute(
        select(func.min(outbox.c.due_at)).where(outbox.c.status == OutboxStatus.QUEUED.value)
    ).scalar()


def count_by_status(uow: UnitOfWork) -> Mapping[OutboxStatus, int]:
    """Return how many messages are in each status."""
    rows = uow.connection.execute(select(outbox.c.status, func.count()).group_by(outbox.c.status))
    return {OutboxStatus(status): int(count) for status, count in rows}


def count_of_announcements(
    uow: UnitOfWork, announcement_ids: Iterable[int]
) -> Mapping[int, Mapping[tuple[OutboxStatus, str], int]]:
    """Return for each announcement how many messages are in each status; dead ones by how they failed."""
    reason = func.substr(func.coalesce(outbox.c.failure, ""), 1, REASON_LENGTH)
    rows = uow.connection.execute(
        select(outbox.c.announcement_id, outbox.c.status, reason, func.count())
        .where(outbox.c.announcement_id.in_(list(announcement_ids)))
        .group_by(outbox.c.announcement_id, outbox.c.status, reason)
    )
    found: dict[int, dict[tuple[OutboxStatus, str], int]] = {}
    for announcement_id, status, why, count in rows:
        found.setdefault(announcement_id, {})[OutboxStatus(status), why] = int(count)
    return found


_IS_POST_IN_GROUP = and_(
    group_chats.c.chat_id == outbox.c.chat_id,
    outbox.c.announcement_id.is_(None),
    outbox.c.member_id.is_(None),
)
"""A message to a group of a unit that is no announcement, which its own unit looks after."""


def progress_of(uow: UnitOfWork, key_prefix: str) -> tuple[int, int, int, int]:
    """Return how many messages with such keys there are, how many are done with, and how many arrived.

    Those for members without an account are in none of these; how many they are comes last.
    """
    is_done = outbox.c.status.in_([OutboxStatus.SENT.value, OutboxStatus.DEAD.value])
    row = uow.connection.execute(
        select(
            func.count().filter(_HAS_CHAT),
            func.count().filter(_HAS_CHAT, is_done),
            func.count(outbox.c.message_id).filter(_HAS_CHAT),
            func.count().filter(~_HAS_CHAT),
        ).where(outbox.c.dedupe_key.startswith(key_prefix, autoescape=True))
    ).one()
    return int(row[0]), int(row[1]), int(row[2]), int(row[3])


def arrived_of(uow: UnitOfWork, keys: Iterable[str]) -> frozenset[str]:
    """Return those of these keys whose messages arrived."""
    where = outbox.c.dedupe_key.in_(list(keys)), outbox.c.message_id.is_not(None)
    return frozenset(uow.connection.execute(select(outbox.c.dedupe_key).where(*where)).scalars())


def is_addressed(uow: UnitOfWork, announcement_id: int, member_id: int) -> bool:
    """Tell whether an announcement was put in for this member."""
    found = select(outbox.c.id).where(
        outbox.c.member_id == member_id, outbox.c.announcement_id == announcement_id
    )
    return uow.connection.execute(found).first() is not None


def is_deliverable(uow: UnitOfWork, outgoing_id: int) -> bool:
    """Tell whether there is a chat to which a message could go: a group's, or that of a member's account."""
    found = select(outbox.c.id).where(outbox.c.id == outgoing_id, _HAS_CHAT)
    return uow.connection.execute(found).first() is not None


def units_of_letter(uow: UnitOfWork, outgoing_id: int) -> frozenset[int]:
    """Return the units whose people a given-up message concerns."""
    where = and_(outbox.c.id == outgoing_id, outbox.c.status == OutboxStatus.DEAD.value)
    rows = uow.connection.execute(
        select(memberships.c.unit_id, announcements.c.unit_id, group_chats.c.unit_id)
        .select_from(
            outbox.outerjoin(memberships, memberships.c.member_id == outbox.c.member_id)
            .outerjoin(announcements, announcements.c.id == outbox.c.announcement_id)
            .outerjoin(group_chats, _IS_POST_IN_GROUP)
        )
        .where(where)
    )
    return frozenset(unit_id for row in rows for unit_id in row if unit_id is not None)


def list_dead(
    uow: UnitOfWork,
    unit_ids: Iterable[int],
    *,
    announcement_id: int | None = None,
    limit: int,
    offset: int = 0,
) -> tuple[Sequence[DeadLetter], int]:
    """Return one page of the messages given up that concern these units, newest first, and how many."""
    wanted = sorted(set(unit_ids))
    belongs = (
        select(memberships.c.id)
        .where(memberships.c.member_id == outbox.c.member_id, memberships.c.unit_id.in_(wanted))
        .exists()
    )
    where: list[ColumnElement[bool]] = [outbox.c.status == OutboxStatus.DEAD.value]
    if announcement_id is not None:
        where.append(outbox.c.announcement_id == announcement_id)
    else:
        of_group = (
            select(announcements.c.id)
            .where(announcements.c.id == outbox.c.announcement_id, announcements.c.unit_id.in_(wanted))
            .exists()
        )
        posted = (
            select(group_chats.c.id)
            .where(_IS_POST_IN_GROUP, group_chats.c.unit_id.in_(wanted))
            .correlate(outbox)
            .exists()
        )
        where.append(or_(belongs, of_group, posted))
    zone = (
        select(units.c.time_zone)
        .where(
            or_(
                units.c.id.in_(
                    select(memberships.c.unit_id).where(
                        memberships.c.member_id == outbox.c.member_id, memberships.c.unit_id.in_(wanted)
                    )
                ),
                units.c.id.in_(
                    select(announcements.c.unit_id).where(announcements.c.id == outbox.c.announcement_id)
                ),
                units.c.id.in_(select(group_chats.c.unit_id).where(_IS_POST_IN_GROUP).correlate(outbox)),
            )
        )
        .order_by(units.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    total = uow.connection.execute(select(func.count()).select_from(outbox).where(*where)).scalar_one()
    rows = uow.connection.execute(
        select(
            outbox.c.id,
            outbox.c.kind,
            outbox.c.member_id,
            func.coalesce(members.c.name, group_chats.c.title, "").label("name"),
            outbox.c.announcement_id,
            outbox.c.created_at,
            outbox.c.failure,
            zone.label("time_zone"),
            _HAS_CHAT.label("is_deliverable"),
        )
        .select_from(
            outbox.outerjoin(members, members.c.id == outbox.c.member_id).outerjoin(
                group_chats, group_chats.c.chat_id == outbox.c.chat_id
            )
        )
        .where(*where)
        .order_by(outbox.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        DeadLetter(
            id=row.id,
            kind=OutboxKind(row.kind),
            member_id=row.member_id,
            name=row.name,
            announcement_id=row.announcement_id,
            created_at=row.created_at,
            failure=row.failure or "",
            time_zone=row.time_zone,
            is_deliverable=bool(row.is_deliverable),
        )
        for row in rows
    ], int(total)


def delete_before(
    uow: UnitOfWork,
    sent_before_at: datetime,
    statuses: Iterable[OutboxStatus],
    *,
    kinds: Iterable[OutboxKind] = OutboxKind,
) -> int:
    """Forget messages of these statuses and kinds older than this; return how many."""
    result = uow.connection.execute(
        delete(outbox).where(
            outbox.c.created_at < sent_before_at,
            outbox.c.status.in_([status.value for status in statuses]),
            outbox.c.kind.in_([kind.value for kind in kinds]),
        )
    )
    return int(result.rowcount)
