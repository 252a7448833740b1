"""Households: their codes, and who belonged to which on what days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select

from storage.database import UnitOfWork
from storage.statements import Prepared, PreparedForMany, inserting_new
from storage.tables import households, memberships

_ID_OF = Prepared(select(households.c.id).where(households.c.code == bindparam("of")))
_INSERT = inserting_new(households, ("code",))
_CODES = PreparedForMany(
    lambda ids: (
        select(households.c.id, households.c.code)
        .where(
            households.c.id.in_(
                select(memberships.c.household_id).where(
                    memberships.c.unit_id.in_(ids), memberships.c.household_id.is_not(None)
                )
            )
        )
        .order_by(households.c.id)
    )
)
_SPANS = PreparedForMany(
    lambda ids: (
        select(
            memberships.c.member_id,
            memberships.c.household_id,
            memberships.c.since_on,
            memberships.c.until_on,
        )
        .where(memberships.c.unit_id == bindparam("unit"), memberships.c.member_id.in_(ids))
        .order_by(memberships.c.id)
    )
)
_PAIRS = Prepared(
    select(memberships.c.household_id, memberships.c.member_id)
    .where(memberships.c.unit_id == bindparam("unit"), memberships.c.household_id.is_not(None))
    .order_by(memberships.c.id)
)
_OF = Prepared(
    select(memberships.c.member_id)
    .where(memberships.c.unit_id == bindparam("unit"), memberships.c.household_id == bindparam("household"))
    .order_by(memberships.c.id)
)
_REMEMBERED = "household spans"


class Span(NamedTuple):
    """The days of one membership, and the household in them; None without one."""

    household_id: int | None
    since_on: date | None
    until_on: date | None


def household_id(uow: UnitOfWork, code: str) -> int | None:
    """Return the household with this code, which is made if need be; None for no code."""
    if not code:
        return None
    found = _ID_OF.scalar(uow, of=code)
    if found is None:
        _INSERT.change(uow, code=code)
        found = _ID_OF.scalar(uow, of=code)
    return int(found)


def codes_in(uow: UnitOfWork, unit_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the households that these units have or had, by id."""
    return {row.id: row.code for row in _CODES.all(uow, unit_ids)}


def classes_in(uow: UnitOfWork, unit_id: int) -> Sequence[str]:
    """Return the classes that members of a unit belong or belonged to."""
    rows = uow.connection.execute(
        select(memberships.c.class_)
        .where(memberships.c.unit_id == unit_id, memberships.c.class_ != "")
        .distinct()
        .order_by(memberships.c.class_)
    )
    return [row.class_ for row in rows]


def spans_of(uow: UnitOfWork, unit_id: int, member_ids: Iterable[int]) -> Mapping[int, Sequence[Span]]:
    """Return when these members belonged to which household of a unit, in the order of the roster.

    Read once per transaction.
    """
    known: dict[tuple[int, int], list[Span]] = uow.memory.setdefault(_REMEMBERED, {})
    wanted = set(member_ids)
    unread = {one for one in wanted if (unit_id, one) not in known}
    known.update({(unit_id, one): [] for one in unread})
    for row in _SPANS.all(uow, unread, unit=unit_id):
        known[unit_id, row.member_id].append(Span(row.household_id, row.since_on, row.until_on))
    return {one: known[unit_id, one] for one in wanted}


def forget_spans(uow: UnitOfWork) -> None:
    """Read who belongs to which household anew: a membership is about to change."""
    uow.memory.pop(_REMEMBERED, None)


def members_of(uow: UnitOfWork, unit_id: int, household: int) -> Sequence[int]:
    """Return everybody who belongs or belonged to a household of a unit."""
    return list(dict.fromkeys(row.member_id for row in _OF.all(uow, unit=unit_id, household=household)))


def members_by_household(uow: UnitOfWork, unit_id: int) -> Mapping[int, Sequence[int]]:
    """Return everybody who belongs or belonged to each household of a unit."""
    found: dict[int, list[int]] = {}
    for row in _PAIRS.all(uow, unit=unit_id):
        members = found.setdefault(row.household_id, [])
        if row.member_id not in members:
            members.append(row.member_id)
    return found
