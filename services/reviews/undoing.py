"""Taking one's own decision back, with a counter-entry."""

from dataclasses import replace
from datetime import datetime

from domain.appeals import TRANSITIONS as ENDINGS
from domain.appeals import ObjectionAction
from domain.errors import (
    NotAllowed,
    StatusConflict,
    UndoTooLate,
)
from domain.reports import (
    Decision,
    Report,
    ReportAction,
    ReportStatus,
    next_status,
)
from services import notices
from services.actors import Actor, identify, unit_tree
from services.deps import Deps
from services.entering import enter_reversal
from services.reports import submitted_facts
from services.reviews.checks import check_not_final, seen_report
from services.reviews.deciding import announced
from services.reviews.desk import ReviewDesk
from services.shop.purses import credit_entries
from storage import appeals as stored_appeals
from storage import decisions as stored_decisions
from storage import evidence as stored_evidence
from storage import ledger as stored_ledger
from storage import reports as stored_reports
from storage.database import UnitOfWork


def undo_decision(deps: Deps, *, actor: Actor, report_id: int) -> ReviewDesk:
    """Take one's own decision back within the minutes allowed; an approval is reversed by a counter-entry.

    Raises:
        ReportUnknown, StatusConflict: there is nothing to take back any more, or the member has begun to
            complete the returned report.
        NotAllowed: another person decided.
        UndoTooLate
        DateRefused: the day's period was finalised meanwhile.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        report = seen_report(uow, member, stored_reports.lock_report(uow, report_id))
        next_status(report.status, ReportAction.UNDO)
        head = stored_ledger.lock_head(uow, report.unit_id)
        decision = stored_decisions.last_decision(uow, report.id)
        if decision is None or decision.action is ReportAction.UNDO:
            raise StatusConflict(status=report.status)
        if decision.actor_id != member.id:
            raise NotAllowed
        if now - decision.decided_at > deps.undo_span:
            raise UndoTooLate(minutes=int(deps.undo_span.total_seconds() // 60))
        _check_untouched(uow, report)
        check_not_final(uow, report)
        moved = replace(
            report, status=ReportStatus.PENDING, revision=report.revision + 1, decided_at=None, updated_at=now
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
        undo_id = stored_decisions.insert_decision(
            uow,
            report_id=report.id,
            revision=report.revision,
            action=ReportAction.UNDO,
            is_adjusted=False,
            actor_id=member.id,
            points=None,
            reason="",
            now=now,
            undoes_id=decision.id,
        )
        _reverse_entries(uow, deps, report, decision.id, undo_id, member.id, head, now)
        _lapse_objection(uow, moved, decision, now)
        return announced(uow, deps, moved, member, undo_id, now)


def _lapse_objection(uow: UnitOfWork, report: Report, decision: Decision, now: datetime) -> None:
    objection = stored_appeals.objections_to(uow, [decision.id]).get(decision.id)
    status = ENDINGS.get((objection.status, ObjectionAction.LAPSE)) if objection is not None else None
    if objection is None or status is None:
        return
    stored_appeals.end_objection(uow, objection, status, answered_by_id=decision.actor_id, answer="", now=now)
    notices.refresh_objection(uow, report, decision, replace(objection, status=status), now=now)


def _check_untouched(uow: UnitOfWork, report: Report) -> None:
    now_says = submitted_facts(report, stored_evidence.list_evidence(uow, report.id))
    if now_says != stored_reports.last_submission(uow, report.id):
        raise StatusConflict(status=report.status)


def _reverse_entries(
    uow: UnitOfWork,
    deps: Deps,
    report: Report,
    decision_id: int,
    undo_id: int,
    actor_id: int,
    head: stored_ledger.Head,
    now: datetime,
) -> None:
    """Take every line of a decision back, under one event that names the decision's."""
    lines = stored_ledger.entries_of_decision(uow, decision_id)
    if not lines:
        return
    unit = unit_tree(uow).get(report.unit_id)
    points = stored_ledger.points_of_event(uow, lines[0].event_id)
    event_id = stored_ledger.insert_event(
        uow,
        cause_key=f"decision:{undo_id}",
        unit_id=report.unit_id,
        item=lines[0].item,
        happened_on=lines[0].happened_on,
        level=report.level,
        quantity=report.quantity,
        points=-points,
        report_id=report.id,
        decision_id=undo_id,
        reverses_id=lines[0].event_id,
        rulebook_version_id=lines[0].rulebook_version_id,
        recorded_by_id=actor_id,
        now=now,
    )
    for line in lines:
        head = enter_reversal(
            uow,
            deps,
            unit,
            line,
            event_id=event_id,
            points=points,
            quantity=report.quantity,
            cause_key=f"decision:{undo_id}",
            actor_id=actor_id,
            head=head,
            now=now,
        )
    credit_entries(uow, deps, stored_ledger.entries_of_decision(uow, undo_id), now=now)
