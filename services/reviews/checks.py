"""Who may see and decide a report, and what stands against it."""

from collections.abc import Sequence
from fractions import Fraction

from domain.access import Permission
from domain.errors import (
    AlreadyDecided,
    AmountRefused,
    DateRefusal,
    DateRefused,
    NotAllowed,
    OwnReport,
    ReportUnknown,
    StatusConflict,
)
from domain.members import Member
from domain.reports import (
    Report,
    ReportAction,
    ReportStatus,
    next_status,
)
from domain.rulebooks import Item, RangeAmount
from services.actors import deciders, reach_of
from storage import decisions as stored_decisions
from storage import members as stored_members
from storage import periods as stored_periods
from storage import reports as stored_reports
from storage.database import UnitOfWork

ADJUSTED_POINTS_MAX = 1000
DECIDED = frozenset({ReportStatus.APPROVED, ReportStatus.RETURNED, ReportStatus.REJECTED})


def visible_report(uow: UnitOfWork, member: Member, report: Report | None, allowed: Sequence[int]) -> Report:
    """Return a submitted report that the member may see, as one of those allowed to decide or as an auditor.

    Raises:
        ReportUnknown: it is not there, or not for this member; which is not told.
    """
    if report is None or report.submitted_at is None:
        raise ReportUnknown
    if member.id not in allowed and report.unit_id not in reach_of(uow, member, Permission.SEE_QUEUE):
        raise ReportUnknown
    return report


def seen_report(uow: UnitOfWork, member: Member, report: Report | None) -> Report:
    """Return a submitted report that the member may see.

    Raises:
        ReportUnknown
    """
    return visible_report(uow, member, report, deciders(uow, report) if report is not None else ())


def decidable_report(uow: UnitOfWork, member: Member, report_id: int, revision: int | None) -> Report:
    """Return a waiting report, locked, that the member may decide in this revision.

    Raises:
        ReportUnknown, OwnReport, NotAllowed, AlreadyDecided, StatusConflict: in this order.
    """
    found = stored_reports.lock_report(uow, report_id)
    allowed = deciders(uow, found) if found is not None else ()
    report = visible_report(uow, member, found, allowed)
    if member.id in {report.member_id, report.filed_by_id}:
        raise OwnReport
    if member.id not in allowed:
        raise NotAllowed
    if report.status in DECIDED or (revision is not None and revision != report.revision):
        raise_decided(uow, report)
    next_status(report.status, ReportAction.APPROVE)
    return report


def raise_decided(uow: UnitOfWork, report: Report) -> None:
    """Say who was first.

    Raises:
        AlreadyDecided, or StatusConflict where nobody decided.
    """
    decision = stored_decisions.last_decision(uow, report.id)
    if report.status not in DECIDED or decision is None:
        raise StatusConflict(status=report.status)
    names = stored_members.names_of(uow, [decision.actor_id])
    raise AlreadyDecided(
        status=report.status, by_name=names[decision.actor_id], decided_at=decision.decided_at
    )


def check_points(item: Item, points: Fraction) -> None:
    """Check the points that a recorder gives of their own.

    Raises:
        AmountRefused: with the bounds.
    """
    if isinstance(item.amount, RangeAmount):
        return  # the engine knows the range
    low = 0 if item.amount.low is None or item.amount.low >= 0 else -ADJUSTED_POINTS_MAX
    high = 0 if item.amount.high is not None and item.amount.high <= 0 else ADJUSTED_POINTS_MAX
    if not low <= points <= high:
        raise AmountRefused(what="points", low=Fraction(low), high=Fraction(high))


def check_not_final(uow: UnitOfWork, report: Report) -> None:
    """Check that the day of the report lies in no frozen period.

    Raises:
        DateRefused
    """
    spans = stored_periods.finalised_spans(uow, report.unit_id)
    if report.happened_on is not None and any(start <= report.happened_on < until for start, until in spans):
        raise DateRefused(reason=DateRefusal.FINALISED, on=report.happened_on)
