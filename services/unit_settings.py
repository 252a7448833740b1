"""What a unit sets for itself: quiet hours, reminders, days off, time zone; and what it has from above."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.access import Permission
from domain.calendar import DAY_NAME_LENGTH_MAX, CalendarDay, DayKind
from domain.due import UnitClock
from domain.errors import CalendarDayRefused, NotAllowed, SettingRefused, UnitUnknown
from domain.members import Member, Unit
from domain.periods import Period, month_of
from domain.reports import storable
from domain.unit_settings import Setting, check_settings, merged
from services.actors import Actor, identify, local_day, reach_of, require_reach, unit_tree
from services.calendars import is_announced, public_days
from services.deps import Deps
from services.due import book_row, unit_clocks
from services.shelf import Shelf
from storage import audit as stored_audit
from storage import unit_settings as stored_settings
from storage import units as stored_units
from storage.database import UnitOfWork

TIME_ZONE = "time_zone"
ANNOUNCED_FROM_MONTH = 11
"""The arrangement for the next year comes in November."""


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """When a month's reminder goes out; `is_by_hand` where the day was set by hand."""

    month: Period
    at: datetime
    is_by_hand: bool


@dataclass(frozen=True, slots=True)
class Habits:
    """A unit's settings and calendar of one year; what is not among `own` comes from above or by default.

    `plans` are the reminders of this month and the next. Of `unannounced` years only the holidays that the
    law names are known, and none of the days made up for: the calendar's year, and in its end the next one.
    """

    unit: Unit
    clock: UnitClock
    texts: Mapping[Setting, str]
    own: frozenset[Setting]
    plans: tuple[MonthPlan, ...]
    today: date
    year: int
    days: tuple[CalendarDay, ...]
    own_days: frozenset[date]
    unannounced: tuple[int, ...]
    may_manage: bool


def units_with_habits(deps: Deps, *, actor: Actor) -> tuple[Unit, ...]:
    """Return the units whose reminder days or settings the actor sets, by id; units above hand theirs down.

    Raises:
        AccountUnknown
        NotAllowed: there are none.
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.SET_REMINDER_DAY)
        return tuple(unit for unit in unit_tree(uow).all() if unit.id in reach)


def open_habits(
    deps: Deps, *, actor: Actor, unit_id: int, year: int | None = None, language: str = "zh_Hans"
) -> Habits:
    """Return what a unit has set, with its calendar of a year (this one), holidays named in the language.

    Raises:
        AccountUnknown
        UnitUnknown: it is not the actor's to set.
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        member = identify(uow, actor)
        if unit_id not in reach_of(uow, member, Permission.SET_REMINDER_DAY):
            raise UnitUnknown
        unit = unit_tree(uow).get(unit_id)
        clock = unit_clocks(uow, deps.shelf, now, units=[unit])[unit_id]
        today = local_day(now, unit)
        rows = _rows(uow, deps.shelf, unit, today)
        wanted = year if year is not None and abs(year - today.year) <= 1 else today.year
        days, own_days = _days(uow, unit_id, wanted, language)
        is_late = wanted == today.year and today.month >= ANNOUNCED_FROM_MONTH
        years = (wanted, wanted + 1) if is_late else (wanted,)
        this = month_of(today)
        plans = tuple(
            MonthPlan(month, clock.reminder_at(month), month.label in clock.reminder_days)
            for month in (this, this.next)
        )
        return Habits(
            unit=unit,
            clock=clock,
            texts=merged(rows),
            own=frozenset(rows[-1]),
            plans=plans,
            today=today,
            year=wanted,
            days=days,
            own_days=own_days,
            unannounced=tuple(one for one in years if not _is_known(uow, unit_id, one)),
            may_manage=unit_id in reach_of(uow, member, Permission.MANAGE_REMINDERS),
        )


