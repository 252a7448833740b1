"""A report as its deciders see it, and the queue of those that wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from domain.access import Permission
from domain.appeals import Objection
from domain.members import Member, Unit
from domain.points import from_stored
from domain.reports import (
    TRANSITIONS,
    Decision,
    Evidence,
    Report,
    ReportAction,
    ReportStatus,
)
from domain.rulebooks import Item, Rulebook
from domain.scoring import Preview
from services.actors import Actor, deciding, identify, local_day, require_reach, unit_tree
from services.deps import Deps
from services.reviews.checks import seen_report
from services.scoring import previews_for
from storage import appeals as stored_appeals
from storage import decisions as stored_decisions
from storage import evidence as stored_evidence
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import reports as stored_reports
from storage.database import UnitOfWork


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
    """The waiting reports that the asking member may decide, oldest first.

    `elsewhere` is how many more of these units wait for others.
    """

    desks: tuple[ReviewDesk, ...]
    total: int
    elsewhere: int = 0


def open_review(deps: Deps, *, actor: Actor, report_id: int) -> ReviewDesk:
    """Return a report as a decider sees it; auditors see it too, without deciding.

    Raises:
        AccountUnknown, ReportUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        report = seen_report(uow, member, stored_reports.get_report(uow, report_id))
        return build_desk(uow, deps, report, member)


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
        return Queue(build_desks(uow, deps, reports, member), len(mine), len(waiting) - len(mine))


def build_desk(uow: UnitOfWork, deps: Deps, report: Report, asking: Member) -> ReviewDesk:
    """Read everything that a decider looks at."""
    (desk,) = build_desks(uow, deps, [report], asking)
    return desk


def build_desks(
    uow: UnitOfWork, deps: Deps, reports: Sequence[Report], asking: Member
) -> tuple[ReviewDesk, ...]:
    """Lay out many reports with as many queries as one."""
    ids = [report.id for report in reports]
    tree, may_decide, now = unit_tree(uow), deciding(uow), deps.clock.now()

    def rulebook_of(report: Report) -> Rulebook:
        unit = tree.get(report.unit_id)
        return deps.shelf.in_force(uow, unit.rulebook, report.happened_on or local_day(now, unit)).rulebook

    decisions = stored_decisions.last_decisions(uow, ids)
    people = {person for report in reports for person in (report.member_id, report.filed_by_id)}
    members = stored_members.get_members(uow, people | {d.actor_id for d in decisions.values()})
    counted = stored_ledger.counted_by_decision(uow, (decision.id for decision in decisions.values()))
    objections = stored_appeals.objections_to(uow, (decision.id for decision in decisions.values()))
    evidence = stored_evidence.evidence_by_report(uow, ids)
    waiting = [report for report in reports if report.status is ReportStatus.PENDING]
    previews = previews_for(uow, deps.shelf, {report.id: report for report in waiting})
    warnings = _warnings(uow, [report.id for report in waiting], previews)

    def lay_out(report: Report) -> ReviewDesk:
        unit, decision = tree.get(report.unit_id), decisions.get(report.id)
        rulebook = rulebook_of(report)
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
