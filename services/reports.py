"""Reporting: from the first tap to the recorders' queue, and back when it is returned or withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from domain.appeals import Objection
from domain.errors import (
    AmountRefused,
    Conflict,
    DateRefused,
    EvidenceRefusal,
    EvidenceRefused,
    ItemRefused,
    NoDecider,
    NoteTooLong,
    ReportIncomplete,
    ReportUnknown,
    StatusConflict,
)
from domain.members import Member, Unit
from domain.reports import (
    DOCUMENT_SUFFIXES,
    EDITABLE,
    EVIDENCE_COUNT_MAX,
    NOTE_LENGTH_MAX,
    TRANSITIONS,
    Decision,
    Evidence,
    EvidenceKind,
    EvidenceStatus,
    Report,
    ReportAction,
    ReportStatus,
    check_day,
    next_status,
    storable,
)
from domain.rulebooks import Item, LevelAmount, QuantityAmount, Rulebook
from domain.scoring import Preview, ProposalRefused, price
from services import notices
from services.actors import Actor, Home, deciders, home_of, identify
from services.deps import Deps
from services.scoring import preview_for, proposal_of
from storage import appeals as stored_appeals
from storage import evidence as stored_evidence
from storage import members as stored_members
from storage import periods as stored_periods
from storage import reports as stored_reports
from storage.database import UnitOfWork

PAGE_LENGTH = 5
RECENT_ITEMS_MAX = 3
DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024
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


@dataclass(frozen=True, slots=True)
class Change:
    """What is set in a draft; a field left out stays."""

    category: str | None = None
    item: str | None = None
    level: str | None = None
    quantity: Fraction | None = None
    happened_on: date | None = None
    note: str | None = None


def start_report(deps: Deps, *, actor: Actor, cause_key: str) -> ReportDesk:
    """Start a draft for the asking member, or return one in which nothing was chosen yet.

    The same cause returns the draft it made before.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable
        ReportUnknown: the cause has made somebody else's draft.
    """
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        home = home_of(uow, member, now=deps.clock.now())
        known = stored_reports.get_report_by_cause(uow, cause_key)
        if known is None and (empty := stored_reports.find_empty_draft(uow, member.id)) is not None:
            return _desk(uow, deps, empty)
        stored_reports.insert_report(
            uow,
            cause_key=cause_key,
            unit_id=home.unit.id,
            member_id=member.id,
            filed_by_id=member.id,
            now=deps.clock.now(),
        )
        report = stored_reports.get_report_by_cause(uow, cause_key)
        assert report is not None, "it is there, made now or before"
        if report.filed_by_id != member.id:
            raise ReportUnknown
        return _desk(uow, deps, report)


def report_with_source(deps: Deps, *, actor: Actor, source_key: str) -> int | None:
    """Return which of the asking member's reports got this message as evidence; None when none did.

    Raises:
        AccountUnknown
    """
    with deps.store.read() as uow:
        return stored_evidence.report_with_source(uow, identify(uow, actor).id, source_key)


def open_report(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Return one of the asking member's own reports.

    Raises:
        AccountUnknown, ReportUnknown
    """
    with deps.store.read() as uow:
        return _desk(uow, deps, _own(identify(uow, actor), stored_reports.get_report(uow, report_id)))


def edit_report(deps: Deps, *, actor: Actor, report_id: int, change: Change) -> ReportDesk:
    """Set facts of a draft or a returned report, checking each against the rulebook and the calendar.

    A new item forgets level and quantity; another category forgets the item.

    Raises:
        ReportUnknown, StatusConflict: not the actor's, or no longer editable.
        ItemRefused, AmountRefused, DateRefused, NoteTooLong: the fact breaks a rule; nothing is changed.
    """
    with deps.store.begin() as uow:
        report = _locked_own(uow, actor, report_id)
        if report.status not in EDITABLE:
            raise StatusConflict(status=report.status)
        desk = _desk(uow, deps, report, with_preview=False)
        changed = _changed(desk, change)
        _write(uow, deps, report, changed)
        return _at(uow, desk, changed)


def _changed(desk: ReportDesk, change: Change) -> Report:
    report = replace(desk.report, is_saved=False)
    if change.category is not None:
        if change.category not in {c.code for c in desk.rulebook.categories}:
            raise ItemRefused(item=change.category)
        if change.category != report.category:
            report = replace(report, category=change.category, item=None, level=None, quantity=None)
    if change.item is not None:
        report = _with_item(desk, report, change.item, on=change.happened_on)
    if change.level is not None:
        _check_level(_item_of(desk, report), change.level)
        report = replace(report, level=change.level)
    if change.quantity is not None:
        check_quantity(_item_of(desk, report), change.quantity)
        report = replace(report, quantity=change.quantity)
    if change.happened_on is not None:
        report = _with_day(desk, report, change.happened_on)
    if change.note is not None:
        note = storable(change.note)
        if len(note) > NOTE_LENGTH_MAX:
            raise NoteTooLong(length_max=NOTE_LENGTH_MAX)
        report = replace(report, note=note)
    return report


