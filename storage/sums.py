"""Running sums of every subject's entries by item and month, and how full each window of each cap is.

The member 0 stands for the unit itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, Executable, bindparam, case, cast, delete, func, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.periods import month_of
from domain.points import from_stored, to_stored
from domain.scoring.counting import Fill, WindowKey
from domain.scoring.records import Recorded
from domain.scoring.settling import Cell, CellKey, VersionedKey
from storage.database import UnitOfWork, say_to_driver
from storage.statements import Prepared, PreparedForMany
from storage.tables import balances, entries, events, fills, sums

UNIT_ITSELF = 0
_ROOM_FOR_MANY = "SET LOCAL work_mem = '64MB'"
"""For a hundred thousand members; it holds until the transaction ends."""
_CELL = ("gains", "losses", "counted", "quantity", "count")
_CELL_KEY = ("unit_id", "member_id", "item", "month_on")
_FILL_KEY = ("unit_id", "member_id", "year_on", "version_id", "cap", "window")
_WHY_OF_SHARES = frozenset({"split", "factor", "broadcast", "repeat"})


def _upserting(table: Any, keys: Sequence[str], values: Sequence[str], *, is_adding: bool) -> Prepared:
    """Return an INSERT that adds to (or replaces) what the key has already."""

    def of(dialect: Any) -> Executable:
        statement = dialect.insert(table).inline()
        changed = {
            name: table.c[name] + statement.excluded[name] if is_adding else statement.excluded[name]
            for name in values
        }
        upsert: Executable = statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
        return upsert

    return Prepared(of(sqlite), keys=(*keys, *values), postgresql=of(postgresql))


_ADD_CELL = _upserting(sums, _CELL_KEY, _CELL, is_adding=True)
_PUT_CELL = _upserting(sums, _CELL_KEY, _CELL, is_adding=False)
_ADD_FILL = _upserting(fills, _FILL_KEY, ("came", "counted"), is_adding=True)
_PUT_FILL = _upserting(fills, _FILL_KEY, ("came", "counted"), is_adding=False)
_CELLS = Prepared(
    select(sums.c.item, sums.c.month_on, *(sums.c[name] for name in _CELL)).where(
        sums.c.unit_id == bindparam("unit"),
        sums.c.member_id == bindparam("member"),
        sums.c.month_on >= bindparam("since_on"),
        sums.c.month_on < bindparam("until_on"),
    )
)
_FILLS = Prepared(
    select(fills.c.version_id, fills.c.cap, fills.c.window, fills.c.came, fills.c.counted).where(
        fills.c.unit_id == bindparam("unit"),
        fills.c.member_id == bindparam("member"),
        fills.c.year_on == bindparam("year"),
    )
)
_FILLS_OF_MANY = PreparedForMany(
    lambda ids: select(
        fills.c.unit_id,
        fills.c.member_id,
        fills.c.year_on,
        fills.c.version_id,
        fills.c.cap,
        fills.c.window,
        fills.c.came,
        fills.c.counted,
    ).where(fills.c.member_id.in_(ids))
)
_DROP_CELL = Prepared(
    delete(sums).where(
        sums.c.unit_id == bindparam("unit"),
        sums.c.member_id == bindparam("member"),
        sums.c.item == bindparam("of_item"),
        sums.c.month_on == bindparam("month"),
    )
)
_DROP_FILL = Prepared(
    delete(fills).where(
        fills.c.unit_id == bindparam("unit"),
        fills.c.member_id == bindparam("member"),
        fills.c.year_on == bindparam("year"),
        fills.c.version_id == bindparam("version"),
        fills.c.cap == bindparam("of_cap"),
        fills.c.window == bindparam("of_window"),
    )
)
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


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose sums: a member in a unit, or the unit itself."""

    unit_id: int
    member_id: int = UNIT_ITSELF

    @property
    def is_unit(self) -> bool:
        """Whether it is the unit itself."""
        return self.member_id == UNIT_ITSELF


@dataclass(frozen=True, slots=True)
class Balance:
    """What a member's entries counted in a closed period, and the end of the chain at that moment."""

    unit_id: int
    member_id: int
    label: str
    counted: int
    actual: int
    sequence: int
    hash: str


