"""One's own report, locked while it is changed, and the two ways of writing it back."""

from dataclasses import replace

from domain.errors import (
    Conflict,
    ReportUnknown,
    StatusConflict,
)
from domain.members import Member
from domain.reports import (
    Report,
    ReportAction,
    next_status,
)
from services.actors import Actor, identify
from services.deps import Deps
from storage import reports as stored_reports
from storage.database import UnitOfWork


def locked_own(uow: UnitOfWork, actor: Actor, report_id: int) -> Report:
    """Return the actor's own report and keep every other writer away from it until the commit.

    Raises:
        AccountUnknown, ReportUnknown
    """
    return own_report(identify(uow, actor), stored_reports.lock_report(uow, report_id))


def own_report(member: Member, report: Report | None) -> Report:
    """Return the report if the member may see it as their own.

    Raises:
        ReportUnknown: it is not there, or somebody else's; which is not told.
    """
    if report is None or member.id not in {report.member_id, report.filed_by_id}:
        raise ReportUnknown
    return report


def write_facts(uow: UnitOfWork, deps: Deps, report: Report, changed: Report) -> None:
    """Write what an editable report says now.

    Raises:
        Conflict: its status changed meanwhile.
    """
    is_written = stored_reports.update_facts(
        uow,
        report,
        category=changed.category,
        item=changed.item,
        level=changed.level,
        quantity=changed.quantity,
        happened_on=changed.happened_on,
        note=changed.note,
        is_saved=changed.is_saved,
        now=deps.clock.now(),
    )
    if not is_written:
        raise Conflict


def move_status(uow: UnitOfWork, deps: Deps, report: Report, action: ReportAction) -> Report:
    """Lead a report to the status that the action leads to; a submission is a new revision.

    Raises:
        StatusConflict: the action is not possible now, or somebody was first.
    """
    now = deps.clock.now()
    status = next_status(report.status, action)
    is_submission = action is ReportAction.SUBMIT
    moved = replace(
        report,
        status=status,
        revision=report.revision + (1 if is_submission else 0),
        submitted_at=now if is_submission else report.submitted_at,
        updated_at=now,
        is_saved=False,
    )
    is_moved = stored_reports.move_report(
        uow,
        report,
        status,
        revision=moved.revision,
        now=now,
        submitted_at=moved.submitted_at,
        decided_at=moved.decided_at,
    )
    if not is_moved:
        raise StatusConflict(status=report.status)
    return moved
