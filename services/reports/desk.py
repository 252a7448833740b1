"""A report with everything a screen about it needs, and the list of one's own."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from domain.appeals import Objection
from domain.errors import DateRefused, ItemNotForMember, QuotaReached
from domain.members import Member, Unit
from domain.reports import (
    TRANSITIONS,
    USABLE,
    Decision,
    Evidence,
    Report,
    ReportAction,
    ReportStatus,
    check_day,
)
from domain.rulebooks import Item, Rulebook
from domain.scoring import Preview, ProposalRefused
from services.actors import Actor, Home, home_of, identify
from services.deps import Deps
from services.reports.rows import own_report
from services.scoring import preview_for, proposal_of
from services.shelf import Shelf
from storage import appeals as stored_appeals
from storage import decisions as stored_decisions
from storage import evidence as stored_evidence
from storage import members as stored_members
from storage import periods as stored_periods
from storage import reports as stored_reports
from storage.database import UnitOfWork

PAGE_LENGTH = 5
RECENT_ITEMS_MAX = 3
LISTED = tuple(status for status in ReportStatus if status is not ReportStatus.DISCARDED)


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """A report with all that a screen about it needs; `preview` is there once it can be computed."""

    report: Report
    member: Member
    unit: Unit
    rulebook: Rulebook
    item: Item | None
    evidence: tuple[Evidence, ...]
    preview: Preview | None
    home: Home
    finalised: tuple[tuple[date, date], ...]
    recent: tuple[Item, ...]
    decision: Decision | None
    objection: Objection | None

    @property
    def may_object(self) -> bool:
        """Whether an objection to the decision can be raised; one is enough."""
        return self.objection is None and (self.report.status, ReportAction.UPHOLD) in TRANSITIONS

    @property
    def received(self) -> int:
        """How many photos and documents count: refused and lost ones do not."""
        return sum(piece.status in USABLE for piece in self.evidence)

    def may_report_on(self, on: date) -> bool:
        """Tell whether a day can be chosen: for the calendar."""
        try:
            check_day(on, today=self.home.today, memberships=self.home.memberships, finalised=self.finalised)
        except DateRefused:
            return False
        return self.item is None or self.rulebook.is_offered(self.item, on)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One page of a member's reports, newest first; pages count from 0."""

    reports: tuple[Report, ...]
    rulebook: Rulebook
    page: int
    total: int


def open_report(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Return one of the asking member's own reports.

    Raises:
        AccountUnknown, ReportUnknown
    """
    with deps.store.read() as uow:
        report = stored_reports.get_report(uow, report_id)
        return build_desk(uow, deps, own_report(identify(uow, actor), report))


def my_reports(
    deps: Deps, *, actor: Actor, page: int = 0, statuses: Iterable[ReportStatus] = LISTED
) -> ReportPage:
    """Return one page of the asking member's reports.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        home = home_of(uow, member, now=deps.clock.now())
        rulebook = deps.shelf.in_force(uow, home.unit.rulebook, home.today).rulebook
        reports, total = stored_reports.list_reports_of(
            uow, member.id, statuses=statuses, limit=PAGE_LENGTH, offset=page * PAGE_LENGTH
        )
        return ReportPage(tuple(reports), rulebook, page, total)


def report_with_source(deps: Deps, *, actor: Actor, source_key: str) -> int | None:
    """Return which of the asking member's reports got this message as evidence; None when none did.

    Raises:
        AccountUnknown
    """
    with deps.store.read() as uow:
        return stored_evidence.report_with_source(uow, identify(uow, actor).id, source_key)


def build_desk(uow: UnitOfWork, deps: Deps, report: Report, *, with_preview: bool = True) -> ReportDesk:
    """Read everything that a screen about this report needs."""
    member = stored_members.get_member(uow, report.member_id)
    assert member is not None, "a report refers to a member"
    home = home_of(uow, member, now=deps.clock.now(), unit_id=report.unit_id)
    rulebook = deps.shelf.in_force(uow, home.unit.rulebook, report.happened_on or home.today).rulebook
    recent = (rulebook.item(code) for code in stored_reports.recent_items(uow, member.id, limit=8))
    decision = stored_decisions.last_decision(uow, report.id)
    objections = stored_appeals.objections_to(uow, [decision.id]) if decision is not None else {}
    offered = [
        item
        for item in recent
        if item is not None and item.reported_by_members and rulebook.is_offered(item, home.today)
    ]
    return ReportDesk(
        report=report,
        member=member,
        unit=home.unit,
        rulebook=rulebook,
        item=rulebook.item(report.item) if report.item else None,
        evidence=tuple(stored_evidence.list_evidence(uow, report.id)),
        preview=preview_now(uow, deps.shelf, home.unit, report) if with_preview else None,
        home=home,
        finalised=tuple(stored_periods.finalised_spans(uow, report.unit_id)),
        recent=tuple(offered[:RECENT_ITEMS_MAX]),
        decision=decision,
        objection=next(iter(objections.values()), None),
    )


def desk_of_change(uow: UnitOfWork, deps: Deps, desk: ReportDesk, report: Report) -> ReportDesk:
    """Return the desk with its report moved on, without asking for the rest again."""
    on = report.happened_on or desk.home.today
    rulebook = deps.shelf.in_force(uow, desk.unit.rulebook, on).rulebook
    return replace(
        desk,
        report=report,
        rulebook=rulebook,
        item=rulebook.item(report.item) if report.item else None,
        preview=preview_now(uow, deps.shelf, desk.unit, report),
    )


def preview_now(uow: UnitOfWork, shelf: Shelf, unit: Unit, report: Report) -> Preview | None:
    """Return what the report would bring now; None while it is incomplete or not allowed as it stands."""
    proposal = proposal_of(report)
    if proposal is None:
        return None
    try:
        return preview_for(uow, shelf, unit=unit, member_id=report.member_id, proposal=proposal)
    except (ProposalRefused, ItemNotForMember, QuotaReached):
        return None