def window_text(window: WindowKey) -> str:
    """Return a window as it is stored."""
    if isinstance(window, tuple):
        return f"{window[0]:04}.{window[1]:02}"
    return window if isinstance(window, str) else window.isoformat()


def window_read(text: str) -> WindowKey:
    """Return the window that `window_text` wrote."""
    if "." in text:
        year, number = text.split(".")
        return int(year), int(number)
    return date.fromisoformat(text)


def cells_between(uow: UnitOfWork, of: Subject, since_on: date, until_on: date) -> dict[CellKey, Cell]:
    """Return a subject's cells of these months."""
    rows = _CELLS.all(uow, unit=of.unit_id, member=of.member_id, since_on=since_on, until_on=until_on)
    return {
        (row.item, row.month_on): Cell(
            from_stored(row.gains),
            from_stored(row.losses),
            from_stored(row.counted),
            from_stored(row.quantity),
            row.count,
        )
        for row in rows
    }


def fills_of(uow: UnitOfWork, of: Subject, year_on: date) -> dict[VersionedKey, Fill]:
    """Return the windows of a subject's year, by version, cap and window."""
    rows = _FILLS.all(uow, unit=of.unit_id, member=of.member_id, year=year_on)
    return {
        (row.version_id, row.cap, window_read(row.window)): Fill(
            from_stored(row.came), from_stored(row.counted)
        )
        for row in rows
    }


def fills_of_many(
    uow: UnitOfWork, years: Iterable[tuple[Subject, date]]
) -> dict[tuple[Subject, date], dict[VersionedKey, Fill]]:
    """Return the windows of many subjects' years in one query."""
    wanted = set(years)
    found: dict[tuple[Subject, date], dict[VersionedKey, Fill]] = {}
    for row in _FILLS_OF_MANY.all(uow, {of.member_id for of, _ in wanted}):
        key = (Subject(row.unit_id, row.member_id), row.year_on)
        if key in wanted:
            fill = Fill(from_stored(row.came), from_stored(row.counted))
            found.setdefault(key, {})[row.version_id, row.cap, window_read(row.window)] = fill
    return found


def cells_in(
    uow: UnitOfWork, unit_ids: Iterable[int], since_on: date, until_on: date, *, member_id: int | None = None
) -> dict[Subject, dict[CellKey, Cell]]:
    """Return the cells of these months of every subject of these units, or of one member."""
    where = [
        sums.c.unit_id.in_(sorted(set(unit_ids))),
        sums.c.month_on >= since_on,
        sums.c.month_on < until_on,
    ]
    if member_id is not None:
        where.append(sums.c.member_id == member_id)
    found: dict[Subject, dict[CellKey, Cell]] = {}
    for row in uow.connection.execute(
        select(
            sums.c.unit_id, sums.c.member_id, sums.c.item, sums.c.month_on, *(sums.c[name] for name in _CELL)
        ).where(*where)
    ):
        found.setdefault(Subject(row.unit_id, row.member_id), {})[row.item, row.month_on] = Cell(
            from_stored(row.gains),
            from_stored(row.losses),
            from_stored(row.counted),
            from_stored(row.quantity),
            row[-1],
        )
    return found


def totals_in(
    uow: UnitOfWork, unit_id: int, since_on: date, until_on: date, parts: Sequence[Sequence[str]]
) -> dict[int, Sequence[Any]]:
    """Return of each member of a unit a row: the id, what counts in these months, then that of each part.

    Amounts are stored integers, None where a member has nothing of a part. In SQLite the primary key holds
    the rows of a member together, so nothing is sorted; PostgreSQL gathers them in memory, which is faster
    than its index if there is room.
    """
    if not uow.is_sqlite:
        say_to_driver(uow, _ROOM_FOR_MANY)
    columns = [cast(func.sum(case((sums.c.item.in_(part), sums.c.counted))), BigInteger) for part in parts]
    statement = (
        select(sums.c.member_id, cast(func.sum(sums.c.counted), BigInteger), *columns)
        .where(
            sums.c.unit_id == unit_id,
            sums.c.member_id > UNIT_ITSELF,
            sums.c.month_on.between(since_on, until_on - timedelta(days=1)),
        )
        .group_by(sums.c.member_id)
    )
    cursor = uow.connection.execute(statement).cursor
    assert cursor is not None
    return {row[0]: row for row in cursor.fetchall()}


