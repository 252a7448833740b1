"""Objecting: a member says why a rejection is wrong, and somebody who had no part in it answers."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.access import Permission
from domain.appeals import TRANSITIONS, Objection, ObjectionAction, ObjectionStatus
from domain.errors import (
    AlreadyAnswered,
    DateRefusal,
    DateRefused,
    NoAnswerer,
    NotAllowed,
    NoteTooLong,
    ObjectionUnknown,
    ReasonMissing,
    ReportUnknown,
    StatusConflict,
)
from domain.members import Member, Unit
from domain.reports import REASON_LENGTH_MAX, Decision, Evidence, Report, ReportAction, next_status, storable
from domain.rulebooks import Item
from services import notices
from services.actors import Actor, answerers, deciders, identify, local_day, reach_of, unit_tree
from services.deps import Deps
from storage import appeals as stored_appeals
from storage import audit as stored_audit
from storage import decisions as stored_decisions
from storage import evidence as stored_evidence
from storage import members as stored_members
from storage import periods as stored_periods
from storage import reports as stored_reports
from storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class ObjectionDesk:
    """An objection with the report and the decision it is about; `may_answer` is about the asking member."""

    objection: Objection
    report: Report
    member: Member
    unit: Unit
    item: Item | None
    evidence: tuple[Evidence, ...]
    decision: Decision
    decided_by_name: str
    raised_by_name: str
    answered_by_name: str
    may_answer: bool


def raise_objection(deps: Deps, *, actor: Actor, report_id: int, reason: str) -> Objection:
    """Object to the rejection of one's own report, or one filed for another; the answerers get a card each.

    There is one objection to a decision: a repeat returns it as it is.

    Raises:
        ReasonMissing, NoteTooLong
        AccountUnknown, ReportUnknown
        StatusConflict: the report is not rejected, or no longer.
        NoAnswerer: nobody without a part in it could answer.
    """
    said = _said(reason)
    if not said:
        raise ReasonMissing
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        report = stored_reports.lock_report(uow, report_id)
        if report is None or member.id not in {report.member_id, report.filed_by_id}:
            raise ReportUnknown
        next_status(report.status, ReportAction.UPHOLD)
        decision = stored_decisions.last_decision(uow, report.id)
        assert decision is not None, "a rejected report was decided"
        known = stored_appeals.objections_to(uow, [decision.id]).get(decision.id)
        if known is not None:
            return known
        to = answerers(uow, report, decision)
        if not to:
            raise NoAnswerer
        objection_id = stored_appeals.insert_objection(
            uow, report_id=report.id, decision_id=decision.id, raised_by_id=member.id, reason=said, now=now
        )
        objection = _get(uow, objection_id)
        _note(uow, "objection.raised", report, objection, actor_id=member.id, now=now)
        has_photos = bool(stored_evidence.list_evidence(uow, report.id))
        notices.send_objection(uow, objection, to=to, has_photos=has_photos, now=now)
        notices.refresh_cards(uow, report, cause=f"objection{objection.id}", now=now)
        return objection


def open_objection(deps: Deps, *, actor: Actor, objection_id: int) -> ObjectionDesk:
    """Return an objection to those who may answer it, the member and the filer, and who answers in the unit.

    Raises:
        AccountUnknown, ObjectionUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        objection = _get(uow, objection_id)
        report = stored_reports.get_report(uow, objection.report_id)
        assert report is not None, "an objection refers to a report"
        return _desk(uow, deps, member, _seen(uow, member, report, objection), report)


def answer_objection(
    deps: Deps, *, actor: Actor, objection_id: int, is_upheld: bool, answer: str = ""
) -> ObjectionDesk:
    """Uphold an objection, so that the report is decided anew, or keep the decision and say why.

    The first answer counts.

    Raises:
        ReasonMissing: a decision is kept without a word.
        NoteTooLong
        AccountUnknown, ObjectionUnknown
        AlreadyAnswered: somebody was first, or the decision was taken back.
        NotAllowed: it is for others to answer.
        DateRefused: upheld, but the day's period was finalised meanwhile.
    """
    said = _said(answer)
    if not is_upheld and not said:
        raise ReasonMissing
    now = deps.clock.now()
    action = ObjectionAction.UPHOLD if is_upheld else ObjectionAction.DISMISS
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        report = stored_reports.lock_report(uow, _get(uow, objection_id).report_id)
        assert report is not None, "an objection refers to a report"
        objection = _seen(uow, member, report, _get(uow, objection_id))
        decision = _decision_of(uow, objection)
        status = TRANSITIONS.get((objection.status, action))
        if status is None:
            raise _answered(uow, objection)
        if member.id not in answerers(uow, report, decision):
            raise NotAllowed
        is_first = stored_appeals.end_objection(
            uow, objection, status, answered_by_id=member.id, answer=said, now=now
        )
        if not is_first:
            raise _answered(uow, _get(uow, objection.id))
        objection = _get(uow, objection.id)
        if is_upheld:
            report = _back_to_queue(uow, report, now=now)
        _note(uow, f"objection.{status}", report, objection, actor_id=member.id, now=now)
        notices.tell_answer(uow, report, objection, now=now)
        notices.refresh_cards(uow, report, cause=f"objection{objection.id}{status}", now=now)
        notices.refresh_objection(uow, report, decision, objection, now=now)
        return _desk(uow, deps, member, objection, report)


