"""Objecting: one objection to a decision, answered once, by somebody who had no part in it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from domain.appeals import Objection, ObjectionStatus
from domain.errors import (
    AlreadyAnswered,
    DateRefusal,
    DateRefused,
    JifenError,
    NoAnswerer,
    NotAllowed,
    NoteTooLong,
    ObjectionUnknown,
    ReasonMissing,
    ReportUnknown,
    StatusConflict,
)
from domain.members import Role
from domain.reports import REASON_LENGTH_MAX, Report, ReportStatus
from services.appeals import ObjectionDesk, answer_objection, open_objection, raise_objection
from services.deps import Deps
from services.reports import open_report
from services.reviews import approve_report, open_review, reject_report, undo_decision
from storage import reports as stored_reports
from storage.tables import audit
from tests.builders import Branch, Person, a_branch, a_member, a_report, finalise
from tests.services.outbox import waiting_keys

WHY = "活动是支部安排的"
ANSWER = "该项目不在细则里"


@pytest.fixture
def supervisor(deps: Deps, branch: Branch) -> Person:
    """Return the branch's discipline commissioner."""
    return a_member(deps, unit=branch.unit, name="纪检", roles=(Role.SUPERVISOR,))


def rejected(deps: Deps, branch: Branch) -> Report:
    return a_report(deps, branch.member, status=ReportStatus.REJECTED, by=branch.recorder)


def objected(deps: Deps, branch: Branch) -> Objection:
    return raise_objection(deps, actor=branch.member.actor, report_id=rejected(deps, branch).id, reason=WHY)


def answer(deps: Deps, person: Person, objection: Objection, *, is_upheld: bool) -> ObjectionDesk:
    return answer_objection(
        deps, actor=person.actor, objection_id=objection.id, is_upheld=is_upheld, answer=ANSWER
    )


def stored_report(deps: Deps, report_id: int) -> Report | None:
    with deps.store.read() as uow:
        return stored_reports.get_report(uow, report_id)


def audited(deps: Deps) -> list[tuple[str, int]]:
    with deps.store.read() as uow:
        rows = uow.connection.execute(select(audit.c.action, audit.c.actor_id).order_by(audit.c.id))
        return [(row.action, row.actor_id) for row in rows if row.action.startswith("objection.")]


def test_an_objection_goes_to_the_supervisor_and_onto_every_card(
    deps: Deps, branch: Branch, supervisor: Person
) -> None:
    report = rejected(deps, branch)
    before = waiting_keys(deps)
    objection = raise_objection(deps, actor=branch.member.actor, report_id=report.id, reason=f" {WHY}\x00 ")
    assert (objection.report_id, objection.status, objection.reason, objection.answer) == (
        report.id,
        ObjectionStatus.OPEN,
        WHY,
        "",
    )
    told = [f"card:{report.id}:objection{objection.id}:{who.member_id}" for who in branch.recorders]
    told += [f"{kind}:{objection.id}:{supervisor.member_id}" for kind in ("objection", "objection_photos")]
    assert sorted(set(waiting_keys(deps)) - set(before)) == sorted(told)
    assert audited(deps) == [("objection.raised", branch.member.member_id)]
    desk = open_objection(deps, actor=supervisor.actor, objection_id=objection.id)
    assert (desk.raised_by_name, desk.decided_by_name, desk.decision.reason, desk.may_answer) == (
        branch.member.name,
        branch.recorder.name,
        "不属于积分项目",
        True,
    )
    assert open_review(deps, actor=branch.recorder.actor, report_id=report.id).objection == objection


def test_a_repeat_returns_the_same_objection_even_an_answered_one(
    deps: Deps, branch: Branch, supervisor: Person
) -> None:
    first = objected(deps, branch)
    before = waiting_keys(deps)
    again = raise_objection(deps, actor=branch.member.actor, report_id=first.report_id, reason="再说一遍")
    assert (again, waiting_keys(deps)) == (first, before)
    dismissed = answer(deps, supervisor, first, is_upheld=False).objection
    again = raise_objection(deps, actor=branch.member.actor, report_id=first.report_id, reason="再说一遍")
    assert again == dismissed
    desk = open_report(deps, actor=branch.member.actor, report_id=first.report_id)
    assert (desk.objection, desk.may_object) == (dismissed, False)


@pytest.mark.parametrize("reason", ["", " \n", "\x00"])
def test_an_objection_needs_a_reason(deps: Deps, branch: Branch, reason: str) -> None:
    report = rejected(deps, branch)
    with pytest.raises(ReasonMissing):
        raise_objection(deps, actor=branch.member.actor, report_id=report.id, reason=reason)
    with pytest.raises(NoteTooLong):
        raise_objection(
            deps, actor=branch.member.actor, report_id=report.id, reason="长" * (REASON_LENGTH_MAX + 1)
        )
    assert open_report(deps, actor=branch.member.actor, report_id=report.id).may_object
    longest = "长" * REASON_LENGTH_MAX
    raised = raise_objection(deps, actor=branch.member.actor, report_id=report.id, reason=longest)
    assert raised.reason == longest


