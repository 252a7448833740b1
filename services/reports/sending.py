"""Submitting a report to the recorders, taking it back, opening it again, throwing it away."""

from collections.abc import Iterable

from domain.errors import (
    AmountRefused,
    ItemRefused,
    NoDecider,
    ReportIncomplete,
)
from domain.reports import (
    EDITABLE,
    Evidence,
    EvidenceStatus,
    Report,
    ReportAction,
    ReportStatus,
    check_day,
    next_status,
)
from domain.rulebooks import LevelAmount, QuantityAmount, ScaledAmount
from domain.scoring import ProposalRefused, price
from services import notices
from services.actors import Actor, deciders
from services.deps import Deps
from services.reports.desk import ReportDesk, build_desk, desk_of_change
from services.reports.rows import locked_own, move_status
from services.scoring import proposal_of
from storage import reports as stored_reports


def submit_report(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Send a complete draft to the branch's recorders; they get a card each.

    Raises:
        ReportUnknown
        StatusConflict: it was submitted already; the first tap counted.
        ReportIncomplete, ItemRefused, AmountRefused, DateRefused: something is missing or no longer allowed,
            checked in the order of the dialog.
        NoDecider: nobody could decide it.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        report = locked_own(uow, actor, report_id)
        next_status(report.status, ReportAction.SUBMIT)
        desk = build_desk(uow, deps, report, with_preview=False)
        _check_complete(desk)
        to = deciders(uow, report)
        if not to:
            raise NoDecider
        submitted = move_status(uow, deps, report, ReportAction.SUBMIT)
        stored_reports.insert_submission(
            uow,
            report_id=report.id,
            revision=submitted.revision,
            facts=submitted_facts(report, desk.evidence),
            now=now,
        )
        notices.send_cards(
            uow, report, revision=submitted.revision, to=to, has_photos=bool(desk.evidence), now=now
        )
        return desk_of_change(uow, deps, desk, submitted)


def submitted_facts(report: Report, evidence: Iterable[Evidence]) -> dict[str, object]:
    """Return what a report says, in the form in which each submission is kept."""
    return {
        "item": report.item,
        "level": report.level,
        "quantity": None if report.quantity is None else str(report.quantity),
        "happened_on": str(report.happened_on),
        "note": report.note,
        "evidence": [piece.id for piece in evidence],
    }


def _check_complete(desk: ReportDesk) -> None:
    report, item = desk.report, desk.item
    if item is None and report.item is not None:
        raise ItemRefused(item="")
    if item is None:
        raise ReportIncomplete(missing="item")
    if isinstance(item.amount, LevelAmount) and report.level is None:
        raise ReportIncomplete(missing="level")
    if isinstance(item.amount, QuantityAmount | ScaledAmount) and report.quantity is None:
        raise ReportIncomplete(missing="quantity")
    if report.happened_on is None:
        raise ReportIncomplete(missing="date")
    check_day(
        report.happened_on,
        today=desk.home.today,
        memberships=desk.home.memberships,
        finalised=desk.finalised,
    )
    if not item.reported_by_members or not desk.rulebook.is_offered(item, report.happened_on):
        raise ItemRefused(item=item.name)
    usable = {EvidenceStatus.WAITING, EvidenceStatus.STORED}
    if item.evidence_required and not any(piece.status in usable for piece in desk.evidence):
        raise ReportIncomplete(missing="evidence")
    proposal = proposal_of(report)
    assert proposal is not None, "item and day were checked"
    try:
        price(desk.rulebook, proposal)
    except ProposalRefused as refused:
        raise AmountRefused(what=str(refused.code)) from refused


def withdraw(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Take a waiting or returned report back; the recorders' cards say so.

    Raises:
        ReportUnknown, StatusConflict
    """
    with deps.store.begin() as uow:
        report = locked_own(uow, actor, report_id)
        if report.status is ReportStatus.WITHDRAWN:
            return build_desk(uow, deps, report)
        moved = move_status(uow, deps, report, ReportAction.WITHDRAW)
        notices.refresh_cards(uow, moved, cause=f"withdrawn{moved.revision}", now=deps.clock.now())
        return build_desk(uow, deps, moved)


def reopen(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Turn a withdrawn report into a draft again.

    Raises:
        ReportUnknown, StatusConflict
    """
    with deps.store.begin() as uow:
        report = locked_own(uow, actor, report_id)
        if report.status in EDITABLE:
            return build_desk(uow, deps, report)
        return build_desk(uow, deps, move_status(uow, deps, report, ReportAction.REOPEN))


def discard(deps: Deps, *, actor: Actor, report_id: int) -> Report:
    """Throw a draft away; an already discarded one stays so.

    Raises:
        ReportUnknown, StatusConflict
    """
    with deps.store.begin() as uow:
        report = locked_own(uow, actor, report_id)
        if report.status is ReportStatus.DISCARDED:
            return report
        return move_status(uow, deps, report, ReportAction.DISCARD)