def begins_on(uow: UnitOfWork, unit_ids: Iterable[int]) -> date | None:
    """Return the first month in which these units have anything on record."""
    found: date | None = uow.connection.execute(
        select(func.min(sums.c.month_on)).where(sums.c.unit_id.in_(sorted(set(unit_ids))))
    ).scalar()
    return found


def holders_of(uow: UnitOfWork, unit_id: int, item: str, since_on: date, until_on: date) -> frozenset[int]:
    """Return the members who have an item in these months."""
    rows = uow.connection.execute(
        select(sums.c.member_id)
        .where(
            sums.c.unit_id == unit_id,
            sums.c.item == item,
            sums.c.month_on >= since_on,
            sums.c.month_on < until_on,
            sums.c.count > 0,
            sums.c.member_id != UNIT_ITSELF,
        )
        .distinct()
    )
    return frozenset(row.member_id for row in rows)


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


def add_to_cell(uow: UnitOfWork, of: Subject, key: CellKey, cell: Cell) -> None:
    """Add one entry to its cell."""
    _ADD_CELL.change(uow, **_cell_values(of, key, cell))


def put_fills(uow: UnitOfWork, of: Subject, year_on: date, found: Mapping[VersionedKey, Fill]) -> None:
    """Write these windows as they are now."""
    _PUT_FILL.change_many(uow, [_fill_values(of, year_on, key, fill) for key, fill in found.items()])


def replace_cells(
    uow: UnitOfWork, of: Subject, before: Mapping[CellKey, Cell], after: Mapping[CellKey, Cell]
) -> None:
    """Make the stored cells `after`, where they were `before`."""
    changed = {key: cell for key, cell in after.items() if before.get(key) != cell}
    _PUT_CELL.change_many(uow, [_cell_values(of, key, cell) for key, cell in changed.items()])
    for item, month_on in before.keys() - after.keys():
        _DROP_CELL.change(uow, unit=of.unit_id, member=of.member_id, of_item=item, month=month_on)


def replace_fills(
    uow: UnitOfWork,
    of: Subject,
    year_on: date,
    before: Mapping[VersionedKey, Fill],
    after: Mapping[VersionedKey, Fill],
) -> None:
    """Make the stored windows `after`, where they were `before`."""
    put_fills(uow, of, year_on, {key: fill for key, fill in after.items() if before.get(key) != fill})
    for version_id, cap, window in before.keys() - after.keys():
        _DROP_FILL.change(
            uow,
            unit=of.unit_id,
            member=of.member_id,
            year=year_on,
            version=version_id,
            of_cap=cap,
            of_window=window_text(window),
        )


def recorded_between(uow: UnitOfWork, of: Subject, since_on: date, until_on: date) -> list[Recorded]:
    """Return a subject's entries of these days as the engine reads them, in ledger order."""
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


def subjects_in(uow: UnitOfWork, unit_id: int) -> Sequence[tuple[Subject, date, date]]:
    """Return every subject that has entries or sums in a unit, with the first and the last day of either."""
    of_entries = select(
        func.coalesce(entries.c.member_id, UNIT_ITSELF).label("member_id"), entries.c.happened_on.label("on")
    ).where(entries.c.unit_id == unit_id)
    of_sums = select(sums.c.member_id, sums.c.month_on.label("on")).where(sums.c.unit_id == unit_id)
    both = of_entries.union_all(of_sums).subquery()
    rows = uow.connection.execute(
        select(both.c.member_id, func.min(both.c.on).label("first"), func.max(both.c.on).label("last"))
        .group_by(both.c.member_id)
        .order_by(both.c.member_id)
    )
    return [(Subject(unit_id, row.member_id), row.first, row.last) for row in rows]


def is_uncounted(uow: UnitOfWork, unit_id: int) -> bool:
    """Tell whether a unit has entries and no sums."""
    has_sums = uow.connection.execute(
        select(sums.c.unit_id).where(sums.c.unit_id == unit_id).limit(1)
    ).first()
    has_entries = uow.connection.execute(
        select(entries.c.id).where(entries.c.unit_id == unit_id).limit(1)
    ).first()
    return has_sums is None and has_entries is not None