@pytest.mark.parametrize(
    "status",
    [
        ReportStatus.DRAFT,
        ReportStatus.PENDING,
        ReportStatus.RETURNED,
        ReportStatus.APPROVED,
        ReportStatus.WITHDRAWN,
    ],
)
def test_only_a_rejection_can_be_objected_to(deps: Deps, branch: Branch, status: ReportStatus) -> None:
    report = a_report(deps, branch.member, status=status, by=branch.recorder)
    assert not open_report(deps, actor=branch.member.actor, report_id=report.id).may_object
    with pytest.raises(StatusConflict):
        raise_objection(deps, actor=branch.member.actor, report_id=report.id, reason=WHY)


def test_others_neither_object_nor_see_nor_answer(
    deps: Deps, branch: Branch, other_branch: Branch, supervisor: Person
) -> None:
    report = rejected(deps, branch)
    for stranger in (branch.members[1], branch.recorder, supervisor, other_branch.member):
        with pytest.raises(ReportUnknown):
            raise_objection(deps, actor=stranger.actor, report_id=report.id, reason=WHY)
    objection = raise_objection(deps, actor=branch.member.actor, report_id=report.id, reason=WHY)
    for stranger in (branch.members[1], branch.recorder, other_branch.secretary):
        with pytest.raises(ObjectionUnknown):
            open_objection(deps, actor=stranger.actor, objection_id=objection.id)
        with pytest.raises(ObjectionUnknown):
            answer(deps, stranger, objection, is_upheld=True)
    for onlooker in (branch.member, branch.secretary):
        desk = open_objection(deps, actor=onlooker.actor, objection_id=objection.id)
        assert (desk.objection, desk.may_answer) == (objection, False)
        with pytest.raises(NotAllowed):
            answer(deps, onlooker, objection, is_upheld=True)
    with pytest.raises(ObjectionUnknown):
        open_objection(deps, actor=supervisor.actor, objection_id=objection.id + 1)
    assert open_objection(deps, actor=supervisor.actor, objection_id=objection.id).objection == objection


def test_without_anybody_to_answer_nothing_is_raised(deps: Deps) -> None:
    branch = a_branch(deps, recorders=0)
    report = a_report(deps, branch.member, status=ReportStatus.REJECTED, by=branch.secretary)
    before = waiting_keys(deps)
    with pytest.raises(NoAnswerer):
        raise_objection(deps, actor=branch.member.actor, report_id=report.id, reason=WHY)
    assert waiting_keys(deps) == before
    assert open_report(deps, actor=branch.member.actor, report_id=report.id).objection is None


def test_an_upheld_objection_puts_the_report_before_the_deciders_again(
    deps: Deps, branch: Branch, supervisor: Person
) -> None:
    objection = objected(deps, branch)
    before = waiting_keys(deps)
    desk = answer_objection(deps, actor=supervisor.actor, objection_id=objection.id, is_upheld=True)
    assert (desk.objection.status, desk.objection.answer, desk.answered_by_name, desk.may_answer) == (
        ObjectionStatus.UPHELD,
        "",
        supervisor.name,
        False,
    )
    report = stored_report(deps, objection.report_id)
    assert report is not None
    assert (report.status, report.revision, report.decided_at) == (ReportStatus.PENDING, 2, None)
    told = [
        f"objection:{objection.id}:upheld:{supervisor.member_id}",
        f"objection_answered:{objection.id}:{branch.member.member_id}",
    ]
    for recorder in branch.recorders:
        told += [f"{kind}:{report.id}:2:{recorder.member_id}" for kind in ("card", "card_photos")]
        told.append(f"card:{report.id}:objection{objection.id}upheld:{recorder.member_id}")
    assert sorted(set(waiting_keys(deps)) - set(before)) == sorted(told)
    assert audited(deps)[-1] == ("objection.upheld", supervisor.member_id)
    approved = approve_report(deps, actor=branch.recorder.actor, report_id=report.id, revision=2)
    assert approved.report.status is ReportStatus.APPROVED


def test_a_second_rejection_can_be_objected_to_again(deps: Deps, branch: Branch, supervisor: Person) -> None:
    first = objected(deps, branch)
    answer(deps, supervisor, first, is_upheld=True)
    reject_report(deps, actor=branch.recorder.actor, report_id=first.report_id, reason="还是不行")
    second = raise_objection(deps, actor=branch.member.actor, report_id=first.report_id, reason=WHY)
    assert (second.id == first.id, second.decision_id == first.decision_id) == (False, False)
    assert second.status is ObjectionStatus.OPEN


