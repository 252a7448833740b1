"""Deciding: what every decision leaves behind, who may not decide, and that only the first one counts."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from fractions import Fraction

import pytest

from domain.errors import (
    AccountUnknown,
    AlreadyDecided,
    AmountRefused,
    DateRefusal,
    DateRefused,
    JifenError,
    NotAllowed,
    OwnReport,
    ReasonMissing,
    ReportUnknown,
    StatusConflict,
    UndoTooLate,
)
from domain.members import Role
from domain.reports import TRANSITIONS, Report, ReportAction, ReportStatus
from services.actors import ChatAccount
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import list_entries, my_points, verify
from services.reports import Change, discard, edit_report, submit_report
from services.reviews import (
    ReviewWarning,
    approve_report,
    list_queue,
    open_review,
    reject_report,
    return_report,
    undo_decision,
)
from storage import decisions as stored_decisions
from storage import reports as stored_reports
from tests.builders import (
    TODAY,
    Branch,
    Person,
    a_branch,
    a_member,
    a_photo,
    a_report,
    a_unit,
    an_administrator,
    finalise,
)
from tests.services.outbox import waiting_keys

REASON = "照片不清楚"


def total_of(deps: Deps, person: Person) -> Fraction:
    return my_points(deps, actor=person.actor).view.sheet.total


def lines_of(deps: Deps, branch: Branch) -> list[tuple[str, int, int, str]]:
    page = list_entries(deps, actor=branch.secretary.actor)
    entries = [line.entry for line in reversed(page.lines)]
    return [(e.item, e.amount // 10_000, e.counted_amount // 10_000, e.why) for e in entries]


def decide(deps: Deps, action: ReportAction, person: Person, report_id: int) -> ReportStatus:
    actor = person.actor
    match action:
        case ReportAction.APPROVE:
            return approve_report(deps, actor=actor, report_id=report_id).report.status
        case ReportAction.RETURN:
            return return_report(deps, actor=actor, report_id=report_id, reason=REASON).report.status
        case ReportAction.REJECT:
            return reject_report(deps, actor=actor, report_id=report_id, reason=REASON).report.status
        case _:
            return undo_decision(deps, actor=actor, report_id=report_id).report.status


DECIDING = [ReportAction.APPROVE, ReportAction.RETURN, ReportAction.REJECT, ReportAction.UNDO]


@pytest.mark.parametrize("status", ReportStatus)
@pytest.mark.parametrize("action", DECIDING)
def test_every_action_of_a_decider_in_every_status(
    deps: Deps, branch: Branch, status: ReportStatus, action: ReportAction
) -> None:
    if status is ReportStatus.DISCARDED:
        draft = a_report(deps, branch.member, status=ReportStatus.DRAFT)
        report = discard(deps, actor=branch.member.actor, report_id=draft.id)
    else:
        report = a_report(deps, branch.member, status=status, by=branch.recorder)
    before = (lines_of(deps, branch), waiting_keys(deps))
    expected = TRANSITIONS.get((status, action))
    if expected is not None:
        assert decide(deps, action, branch.recorder, report.id) is expected
        assert verify(deps)[1] == ()
        return
    error: type[JifenError] = StatusConflict
    if report.submitted_at is None:
        error = ReportUnknown
    elif action is not ReportAction.UNDO and (status, ReportAction.UNDO) in TRANSITIONS:
        error = AlreadyDecided
    with pytest.raises(error):
        decide(deps, action, branch.recorder, report.id)
    assert (lines_of(deps, branch), waiting_keys(deps)) == before
    with deps.store.read() as uow:
        assert stored_reports.get_report(uow, report.id) == report


def test_an_approval_writes_one_entry_and_tells_the_member_and_every_card(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member)
    before = waiting_keys(deps)
    desk = approve_report(deps, actor=branch.recorder.actor, report_id=report.id)
    assert desk.decision is not None
    assert (desk.decision.action, desk.decision.points, desk.decision.is_adjusted) == (
        ReportAction.APPROVE,
        Fraction(5),
        False,
    )
    assert (desk.decided_by_name, desk.may_decide, desk.may_undo) == (branch.recorder.name, False, True)
    assert lines_of(deps, branch) == [("clean", 5, 5, "")]
    assert total_of(deps, branch.member) == 5
    cause = f"decision{desk.decision.id}"
    told = [f"card:{report.id}:{cause}:{who.member_id}" for who in branch.recorders]
    told.append(f"decided:{desk.decision.id}:{branch.member.member_id}")
    assert sorted(set(waiting_keys(deps)) - set(before)) == sorted(told)
    assert verify(deps) == (1, ())


@pytest.mark.parametrize(
    ("use_case", "status"),
    [(return_report, ReportStatus.RETURNED), (reject_report, ReportStatus.REJECTED)],
)
def test_returning_and_rejecting_need_a_reason_and_leave_the_ledger_alone(
    deps: Deps, branch: Branch, use_case: Callable[..., object], status: ReportStatus
) -> None:
    report = a_report(deps, branch.member)
    for empty in ("", "  \n", "\x00"):
        with pytest.raises(ReasonMissing):
            use_case(deps, actor=branch.recorder.actor, report_id=report.id, reason=empty)
    assert open_review(deps, actor=branch.recorder.actor, report_id=report.id).report == report
    use_case(deps, actor=branch.recorder.actor, report_id=report.id, reason=" 照片\x00不清楚 ")
    desk = open_review(deps, actor=branch.recorders[1].actor, report_id=report.id)
    assert desk.decision is not None
    assert (desk.report.status, desk.decision.reason, desk.may_undo) == (status, REASON, False)
    assert lines_of(deps, branch) == []


def test_who_may_not_decide_learns_nothing(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    report = a_report(deps, branch.member, note="秘密")
    shopkeeper = a_member(deps, unit=branch.unit, name="老板", roles=(Role.SHOPKEEPER,))
    before = waiting_keys(deps)
    strangers = (
        branch.member,
        branch.members[1],
        shopkeeper,
        other_branch.member,
        other_branch.recorder,
        other_branch.secretary,
    )
    for stranger in strangers:
        with pytest.raises(ReportUnknown) as refused:
            open_review(deps, actor=stranger.actor, report_id=report.id)
        assert refused.value.facts() == {}
        for action in DECIDING:
            with pytest.raises(ReportUnknown):
                decide(deps, action, stranger, report.id)
    for use_case in (open_review, approve_report, undo_decision):
        with pytest.raises(AccountUnknown):
            use_case(deps, actor=ChatAccount(999_999), report_id=report.id)
    assert open_review(deps, actor=branch.recorder.actor, report_id=report.id).report == report
    assert waiting_keys(deps) == before


def test_who_sees_the_queue_without_deciding_is_told_so(deps: Deps, branch: Branch) -> None:
    auditor = a_member(deps, unit=branch.unit, name="纪检", roles=(Role.SUPERVISOR,))
    report = a_report(deps, branch.member)
    for onlooker in (branch.secretary, auditor):
        desk = open_review(deps, actor=onlooker.actor, report_id=report.id)
        assert (desk.report, desk.may_decide) == (report, False)
        for action in DECIDING[:3]:
            with pytest.raises(NotAllowed):
                decide(deps, action, onlooker, report.id)
    assert list_queue(deps, actor=auditor.actor).total == 0


def test_nobody_decides_their_own_report(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.recorder)
    for action in DECIDING[:3]:
        with pytest.raises(OwnReport):
            decide(deps, action, branch.recorder, report.id)
    assert list_queue(deps, actor=branch.recorder.actor).total == 0
    assert decide(deps, ReportAction.APPROVE, branch.recorders[1], report.id) is ReportStatus.APPROVED


def test_the_only_recorders_own_report_goes_to_the_secretary(deps: Deps) -> None:
    branch = a_branch(deps, recorders=1)
    report = a_report(deps, branch.recorder)
    assert [key for key in waiting_keys(deps) if key.startswith("card:")] == [
        f"card:{report.id}:1:{branch.secretary.member_id}"
    ]
    queue = list_queue(deps, actor=branch.secretary.actor)
    assert [desk.report for desk in queue.desks] == [report]
    assert decide(deps, ReportAction.APPROVE, branch.secretary, report.id) is ReportStatus.APPROVED
    with pytest.raises(NotAllowed):
        undo_decision(deps, actor=branch.recorder.actor, report_id=report.id)


def test_the_administrator_above_decides_where_nobody_else_is_left(deps: Deps) -> None:
    committee, chief = an_administrator(deps)
    unit = a_unit(deps, code="small", parent_id=committee.id)
    secretary = a_member(deps, unit=unit, name="书记", roles=(Role.SECRETARY,))
    report = a_report(deps, secretary)
    assert decide(deps, ReportAction.APPROVE, chief, report.id) is ReportStatus.APPROVED


def test_the_second_recorder_is_told_who_was_first(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)
    with pytest.raises(AlreadyDecided) as refused:
        decide(deps, ReportAction.REJECT, branch.recorders[1], report.id)
    assert refused.value.facts() == {
        "status": ReportStatus.APPROVED,
        "by_name": branch.recorder.name,
        "decided_at": deps.clock.now(),
    }


def test_the_card_of_an_older_revision_decides_nothing(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.RETURNED, by=branch.recorder)
    submit_report(deps, actor=branch.member.actor, report_id=report.id)
    with pytest.raises(StatusConflict):
        approve_report(deps, actor=branch.recorder.actor, report_id=report.id, revision=1)
    assert lines_of(deps, branch) == []
    approve_report(deps, actor=branch.recorder.actor, report_id=report.id, revision=2)
    assert lines_of(deps, branch) == [("clean", 5, 5, "")]


@pytest.mark.parametrize(
    ("item", "points", "bounds"),
    [
        ("urgent", None, (1, 10)),
        ("urgent", 11, (1, 10)),
        ("urgent", 0, (1, 10)),
        ("idea", None, (0, None)),
        ("idea", -1, (0, None)),
        ("clean", -1, (0, 1000)),
        ("clean", 1001, (0, 1000)),
        ("late", 1, (-1000, 0)),
    ],
)
def test_points_outside_what_the_item_allows_are_refused(
    deps: Deps, branch: Branch, item: str, points: int | None, bounds: tuple[int | None, int | None]
) -> None:
    report = a_report(deps, branch.member, item=item)
    with pytest.raises(AmountRefused) as refused:
        approve_report(
            deps,
            actor=branch.recorder.actor,
            report_id=report.id,
            points=None if points is None else Fraction(points),
        )
    low, high = bounds
    assert refused.value.facts() == {"what": "points", "low": low, "high": high, "step": None}
    assert lines_of(deps, branch) == []


@pytest.mark.parametrize(
    ("item", "points", "is_adjusted"),
    [("urgent", Fraction(7), False), ("clean", Fraction(3), True), ("late", Fraction(-2), True)],
)
def test_points_that_the_recorder_gives_are_entered(
    deps: Deps,
    branch: Branch,
    item: str,
    points: Fraction,
    is_adjusted: bool,  # noqa: FBT001  a parameter of the table
) -> None:
    report = a_report(deps, branch.member, item=item)
    desk = approve_report(
        deps, actor=branch.recorder.actor, report_id=report.id, points=points, reason="表现好"
    )
    assert desk.decision is not None
    assert (desk.decision.points, desk.decision.is_adjusted) == (points, is_adjusted)
    assert total_of(deps, branch.member) == points


def test_caps_of_the_day_and_the_month_hold_whatever_the_order(deps: Deps, branch: Branch) -> None:
    for on, hours in ((TODAY, 4), (TODAY, 1), (TODAY - timedelta(days=1), 3)):
        a_report(
            deps,
            branch.member,
            status=ReportStatus.APPROVED,
            by=branch.recorder,
            item="hours",
            on=on,
            quantity=Fraction(hours),
        )
    assert lines_of(deps, branch) == [
        ("hours", 8, 6, "cap.day"),
        ("hours", 2, 0, "cap.day"),
        ("hours", 6, 4, "cap.month"),
    ]
    assert total_of(deps, branch.member) == 10


def test_an_undone_approval_leaves_the_sheet_as_it_was_and_can_be_decided_again(
    deps: Deps, branch: Branch, clock: FixedClock
) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)
    clock.advance(timedelta(minutes=15))
    desk = undo_decision(deps, actor=branch.recorder.actor, report_id=report.id)
    assert (desk.report.status, desk.report.revision, desk.may_decide) == (ReportStatus.PENDING, 2, True)
    assert lines_of(deps, branch) == [("clean", 5, 5, ""), ("clean", -5, -5, "reversal")]
    assert total_of(deps, branch.member) == 0
    with pytest.raises(StatusConflict):
        undo_decision(deps, actor=branch.recorder.actor, report_id=report.id)
    with pytest.raises(StatusConflict):
        approve_report(deps, actor=branch.recorder.actor, report_id=report.id, revision=1)
    approve_report(deps, actor=branch.recorders[1].actor, report_id=report.id, points=Fraction(2))
    assert total_of(deps, branch.member) == 2
    assert verify(deps) == (3, ())


@pytest.mark.parametrize("status", [ReportStatus.APPROVED, ReportStatus.RETURNED, ReportStatus.REJECTED])
def test_only_the_decider_takes_back_and_only_in_time(
    deps: Deps, branch: Branch, clock: FixedClock, status: ReportStatus
) -> None:
    report = a_report(deps, branch.member, status=status, by=branch.recorder)
    before = (lines_of(deps, branch), waiting_keys(deps))
    with pytest.raises(NotAllowed):
        undo_decision(deps, actor=branch.recorders[1].actor, report_id=report.id)
    clock.advance(timedelta(minutes=15, microseconds=1))
    with pytest.raises(UndoTooLate) as refused:
        undo_decision(deps, actor=branch.recorder.actor, report_id=report.id)
    assert refused.value.facts() == {"minutes": 15}
    assert not open_review(deps, actor=branch.recorder.actor, report_id=report.id).may_undo
    assert (lines_of(deps, branch), waiting_keys(deps)) == before


@pytest.mark.parametrize("change", ["item", "photo"])
def test_a_returned_report_that_its_member_has_begun_to_change_is_not_taken_back(
    deps: Deps, branch: Branch, change: str
) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.RETURNED, by=branch.recorder)
    if change == "item":
        edit_report(deps, actor=branch.member.actor, report_id=report.id, change=Change(item="award"))
    else:
        a_photo(deps, branch.member, report, number=3)
    with pytest.raises(StatusConflict):
        undo_decision(deps, actor=branch.recorder.actor, report_id=report.id)
    desk = open_review(deps, actor=branch.recorder.actor, report_id=report.id)
    assert desk.report.status is ReportStatus.RETURNED


def test_a_finalised_period_takes_neither_approval_nor_undo(deps: Deps) -> None:
    committee, chief = an_administrator(deps)
    branch = a_branch(deps, parent_id=committee.id)
    waiting = a_report(deps, branch.member)
    approved = a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)
    for _ in range(2):
        finalise(deps, chief, branch.unit.id, "2026-03")
    for use_case, report in ((approve_report, waiting), (undo_decision, approved)):
        with pytest.raises(DateRefused) as refused:
            use_case(deps, actor=branch.recorder.actor, report_id=report.id)
        assert refused.value.facts() == {"reason": DateRefusal.FINALISED, "on": TODAY}
    assert lines_of(deps, branch) == [("clean", 5, 5, "")]
    assert decide(deps, ReportAction.REJECT, branch.recorder, waiting.id) is ReportStatus.REJECTED


def test_ten_decisions_at_once_leave_one(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member)

    def tap(number: int) -> str:
        try:
            return decide(deps, DECIDING[number % 3], branch.recorders[number % 2], report.id)
        except AlreadyDecided as refused:
            return f"refused: {refused.status}"

    with ThreadPoolExecutor(10) as threads:
        answers = Counter(threads.map(tap, range(10)))
    with deps.store.read() as uow:
        (decision,) = stored_decisions.list_decisions(uow, report.id)
        status = stored_reports.get_report(uow, report.id)
    assert status is not None
    assert answers == {str(status.status): 1, f"refused: {status.status}": 9}
    assert len(lines_of(deps, branch)) == (1 if decision.action is ReportAction.APPROVE else 0)
    decided = [key for key in waiting_keys(deps) if key.startswith("decided:")]
    assert decided == [f"decided:{decision.id}:{branch.member.member_id}"]
    assert verify(deps)[1] == ()


def test_approvals_of_one_member_at_once_never_pass_a_cap(deps: Deps, branch: Branch) -> None:
    reports = [
        a_report(deps, branch.member, item="hours", quantity=Fraction(2), on=TODAY - timedelta(days=n))
        for n in range(6)
    ]

    def approve(report: Report) -> None:
        approve_report(deps, actor=branch.recorder.actor, report_id=report.id)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(approve, reports))
    counted = sorted((line[2] for line in lines_of(deps, branch)), reverse=True)
    assert counted == [4, 4, 2, 0, 0, 0]
    assert total_of(deps, branch.member) == 10
    assert verify(deps) == (6, ())


def test_undo_and_decision_at_once_leave_a_whole_chain(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)

    def tap(number: int) -> str:
        try:
            return decide(deps, DECIDING[3 * (number % 2)], branch.recorder, report.id)
        except JifenError as refused:
            return refused.code

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(tap, range(8)))
    status = open_review(deps, actor=branch.recorder.actor, report_id=report.id).report.status
    assert total_of(deps, branch.member) == (5 if status is ReportStatus.APPROVED else 0)
    assert verify(deps)[1] == ()


def test_warnings_name_the_same_day_and_the_cap(deps: Deps, branch: Branch) -> None:
    def warnings(report: Report) -> tuple[tuple[ReviewWarning, int], ...]:
        return open_review(deps, actor=branch.recorder.actor, report_id=report.id).warnings

    a_report(deps, branch.members[1], item="lesson")
    first = a_report(deps, branch.member, item="lesson")
    assert warnings(first) == ()
    approve_report(deps, actor=branch.recorder.actor, report_id=first.id)
    second = a_report(deps, branch.member, item="lesson")
    assert warnings(second) == ((ReviewWarning.SAME_DAY, first.id),)
    yesterday = TODAY - timedelta(days=1)
    for on in (yesterday, date(2026, 3, 1)):
        a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder, item="lesson", on=on)
    assert warnings(second) == ((ReviewWarning.SAME_DAY, first.id), (ReviewWarning.CAP_REACHED, 0))


def test_the_queue_is_walked_oldest_first_and_counts_only_what_one_may_decide(
    deps: Deps, branch: Branch, other_branch: Branch, clock: FixedClock
) -> None:
    a_report(deps, other_branch.member)
    a_report(deps, branch.recorder)
    waiting = []
    for _ in range(5):
        clock.advance(timedelta(seconds=1))
        waiting.append(a_report(deps, branch.member, item="article", photos=0))
    actor = branch.recorder.actor
    first = list_queue(deps, actor=actor, limit=2)
    assert ([desk.report for desk in first.desks], first.total) == (waiting[:2], 5)
    last = first.desks[-1].report
    assert last.submitted_at is not None
    rest = list_queue(deps, actor=actor, after=(last.submitted_at, last.id))
    assert ([desk.report for desk in rest.desks], rest.total) == (waiting[2:], 5)
    assert list_queue(deps, actor=branch.recorders[1].actor).total == 6
    assert list_queue(deps, actor=branch.secretary.actor).total == 0
    with pytest.raises(NotAllowed):
        list_queue(deps, actor=branch.member.actor)