def change_settings(
    deps: Deps, *, actor: Actor, unit_id: int, texts: Mapping[Setting, str], time_zone: str
) -> None:
    """Change what a unit sets for itself; a text that says what holds anyway is not kept as the unit's own.

    Raises:
        AccountUnknown
        NotAllowed: the actor does not manage this unit's reminders.
        SettingRefused: with the first setting that cannot be used; nothing was changed.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = _manager(uow, actor, unit_id)
        unit = unit_tree(uow).get(unit_id)
        above = merged(_rows(uow, deps.shelf, unit, local_day(now, unit))[:-1])
        settings = check_settings(dict(above) | dict(texts))
        wanted = {name: text.strip() for name, text in texts.items()}
        wanted[Setting.REMINDER_RULE] = settings.reminder_rule.text
        own = {name: text for name, text in wanted.items() if text != above[name]}
        stored_settings.replace_settings(uow, unit_id, own, set_by_id=member.id, now=now)
        stored_units.set_time_zone(uow, unit_id, _known_zone(time_zone))
        facts = {name.value: text for name, text in own.items()} | {TIME_ZONE: time_zone}
        stored_audit.note(uow, "unit.settings", actor_id=member.id, unit_id=unit_id, facts=facts, now=now)


def put_calendar_day(
    deps: Deps, *, actor: Actor, unit_id: int, on: date | None, kind: DayKind, name: str
) -> None:
    """Put a day off, or one on which people work, into a unit's calendar; it holds for units below too.

    Raises:
        AccountUnknown, NotAllowed
        CalendarDayRefused: there is no such day, or it lies too far away.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = _manager(uow, actor, unit_id)
        today = local_day(now, unit_tree(uow).get(unit_id))
        if on is None or not today.year - 1 <= on.year <= today.year + 2:
            raise CalendarDayRefused
        day = CalendarDay(on, kind, storable(name)[:DAY_NAME_LENGTH_MAX], is_by_hand=True)
        stored_settings.put_day(uow, unit_id, day, set_by_id=member.id, now=now)
        facts = {"on": on.isoformat(), "kind": kind.value, "name": day.name}
        stored_audit.note(uow, "calendar.put", actor_id=member.id, unit_id=unit_id, facts=facts, now=now)


def remove_calendar_day(deps: Deps, *, actor: Actor, unit_id: int, on: date | None) -> None:
    """Take a day that was put in by hand out of a unit's own calendar; one that is not there stays away.

    Raises:
        AccountUnknown, NotAllowed
        CalendarDayRefused: there is no such day.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = _manager(uow, actor, unit_id)
        if on is None:
            raise CalendarDayRefused
        if stored_settings.remove_day(uow, unit_id, on):
            facts = {"on": on.isoformat()}
            stored_audit.note(
                uow, "calendar.removed", actor_id=member.id, unit_id=unit_id, facts=facts, now=now
            )


def _manager(uow: UnitOfWork, actor: Actor, unit_id: int) -> Member:
    member = identify(uow, actor)
    if unit_id not in reach_of(uow, member, Permission.MANAGE_REMINDERS):
        raise NotAllowed
    return member


def _rows(uow: UnitOfWork, shelf: Shelf, unit: Unit, today: date) -> list[Mapping[Setting, str]]:
    """Return what the rulebook and the units down to this one set; its own come last, even if none."""
    settings = stored_settings.settings_by_unit(uow)
    above = [settings.get(one, {}) for one in unit_tree(uow).upward(unit.id)[::-1]]
    return [book_row(uow, shelf, unit, today), *above]


def _days(
    uow: UnitOfWork, unit_id: int, year: int, language: str
) -> tuple[tuple[CalendarDay, ...], frozenset[date]]:
    found = {day.on: day for day in public_days(year, language)}
    by_unit = stored_settings.days_by_unit(uow)
    for one in unit_tree(uow).upward(unit_id)[::-1]:
        found |= {day.on: day for day in by_unit.get(one, ()) if day.on.year == year}
    own = frozenset(day.on for day in by_unit.get(unit_id, ()))
    return tuple(found[on] for on in sorted(found)), own


def _is_known(uow: UnitOfWork, unit_id: int, year: int) -> bool:
    """Tell whether a year's arrangement is known: announced, or a day made up for was put in by hand."""
    if is_announced(year):
        return True
    by_unit = stored_settings.days_by_unit(uow)
    above = unit_tree(uow).upward(unit_id)
    days = (day for one in above for day in by_unit.get(one, ()) if day.on.year == year)
    return any(day.kind is DayKind.WORKING for day in days)


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingRefused(name=TIME_ZONE) from None
