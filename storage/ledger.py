"""The ledger: events, the lines they are entered as, and the head of each unit's hash chain."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, select, update

from domain.ledger import GENESIS, Entry, NewEntry, chain_hash
from domain.points import from_stored, to_stored
from storage.database import UnitOfWork, one_or_none
from storage.statements import Prepared, PreparedForMany, inserting
from storage.tables import decisions, entries, events, ledger_heads, reports

_ENTRY = select(*(entries.c[field.name] for field in fields(Entry)))
_LOCK_HEAD = Prepared(
    select(ledger_heads.c.sequence, ledger_heads.c.hash)
    .where(ledger_heads.c.unit_id == bindparam("unit"))
    .with_for_update()
)
"""SQLite locks the whole database for a writer and leaves the clause out."""
_MOVE_HEAD = Prepared(
    update(ledger_heads).where(ledger_heads.c.unit_id == bindparam("unit")), keys=("sequence", "hash")
)
_INSERT_EVENT = inserting(events, [column.key for column in events.c if column.key != "id"], returning="id")
_INSERT_ENTRY = inserting(entries, [column.key for column in entries.c if column.key != "id"])
_OF_DECISION = Prepared(
    _ENTRY.join(events, events.c.id == entries.c.event_id)
    .where(events.c.decision_id == bindparam("decision"))
    .order_by(entries.c.id)
)
_COUNTED = PreparedForMany(
    lambda ids: (
        select(events.c.decision_id, func.sum(entries.c.counted_amount))
        .join(entries, entries.c.event_id == events.c.id)
        .join(reports, reports.c.id == events.c.report_id)
        .where(events.c.decision_id.in_(ids), entries.c.member_id == reports.c.member_id)
        .group_by(events.c.decision_id)
    )
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a unit's chain: its number and its hash."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which ledger lines to list; empty fields do not restrict."""

    unit_ids: frozenset[int]
    member_id: int | None = None
    item: str | None = None
    since_on: date | None = None
    until_on: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the restrictions."""
        wanted: list[ColumnElement[bool]] = [entries.c.unit_id.in_(sorted(self.unit_ids))]
        if self.member_id is not None:
            wanted.append(entries.c.member_id == self.member_id)
        if self.item:
            wanted.append(entries.c.item == self.item)
        if self.since_on is not None:
            wanted.append(entries.c.happened_on >= self.since_on)
        if self.until_on is not None:
            wanted.append(entries.c.happened_on < self.until_on)
        return wanted


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry comes from: the report and the decision, where there are any."""

    report_id: int | None
    decision_id: int | None


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    return Entry(*row)


def lock_head(uow: UnitOfWork, unit_id: int) -> Head:
    """Return the end of the unit's chain and keep every other writer of it out until the commit."""
    row = _LOCK_HEAD.one_or_none(uow, unit=unit_id)
    return Head(row.sequence, row.hash) if row else Head(0, GENESIS)


def open_chain(uow: UnitOfWork, unit_id: int) -> None:
    """Give a new unit an empty chain."""
    uow.connection.execute(insert(ledger_heads).values(unit_id=unit_id, sequence=0, hash=GENESIS))


def insert_event(
    uow: UnitOfWork,
    *,
    cause_key: str,
    unit_id: int,
    item: str,
    happened_on: date,
    level: str | None,
    quantity: Fraction | None,
    points: Fraction,
    report_id: int | None,
    decision_id: int | None,
    reverses_id: int | None,
    rulebook_version_id: int,
    recorded_by_id: int,
    now: datetime,
) -> int:
    """Write what happened and return its id; the cause key makes a repeat impossible."""
    event_id = _INSERT_EVENT.scalar(
        uow,
        cause_key=cause_key,
        unit_id=unit_id,
        item=item,
        happened_on=happened_on,
        level=level,
        quantity=None if quantity is None else to_stored(quantity),
        points=to_stored(points),
        report_id=report_id,
        decision_id=decision_id,
        reverses_id=reverses_id,
        rulebook_version_id=rulebook_version_id,
        recorded_by_id=recorded_by_id,
        recorded_at=now,
    )
    return int(event_id)