def _with_item(desk: ReportDesk, report: Report, code: str, *, on: date | None) -> Report:
    item = desk.rulebook.item(code)
    day = on or report.happened_on or desk.home.today
    if item is None or not item.reported_by_members or not desk.rulebook.is_offered(item, day):
        raise ItemRefused(item=item.name if item else code)
    if item.code == report.item:
        return report
    return replace(report, item=item.code, category=item.category, level=None, quantity=None)


def _with_day(desk: ReportDesk, report: Report, on: date) -> Report:
    check_day(on, today=desk.home.today, memberships=desk.home.memberships, finalised=desk.finalised)
    item = _item_of(desk, report)
    if not desk.rulebook.is_offered(item, on):
        raise ItemRefused(item=item.name)
    return replace(report, happened_on=on)


def _item_of(desk: ReportDesk, report: Report) -> Item:
    item = desk.rulebook.item(report.item) if report.item else None
    if item is None:
        raise ReportIncomplete(missing="item")
    return item


def _check_level(item: Item, level: str) -> None:
    if not isinstance(item.amount, LevelAmount) or level not in {known.code for known in item.amount.levels}:
        raise AmountRefused(what="level")


def check_quantity(item: Item, quantity: Fraction) -> None:
    """Check a quantity against the item's bounds and step.

    Raises:
        AmountRefused: with the bounds.
    """
    amount = item.amount
    if not isinstance(amount, QuantityAmount):
        raise AmountRefused(what="quantity")
    low, high, step = amount.min, amount.max, amount.step
    too_low = quantity <= 0 or (low is not None and quantity < low)
    too_high = high is not None and quantity > high
    off_step = step is not None and (quantity / step).denominator != 1
    if too_low or too_high or off_step:
        raise AmountRefused(what="quantity", low=low, high=high, step=step)