def _said(text: str) -> str:
    said = storable(text)
    if len(said) > REASON_LENGTH_MAX:
        raise NoteTooLong(length_max=REASON_LENGTH_MAX)
    return said


def _get(uow: UnitOfWork, objection_id: int) -> Objection:
    objection = stored_appeals.get_objection(uow, objection_id)
    if objection is None:
        raise ObjectionUnknown
    return objection


def _decision_of(uow: UnitOfWork, objection: Objection) -> Decision:
    decision = stored_decisions.get_decision(uow, objection.decision_id)
    assert decision is not None, "an objection refers to a decision"
    return decision


def _seen(uow: UnitOfWork, member: Member, report: Report, objection: Objection) -> Objection:
    is_own = member.id in {report.member_id, report.filed_by_id}
    if not is_own and report.unit_id not in reach_of(uow, member, Permission.ANSWER_OBJECTIONS):
        raise ObjectionUnknown
    return objection


def _answered(uow: UnitOfWork, objection: Objection) -> AlreadyAnswered:
    assert objection.answered_by_id is not None, "somebody ended it"
    names = stored_members.names_of(uow, [objection.answered_by_id])
    return AlreadyAnswered(by_name=names[objection.answered_by_id])


def _back_to_queue(uow: UnitOfWork, report: Report, *, now: datetime) -> Report:
    spans = stored_periods.finalised_spans(uow, report.unit_id)
    if report.happened_on is not None and any(start <= report.happened_on < until for start, until in spans):
        raise DateRefused(reason=DateRefusal.FINALISED, on=report.happened_on)
    moved = replace(
        report,
        status=next_status(report.status, ReportAction.UPHOLD),
        revision=report.revision + 1,
        decided_at=None,
        updated_at=now,
    )
    is_moved = stored_reports.move_report(
        uow,
        report,
        moved.status,
        revision=moved.revision,
        now=now,
        submitted_at=report.submitted_at,
        decided_at=None,
    )
    if not is_moved:
        raise StatusConflict(status=report.status)
    has_photos = bool(stored_evidence.list_evidence(uow, report.id))
    to = deciders(uow, report)
    notices.send_cards(uow, report, revision=moved.revision, to=to, has_photos=has_photos, now=now)
    return moved


def _note(
    uow: UnitOfWork, action: str, report: Report, objection: Objection, *, actor_id: int, now: datetime
) -> None:
    stored_audit.note(
        uow,
        action,
        actor_id=actor_id,
        member_id=report.member_id,
        unit_id=report.unit_id,
        facts={"report_id": report.id, "decision_id": objection.decision_id, "objection_id": objection.id},
        now=now,
    )


def _desk(uow: UnitOfWork, deps: Deps, asking: Member, objection: Objection, report: Report) -> ObjectionDesk:
    decision = _decision_of(uow, objection)
    unit = unit_tree(uow).get(report.unit_id)
    people = {report.member_id, objection.raised_by_id, decision.actor_id, objection.answered_by_id}
    members = stored_members.get_members(uow, {person for person in people if person is not None})
    return ObjectionDesk(
        objection=objection,
        report=report,
        member=members[report.member_id],
        unit=unit,
        item=deps.shelf.in_force(
            uow, unit.rulebook, report.happened_on or local_day(deps.clock.now(), unit)
        ).rulebook.item(report.item or ""),
        evidence=tuple(stored_evidence.list_evidence(uow, report.id)),
        decision=decision,
        decided_by_name=members[decision.actor_id].name,
        raised_by_name=members[objection.raised_by_id].name,
        answered_by_name=members[objection.answered_by_id].name if objection.answered_by_id else "",
        may_answer=objection.status is ObjectionStatus.OPEN and asking.id in answerers(uow, report, decision),
    )
