"""The month-end reminder: who gets it, the answer 本月无, the recorders' list, and a day set by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.access import Permission
from domain.due import Step, UnitClock
from domain.errors import NotAllowed, ReminderDayRefused, UnitUnknown
from domain.members import Role, Unit
from domain.outbox import NewMessage, OutboxKind, Priority
from domain.periods import Period, PeriodKind, parse_period
from domain.reminders import check_reminder_day
from services.actors import Actor, home_of, identify, local_day, reach_of, unit_tree
from services.deps import Deps
from storage import audit as stored_audit
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage import periods as stored_periods
from storage import reminders as stored_reminders
from storage.database import UnitOfWork
from storage.reminders import SilentMember


@dataclass(frozen=True, slots=True)
class SilentList:
    """Who neither reported nor answered in a month, and how many answered that there is nothing."""

    unit: Unit
    month: Period
    silent: tuple[SilentMember, ...]
    nothing_count: int


def remind(uow: UnitOfWork, deps: Deps, clock: UnitClock, step: Step, now: datetime) -> None:  # noqa: ARG001  every step is called alike
    """Remind every active member with an account who reported nothing; a frozen month is over."""
    month = parse_period(step.about)
    if _is_final(uow, step.unit_id, month):
        return
    messages = [
        NewMessage(
            OutboxKind.REMINDER,
            _key(step.unit_id, month, one.member_id),
            one.member_id,
            {"unit_id": step.unit_id, "month": month.label},
            Priority.BROADCAST,
        )
        for one in _silent(uow, clock.unit, month, now)
        if one.is_reachable
    ]
    stored_outbox.enqueue(uow, messages, now=now)


def _key(unit_id: int, month: Period, member_id: int) -> str:
    """Return the key under which a member is reminded of a month once."""
    return f"reminder:{unit_id}:{month.label}:{member_id}"


def give_list(uow: UnitOfWork, deps: Deps, clock: UnitClock, step: Step, now: datetime) -> None:  # noqa: ARG001  every step is called alike
    """Tell the recorders, or for want of them the secretaries, who did neither, if anybody."""
    month = parse_period(step.about)
    if _is_final(uow, step.unit_id, month) or not _silent(uow, clock.unit, month, now):
        return
    messages = [
        NewMessage(
            OutboxKind.REMINDER_LIST,
            f"reminder_list:{step.unit_id}:{month.label}:{member_id}",
            member_id,
            {"unit_id": step.unit_id, "month": month.label},
            Priority.CARD,
        )
        for member_id in _keepers(uow, step.unit_id)
    ]
    stored_outbox.enqueue(uow, messages, now=now)


def _keepers(uow: UnitOfWork, unit_id: int) -> Sequence[int]:
    grants = stored_members.grants_in(uow, [unit_id])
    for role in (Role.RECORDER, Role.SECRETARY):
        found = sorted({grant.member_id for grant in grants if grant.role is role})
        if found:
            return found
    return ()


def _is_final(uow: UnitOfWork, unit_id: int, month: Period) -> bool:
    spans = stored_periods.finalised_spans(uow, unit_id)
    return any(start <= month.starts_on and month.until_on <= until for start, until in spans)


def _silent(uow: UnitOfWork, unit: Unit, month: Period, now: datetime) -> list[SilentMember]:
    """Return the silent members whose reports go to this unit: who belongs to several is asked in one."""
    silent = stored_reminders.list_silent(uow, unit.id, month, today=local_day(now, unit))
    elsewhere = stored_reminders.with_other_homes(uow, unit.id)
    return [
        one for one in silent if one.member_id not in elsewhere or _is_home(uow, one.member_id, unit, now)
    ]


def _is_home(uow: UnitOfWork, member_id: int, unit: Unit, now: datetime) -> bool:
    member = stored_members.get_member(uow, member_id)
    return member is not None and home_of(uow, member, now=now).unit.id == unit.id


def is_silent(deps: Deps, *, member_id: int, unit_id: int, month: Period) -> bool:
    """Tell whether a reminder still makes sense: the member has neither reported nor answered meanwhile."""
    now = deps.clock.now()
    with deps.store.read() as uow:
        today = local_day(now, unit_tree(uow).get(unit_id))
        return bool(stored_reminders.list_silent(uow, unit_id, month, today=today, member_id=member_id))


def open_list(deps: Deps, *, actor: Actor, unit_id: int, month: Period) -> SilentList:
    """Return who neither reported nor answered in a month, as it is now.

    Raises:
        AccountUnknown
        UnitUnknown: the actor does not see this unit's members.
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        member = identify(uow, actor)
        if unit_id not in reach_of(uow, member, Permission.SEE_MEMBERS):
            raise UnitUnknown
        unit = unit_tree(uow).get(unit_id)
        silent = _silent(uow, unit, month, now)
        keys = {_key(unit_id, month, one.member_id): one for one in silent}
        arrived = stored_outbox.arrived_of(uow, keys)
        listed = tuple(replace(one, is_reminded=key in arrived) for key, one in keys.items())
        return SilentList(unit, month, listed, stored_reminders.count_nothing(uow, unit_id, month))


def say_nothing(deps: Deps, *, actor: Actor, unit_id: int, month: Period) -> bool:
    """Answer that there is nothing to report for a month (本月无); False when that was said before.

    Raises:
        AccountUnknown
        UnitUnknown: the member does not belong to the unit.
        ValueError: no reminder was about such a month.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        memberships = stored_members.memberships_of(uow, member.id)
        if not any(membership.unit_id == unit_id for membership in memberships):
            raise UnitUnknown
        today = local_day(now, unit_tree(uow).get(unit_id))
        if month.kind is not PeriodKind.MONTH or month.starts_on > today:
            raise ValueError(month.label)
        return stored_reminders.insert_nothing(
            uow, member_id=member.id, unit_id=unit_id, month=month, now=now
        )


def set_reminder_day(deps: Deps, *, actor: Actor, unit_id: int, month: Period, on: date | None) -> None:
    """Set the day of a month's reminder by hand, such as that of the last study session; None: by the rule.

    A reminder that was sent already is not sent again: each member gets one for a month.

    Raises:
        AccountUnknown
        NotAllowed: the actor sets no reminders here.
        ReminderDayRefused
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        if unit_id not in reach_of(uow, member, Permission.SET_REMINDER_DAY):
            raise NotAllowed
        if month.kind is not PeriodKind.MONTH:
            raise ReminderDayRefused
        if on is not None:
            check_reminder_day(on, month, today=local_day(now, unit_tree(uow).get(unit_id)))
        stored_reminders.put_day(uow, unit_id, month, on, set_by_id=member.id, now=now)
        facts = {"month": month.label, "on": "" if on is None else on.isoformat()}
        stored_audit.note(uow, "reminder.day", actor_id=member.id, unit_id=unit_id, facts=facts, now=now)
