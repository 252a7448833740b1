"""Does what is due: looks which steps were scheduled since the last look, and does each exactly once.

The claim of a step and all that it does are one transaction: whoever is killed leaves nothing half done, and
of two processes one does it. The mark of the last look never passes a step that was not claimed, so that what
failed or has to wait for a humane hour is found again.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.calendar import WorkCalendar
from domain.dated_lists import DayOfYear, days_of
from domain.due import Job, Step, UnitClock, Verdict, claim_job, look_from, slot_of
from domain.errors import RulebookUnavailable
from domain.members import Unit
from domain.rulebooks import Rulebook
from domain.unit_settings import Setting, UnitSettings, row_of, settings_of
from services import dated_lists, nudges, reminders, shop, stand_ins
from services.actors import local_day, unit_tree
from services.calendars import calendar_of
from services.deps import Deps
from services.shelf import Shelf
from storage import audit as stored_audit
from storage import due as stored_due
from storage import reminders as stored_reminders
from storage import stand_ins as stored_stand_ins
from storage import unit_settings as stored_settings
from storage.database import UnitOfWork

logger = logging.getLogger(__name__)
MARK = "due"
MARK_EVERY = timedelta(minutes=10)
"""A look that finds nothing is not written down more often than this."""
SKEW_MAX = timedelta(minutes=2)
"""Clocks of processes differ: a mark so little ahead is another process's."""

_Shared = tuple[UnitSettings, WorkCalendar, frozenset[DayOfYear]]
Runner = Callable[[UnitOfWork, Deps, UnitClock, Step, datetime], None]


def _sweep(uow: UnitOfWork, deps: Deps, clock: UnitClock, step: Step, now: datetime) -> None:
    """Point out what was left lying, and points that lapse soon."""
    nudges.sweep(uow, deps, clock, step, now)
    shop.warn(uow, deps, clock, step, now)


RUNNERS: Mapping[Job, Runner] = {
    Job.REMINDER: reminders.remind,
    Job.REMINDER_LIST: reminders.give_list,
    Job.SWEEP: _sweep,
    Job.DATED_LISTS: dated_lists.make_lists,
    Job.STAND_INS: stand_ins.settle,
}


def run_due(deps: Deps) -> int:
    """Do every step that is due now and return how many were done here.

    A step that fails is logged and tried again at the next look, until its grace is over.
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        looked_at = stored_due.get_mark(uow, MARK)
        if looked_at is not None and now < looked_at <= now + SKEW_MAX:
            return 0
        since = look_from(looked_at, now)
        scheduled = _scheduled(unit_clocks(uow, deps.shelf, now).values(), since, now)
        due = [(clock, step) for clock, step in scheduled if not _is_claimed(uow, step)]
    due.sort(key=lambda pair: pair[1].scheduled_at)
    done, left = 0, []
    for clock, step in due:
        try:
            verdict = _attend(deps, clock, step, now)
        except Exception:
            logger.exception("%s of %s could not be done", step.claim_job, step.slot)
            verdict = Verdict.WAIT
        done += verdict is Verdict.RUN
        if verdict is Verdict.WAIT:
            left.append(step.scheduled_at)
    mark = min(left) - timedelta(microseconds=1) if left else now
    if looked_at is None or mark < looked_at or mark - looked_at >= MARK_EVERY or (due and mark != looked_at):
        with deps.store.begin() as uow:
            stored_due.set_mark(uow, MARK, mark)
    return done


def _scheduled(
    clocks: Iterable[UnitClock], since: datetime, now: datetime
) -> Iterator[tuple[UnitClock, Step]]:
    """Yield every unit's steps; units that share settings, calendar and time zone are reckoned once."""
    known: dict[tuple[int, int, str], tuple[Step, ...]] = {}
    for clock in clocks:
        if clock.reminder_days or clock.has_stand_ins:
            yield from ((clock, step) for step in clock.steps(since, now))
            continue
        shared = (id(clock.settings), id(clock.calendar), clock.unit.time_zone)
        if shared not in known:
            known[shared] = clock.steps(since, now)
        yield from ((clock, replace(step, unit_id=clock.unit.id)) for step in known[shared])


def unit_clocks(
    uow: UnitOfWork, shelf: Shelf, now: datetime, *, units: Iterable[Unit] | None = None
) -> Mapping[int, UnitClock]:
    """Return the clock of every unit that keeps points, or of these units, by unit.

    What a unit sets wins over what a unit above it sets; so do the days put into its calendar. Any of them
    wins over the rulebook in force.
    """
    tree = unit_tree(uow)
    settings = stored_settings.settings_by_unit(uow)
    days = stored_settings.days_by_unit(uow)
    by_hand = stored_reminders.days_by_unit(uow)
    changing = stored_stand_ins.units_with_stand_ins(uow)
    same: dict[tuple[str | None, date, tuple[int, ...]], _Shared] = {}
    clocks = {}
    for unit in units if units is not None else (one for one in tree.all() if one.rulebook is not None):
        setting = tuple(one for one in tree.upward(unit.id)[::-1] if one in settings or one in days)
        key = (unit.rulebook, local_day(now, unit), setting)
        if key not in same:
            own_days = [day for one in setting for day in days.get(one, ())]
            book = _book(uow, shelf, unit, key[1])
            rows = (_row(book), *(settings.get(one, {}) for one in setting))
            same[key] = (
                settings_of(rows),
                calendar_of(own_days, year=now.year),
                frozenset() if book is None else days_of(book),
            )
        unit_settings, calendar, list_days = same[key]
        clocks[unit.id] = UnitClock(
            unit, unit_settings, calendar, by_hand.get(unit.id, {}), unit.id in changing, list_days
        )
    return clocks


def book_row(uow: UnitOfWork, shelf: Shelf, unit: Unit, on: date) -> Mapping[Setting, str]:
    """Return what the rulebook that a unit has on a day sets about reminders; nothing without a good one."""
    return _row(_book(uow, shelf, unit, on))


def _row(book: Rulebook | None) -> Mapping[Setting, str]:
    return {} if book is None or book.reminders is None else row_of(book.reminders)


def _book(uow: UnitOfWork, shelf: Shelf, unit: Unit, on: date) -> Rulebook | None:
    try:
        return shelf.in_force(uow, unit.rulebook, on).rulebook
    except RulebookUnavailable:
        return None


def _is_claimed(uow: UnitOfWork, step: Step) -> bool:
    return stored_due.claimed_at(uow, job=step.claim_job, slot=step.slot) is not None


def _attend(deps: Deps, clock: UnitClock, step: Step, now: datetime) -> Verdict:
    """Claim a step and do it, or leave it for later; what another process did first is no longer ours."""
    with deps.store.begin() as uow:
        verdict = clock.verdict(step, now, reminded_at=_reminded_at(uow, step))
        if verdict is Verdict.WAIT:
            return verdict
        if not stored_due.claim(uow, job=step.claim_job, slot=step.slot, outcome=verdict, now=now):
            return Verdict.MISSED
        if verdict is Verdict.RUN:
            RUNNERS[step.job](uow, deps, clock, step, now)
        else:
            facts = {"job": step.job.value, "about": step.about, "scheduled_at": step.slot}
            stored_audit.note(uow, "due.missed", actor_id=None, unit_id=step.unit_id, facts=facts, now=now)
        return verdict


def _reminded_at(uow: UnitOfWork, step: Step) -> datetime | None:
    if step.follows_at is None:
        return None
    job = claim_job(Job.REMINDER, step.unit_id)
    return stored_due.claimed_at(uow, job=job, slot=slot_of(step.follows_at))
