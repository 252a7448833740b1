"""What became of a report over time, for everybody who may look into it: its decisions and its evidence."""

from dataclasses import dataclass

from domain.access import Permission
from domain.errors import ReportUnknown
from domain.members import Member
from domain.reports import Decision, Evidence, Report
from services.actors import Actor, deciders, identify, reach_of
from services.deps import Deps
from storage import decisions as stored_decisions
from storage import evidence as stored_evidence
from storage import members as stored_members
from storage import reports as stored_reports
from storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision and who took it."""

    decision: Decision
    by_name: str


@dataclass(frozen=True, slots=True)
class History:
    """A report with every decision about it, oldest first, and its evidence."""

    report: Report
    decisions: tuple[DecisionLine, ...]
    evidence: tuple[Evidence, ...]


def open_history(deps: Deps, *, actor: Actor, report_id: int) -> History:
    """Return the history of a submitted report to its member, its deciders and those who see queue or ledger.

    Raises:
        AccountUnknown, ReportUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        report = stored_reports.get_report(uow, report_id)
        if report is None or report.submitted_at is None:
            raise ReportUnknown
        is_own = member.id in {report.member_id, report.filed_by_id}
        if not is_own and not _reaches(uow, member, report):
            raise ReportUnknown
        decisions = stored_decisions.list_decisions(uow, report.id)
        names = stored_members.names_of(uow, [decision.actor_id for decision in decisions])
        return History(
            report=report,
            decisions=tuple(DecisionLine(decision, names[decision.actor_id]) for decision in decisions),
            evidence=tuple(stored_evidence.list_evidence(uow, report.id)),
        )


def _reaches(uow: UnitOfWork, member: Member, report: Report) -> bool:
    return member.id in deciders(uow, report) or any(
        report.unit_id in reach_of(uow, member, permission)
        for permission in (Permission.SEE_QUEUE, Permission.SEE_LEDGER)
    )