def append_entry(uow: UnitOfWork, entry: NewEntry, *, head: Head, key: bytes) -> Head:
    """Write one line at the end of the chain that `lock_head` returned, and return the new end."""
    sequence = head.sequence + 1
    new_hash = chain_hash(entry, sequence=sequence, previous_hash=head.hash, key=key)
    _INSERT_ENTRY.change(
        uow,
        unit_id=entry.unit_id,
        sequence=sequence,
        event_id=entry.event_id,
        member_id=entry.member_id,
        item=entry.item,
        category=entry.category,
        happened_on=entry.happened_on,
        amount=entry.amount,
        counted_amount=entry.counted_amount,
        why=entry.why,
        clause=entry.clause,
        rulebook_version_id=entry.rulebook_version_id,
        cause_key=entry.cause_key,
        reverses_id=entry.reverses_id,
        recorded_by_id=entry.recorded_by_id,
        recorded_at=entry.recorded_at,
        previous_hash=head.hash,
        hash=new_hash,
    )
    moved = _MOVE_HEAD.change(uow, unit=entry.unit_id, sequence=sequence, hash=new_hash)
    assert moved == 1, "every unit is given a chain when it is made"
    return Head(sequence, new_hash)


def page_of_entries(
    uow: UnitOfWork, wanted: EntryFilter, *, limit: int, offset: int
) -> tuple[Sequence[Entry], int]:
    """Return one page of lines, newest first (of one member the latest day), and how many there are."""
    where = wanted.conditions()
    order = [] if wanted.member_id is None else [entries.c.happened_on.desc()]
    total = uow.connection.execute(select(func.count()).select_from(entries).where(*where)).scalar_one()
    statement = _ENTRY.where(*where).order_by(*order, entries.c.id.desc()).limit(limit).offset(offset)
    return [_entry(row) for row in uow.connection.execute(statement)], int(total)


def page_of_member(
    uow: UnitOfWork,
    *,
    member_id: int,
    unit_id: int,
    since_on: date,
    until_on: date,
    limit: int,
    offset: int,
) -> tuple[Sequence[Entry], int]:
    """Return one page of a member's lines of these days, the latest day first, and how many there are."""
    where = (
        entries.c.member_id == member_id,
        entries.c.unit_id == unit_id,
        entries.c.happened_on >= since_on,
        entries.c.happened_on < until_on,
    )
    total = uow.connection.execute(select(func.count()).select_from(entries).where(*where)).scalar_one()
    latest_first = (entries.c.happened_on.desc(), entries.c.sequence.desc())
    statement = _ENTRY.where(*where).order_by(*latest_first).limit(limit).offset(offset)
    return [_entry(row) for row in uow.connection.execute(statement)], int(total)


class LineOf(NamedTuple):
    """A ledger line by its number, and whose it is."""

    id: int
    member_id: int
    happened_on: date


def lines_of_members(
    uow: UnitOfWork, member_ids: Iterable[int], *, unit_id: int, since_on: date, until_on: date
) -> list[LineOf]:
    """Return which lines of these days several members have in a unit, the latest day first."""
    rows = uow.connection.execute(
        select(entries.c.id, entries.c.member_id, entries.c.happened_on)
        .where(
            entries.c.member_id.in_(sorted(set(member_ids))),
            entries.c.unit_id == unit_id,
            entries.c.happened_on >= since_on,
            entries.c.happened_on < until_on,
        )
        .order_by(entries.c.happened_on.desc(), entries.c.sequence.desc())
    )
    return [LineOf(*row) for row in rows]


def get_entries(uow: UnitOfWork, entry_ids: Iterable[int]) -> Sequence[Entry]:
    """Return these lines, in no order."""
    rows = uow.connection.execute(_ENTRY.where(entries.c.id.in_(sorted(set(entry_ids)))))
    return [_entry(row) for row in rows]


def get_entry(uow: UnitOfWork, entry_id: int) -> Entry | None:
    """Return one line."""
    row = one_or_none(list(uow.connection.execute(_ENTRY.where(entries.c.id == entry_id))))
    return _entry(row) if row else None


