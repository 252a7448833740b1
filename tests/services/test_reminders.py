"""Who is reminded at month end, who answers 本月无, and who stands on the recorders' list."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from domain.errors import NotAllowed, ReminderDayRefused, UnitUnknown
from domain.members import MemberKind, MemberStatus, Role
from domain.outbox import OutboxKind
from domain.periods import parse_period
from domain.reports import ReportStatus
from services.clock import FixedClock
from services.deps import Deps
from services.due import run_due
from services.members import note_blocked
from services.reminders import is_silent, open_list, say_nothing, set_reminder_day
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage.tables import members, nothing_to_report
from tests.builders import Branch, Person, a_branch, a_member, a_report, an_administrator, finalise
from tests.services.outbox import waiting_facts

SHANGHAI = ZoneInfo("Asia/Shanghai")
MARCH = parse_period("2026-03")


def look(deps: Deps, clock: FixedClock, text: str) -> int:
    clock.set(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC))
    return run_due(deps)


def told(deps: Deps, kind: OutboxKind) -> set[int | None]:
    found = [member_id for _, member_id, _ in waiting_facts(deps, [kind])]
    assert len(found) == len(set(found))
    return set(found)


def ids(*people: Person) -> set[int]:
    return {person.member_id for person in people}


def staff(branch: Branch) -> tuple[Person, ...]:
    return (branch.secretary, *branch.recorders)


@pytest.mark.parametrize(
    ("status", "is_reminded"),
    [
        (ReportStatus.DRAFT, True),
        (ReportStatus.WITHDRAWN, True),
        (ReportStatus.REJECTED, True),
        (ReportStatus.PENDING, False),
        (ReportStatus.RETURNED, False),
        (ReportStatus.APPROVED, False),
    ],
)
def test_a_report_of_some_statuses_counts(
    deps: Deps, clock: FixedClock, branch: Branch, status: ReportStatus, *, is_reminded: bool
) -> None:
    a_report(deps, branch.member, status=status, by=branch.recorder)
    look(deps, clock, "2026-03-26 09:45")
    look(deps, clock, "2026-03-26 10:00")
    expected = ids(*staff(branch), branch.members[1]) | (ids(branch.member) if is_reminded else set())
    assert told(deps, OutboxKind.REMINDER) == expected


def test_a_report_of_another_month_does_not_count(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    a_report(deps, branch.member, on=date(2026, 2, 28))
    a_report(deps, branch.members[1], on=date(2026, 3, 1))
    look(deps, clock, "2026-03-26 09:45")
    look(deps, clock, "2026-03-26 10:00")
    assert told(deps, OutboxKind.REMINDER) == ids(*staff(branch), branch.member)


def test_only_active_members_with_an_account_of_this_branch_are_reminded(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    unit = branch.unit
    unbound = a_member(deps, unit=unit, name="未绑定", is_bound=False)
    blocked = a_member(deps, unit=unit, name="停用")
    note_blocked(deps, user_id=blocked.user_id, is_blocked=True)
    gone = a_member(deps, unit=unit, name="调走", until_on=date(2026, 3, 26))
    coming = a_member(deps, unit=unit, name="将到", since_on=date(2026, 3, 27))
    new = a_member(deps, unit=unit, name="新到", since_on=date(2026, 3, 26))
    retired = a_member(deps, unit=unit, name="退休")
    with deps.store.begin() as uow:
        uow.connection.execute(
            update(members).where(members.c.id == retired.member_id).values(status=MemberStatus.RETIRED.value)
        )
    look(deps, clock, "2026-03-26 09:45")
    look(deps, clock, "2026-03-26 10:00")
    assert told(deps, OutboxKind.REMINDER) == ids(*staff(branch), *branch.members, new)
    listed = open_list(deps, actor=branch.recorder.actor, unit_id=unit.id, month=MARCH)
    unreachable = {one.member_id for one in listed.silent if not one.is_reachable}
    assert unreachable == ids(unbound, blocked)
    assert not any(one.is_reminded for one in listed.silent)
    with deps.store.begin() as uow:
        taken = stored_outbox.claim(uow, now=clock.now(), limit=20)
        (reminder,) = [one for one in taken if one.member_id == new.member_id]
        stored_outbox.mark_sent(uow, reminder.id, message_id=1, now=clock.now())
    listed = open_list(deps, actor=branch.recorder.actor, unit_id=unit.id, month=MARCH)
    assert [one.member_id for one in listed.silent if one.is_reminded] == [new.member_id]
    assert {one.member_id for one in listed.silent} & ids(gone, coming, retired) == set()


def test_who_belongs_to_two_branches_is_reminded_by_the_newer_one(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    other = a_branch(deps, code="haizi")
    with deps.store.begin() as uow:
        stored_members.insert_membership(
            uow,
            member_id=branch.member.member_id,
            unit_id=other.unit.id,
            kind=MemberKind.FULL,
            since_on=date(2026, 1, 1),
            until_on=None,
        )
    look(deps, clock, "2026-03-26 09:45")
    look(deps, clock, "2026-03-26 10:00")
    found = {
        facts["unit_id"]
        for _, member_id, facts in waiting_facts(deps, [OutboxKind.REMINDER])
        if member_id == branch.member.member_id
    }
    assert found == {other.unit.id}


def test_a_frozen_month_is_over(deps: Deps, clock: FixedClock) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, code="east", parent_id=committee.id)
    for label in ("2026-02", "2026-Q1"):
        finalise(deps, administrator, branch.unit.id, label)
    look(deps, clock, "2026-03-26 09:45")
    assert look(deps, clock, "2026-03-26 10:00") == 1
    assert look(deps, clock, "2026-03-30 10:00") == 2
    assert told(deps, OutboxKind.REMINDER) | told(deps, OutboxKind.REMINDER_LIST) == set()


def test_nothing_this_month_is_one_row_however_often_it_is_tapped(deps: Deps, branch: Branch) -> None:
    def tap(_: int) -> bool:
        return say_nothing(deps, actor=branch.member.actor, unit_id=branch.unit.id, month=MARCH)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(tap, range(4))) == [False, False, False, True]
    with deps.store.read() as uow:
        rows = uow.connection.execute(select(nothing_to_report.c.member_id, nothing_to_report.c.month))
        assert [tuple(row) for row in rows] == [(branch.member.member_id, "2026-03")]
    assert not is_silent(deps, member_id=branch.member.member_id, unit_id=branch.unit.id, month=MARCH)
    assert is_silent(deps, member_id=branch.member.member_id, unit_id=branch.unit.id, month=MARCH.previous)


def test_nothing_is_said_only_in_ones_own_branch_and_about_a_month_that_has_come(
    deps: Deps, branch: Branch, other_branch: Branch
) -> None:
    with pytest.raises(UnitUnknown):
        say_nothing(deps, actor=other_branch.member.actor, unit_id=branch.unit.id, month=MARCH)
    for month in (MARCH.next, parse_period("2026-Q1")):
        with pytest.raises(ValueError, match=month.label):
            say_nothing(deps, actor=branch.member.actor, unit_id=branch.unit.id, month=month)
    with deps.store.read() as uow:
        assert uow.connection.execute(select(nothing_to_report)).all() == []


def test_recorders_get_the_list_of_those_who_did_neither(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    first, second = branch.members
    look(deps, clock, "2026-03-26 09:45")
    look(deps, clock, "2026-03-26 10:00")
    say_nothing(deps, actor=first.actor, unit_id=branch.unit.id, month=MARCH)
    for person in staff(branch):
        a_report(deps, person, on=date(2026, 3, 26))
    look(deps, clock, "2026-03-30 09:59")
    assert told(deps, OutboxKind.REMINDER_LIST) == set()
    look(deps, clock, "2026-03-30 10:00")
    assert told(deps, OutboxKind.REMINDER_LIST) == ids(*branch.recorders)
    listed = open_list(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, month=MARCH)
    assert ([one.name for one in listed.silent], listed.nothing_count) == ([second.name], 1)


def test_without_a_recorder_the_secretary_gets_the_list_and_without_anybody_silent_nobody(
    deps: Deps, clock: FixedClock
) -> None:
    alone = a_branch(deps, code="alone", recorders=0, members=1)
    done = a_branch(deps, code="done", recorders=1, members=0)
    for person in staff(done):
        say_nothing(deps, actor=person.actor, unit_id=done.unit.id, month=MARCH)
    look(deps, clock, "2026-03-26 09:45")
    look(deps, clock, "2026-03-26 10:00")
    look(deps, clock, "2026-03-30 10:00")
    assert told(deps, OutboxKind.REMINDER) == ids(alone.secretary, *alone.members)
    assert told(deps, OutboxKind.REMINDER_LIST) == ids(alone.secretary)


def test_a_list_is_not_for_members_nor_for_others(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    for stranger in (branch.member, other_branch.recorder, other_branch.secretary):
        with pytest.raises(UnitUnknown):
            open_list(deps, actor=stranger.actor, unit_id=branch.unit.id, month=MARCH)


def test_a_day_set_by_hand_is_kept_once_and_reminds_nobody_twice(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    def set_day(on: date | None) -> None:
        set_reminder_day(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, month=MARCH, on=on)

    look(deps, clock, "2026-03-19 12:00")
    set_day(date(2026, 3, 25))
    set_day(date(2026, 3, 20))
    look(deps, clock, "2026-03-20 10:00")
    everybody = ids(*staff(branch), *branch.members)
    assert told(deps, OutboxKind.REMINDER) == everybody
    set_day(None)
    look(deps, clock, "2026-03-26 10:00")
    assert told(deps, OutboxKind.REMINDER) == everybody


@pytest.mark.parametrize("day", ["2026-02-28", "2026-03-09", "2026-05-01"])
def test_a_day_outside_the_month_and_the_next_or_gone_by_is_refused(
    deps: Deps, branch: Branch, day: str
) -> None:
    with pytest.raises(ReminderDayRefused):
        set_reminder_day(
            deps,
            actor=branch.recorder.actor,
            unit_id=branch.unit.id,
            month=MARCH,
            on=date.fromisoformat(day),
        )


def test_the_day_is_set_by_recorders_secretaries_and_administrators_only(deps: Deps) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, code="east", parent_id=committee.id)
    other = a_branch(deps, code="west", parent_id=committee.id)
    deputy = a_member(deps, unit=branch.unit, name="副书记", roles=(Role.DEPUTY,))
    allowed = (branch.recorder, branch.secretary, administrator)
    for person in allowed:
        set_reminder_day(deps, actor=person.actor, unit_id=branch.unit.id, month=MARCH, on=date(2026, 3, 20))
    for person in (branch.member, deputy, other.recorder):
        with pytest.raises(NotAllowed):
            set_reminder_day(
                deps, actor=person.actor, unit_id=branch.unit.id, month=MARCH, on=date(2026, 3, 21)
            )
