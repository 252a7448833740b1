"""Starting a report and setting its facts, each checked against the rulebook and the calendar."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from domain.errors import (
    AmountRefused,
    ItemRefused,
    NoteTooLong,
    ReportIncomplete,
    ReportUnknown,
    StatusConflict,
)
from domain.reports import (
    EDITABLE,
    NOTE_LENGTH_MAX,
    Report,
    check_day,
    storable,
)
from domain.rulebooks import Item, LevelAmount, QuantityAmount, ScaledAmount
from services.actors import Actor, home_of, identify
from services.deps import Deps
from services.reports.desk import ReportDesk, build_desk, desk_of_change
from services.reports.rows import locked_own, write_facts
from storage import reports as stored_reports


@dataclass(frozen=True, slots=True)
class Change:
    """What is set in a draft; a field left out stays."""

    category: str | None = None
    item: str | None = None
    level: str | None = None
    quantity: Fraction | None = None
    happened_on: date | None = None
    note: str | None = None


def start_report(deps: Deps, *, actor: Actor, cause_key: str) -> ReportDesk:
    """Start a draft for the asking member, or return one in which nothing was chosen yet.

    The same cause returns the draft it made before.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable
        ReportUnknown: the cause has made somebody else's draft.
    """
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        home = home_of(uow, member, now=deps.clock.now())
        known = stored_reports.get_report_by_cause(uow, cause_key)
        if known is None and (empty := stored_reports.find_empty_draft(uow, member.id)) is not None:
            return build_desk(uow, deps, empty)
        stored_reports.insert_report(
            uow,
            cause_key=cause_key,
            unit_id=home.unit.id,
            member_id=member.id,
            filed_by_id=member.id,
            now=deps.clock.now(),
        )
        report = stored_reports.get_report_by_cause(uow, cause_key)
        assert report is not None, "it is there, made now or before"
        if report.filed_by_id != member.id:
            raise ReportUnknown
        return build_desk(uow, deps, report)


def edit_report(deps: Deps, *, actor: Actor, report_id: int, change: Change) -> ReportDesk:
    """Set facts of a draft or a returned report, checking each against the rulebook and the calendar.

    A new item forgets level and quantity; another category forgets the item.

    Raises:
        ReportUnknown, StatusConflict: not the actor's, or no longer editable.
        ItemRefused, AmountRefused, DateRefused, NoteTooLong: the fact breaks a rule; nothing is changed.
    """
    with deps.store.begin() as uow:
        report = locked_own(uow, actor, report_id)
        if report.status not in EDITABLE:
            raise StatusConflict(status=report.status)
        desk = build_desk(uow, deps, report, with_preview=False)
        changed = _changed(desk, change)
        write_facts(uow, deps, report, changed)
        return desk_of_change(uow, deps, desk, changed)


def put_aside(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Save a draft for later.

    Raises:
        ReportUnknown, StatusConflict
    """
    with deps.store.begin() as uow:
        report = locked_own(uow, actor, report_id)
        if report.status not in EDITABLE:
            raise StatusConflict(status=report.status)
        saved = replace(report, is_saved=True)
        write_facts(uow, deps, report, saved)
        return build_desk(uow, deps, saved)


def _changed(desk: ReportDesk, change: Change) -> Report:
    report = replace(desk.report, is_saved=False)
    if change.category is not None:
        if change.category not in {c.code for c in desk.rulebook.categories}:
            raise ItemRefused(item=change.category)
        if change.category != report.category:
            report = replace(report, category=change.category, item=None, level=None, quantity=None)
    if change.item is not None:
        report = _with_item(desk, report, change.item, on=change.happened_on)
    if change.level is not None:
        _check_level(_item_of(desk, report), change.level)
        report = replace(report, level=change.level)
    if change.quantity is not None:
        check_quantity(_item_of(desk, report), change.quantity)
        report = replace(report, quantity=change.quantity)
    if change.happened_on is not None:
        report = _with_day(desk, report, change.happened_on)
    if change.note is not None:
        note = storable(change.note)
        if len(note) > NOTE_LENGTH_MAX:
            raise NoteTooLong(length_max=NOTE_LENGTH_MAX)
        report = replace(report, note=note)
    return report


def _with_item(desk: ReportDesk, report: Report, code: str, *, on: date | None) -> Report:
    item = desk.rulebook.item(code)
    day = on or report.happened_on or desk.home.today
    if item is None or not item.reported_by_members or not desk.rulebook.is_offered(item, day):
        raise ItemRefused(item=item.name if item else code)
    if item.code == report.item:
        return report
    return replace(report, item=item.code, category=item.category, level=None, quantity=None)


def _with_day(desk: ReportDesk, report: Report, on: date) -> Report:
    check_day(on, today=desk.home.today, memberships=desk.home.memberships, finalised=desk.finalised)
    item = _item_of(desk, report)
    if not desk.rulebook.is_offered(item, on):
        raise ItemRefused(item=item.name)
    return replace(report, happened_on=on)


def _item_of(desk: ReportDesk, report: Report) -> Item:
    item = desk.rulebook.item(report.item) if report.item else None
    if item is None:
        raise ReportIncomplete(missing="item")
    return item


def _check_level(item: Item, level: str) -> None:
    if not isinstance(item.amount, LevelAmount) or level not in {known.code for known in item.amount.levels}:
        raise AmountRefused(what="level")


def check_quantity(item: Item, quantity: Fraction) -> None:
    """Check a quantity against the item's bounds and step.

    Raises:
        AmountRefused: with the bounds.
    """
    amount = item.amount
    if isinstance(amount, ScaledAmount) and amount.allows(quantity):
        return
    if not isinstance(amount, QuantityAmount):
        raise AmountRefused(what="quantity")
    low, high, step = amount.min, amount.max, amount.step
    too_low = quantity <= 0 or (low is not None and quantity < low)
    too_high = high is not None and quantity > high
    off_step = step is not None and (quantity / step).denominator != 1
    if too_low or too_high or off_step:
        raise AmountRefused(what="quantity", low=low, high=high, step=step)
