"""What was left lying is pointed out once: to deciders, then to the secretary, to members, to answerers."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.errors import NotAllowed
from domain.members import Role
from domain.outbox import OutboxKind
from domain.reports import ReportStatus
from services.appeals import raise_objection
from services.clock import FixedClock
from services.deps import Deps
from services.due import run_due
from services.reports import Change, edit_report, start_report
from services.reviews import approve_report, list_queue, return_report, undo_decision
from services.shop import cancel_order
from tests.builders import Branch, Person, a_branch, a_member, a_report, an_administrator
from tests.services.outbox import waiting_facts
from tests.shops import a_product, a_shop, an_order, earn

SHANGHAI = ZoneInfo("Asia/Shanghai")


def look(deps: Deps, clock: FixedClock, text: str) -> int:
    clock.set(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC))
    return run_due(deps)


def told(deps: Deps, kind: OutboxKind) -> list[tuple[int | None, str]]:
    return [
        (member_id, str(facts.get("reports") or facts.get("objection_id")))
        for _, member_id, facts in waiting_facts(deps, [kind])
    ]


def to(report_ids: str, *people: Person) -> list[tuple[int | None, str]]:
    return [(person.member_id, report_ids) for person in people]


@pytest.fixture
def waiting(deps: Deps, clock: FixedClock, branch: Branch) -> int:
    """Return a report that waits since noon on Tuesday, 10 March."""
    report = a_report(deps, branch.member)
    look(deps, clock, "2026-03-10 12:00")
    return report.id


def test_a_waiting_report_is_pointed_out_to_every_decider_once(
    deps: Deps, clock: FixedClock, branch: Branch, waiting: int
) -> None:
    look(deps, clock, "2026-03-12 09:30")
    look(deps, clock, "2026-03-13 09:29")
    assert told(deps, OutboxKind.OVERDUE) == []
    look(deps, clock, "2026-03-13 09:30")
    expected = to(str(waiting), *branch.recorders)
    assert told(deps, OutboxKind.OVERDUE) == expected
    for day in ("2026-03-13 15:00", "2026-03-14 09:30", "2026-03-16 09:30"):
        look(deps, clock, day)
    assert told(deps, OutboxKind.OVERDUE) == expected
    assert told(deps, OutboxKind.ESCALATED) == []


def test_an_order_that_lapses_soon_is_pointed_out_once_before_it_does(deps: Deps, clock: FixedClock) -> None:
    shop = a_shop(deps)
    earn(deps, shop, shop.member, times=2)
    kept, collected = (
        an_order(deps, shop.member, a_product(deps, shop, name=name)).order for name in ("壶", "盆")
    )
    late = kept.expires_at.astimezone(SHANGHAI)
    assert f"{late:%Y-%m-%d %H:%M}" == "2026-03-26 00:00"
    look(deps, clock, "2026-03-10 12:00")
    look(deps, clock, "2026-03-23 10:00")
    assert waiting_facts(deps, [OutboxKind.ORDER_EXPIRING]) == []
    cancel_order(deps, actor=shop.member.actor, order_id=collected.id)
    for text in ("2026-03-24 09:30", "2026-03-24 15:00", "2026-03-25 09:30", "2026-03-26 09:30"):
        look(deps, clock, text)
    facts = {"unit_id": shop.unit_id, "order_id": kept.id}
    assert waiting_facts(deps, [OutboxKind.ORDER_EXPIRING]) == [
        ("order_expiring", shop.member.member_id, facts)
    ]


def test_several_reports_come_in_one_message(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    first = a_report(deps, branch.member)
    second = a_report(deps, branch.members[1], item="urgent")
    own = a_report(deps, branch.recorder, item="urgent")
    look(deps, clock, "2026-03-10 12:00")
    look(deps, clock, "2026-03-13 09:30")
    one, two = branch.recorders
    everything = ",".join(str(report.id) for report in (first, second, own))
    assert told(deps, OutboxKind.OVERDUE) == [
        *to(f"{first.id},{second.id}", one),
        *to(everything, two),
    ]


def test_nobody_is_disturbed_on_days_off(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    clock.set(datetime(2026, 4, 1, 4, tzinfo=UTC))
    report = a_report(deps, branch.member)
    look(deps, clock, "2026-04-01 12:00")
    for day in (3, 4, 5, 6):  # Qingming is from 4 to 6 April
        look(deps, clock, f"2026-04-0{day} 12:00")
    assert told(deps, OutboxKind.OVERDUE) == []
    look(deps, clock, "2026-04-07 09:30")
    assert told(deps, OutboxKind.OVERDUE) == to(str(report.id), *branch.recorders)


def test_then_it_goes_to_the_secretary_who_can_decide_it(
    deps: Deps, clock: FixedClock, branch: Branch, waiting: int
) -> None:
    look(deps, clock, "2026-03-13 09:30")
    look(deps, clock, "2026-03-16 09:30")
    with pytest.raises(NotAllowed):
        approve_report(deps, actor=branch.secretary.actor, report_id=waiting)
    assert list_queue(deps, actor=branch.secretary.actor).total == 0
    for day in ("2026-03-17 09:30", "2026-03-18 09:30"):
        look(deps, clock, day)
    assert told(deps, OutboxKind.ESCALATED) == to(str(waiting), branch.secretary)
    assert list_queue(deps, actor=branch.secretary.actor).total == 1
    assert list_queue(deps, actor=branch.recorder.actor).total == 1
    desk = approve_report(deps, actor=branch.secretary.actor, report_id=waiting)
    assert desk.report.status is ReportStatus.APPROVED


def test_a_decided_report_is_nobodys_any_more(
    deps: Deps, clock: FixedClock, branch: Branch, waiting: int
) -> None:
    return_report(deps, actor=branch.recorder.actor, report_id=waiting, reason="照片不清楚")
    for day in ("2026-03-13 09:30", "2026-03-17 09:30", "2026-03-24 09:30"):
        look(deps, clock, day)
    assert told(deps, OutboxKind.OVERDUE) + told(deps, OutboxKind.ESCALATED) == []


def test_after_a_decision_was_taken_back_it_counts_as_new_for_the_secretary(
    deps: Deps, clock: FixedClock, branch: Branch, waiting: int
) -> None:
    look(deps, clock, "2026-03-13 09:30")
    look(deps, clock, "2026-03-17 09:30")
    approve_report(deps, actor=branch.recorder.actor, report_id=waiting)
    undo_decision(deps, actor=branch.recorder.actor, report_id=waiting)
    assert list_queue(deps, actor=branch.secretary.actor).total == 0
    with pytest.raises(NotAllowed):
        approve_report(deps, actor=branch.secretary.actor, report_id=waiting)


def test_long_asleep_the_deciders_still_have_a_day_before_the_secretary(
    deps: Deps, clock: FixedClock, branch: Branch, waiting: int
) -> None:
    look(deps, clock, "2026-03-30 09:30")
    assert (len(told(deps, OutboxKind.OVERDUE)), told(deps, OutboxKind.ESCALATED)) == (2, [])
    look(deps, clock, "2026-03-31 09:30")
    assert told(deps, OutboxKind.ESCALATED) == to(str(waiting), branch.secretary)


def test_where_the_secretary_decides_it_goes_to_the_administrators_above(
    deps: Deps, clock: FixedClock
) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, code="east", recorders=0, parent_id=committee.id)
    alone = a_branch(deps, code="alone", recorders=1)
    report = a_report(deps, branch.member)
    own = a_report(deps, alone.recorder)
    look(deps, clock, "2026-03-10 12:00")
    look(deps, clock, "2026-03-13 09:30")
    look(deps, clock, "2026-03-17 09:30")
    assert told(deps, OutboxKind.OVERDUE) == [
        *to(str(report.id), branch.secretary),
        *to(str(own.id), alone.secretary),
    ]
    assert told(deps, OutboxKind.ESCALATED) == to(str(report.id), administrator)


def test_a_draft_left_for_three_days_is_asked_about_once(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    draft = a_report(deps, branch.member, status=ReportStatus.DRAFT)
    start_report(deps, actor=branch.members[1].actor, cause_key="empty")
    look(deps, clock, "2026-03-10 12:00")
    look(deps, clock, "2026-03-12 09:30")
    assert told(deps, OutboxKind.DRAFTS_LEFT) == []
    for day in ("2026-03-13 09:30", "2026-03-16 09:30", "2026-04-20 09:30"):
        look(deps, clock, day)
    assert told(deps, OutboxKind.DRAFTS_LEFT) == to(str(draft.id), branch.member)


def test_a_draft_that_is_worked_on_is_left_alone(deps: Deps, clock: FixedClock, branch: Branch) -> None:
    draft = a_report(deps, branch.member, status=ReportStatus.DRAFT)
    look(deps, clock, "2026-03-12 20:00")
    edit_report(deps, actor=branch.member.actor, report_id=draft.id, change=Change(note="还在写"))
    look(deps, clock, "2026-03-13 09:30")
    assert told(deps, OutboxKind.DRAFTS_LEFT) == []
    look(deps, clock, "2026-03-16 09:30")
    assert told(deps, OutboxKind.DRAFTS_LEFT) == to(str(draft.id), branch.member)


def test_an_objection_is_pointed_out_a_working_day_before_its_time_is_over(
    deps: Deps, clock: FixedClock, branch: Branch
) -> None:
    supervisor = a_member(deps, unit=branch.unit, name="纪检", roles=(Role.SUPERVISOR,))
    report = a_report(deps, branch.member, status=ReportStatus.REJECTED, by=branch.recorder)
    objection = raise_objection(deps, actor=branch.member.actor, report_id=report.id, reason="是安排的")
    look(deps, clock, "2026-03-10 12:00")
    look(deps, clock, "2026-03-13 09:30")
    assert told(deps, OutboxKind.OBJECTION_DUE) == []
    for day in ("2026-03-16 09:30", "2026-03-17 09:30", "2026-03-20 09:30"):
        look(deps, clock, day)
    assert told(deps, OutboxKind.OBJECTION_DUE) == to(str(objection.id), supervisor)
    (facts,) = (facts for _, _, facts in waiting_facts(deps, [OutboxKind.OBJECTION_DUE]))
    assert facts["deadline"] == "2026-03-17"
