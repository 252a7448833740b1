"""Entries as the engine reads them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from domain.points import from_stored
from domain.scoring.records import Recorded
from storage.database import UnitOfWork
from storage.statements import Prepared, PreparedForMany
from storage.sums.subjects import UNIT_ITSELF, Subject
from storage.tables import entries, events

_WHY_OF_SHARES = frozenset({"split", "factor", "broadcast", "repeat"})


_RECORDED = select(
    entries.c.member_id,
    entries.c.id,
    entries.c.item,
    entries.c.happened_on,
    entries.c.amount,
    entries.c.sequence,
    entries.c.reverses_id,
    entries.c.why,
    events.c.points,
    events.c.quantity,
).join(events, events.c.id == entries.c.event_id)


_OF_MEMBER = Prepared(
    _RECORDED.where(
        entries.c.member_id == bindparam("member"),
        entries.c.unit_id == bindparam("unit"),
        entries.c.happened_on >= bindparam("since_on"),
        entries.c.happened_on < bindparam("until_on"),
    ).order_by(entries.c.sequence)
)


_OF_UNIT = Prepared(
    _RECORDED.where(
        entries.c.member_id.is_(None),
        entries.c.unit_id == bindparam("unit"),
        entries.c.happened_on >= bindparam("since_on"),
        entries.c.happened_on < bindparam("until_on"),
    ).order_by(entries.c.sequence)
)
_LEVELS = PreparedForMany(
    lambda ids: (
        select(entries.c.id, events.c.level)
        .join(events, events.c.id == entries.c.event_id)
        .where(entries.c.id.in_(ids))
    )
)
_MEMBERS_OF = PreparedForMany(
    lambda ids: select(entries.c.id, entries.c.member_id).where(entries.c.id.in_(ids))
)


def last_days_of(uow: UnitOfWork, unit_id: int, item: str, until: date) -> Mapping[int, date]:
    """Return the last day, up to this one, on which each member had an item that was not taken back."""
    counter = entries.alias()
    rows = uow.connection.execute(
        select(entries.c.member_id, func.max(entries.c.happened_on).label("on"))
        .where(
            entries.c.unit_id == unit_id,
            entries.c.item == item,
            entries.c.happened_on <= until,
            entries.c.member_id.is_not(None),
            entries.c.reverses_id.is_(None),
            ~select(counter.c.id).where(counter.c.reverses_id == entries.c.id).exists(),
        )
        .group_by(entries.c.member_id)
    )
    return {row.member_id: row.on for row in rows}


def recorded_between(uow: UnitOfWork, of: Subject, since_on: date, until_on: date) -> list[Recorded]:
    """Return a member's or a unit's entries of these days as the engine reads them, in ledger order."""
    assert not of.is_household, "the ledger knows members; services/accounts tells whose account it was"
    if of.is_unit:
        rows = _OF_UNIT.all(uow, unit=of.unit_id, since_on=since_on, until_on=until_on)
    else:
        rows = _OF_MEMBER.all(uow, member=of.member_id, unit=of.unit_id, since_on=since_on, until_on=until_on)
    return [_recorded(row) for row in rows]


def recorded_in(
    uow: UnitOfWork, unit_id: int, since_on: date, until_on: date
) -> Iterator[tuple[int, Recorded]]:
    """Yield every entry of a unit on these days with its subject's member id, in ledger order."""
    statement = (
        _RECORDED.where(
            entries.c.unit_id == unit_id, entries.c.happened_on >= since_on, entries.c.happened_on < until_on
        )
        .order_by(entries.c.sequence)
        .execution_options(yield_per=1000)
    )
    with uow.connection.execute(statement) as rows:
        for row in rows:
            yield row.member_id or UNIT_ITSELF, _recorded(row)


def _recorded(row: Any) -> Recorded:
    return Recorded(
        key=str(row.id),
        item=row.item,
        on=row.happened_on,
        points=from_stored(row.amount),
        sequence=row.sequence,
        reverses=None if row.reverses_id is None else str(row.reverses_id),
        raw=from_stored(row.points),
        why=row.why if row.why in _WHY_OF_SHARES else "",
        quantity=None if row.quantity is None else from_stored(row.quantity),
    )


def days_of_item(
    uow: UnitOfWork, unit_id: int, item: str, since_on: date, until: date
) -> Sequence[tuple[int, date]]:
    """Return who had an item when, from a day up to another, as far as it was not taken back."""
    counter = entries.alias()
    rows = uow.connection.execute(
        select(entries.c.member_id, entries.c.happened_on).where(
            entries.c.unit_id == unit_id,
            entries.c.item == item,
            entries.c.happened_on >= since_on,
            entries.c.happened_on <= until,
            entries.c.member_id.is_not(None),
            entries.c.reverses_id.is_(None),
            ~select(counter.c.id).where(counter.c.reverses_id == entries.c.id).exists(),
        )
    )
    return [(row.member_id, row.happened_on) for row in rows]


def days_of_member(uow: UnitOfWork, unit_id: int, member_id: int) -> Sequence[date]:
    """Return the days of which a unit's ledger has an entry of a member, in order."""
    rows = uow.connection.execute(
        select(entries.c.happened_on)
        .where(entries.c.unit_id == unit_id, entries.c.member_id == member_id)
        .distinct()
        .order_by(entries.c.happened_on)
    )
    return [row.happened_on for row in rows]


def levels_of(uow: UnitOfWork, entry_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the level that each of these entries was reported under, where it has one."""
    return {row.id: row.level for row in _LEVELS.all(uow, entry_ids) if row.level is not None}


def members_of_entries(uow: UnitOfWork, entry_ids: Iterable[int]) -> Mapping[int, int]:
    """Return the member that each of these entries is about; those of units are left out."""
    rows = _MEMBERS_OF.all(uow, entry_ids)
    return {row.id: row.member_id for row in rows if row.member_id is not None}