def entries_of_decision(uow: UnitOfWork, decision_id: int) -> Sequence[Entry]:
    """Return the lines that a decision wrote."""
    return [_entry(row) for row in _OF_DECISION.all(uow, decision=decision_id)]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as it was recorded, for a rulebook to be replayed on it."""

    id: int
    unit_id: int
    member_id: int | None
    item: str
    happened_on: date
    level: str | None
    quantity: Fraction | None
    points: Fraction
    is_adjusted: bool
    reverses_id: int | None


def happenings(uow: UnitOfWork, unit_ids: Iterable[int]) -> Sequence[Happening]:
    """Return every event of these units in the order it was recorded."""
    rows = uow.connection.execute(
        select(
            events.c.id,
            events.c.unit_id,
            reports.c.member_id,
            events.c.item,
            events.c.happened_on,
            events.c.level,
            events.c.quantity,
            events.c.points,
            decisions.c.is_adjusted,
            events.c.reverses_id,
        )
        .outerjoin(reports, reports.c.id == events.c.report_id)
        .outerjoin(decisions, decisions.c.id == events.c.decision_id)
        .where(events.c.unit_id.in_(sorted(set(unit_ids))))
        .order_by(events.c.id)
    )
    return [
        Happening(
            id=row.id,
            unit_id=row.unit_id,
            member_id=row.member_id,
            item=row.item,
            happened_on=row.happened_on,
            level=row.level,
            quantity=None if row.quantity is None else from_stored(row.quantity),
            points=from_stored(row.points),
            is_adjusted=bool(row.is_adjusted),
            reverses_id=row.reverses_id,
        )
        for row in rows
    ]


def points_of_event(uow: UnitOfWork, event_id: int) -> Fraction:
    """Return what an event was worth as a whole."""
    return from_stored(
        uow.connection.execute(select(events.c.points).where(events.c.id == event_id)).scalar_one()
    )


def counted_by_decision(uow: UnitOfWork, decision_ids: Iterable[int]) -> Mapping[int, int]:
    """Return what each decision counted for the member of its report, by decision."""
    return {decision_id: int(counted) for decision_id, counted in _COUNTED.all(uow, decision_ids)}


def reversed_ids(uow: UnitOfWork, entry_ids: Iterable[int]) -> frozenset[int]:
    """Return those of these lines that a later line takes back."""
    rows = uow.connection.execute(
        select(entries.c.reverses_id).where(entries.c.reverses_id.in_(sorted(set(entry_ids))))
    )
    return frozenset(row.reverses_id for row in rows)


def notes_of(uow: UnitOfWork, entry_ids: Iterable[int]) -> Mapping[int, str]:
    """Return what was written in the reports behind these lines, by entry id."""
    rows = uow.connection.execute(
        select(entries.c.id, reports.c.note)
        .join(events, events.c.id == entries.c.event_id)
        .join(reports, reports.c.id == events.c.report_id)
        .where(entries.c.id.in_(sorted(set(entry_ids))))
    )
    return {row.id: row.note for row in rows}


def origin_of(uow: UnitOfWork, event_id: int) -> Origin:
    """Return the report and the decision behind an event."""
    row = uow.connection.execute(
        select(events.c.report_id, events.c.decision_id).where(events.c.id == event_id)
    ).one()
    return Origin(row.report_id, row.decision_id)


def walk_chain(uow: UnitOfWork, unit_id: int) -> Iterator[Entry]:
    """Yield every line of a unit's chain in order, without holding them all."""
    statement = _ENTRY.where(entries.c.unit_id == unit_id).order_by(entries.c.sequence)
    with uow.connection.execute(statement.execution_options(yield_per=1000)) as rows:
        for row in rows:
            yield _entry(row)


def heads(uow: UnitOfWork) -> Mapping[int, Head]:
    """Return the end of every chain, by unit."""
    rows = uow.connection.execute(
        select(ledger_heads.c.unit_id, ledger_heads.c.sequence, ledger_heads.c.hash)
    )
    return {row.unit_id: Head(row.sequence, row.hash) for row in rows}


def approvals_without_entries(uow: UnitOfWork) -> Sequence[int]:
    """Return approved reports whose last approval left no line: there must be none."""
    rows = uow.connection.execute(
        select(reports.c.id)
        .join(decisions, (decisions.c.report_id == reports.c.id))
        .outerjoin(events, events.c.decision_id == decisions.c.id)
        .where(
            reports.c.status == "approved",
            decisions.c.action == "approve",
            decisions.c.revision == reports.c.revision,
            events.c.id.is_(None),
        )
        .order_by(reports.c.id)
    )
    return [row.id for row in rows]