def test_a_dismissed_objection_leaves_the_report_and_tells_why(
    deps: Deps, branch: Branch, supervisor: Person
) -> None:
    objection = objected(deps, branch)
    report = stored_report(deps, objection.report_id)
    before = waiting_keys(deps)
    for empty in ("", " \n"):
        with pytest.raises(ReasonMissing):
            answer_objection(
                deps, actor=supervisor.actor, objection_id=objection.id, is_upheld=False, answer=empty
            )
    desk = answer(deps, supervisor, objection, is_upheld=False)
    assert (desk.objection.status, desk.objection.answer) == (ObjectionStatus.DISMISSED, ANSWER)
    assert stored_report(deps, objection.report_id) == report
    told = [
        f"card:{objection.report_id}:objection{objection.id}dismissed:{r.member_id}" for r in branch.recorders
    ]
    told.append(f"objection:{objection.id}:dismissed:{supervisor.member_id}")
    told.append(f"objection_answered:{objection.id}:{branch.member.member_id}")
    assert sorted(set(waiting_keys(deps)) - set(before)) == sorted(told)


def test_ten_answers_at_once_are_one(deps: Deps, branch: Branch, supervisor: Person) -> None:
    others = [a_member(deps, unit=branch.unit, name=f"纪检{n}", roles=(Role.SUPERVISOR,)) for n in range(4)]
    answerers = [supervisor, *others] * 2
    objection = objected(deps, branch)

    def try_to_answer(n: int) -> str:
        try:
            return answer(deps, answerers[n], objection, is_upheld=n % 2 == 0).answered_by_name
        except JifenError as refused:
            return f"{refused.code} {refused.facts()['by_name']}"

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(try_to_answer, range(10)))
    winners = [outcome for outcome in outcomes if not outcome.startswith("objection.answered")]
    assert len(winners) == 1
    assert outcomes.count(f"objection.answered {winners[0]}") == 9
    ended = open_objection(deps, actor=branch.member.actor, objection_id=objection.id)
    report = stored_report(deps, objection.report_id)
    assert report is not None
    assert (report.status, report.revision) == (
        (ReportStatus.PENDING, 2)
        if ended.objection.status is ObjectionStatus.UPHELD
        else (ReportStatus.REJECTED, 1)
    )


def test_ten_objections_at_once_are_one(deps: Deps, branch: Branch, supervisor: Person) -> None:
    report = rejected(deps, branch)

    def object_once(n: int) -> Objection:
        return raise_objection(deps, actor=branch.member.actor, report_id=report.id, reason=f"理由{n}")

    with ThreadPoolExecutor(10) as pool:
        raised = list(pool.map(object_once, range(10)))
    assert raised == [raised[0]] * 10
    cards = [key for key in waiting_keys(deps) if key.startswith("objection:")]
    assert cards == [f"objection:{raised[0].id}:{supervisor.member_id}"]


def test_an_undone_rejection_leaves_nothing_to_answer(deps: Deps, branch: Branch, supervisor: Person) -> None:
    objection = objected(deps, branch)
    undo_decision(deps, actor=branch.recorder.actor, report_id=objection.report_id)
    desk = open_objection(deps, actor=supervisor.actor, objection_id=objection.id)
    assert (desk.objection.status, desk.answered_by_name, desk.may_answer) == (
        ObjectionStatus.LAPSED,
        branch.recorder.name,
        False,
    )
    assert f"objection:{objection.id}:lapsed:{supervisor.member_id}" in waiting_keys(deps)
    with pytest.raises(AlreadyAnswered) as refused:
        answer(deps, supervisor, objection, is_upheld=True)
    assert refused.value.facts() == {"by_name": branch.recorder.name}


def test_a_finalised_day_cannot_be_put_before_the_deciders_again(
    deps: Deps, branch: Branch, supervisor: Person
) -> None:
    on = date(2026, 2, 3)
    chief = a_member(deps, unit=branch.unit, name="管理员", roles=(Role.ADMINISTRATOR,))
    report = a_report(deps, branch.member, status=ReportStatus.REJECTED, by=branch.recorder, on=on)
    objection = raise_objection(deps, actor=branch.member.actor, report_id=report.id, reason=WHY)
    finalise(deps, chief, branch.unit.id, "2026-02")
    with pytest.raises(DateRefused) as refused:
        answer(deps, supervisor, objection, is_upheld=True)
    assert refused.value.facts() == {"reason": DateRefusal.FINALISED, "on": on}
    assert open_objection(deps, actor=supervisor.actor, objection_id=objection.id).objection == objection
    ended = answer(deps, supervisor, objection, is_upheld=False).objection
    assert ended.status is ObjectionStatus.DISMISSED