def bitten_in(uow: UnitOfWork, unit_id: int, years: Iterable[date]) -> Sequence[tuple[Subject, date]]:
    """Return the subjects of a unit of whose years a cap takes something, with the years."""
    rows = uow.connection.execute(
        select(fills.c.member_id, fills.c.year_on)
        .where(
            fills.c.unit_id == unit_id,
            fills.c.year_on.in_(sorted(set(years))),
            fills.c.came != fills.c.counted,
        )
        .distinct()
    )
    return [(Subject(unit_id, row.member_id), row.year_on) for row in rows]


def clear_unit(uow: UnitOfWork, unit_id: int) -> None:
    """Forget the windows of a unit, before they are made anew."""
    uow.connection.execute(delete(fills).where(fills.c.unit_id == unit_id))


def assert_balances(
    uow: UnitOfWork,
    period_id: int,
    unit_id: int,
    since_on: date,
    until_on: date,
    *,
    sequence: int,
    hash_: str,
) -> None:
    """Write down what every subject's entries of the period count, with the end of the chain."""
    counted = (
        select(
            literal(period_id), sums.c.member_id, func.sum(sums.c.counted), literal(sequence), literal(hash_)
        )
        .where(sums.c.unit_id == unit_id, sums.c.month_on >= since_on, sums.c.month_on < until_on)
        .group_by(sums.c.member_id)
    )
    uow.connection.execute(
        insert(balances).from_select(
            ["finalised_period_id", "member_id", "counted", "sequence", "hash"], counted
        )
    )


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


def _cell_values(of: Subject, key: CellKey, cell: Cell) -> dict[str, Any]:
    item, month_on = key
    return {
        "unit_id": of.unit_id,
        "member_id": of.member_id,
        "item": item,
        "month_on": month_on,
        "gains": to_stored(cell.gains),
        "losses": to_stored(cell.losses),
        "counted": to_stored(cell.counted),
        "quantity": to_stored(cell.quantity),
        "count": cell.count,
    }


def _fill_values(of: Subject, year_on: date, key: VersionedKey, fill: Fill) -> dict[str, Any]:
    version_id, cap, window = key
    return {
        "unit_id": of.unit_id,
        "member_id": of.member_id,
        "year_on": year_on,
        "version_id": version_id,
        "cap": cap,
        "window": window_text(window),
        "came": to_stored(fill.came),
        "counted": to_stored(fill.counted),
    }


def month_key(item: str, on: date) -> CellKey:
    """Return the cell that an entry belongs to."""
    return item, month_of(on).starts_on


def is_same_cell(one: Cell, other: Cell) -> bool:
    """Tell whether two cells are stored alike."""
    return _stored(one) == _stored(other)


def _stored(cell: Cell) -> tuple[int, ...]:
    return (*(to_stored(getattr(cell, name)) for name in _CELL[:-1]), cell.count)


def is_same_fill(one: Fill, other: Fill) -> bool:
    """Tell whether two windows are stored alike."""
    return Fraction(to_stored(one.came)) == to_stored(other.came) and to_stored(one.counted) == to_stored(
        other.counted
    )


def list_balances(uow: UnitOfWork, unit_id: int) -> Sequence[Balance]:
    """Return the balances of a unit's closed periods beside what the sums say now."""
    from storage.tables import finalised_periods

    actual = func.coalesce(
        select(func.sum(sums.c.counted))
        .where(
            sums.c.unit_id == finalised_periods.c.unit_id,
            sums.c.member_id == balances.c.member_id,
            sums.c.month_on >= finalised_periods.c.starts_on,
            sums.c.month_on < finalised_periods.c.until_on,
        )
        .scalar_subquery(),
        0,
    )
    rows = uow.connection.execute(
        select(
            finalised_periods.c.unit_id,
            balances.c.member_id,
            finalised_periods.c.label,
            balances.c.counted,
            actual,
            balances.c.sequence,
            balances.c.hash,
        )
        .join(finalised_periods, finalised_periods.c.id == balances.c.finalised_period_id)
        .where(finalised_periods.c.unit_id == unit_id)
        .order_by(balances.c.finalised_period_id, balances.c.member_id)
    )
    return [Balance(*row) for row in rows]
