"""Reminders and quiet hours of a unit: its settings, reminder days set by hand, and its calendar."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from domain.calendar import DAY_NAME_LENGTH_MAX, DayKind
from domain.day_rules import DayRule, parse_day_rule
from domain.errors import Invalid
from domain.periods import PeriodUnreadable, parse_period
from domain.unit_settings import Setting
from panel.csrf import FormSender
from panel.errors import error_page, status_of
from panel.pages import page
from panel.queries import NUMBER_MAX, address, day_of, number_of
from panel.sessions import SignedIn, Surroundings, Visitor
from services.deps import Deps
from services.reminders import set_reminder_day
from services.unit_settings import (
    change_settings,
    open_habits,
    put_calendar_day,
    remove_calendar_day,
    units_with_habits,
)

router = APIRouter()

UnitId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
Typed = Annotated[str, Form(max_length=80)]
SAVED, DAY_SET, CALENDAR = "saved", "day", "calendar"
"""What was done just now, as the address says it."""
TIME_ZONES = (
    *("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Tokyo", "Asia/Dubai"),
    *("Europe/Moscow", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "UTC"),
)
RULES = tuple(
    parse_day_rule(text)
    for text in (
        "last day - 5 working days",
        "last day - 3 working days",
        "last day - 2 working days",
        "last day - 1 working day",
        "last working day",
        "last friday, shifted earlier",
        "25, shifted earlier",
        "5 of next month, shifted",
    )
)
"""The rules to choose from; any other can be written."""


@router.get("/reminders")
def show_units(request: Request, deps: Surroundings, visitor: SignedIn) -> Response:
    """Show the units to choose from; with a single one, that one."""
    units = units_with_habits(deps, actor=visitor.actor)
    if len(units) == 1:
        return RedirectResponse(f"/reminders/{units[0].id}", status_code=303)
    return page(request, "reminders/units.html", {"units": units}, visitor=visitor)


@router.get("/reminders/{unit_id}")
def show_habits(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    unit_id: UnitId,
    year: str = "",
    done: str = "",
) -> Response:
    """Show when a unit is reminded and left alone, and its calendar of a year."""
    return _habits_page(request, deps, visitor, unit_id, {"done": done}, year=number_of(year))


def _habits_page(
    request: Request,
    deps: Deps,
    visitor: Visitor,
    unit_id: int,
    shown: dict[str, Any],
    *,
    year: int | None = None,
    problem: Invalid | None = None,
) -> Response:
    habits = open_habits(deps, actor=visitor.actor, unit_id=unit_id, year=year, language=visitor.language)
    rule = habits.clock.settings.reminder_rule
    facts = {
        "habits": habits,
        "settings": habits.clock.settings,
        "texts": {name.value: text for name, text in habits.texts.items()},
        "own": {name.value for name in habits.own},
        "rules": _with(RULES, rule),
        "time_zones": (*TIME_ZONES, *({habits.unit.time_zone} - set(TIME_ZONES))),
        "kinds": tuple(DayKind),
        "now": deps.clock.now(),
        "problem": {"code": problem.code, "facts": problem.facts()} if problem is not None else None,
        "has_units": len(units_with_habits(deps, actor=visitor.actor)) > 1,
        "done": "",
        "own_rule": "",
    }
    status = status_of(problem) if problem is not None else 200
    return page(request, "reminders/one.html", facts | shown, visitor=visitor, status=status)


def _with(rules: tuple[DayRule, ...], own: DayRule) -> tuple[DayRule, ...]:
    return rules if own in rules else (own, *rules)


def _done(unit_id: int, what: str, *, year: int | None = None) -> Response:
    return RedirectResponse(
        address(f"/reminders/{unit_id}", [("year", year), ("done", what)]), status_code=303
    )


@router.post("/reminders/{unit_id}/settings")
def save_settings(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    unit_id: UnitId,
    time_zone: Typed,
    quiet_from: Typed,
    quiet_until: Typed,
    reminder_rule: Typed,
    reminder_time: Typed,
    list_days: Typed,
    nudge_time: Typed,
    overdue_days: Typed,
    escalate_days: Typed,
    draft_days: Typed,
    objection_days: Typed,
    own_rule: Typed = "",
) -> Response:
    """Keep a unit's settings; a refusal is told on the page, with what was typed."""
    texts = {
        Setting.QUIET_FROM: quiet_from,
        Setting.QUIET_UNTIL: quiet_until,
        Setting.REMINDER_RULE: own_rule.strip() or reminder_rule,
        Setting.REMINDER_TIME: reminder_time,
        Setting.LIST_DAYS: list_days,
        Setting.NUDGE_TIME: nudge_time,
        Setting.OVERDUE_DAYS: overdue_days,
        Setting.ESCALATE_DAYS: escalate_days,
        Setting.DRAFT_DAYS: draft_days,
        Setting.OBJECTION_DAYS: objection_days,
    }
    try:
        change_settings(deps, actor=visitor.actor, unit_id=unit_id, texts=texts, time_zone=time_zone)
    except Invalid as problem:
        typed = {"texts": {name.value: text for name, text in texts.items()}, "own_rule": own_rule}
        return _habits_page(request, deps, visitor, unit_id, typed, problem=problem)
    return _done(unit_id, SAVED)


@router.post("/reminders/{unit_id}/day")
def save_day(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    unit_id: UnitId,
    month: Typed,
    on: Typed = "",
) -> Response:
    """Set the day of a month's reminder by hand; an empty day follows the rule again."""
    try:
        about = parse_period(month)
    except PeriodUnreadable:
        return error_page(request, "form.invalid", status=422)
    try:
        set_reminder_day(deps, actor=visitor.actor, unit_id=unit_id, month=about, on=day_of(on))
    except Invalid as problem:
        return _habits_page(request, deps, visitor, unit_id, {}, problem=problem)
    return _done(unit_id, DAY_SET)


@router.post("/reminders/{unit_id}/calendar")
def save_calendar_day(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    unit_id: UnitId,
    on: Typed = "",
    kind: Annotated[DayKind, Form()] = DayKind.OFF,
    name: Annotated[str, Form(max_length=4 * DAY_NAME_LENGTH_MAX)] = "",
    *,
    is_removed: Annotated[bool, Form()] = False,
) -> Response:
    """Put a day into a unit's calendar, or take it out again."""
    day = day_of(on)
    try:
        if is_removed:
            remove_calendar_day(deps, actor=visitor.actor, unit_id=unit_id, on=day)
        else:
            put_calendar_day(deps, actor=visitor.actor, unit_id=unit_id, on=day, kind=kind, name=name)
    except Invalid as problem:
        return _habits_page(request, deps, visitor, unit_id, {}, problem=problem)
    return _done(unit_id, CALENDAR, year=day.year if day is not None else None)