def attach_evidence(
    deps: Deps,
    *,
    actor: Actor,
    report_id: int,
    source_key: str,
    kind: EvidenceKind,
    file_id: str,
    file_name: str | None = None,
    mime: str | None = None,
    size_bytes: int | None = None,
    caption: str = "",
) -> ReportDesk:
    """Add a photo or document to a draft, to be fetched in the background; the same message adds it once.

    A caption becomes the note where there is none yet.

    Raises:
        ReportUnknown, StatusConflict
        EvidenceRefused: too large to be fetched, or the report holds ten already.
    """
    with deps.store.begin() as uow:
        report = _locked_own(uow, actor, report_id)
        if report.status not in EDITABLE:
            raise StatusConflict(status=report.status)
        if stored_evidence.find_source(uow, report.id, source_key) is None:
            if size_bytes is not None and size_bytes > DOWNLOAD_BYTES_MAX:
                raise EvidenceRefused(reason=EvidenceRefusal.TOO_LARGE, limit=DOWNLOAD_BYTES_MAX // 1024**2)
            if (
                kind is EvidenceKind.DOCUMENT
                and Path(file_name or "").suffix.lower() not in DOCUMENT_SUFFIXES
            ):
                raise EvidenceRefused(reason=EvidenceRefusal.KIND)
            if len(stored_evidence.list_evidence(uow, report.id)) >= EVIDENCE_COUNT_MAX:
                raise EvidenceRefused(reason=EvidenceRefusal.TOO_MANY, limit=EVIDENCE_COUNT_MAX)
            stored_evidence.insert_evidence(
                uow,
                report_id=report.id,
                source_key=source_key,
                kind=kind,
                file_id=file_id,
                file_name=file_name,
                mime=mime,
                size_bytes=size_bytes,
                now=deps.clock.now(),
            )
            said = storable(caption)
            if said and not report.note:
                noted = replace(report, note=said[:NOTE_LENGTH_MAX])
                _write(uow, deps, report, noted)
                report = noted
        return _desk(uow, deps, report)


def drop_evidence(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Take every photo and document out of a draft, to send them anew.

    Raises:
        ReportUnknown, StatusConflict
    """
    with deps.store.begin() as uow:
        report = _locked_own(uow, actor, report_id)
        if report.status not in EDITABLE:
            raise StatusConflict(status=report.status)
        for piece in stored_evidence.list_evidence(uow, report.id):
            stored_evidence.delete_evidence(uow, piece.id)
        return _desk(uow, deps, report)


def put_aside(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Save a draft for later.

    Raises:
        ReportUnknown, StatusConflict
    """
    with deps.store.begin() as uow:
        report = _locked_own(uow, actor, report_id)
        if report.status not in EDITABLE:
            raise StatusConflict(status=report.status)
        saved = replace(report, is_saved=True)
        _write(uow, deps, report, saved)
        return _desk(uow, deps, saved)


def discard(deps: Deps, *, actor: Actor, report_id: int) -> Report:
    """Throw a draft away; an already discarded one stays so.

    Raises:
        ReportUnknown, StatusConflict
    """
    with deps.store.begin() as uow:
        report = _locked_own(uow, actor, report_id)
        if report.status is ReportStatus.DISCARDED:
            return report
        return _move(uow, deps, report, ReportAction.DISCARD)


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
        report = _locked_own(uow, actor, report_id)
        next_status(report.status, ReportAction.SUBMIT)
        desk = _desk(uow, deps, report, with_preview=False)
        _check_complete(desk)
        to = deciders(uow, report)
        if not to:
            raise NoDecider
        submitted = _move(uow, deps, report, ReportAction.SUBMIT)
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
        return _at(uow, desk, submitted)


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
    if isinstance(item.amount, QuantityAmount) and report.quantity is None:
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
        report = _locked_own(uow, actor, report_id)
        if report.status is ReportStatus.WITHDRAWN:
            return _desk(uow, deps, report)
        moved = _move(uow, deps, report, ReportAction.WITHDRAW)
        notices.refresh_cards(uow, moved, cause=f"withdrawn{moved.revision}", now=deps.clock.now())
        return _desk(uow, deps, moved)


def reopen(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Turn a withdrawn report into a draft again.

    Raises:
        ReportUnknown, StatusConflict
    """
    with deps.store.begin() as uow:
        report = _locked_own(uow, actor, report_id)
        if report.status in EDITABLE:
            return _desk(uow, deps, report)
        return _desk(uow, deps, _move(uow, deps, report, ReportAction.REOPEN))


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
        rulebook = deps.shelf.in_force(uow, home.unit.rulebook).rulebook
        reports, total = stored_reports.list_reports_of(
            uow, member.id, statuses=statuses, limit=PAGE_LENGTH, offset=page * PAGE_LENGTH
        )
        return ReportPage(tuple(reports), rulebook, page, total)


def _locked_own(uow: UnitOfWork, actor: Actor, report_id: int) -> Report:
    return _own(identify(uow, actor), stored_reports.lock_report(uow, report_id))


def _own(member: Member, report: Report | None) -> Report:
    if report is None or member.id not in {report.member_id, report.filed_by_id}:
        raise ReportUnknown
    return report


def _write(uow: UnitOfWork, deps: Deps, report: Report, changed: Report) -> None:
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


def _move(uow: UnitOfWork, deps: Deps, report: Report, action: ReportAction) -> Report:
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


def _desk(uow: UnitOfWork, deps: Deps, report: Report, *, with_preview: bool = True) -> ReportDesk:
    member = stored_members.get_member(uow, report.member_id)
    assert member is not None, "a report refers to a member"
    home = home_of(uow, member, now=deps.clock.now(), unit_id=report.unit_id)
    rulebook = deps.shelf.in_force(uow, home.unit.rulebook).rulebook
    recent = (rulebook.item(code) for code in stored_reports.recent_items(uow, member.id, limit=8))
    decision = stored_reports.last_decision(uow, report.id)
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
        preview=_preview(uow, rulebook, report) if with_preview else None,
        home=home,
        finalised=tuple(stored_periods.finalised_spans(uow, report.unit_id)),
        recent=tuple(offered[:RECENT_ITEMS_MAX]),
        decision=decision,
        objection=next(iter(objections.values()), None),
    )


def _at(uow: UnitOfWork, desk: ReportDesk, report: Report) -> ReportDesk:
    """Return the desk with its report moved on, without asking for the rest again."""
    item = desk.rulebook.item(report.item) if report.item else None
    return replace(desk, report=report, item=item, preview=_preview(uow, desk.rulebook, report))


def _preview(uow: UnitOfWork, rulebook: Rulebook, report: Report) -> Preview | None:
    proposal = proposal_of(report)
    if proposal is None:
        return None
    try:
        return preview_for(
            uow, rulebook, unit_id=report.unit_id, member_id=report.member_id, proposal=proposal
        )
    except ProposalRefused:
        return None
