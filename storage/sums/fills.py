"""How full each window of each cap is, by subject and year."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, delete, select

from domain.points import from_stored, to_stored
from domain.scoring.counting import Fill, WindowKey
from domain.scoring.settling import VersionedKey
from storage.database import UnitOfWork
from storage.statements import Prepared, PreparedForMany
from storage.sums.statements import upserting
from storage.sums.subjects import Subject
from storage.tables import fills

_FILL_KEY = ("unit_id", "member_id", "year_on", "version_id", "cap", "window")


_PUT_FILL = upserting(fills, _FILL_KEY, ("came", "counted"), is_adding=False)


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


def put_fills(uow: UnitOfWork, of: Subject, year_on: date, found: Mapping[VersionedKey, Fill]) -> None:
    """Write these windows as they are now."""
    _PUT_FILL.change_many(uow, [_fill_values(of, year_on, key, fill) for key, fill in found.items()])


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


def is_same_fill(one: Fill, other: Fill) -> bool:
    """Tell whether two windows are stored alike."""
    return Fraction(to_stored(one.came)) == to_stored(other.came) and to_stored(one.counted) == to_stored(
        other.counted
    )
