"""Who reported nothing in a month, who answered 本月无, and the reminder days set by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, or_, select

from domain.members import MemberStatus
from domain.periods import Period
from domain.reminders import COUNTING
from storage.database import UnitOfWork
from storage.statements import inserting_new
from storage.tables import accounts, members, memberships, nothing_to_report, reminder_days, reports, units

_ANSWER = inserting_new(nothing_to_report, ("member_id", "unit_id", "month", "answered_at"))


@dataclass(frozen=True, slots=True)
class SilentMember:
    """A member who neither reported nor answered.

    `is_reachable` with an account that is not blocked; `is_reminded` where the month's reminder was sent.
    """

    member_id: int
    name: str
    is_reachable: bool
    is_reminded: bool = False


def list_silent(
    uow: UnitOfWork, unit_id: int, month: Period, *, today: date, member_id: int | None = None
) -> Sequence[SilentMember]:
    """Return the active members of a unit, in that month and today, who neither reported nor answered, by id.

    With `member_id` only that one is looked at.
    """
    m = memberships.c
    belongs = [
        or_(m.since_on.is_(None), m.since_on < month.until_on),
        or_(m.since_on.is_(None), m.since_on <= today),
        or_(m.until_on.is_(None), m.until_on > month.starts_on),
        or_(m.until_on.is_(None), m.until_on > today),
    ]
    where: list[ColumnElement[bool]] = [
        m.unit_id == unit_id,
        members.c.status == MemberStatus.ACTIVE.value,
        *belongs,
        ~select(reports.c.id)
        .where(
            reports.c.member_id == members.c.id,
            reports.c.unit_id == unit_id,
            reports.c.status.in_([status.value for status in COUNTING]),
            reports.c.happened_on >= month.starts_on,
            reports.c.happened_on < month.until_on,
        )
        .exists(),
        ~select(nothing_to_report.c.member_id)
        .where(
            nothing_to_report.c.member_id == members.c.id,
            nothing_to_report.c.unit_id == unit_id,
            nothing_to_report.c.month == month.label,
        )
        .exists(),
    ]
    if member_id is not None:
        where.append(members.c.id == member_id)
    reachable = (
        select(accounts.c.id)
        .where(
            accounts.c.member_id == members.c.id,
            accounts.c.unbound_at.is_(None),
            accounts.c.blocked_at.is_(None),
        )
        .exists()
    )
    statement = (
        select(members.c.id, members.c.name, reachable.label("is_reachable"))
        .join(memberships, m.member_id == members.c.id)
        .where(*where)
        .distinct()
        .order_by(members.c.id)
    )
    return [
        SilentMember(row.id, row.name, bool(row.is_reachable)) for row in uow.connection.execute(statement)
    ]


def with_other_homes(uow: UnitOfWork, unit_id: int) -> frozenset[int]:
    """Return the members of a unit who belong, or belonged, to another one that keeps points too."""
    here = select(memberships.c.member_id).where(memberships.c.unit_id == unit_id)
    rows = uow.connection.execute(
        select(memberships.c.member_id)
        .join(units, units.c.id == memberships.c.unit_id)
        .where(units.c.rulebook.is_not(None), units.c.id != unit_id, memberships.c.member_id.in_(here))
    )
    return frozenset(row.member_id for row in rows)


def insert_nothing(uow: UnitOfWork, *, member_id: int, unit_id: int, month: Period, now: datetime) -> bool:
    """Write down that a member has nothing to report for a month; False when it was said before."""
    return _ANSWER.change(uow, member_id=member_id, unit_id=unit_id, month=month.label, answered_at=now) == 1


def count_nothing(uow: UnitOfWork, unit_id: int, month: Period) -> int:
    """Return how many members of a unit have nothing to report for a month."""
    rows = uow.connection.execute(
        select(nothing_to_report.c.member_id).where(
            nothing_to_report.c.unit_id == unit_id, nothing_to_report.c.month == month.label
        )
    )
    return len(rows.all())


def days_by_unit(uow: UnitOfWork) -> Mapping[int, Mapping[str, date]]:
    """Return the reminder days set by hand, by unit and month label."""
    found: dict[int, dict[str, date]] = {}
    rows = uow.connection.execute(
        select(reminder_days.c.unit_id, reminder_days.c.month, reminder_days.c.remind_on)
    )
    for row in rows:
        found.setdefault(row.unit_id, {})[row.month] = row.remind_on
    return found


def put_day(
    uow: UnitOfWork, unit_id: int, month: Period, on: date | None, *, set_by_id: int, now: datetime
) -> None:
    """Set the day of a month's reminder by hand; None leaves it to the rule again."""
    uow.connection.execute(
        delete(reminder_days).where(reminder_days.c.unit_id == unit_id, reminder_days.c.month == month.label)
    )
    if on is not None:
        uow.connection.execute(
            reminder_days.insert().values(
                unit_id=unit_id, month=month.label, remind_on=on, set_at=now, set_by_id=set_by_id
            )
        )
