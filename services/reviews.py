"""Deciding: the recorders' queue, and the decision that becomes a ledger line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from domain.access import Permission
from domain.appeals import TRANSITIONS as ENDINGS
from domain.appeals import Objection, ObjectionAction
from domain.errors import (
    AlreadyDecided,
    AmountRefused,
    DateRefusal,
    DateRefused,
    ItemRefused,
    NotAllowed,
    OwnReport,
    ReasonMissing,
    ReportUnknown,
    StatusConflict,
    UndoTooLate,
)
from domain.ledger import NewEntry
from domain.members import Member, Unit
from domain.points import from_stored, to_stored
from domain.reports import (
    REASON_LENGTH_MAX,
    TRANSITIONS,
    Decision,
    Evidence,
    Report,
    ReportAction,
    ReportStatus,
    check_day,
    next_status,
    storable,
)
from domain.rulebooks import Item, RangeAmount, Rulebook
from domain.scoring import Preview, ProposalRefused
from services import notices
from services.actors import Actor, deciders, deciding, home_of, identify, reach_of, require_reach, unit_tree
from services.deps import Deps
from services.reports import submitted_facts
from services.scoring import preview_for, previews_for, proposal_of
from storage import appeals as stored_appeals
from storage import evidence as stored_evidence
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import periods as stored_periods
from storage import reports as stored_reports
from storage.database import UnitOfWork

ADJUSTED_POINTS_MAX = 1000
DECIDED = frozenset({ReportStatus.APPROVED, ReportStatus.RETURNED, ReportStatus.REJECTED})


class ReviewWarning(StrEnum):
    """What a recorder should look at before deciding."""

    SAME_PHOTO = "same_photo"
    """A photo of this report was in another one."""
    SAME_DAY = "same_day"
    """The member reported the same item for the same day."""
    CAP_REACHED = "cap_reached"
    """It would bring nothing: a cap is reached."""


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """A report as its deciders see it; `may_decide` and `may_undo` are about the asking member.

    `counted` is what an approval brought after caps, in points.
    """

    report: Report
    member: Member
    filed_by_name: str
    unit: Unit
    rulebook: Rulebook
    item: Item | None
    evidence: tuple[Evidence, ...]
    preview: Preview | None
    warnings: tuple[tuple[ReviewWarning, int], ...]
    decision: Decision | None
    decided_by_name: str
    objection: Objection | None
    counted: Fraction | None
    may_decide: bool
    may_undo: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The waiting reports that the asking member may decide, oldest first."""

    desks: tuple[ReviewDesk, ...]
    total: int


