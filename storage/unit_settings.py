"""What units set for themselves, and the calendar days that somebody put in by hand."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select

from domain.calendar import CalendarDay, DayKind
from domain.unit_settings import Setting
from storage.database import UnitOfWork
from storage.tables import calendar_days, unit_settings

_KNOWN = {setting.value for setting in Setting}


def settings_by_unit(uow: UnitOfWork) -> Mapping[int, Mapping[Setting, str]]:
    """Return what every unit sets for itself, by unit and name; units that set nothing are missing."""
    found: dict[int, dict[Setting, str]] = {}
    rows = uow.connection.execute(
        select(unit_settings.c.unit_id, unit_settings.c.name, unit_settings.c.value)
    )
    for row in rows:
        if row.name in _KNOWN:
            found.setdefault(row.unit_id, {})[Setting(row.name)] = row.value
    return found


def replace_settings(
    uow: UnitOfWork, unit_id: int, texts: Mapping[Setting, str], *, set_by_id: int, now: datetime
) -> None:
    """Keep exactly these settings of a unit; what is left out is no longer its own."""
    uow.connection.execute(
        delete(unit_settings).where(unit_settings.c.unit_id == unit_id, unit_settings.c.name.in_(_KNOWN))
    )
    if texts:
        uow.connection.execute(
            unit_settings.insert(),
            [
                {
                    "unit_id": unit_id,
                    "name": name.value,
                    "value": text,
                    "set_at": now,
                    "set_by_id": set_by_id,
                }
                for name, text in texts.items()
            ],
        )


def days_by_unit(uow: UnitOfWork) -> Mapping[int, Sequence[CalendarDay]]:
    """Return the days put in by hand, by unit and in the order of time."""
    found: dict[int, list[CalendarDay]] = {}
    statement = select(
        calendar_days.c.unit_id, calendar_days.c.day, calendar_days.c.kind, calendar_days.c.name
    ).order_by(calendar_days.c.day)
    for row in uow.connection.execute(statement):
        day = CalendarDay(row.day, DayKind(row.kind), row.name, is_by_hand=True)
        found.setdefault(row.unit_id, []).append(day)
    return found


def put_day(uow: UnitOfWork, unit_id: int, day: CalendarDay, *, set_by_id: int, now: datetime) -> None:
    """Put a day into a unit's calendar; what was said of it before is replaced."""
    remove_day(uow, unit_id, day.on)
    uow.connection.execute(
        calendar_days.insert().values(
            unit_id=unit_id,
            day=day.on,
            kind=day.kind.value,
            name=day.name,
            set_at=now,
            set_by_id=set_by_id,
        )
    )


def remove_day(uow: UnitOfWork, unit_id: int, on: date) -> bool:
    """Take a day out of a unit's calendar; tell whether it was there."""
    result = uow.connection.execute(
        delete(calendar_days).where(calendar_days.c.unit_id == unit_id, calendar_days.c.day == on)
    )
    return result.rowcount > 0
