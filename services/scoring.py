"""The scoring service that bot and panel share: what a report would bring, and how a total came about."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from domain.ledger import Entry
from domain.periods import Period, PeriodKind, year_of
from domain.points import from_stored
from domain.reports import Report
from domain.rulebooks import Item, Rulebook
from domain.scoring import Preview, Proposal, ProposalRefused, Recorded, ScoreSheet, preview, score_sheet
from services.actors import Home
from storage import ledger as stored_ledger
from storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class SheetView:
    """A member's score sheet of a period, with the ledger lines it was made from."""

    period: Period
    sheet: ScoreSheet
    entries: tuple[Entry, ...]


def as_recorded(entries: Iterable[Entry]) -> tuple[Recorded, ...]:
    """Return ledger lines in the form the engine reads."""
    return tuple(
        Recorded(
            key=str(entry.id),
            item=entry.item,
            on=entry.happened_on,
            points=from_stored(entry.amount),
            sequence=entry.sequence,
            reverses=None if entry.reverses_id is None else str(entry.reverses_id),
        )
        for entry in entries
    )


def proposal_of(report: Report, *, points: Fraction | None = None) -> Proposal | None:
    """Return what a report proposes to the engine; None while item or date are open."""
    if report.item is None or report.happened_on is None:
        return None
    return Proposal(
        item=report.item,
        on=report.happened_on,
        level=report.level,
        quantity=report.quantity,
        points=points,
    )


def preview_for(
    uow: UnitOfWork, rulebook: Rulebook, *, unit_id: int, member_id: int, proposal: Proposal
) -> Preview:
    """Return what a proposal would bring this member now.

    Raises:
        ProposalRefused: the rulebook does not allow it as it stands.
    """
    year = year_of(proposal.on)
    entries = stored_ledger.entries_between(
        uow, member_id=member_id, unit_id=unit_id, since_on=year.starts_on, until_on=year.until_on
    )
    return preview(rulebook, as_recorded(entries), proposal)


def previews_for(uow: UnitOfWork, reports: Mapping[int, tuple[Rulebook, Report]]) -> Mapping[int, Preview]:
    """Return what each of many reports would bring now, by report; one that cannot be priced is left out."""
    proposals = {
        report.id: (rulebook, report, proposal)
        for rulebook, report in reports.values()
        if (proposal := proposal_of(report)) is not None
    }
    if not proposals:
        return {}
    years = [year_of(proposal.on) for _, _, proposal in proposals.values()]
    entries: dict[tuple[int, int], list[Entry]] = {}
    for entry in stored_ledger.entries_of_members(
        uow,
        {report.member_id for _, report, _ in proposals.values()},
        since_on=min(year.starts_on for year in years),
        until_on=max(year.until_on for year in years),
    ):
        entries.setdefault((entry.member_id, entry.unit_id), []).append(entry)
    found: dict[int, Preview] = {}
    for report_id, (rulebook, report, proposal) in proposals.items():
        own = as_recorded(entries.get((report.member_id, report.unit_id), ()))
        with suppress(ProposalRefused):
            found[report_id] = preview(rulebook, own, proposal)
    return found


def sheet_for(uow: UnitOfWork, rulebook: Rulebook, home: Home, period: Period) -> SheetView:
    """Return a member's score sheet of a period; caps see the whole year around it.

    Months outside the membership, and months still to come, have no base and enter into no mean.
    """
    unit_id, member_id = home.unit.id, home.member.id
    year = year_of(period.starts_on)
    entries = stored_ledger.entries_between(
        uow, member_id=member_id, unit_id=unit_id, since_on=year.starts_on, until_on=year.until_on
    )
    within = tuple(entry for entry in entries if period.contains(entry.happened_on))
    sheet = score_sheet(rulebook, as_recorded(entries), period, months_missing=_months_missing(home, period))
    return SheetView(period, sheet, within)


def _months_missing(home: Home, period: Period) -> frozenset[Period]:
    def counts(month: Period) -> bool:
        days = (month.starts_on + timedelta(days=n) for n in range((month.until_on - month.starts_on).days))
        is_past = month.starts_on <= home.today
        return is_past and any(m.covers(on) for on in days for m in home.memberships)

    months = year_of(period.starts_on).split(PeriodKind.MONTH)
    return frozenset(month for month in months if not counts(month))


def item_name(rulebook: Rulebook, code: str) -> str:
    """Return the label of an item; a code that the rulebook no longer has stands for itself."""
    item: Item | None = rulebook.item(code)
    return item.name if item else code