def open_review(deps: Deps, *, actor: Actor, report_id: int) -> ReviewDesk:
    """Return a report as a decider sees it; auditors see it too, without deciding.

    Raises:
        AccountUnknown, ReportUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        report = _seen(uow, member, stored_reports.get_report(uow, report_id))
        return _desk(uow, deps, report, member)


def list_queue(
    deps: Deps,
    *,
    actor: Actor,
    limit: int = 20,
    after: tuple[datetime, int] | None = None,
    unit_id: int | None = None,
) -> Queue:
    """Return the waiting reports that the actor may decide, oldest first; `after` continues a walk.

    With `unit_id` only those of this unit are listed and counted.

    Raises:
        NotAllowed: the actor decides nowhere.
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        reach = require_reach(uow, member, Permission.SEE_QUEUE)
        waiting = stored_reports.list_waiting(uow, reach if unit_id is None else reach & {unit_id})
        may_decide = deciding(uow)
        mine = [one for one in waiting if member.id in may_decide(one)]
        rest = [one.id for one in mine if after is None or (one.submitted_at, one.id) > after]
        reports = stored_reports.get_reports(uow, rest[:limit])
        return Queue(_desks(uow, deps, reports, member), len(mine))


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
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        report = _decidable(uow, member, report_id, revision)
        head = stored_ledger.lock_head(uow, report.unit_id)
        subject = stored_members.get_member(uow, report.member_id)
        assert subject is not None, "a report refers to a member"
        home = home_of(uow, subject, now=now, unit_id=report.unit_id)
        in_force = deps.shelf.in_force(uow, home.unit.rulebook)
        item = in_force.rulebook.item(report.item or "")
        if item is None:
            raise ItemRefused(item="")
        assert report.happened_on is not None, "a waiting report is complete"
        check_day(
            report.happened_on,
            today=home.today,
            memberships=home.memberships,
            finalised=stored_periods.finalised_spans(uow, report.unit_id),
        )
        if points is not None:
            _check_points(item, points)
        preview, worth = _priced(uow, in_force.rulebook, report, points)
        counted = preview.gains_low if preview.gains_low is not None else worth
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
        entry = NewEntry(
            unit_id=report.unit_id,
            event_id=event_id,
            member_id=report.member_id,
            item=report.item or "",
            category=item.category,
            happened_on=report.happened_on,
            amount=to_stored(worth),
            counted_amount=to_stored(counted),
            why=preview.binding_cap.why if preview.binding_cap is not None and counted != worth else "",
            clause=item.clause,
            rulebook_version_id=in_force.version_id,
            cause_key=f"decision:{decision_id}:{report.member_id}",
            reverses_id=None,
            recorded_by_id=member.id,
            recorded_at=now,
        )
        stored_ledger.append_entry(uow, entry, head=head, key=deps.secret)
        return _announced(uow, deps, moved, member, decision_id, now)


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
        report = _decidable(uow, member, report_id, revision)
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
        return _announced(uow, deps, moved, member, decision_id, now)


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
        report = _seen(uow, member, stored_reports.lock_report(uow, report_id))
        next_status(report.status, ReportAction.UNDO)
        head = stored_ledger.lock_head(uow, report.unit_id)
        decision = stored_reports.last_decision(uow, report.id)
        if decision is None or decision.action is ReportAction.UNDO:
            raise StatusConflict(status=report.status)
        if decision.actor_id != member.id:
            raise NotAllowed
        if now - decision.decided_at > deps.undo_span:
            raise UndoTooLate(minutes=int(deps.undo_span.total_seconds() // 60))
        _check_untouched(uow, report)
        _check_not_final(uow, report)
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
        undo_id = stored_reports.insert_decision(
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
        return _announced(uow, deps, moved, member, undo_id, now)


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


def _check_not_final(uow: UnitOfWork, report: Report) -> None:
    spans = stored_periods.finalised_spans(uow, report.unit_id)
    if report.happened_on is not None and any(start <= report.happened_on < until for start, until in spans):
        raise DateRefused(reason=DateRefusal.FINALISED, on=report.happened_on)


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
    for entry in stored_ledger.entries_of_decision(uow, decision_id):
        event_id = stored_ledger.insert_event(
            uow,
            cause_key=f"decision:{undo_id}",
            unit_id=entry.unit_id,
            item=entry.item,
            happened_on=entry.happened_on,
            level=report.level,
            quantity=report.quantity,
            points=Fraction(-entry.amount, 10_000),
            report_id=report.id,
            decision_id=undo_id,
            reverses_id=entry.event_id,
            rulebook_version_id=entry.rulebook_version_id,
            recorded_by_id=actor_id,
            now=now,
        )
        counter = NewEntry(
            unit_id=entry.unit_id,
            event_id=event_id,
            member_id=entry.member_id,
            item=entry.item,
            category=entry.category,
            happened_on=entry.happened_on,
            amount=-entry.amount,
            counted_amount=-entry.counted_amount,
            why="reversal",
            clause=entry.clause,
            rulebook_version_id=entry.rulebook_version_id,
            cause_key=f"decision:{undo_id}:{entry.member_id}",
            reverses_id=entry.id,
            recorded_by_id=actor_id,
            recorded_at=now,
        )
        head = stored_ledger.append_entry(uow, counter, head=head, key=deps.secret)


def _visible(uow: UnitOfWork, member: Member, report: Report | None, allowed: Sequence[int]) -> Report:
    if report is None or report.submitted_at is None:
        raise ReportUnknown
    if member.id not in allowed and report.unit_id not in reach_of(uow, member, Permission.SEE_QUEUE):
        raise ReportUnknown
    return report


def _seen(uow: UnitOfWork, member: Member, report: Report | None) -> Report:
    return _visible(uow, member, report, deciders(uow, report) if report is not None else ())


def _decidable(uow: UnitOfWork, member: Member, report_id: int, revision: int | None) -> Report:
    found = stored_reports.lock_report(uow, report_id)
    allowed = deciders(uow, found) if found is not None else ()
    report = _visible(uow, member, found, allowed)
    if member.id in {report.member_id, report.filed_by_id}:
        raise OwnReport
    if member.id not in allowed:
        raise NotAllowed
    if report.status in DECIDED or (revision is not None and revision != report.revision):
        _raise_decided(uow, report)
    next_status(report.status, ReportAction.APPROVE)
    return report


def _raise_decided(uow: UnitOfWork, report: Report) -> None:
    decision = stored_reports.last_decision(uow, report.id)
    if report.status not in DECIDED or decision is None:
        raise StatusConflict(status=report.status)
    names = stored_members.names_of(uow, [decision.actor_id])
    raise AlreadyDecided(
        status=report.status, by_name=names[decision.actor_id], decided_at=decision.decided_at
    )


def _check_points(item: Item, points: Fraction) -> None:
    if isinstance(item.amount, RangeAmount):
        return  # the engine knows the range
    low = 0 if item.amount.low is None or item.amount.low >= 0 else -ADJUSTED_POINTS_MAX
    high = 0 if item.amount.high is not None and item.amount.high <= 0 else ADJUSTED_POINTS_MAX
    if not low <= points <= high:
        raise AmountRefused(what="points", low=Fraction(low), high=Fraction(high))


def _priced(
    uow: UnitOfWork, rulebook: Rulebook, report: Report, points: Fraction | None
) -> tuple[Preview, Fraction]:
    item = rulebook.item(report.item or "")
    low = high = None
    if item is not None and isinstance(item.amount, RangeAmount):
        low, high = item.amount.low, item.amount.high
        if points is None:
            raise AmountRefused(what="points", low=low, high=high)
    proposal = proposal_of(report, points=points)
    assert proposal is not None, "a waiting report is complete"
    try:
        preview = preview_for(
            uow, rulebook, unit_id=report.unit_id, member_id=report.member_id, proposal=proposal
        )
    except ProposalRefused as refused:
        what = "points" if points is not None else str(refused.code)
        raise AmountRefused(what=what, low=low, high=high) from refused
    assert preview.raw.low is not None, "a decided amount is bounded"
    return preview, preview.raw.low


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
        _raise_decided(uow, stored_reports.get_report(uow, report.id) or report)
    decision_id = stored_reports.insert_decision(
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


def _announced(
    uow: UnitOfWork, deps: Deps, report: Report, member: Member, decision_id: int, now: datetime
) -> ReviewDesk:
    notices.tell_decision(uow, report, decision_id=decision_id, now=now)
    notices.refresh_cards(uow, report, cause=f"decision{decision_id}", now=now)
    return _desk(uow, deps, report, member)


def _desk(uow: UnitOfWork, deps: Deps, report: Report, asking: Member) -> ReviewDesk:
    (desk,) = _desks(uow, deps, [report], asking)
    return desk


def _desks(uow: UnitOfWork, deps: Deps, reports: Sequence[Report], asking: Member) -> tuple[ReviewDesk, ...]:
    """Lay out many reports with as many queries as one."""
    ids = [report.id for report in reports]
    tree, may_decide, now = unit_tree(uow), deciding(uow), deps.clock.now()
    rulebooks = {
        code: deps.shelf.in_force(uow, code).rulebook
        for code in {tree.get(report.unit_id).rulebook for report in reports}
    }
    decisions = stored_reports.last_decisions(uow, ids)
    people = {person for report in reports for person in (report.member_id, report.filed_by_id)}
    members = stored_members.get_members(uow, people | {d.actor_id for d in decisions.values()})
    counted = stored_ledger.counted_by_decision(uow, (decision.id for decision in decisions.values()))
    objections = stored_appeals.objections_to(uow, (decision.id for decision in decisions.values()))
    evidence = stored_evidence.evidence_by_report(uow, ids)
    waiting = [report for report in reports if report.status is ReportStatus.PENDING]
    previews = previews_for(uow, {r.id: (rulebooks[tree.get(r.unit_id).rulebook], r) for r in waiting})
    warnings = _warnings(uow, [report.id for report in waiting], previews)

    def lay_out(report: Report) -> ReviewDesk:
        unit, decision = tree.get(report.unit_id), decisions.get(report.id)
        rulebook = rulebooks[unit.rulebook]
        return ReviewDesk(
            report=report,
            member=members[report.member_id],
            filed_by_name=members[report.filed_by_id].name,
            unit=unit,
            rulebook=rulebook,
            item=rulebook.item(report.item or ""),
            evidence=tuple(evidence.get(report.id, ())),
            preview=previews.get(report.id),
            warnings=warnings.get(report.id, ()),
            decision=decision,
            decided_by_name=members[decision.actor_id].name if decision else "",
            objection=objections.get(decision.id) if decision else None,
            counted=from_stored(counted.get(decision.id, 0))
            if decision is not None and decision.action is ReportAction.APPROVE
            else None,
            may_decide=report.status is ReportStatus.PENDING and asking.id in may_decide(report),
            may_undo=decision is not None
            and (report.status, ReportAction.UNDO) in TRANSITIONS
            and decision.action is not ReportAction.UNDO
            and decision.actor_id == asking.id
            and now - decision.decided_at <= deps.undo_span,
        )

    return tuple(lay_out(report) for report in reports)


def _warnings(
    uow: UnitOfWork, ids: Sequence[int], previews: Mapping[int, Preview]
) -> Mapping[int, tuple[tuple[ReviewWarning, int], ...]]:
    if not ids:
        return {}
    found: dict[int, tuple[tuple[ReviewWarning, int], ...]] = {}
    same_photo = stored_evidence.same_photo_reports(uow, ids)
    same_day = stored_reports.same_day_reports(uow, ids)
    for report_id in ids:
        preview = previews.get(report_id)
        is_capped = preview is not None and preview.gains_high == 0 and preview.raw.high != 0
        found[report_id] = (
            *((ReviewWarning.SAME_PHOTO, other) for other in same_photo.get(report_id, ())[:1]),
            *((ReviewWarning.SAME_DAY, other) for other in same_day.get(report_id, ())[:1]),
            *(((ReviewWarning.CAP_REACHED, 0),) if is_capped else ()),
        )
    return found
