"""Approving, returning and rejecting: the decision that becomes a ledger line."""

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from domain.errors import (
    AmountRefused,
    ItemRefused,
    ReasonMissing,
)
from domain.members import Member
from domain.reports import (
    REASON_LENGTH_MAX,
    Report,
    ReportAction,
    check_day,
    next_status,
    storable,
)
from domain.rulebooks import RangeAmount, Rulebook
from domain.scoring import Proposal, ProposalRefused, price
from services import notices
from services.actors import Actor, home_of, identify
from services.allocating import shares_of
from services.deps import Deps
from services.entering import enter_shares
from services.reviews.checks import check_points, decidable_report, raise_decided
from services.reviews.desk import ReviewDesk, build_desk
from services.scoring import proposal_of
from services.shop.purses import credit_entries
from storage import decisions as stored_decisions
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import periods as stored_periods
from storage import reports as stored_reports
from storage.database import UnitOfWork


def approve_report(
    deps: Deps,
    *,
    actor: Actor,
    report_id: int,
    revision: int | None = None,
    points: Fraction | None = None,
    reason: str = "",
) -> ReviewDesk:
    """Approve a report; the ledger gets its entry, the member and every card are told, all in one step.

    `points` are the recorder's own: required for an item whose range they decide, 改分 for any other.

    Raises:
        ReportUnknown, OwnReport, NotAllowed, AlreadyDecided, StatusConflict: in this order.
        ItemRefused: the rulebook has lost the item meanwhile.
        DateRefused: the day's period was finalised meanwhile.
        AmountRefused: points outside what the item allows.
        ItemNotForMember, QuotaReached: the rulebook gives this member nothing for it.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        report = decidable_report(uow, member, report_id, revision)
        head = stored_ledger.lock_head(uow, report.unit_id)
        subject = stored_members.get_member(uow, report.member_id)
        assert subject is not None, "a report refers to a member"
        home = home_of(uow, subject, now=now, unit_id=report.unit_id)
        assert report.happened_on is not None, "a waiting report is complete"
        in_force = deps.shelf.in_force(uow, home.unit.rulebook, report.happened_on)
        item = in_force.rulebook.item(report.item or "")
        if item is None:
            raise ItemRefused(item="")
        check_day(
            report.happened_on,
            today=home.today,
            memberships=home.memberships,
            finalised=stored_periods.finalised_spans(uow, report.unit_id),
        )
        if points is not None:
            check_points(item, points)
        proposal, worth = _priced(in_force.rulebook, report, points)
        shares = shares_of(uow, home.unit, report.member_id, in_force.rulebook, item, proposal, points=worth)
        decision_id, moved = _decide(
            uow,
            report,
            ReportAction.APPROVE,
            actor_id=member.id,
            points=worth,
            is_adjusted=points is not None and not isinstance(item.amount, RangeAmount),
            reason=reason,
            now=now,
        )
        event_id = stored_ledger.insert_event(
            uow,
            cause_key=f"decision:{decision_id}",
            unit_id=report.unit_id,
            item=report.item or "",
            happened_on=report.happened_on,
            level=report.level,
            quantity=report.quantity,
            points=worth,
            report_id=report.id,
            decision_id=decision_id,
            reverses_id=None,
            rulebook_version_id=in_force.version_id,
            recorded_by_id=member.id,
            now=now,
        )
        enter_shares(
            uow,
            deps,
            home.unit,
            shares,
            item=item,
            on=report.happened_on,
            points=worth,
            quantity=report.quantity,
            event_id=event_id,
            version_id=in_force.version_id,
            cause_key=f"decision:{decision_id}",
            actor_id=member.id,
            head=head,
            now=now,
        )
        if in_force.rulebook.shop is not None:
            credit_entries(uow, deps, stored_ledger.entries_of_decision(uow, decision_id), now=now)
        return announced(uow, deps, moved, member, decision_id, now)


def return_report(
    deps: Deps, *, actor: Actor, report_id: int, reason: str, revision: int | None = None
) -> ReviewDesk:
    """Send a report back for more, with a reason.

    Raises:
        ReasonMissing; then as `approve_report`.
    """
    return _refuse(deps, ReportAction.RETURN, actor, report_id, reason, revision)


def reject_report(
    deps: Deps, *, actor: Actor, report_id: int, reason: str, revision: int | None = None
) -> ReviewDesk:
    """Do not recognise a report, with a reason.

    Raises:
        ReasonMissing; then as `approve_report`.
    """
    return _refuse(deps, ReportAction.REJECT, actor, report_id, reason, revision)


def _refuse(
    deps: Deps, action: ReportAction, actor: Actor, report_id: int, reason: str, revision: int | None
) -> ReviewDesk:
    now = deps.clock.now()
    if not storable(reason):
        raise ReasonMissing
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        report = decidable_report(uow, member, report_id, revision)
        decision_id, moved = _decide(
            uow,
            report,
            action,
            actor_id=member.id,
            points=None,
            is_adjusted=False,
            reason=reason,
            now=now,
        )
        return announced(uow, deps, moved, member, decision_id, now)


def _priced(rulebook: Rulebook, report: Report, points: Fraction | None) -> tuple[Proposal, Fraction]:
    item = rulebook.item(report.item or "")
    low = high = None
    if item is not None and isinstance(item.amount, RangeAmount):
        low, high = item.amount.low, item.amount.high
        if points is None:
            raise AmountRefused(what="points", low=low, high=high)
    proposal = proposal_of(report, points=points)
    assert proposal is not None, "a waiting report is complete"
    try:
        return proposal, price(rulebook, proposal).points
    except ProposalRefused as refused:
        what = "points" if points is not None else str(refused.code)
        raise AmountRefused(what=what, low=low, high=high) from refused


def _decide(
    uow: UnitOfWork,
    report: Report,
    action: ReportAction,
    *,
    actor_id: int,
    points: Fraction | None,
    is_adjusted: bool,
    reason: str,
    now: datetime,
) -> tuple[int, Report]:
    moved = replace(report, status=next_status(report.status, action), decided_at=now, updated_at=now)
    is_moved = stored_reports.move_report(
        uow,
        report,
        moved.status,
        revision=report.revision,
        now=now,
        submitted_at=report.submitted_at,
        decided_at=now,
    )
    if not is_moved:
        raise_decided(uow, stored_reports.get_report(uow, report.id) or report)
    decision_id = stored_decisions.insert_decision(
        uow,
        report_id=report.id,
        revision=report.revision,
        action=action,
        is_adjusted=is_adjusted,
        actor_id=actor_id,
        points=points,
        reason=storable(reason)[:REASON_LENGTH_MAX],
        now=now,
    )
    return decision_id, moved


def announced(
    uow: UnitOfWork, deps: Deps, report: Report, member: Member, decision_id: int, now: datetime
) -> ReviewDesk:
    """Tell the member and every card what was decided, and return the desk as it is now."""
    notices.tell_decision(uow, report, decision_id=decision_id, now=now)
    notices.refresh_cards(uow, report, cause=f"decision{decision_id}", now=now)
    return build_desk(uow, deps, report, member)
