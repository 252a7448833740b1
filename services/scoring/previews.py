"""Says what a report would bring now, from the windows as they are filled; old entries are not read."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction

from domain.errors import JifenError
from domain.members import Unit
from domain.reports import Report
from domain.rulebooks import Item, Rulebook
from domain.scoring import Preview, Proposal, ProposalRefused, preview, preview_on
from domain.scoring.counting import Fill
from domain.scoring.previews import is_nested
from domain.scoring.settling import Tally, VersionedKey, opening_on
from services.accounts import is_shared
from services.actors import unit_tree
from services.allocating import is_simple, own_points
from services.shelf import Shelf
from services.tallies import Year, entries_in, year_of_subject
from storage import households as stored_households
from storage import sums as stored_sums
from storage.database import UnitOfWork
from storage.sums import Subject


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


def preview_for(uow: UnitOfWork, shelf: Shelf, *, unit: Unit, member_id: int, proposal: Proposal) -> Preview:
    """Return what a proposal would bring this member now.

    Raises:
        ProposalRefused: the rulebook does not allow it as it stands.
    """
    year = year_of_subject(uow, shelf, unit, member_id, proposal.on)
    fills = stored_sums.fills_of(uow, year.of, year.period.starts_on)
    return _preview(uow, unit, year, fills, proposal)


def previews_for(uow: UnitOfWork, shelf: Shelf, reports: Mapping[int, Report]) -> Mapping[int, Preview]:
    """Return what each of many reports would bring now, by report; one that cannot be priced is left out."""
    proposals = {
        report.id: (report, proposal)
        for report in reports.values()
        if (proposal := proposal_of(report)) is not None
    }
    tree = unit_tree(uow)
    for unit_id in {report.unit_id for report, _ in proposals.values()}:
        people = {report.member_id for report, _ in proposals.values() if report.unit_id == unit_id}
        if is_shared(shelf.judges(uow, tree.get(unit_id).rulebook)):
            stored_households.spans_of(uow, unit_id, people)  # all at once, before each asks
    years = {
        report.id: year_of_subject(uow, shelf, tree.get(report.unit_id), report.member_id, proposal.on)
        for report, proposal in proposals.values()
    }
    fills = stored_sums.fills_of_many(uow, {(year.of, year.period.starts_on) for year in years.values()})
    found: dict[int, Preview] = {}
    for report_id, (report, proposal) in proposals.items():
        year, unit = years[report_id], tree.get(report.unit_id)
        with suppress(ProposalRefused, JifenError):
            found[report_id] = _preview(
                uow, unit, year, fills.get((year.of, year.period.starts_on), {}), proposal
            )
    return found


def _preview(
    uow: UnitOfWork, unit: Unit, year: Year, fills: Mapping[VersionedKey, Fill], proposal: Proposal
) -> Preview:
    judge = year.judge(proposal.on)
    rulebook = judge.rulebook
    own = _own(uow, unit, year.of, rulebook, proposal)
    if year.is_by_one_version and is_nested(rulebook, proposal.item):
        return preview_on(rulebook, Tally(fills=dict(fills)).windows(judge.version_id), proposal, own=own)
    entries = entries_in(uow, year)
    cells = stored_sums.cells_between(uow, year.of, year.period.starts_on, year.period.until_on)
    beside, opening = opening_on(
        year.judges,
        entries,
        proposal.on,
        frozen=year.closed_counts(cells, None),
        is_frozen=year.is_frozen,
    )
    return preview(rulebook, beside, proposal, opening=opening, own=own)


def _own(
    uow: UnitOfWork, unit: Unit, of: Subject, rulebook: Rulebook, proposal: Proposal
) -> Callable[[Fraction], Fraction] | None:
    """Return how the member's own entry follows from the event's points; None where it is all of them."""
    item = rulebook.item(proposal.item)
    if item is None or is_simple(item):
        return None
    return own_points(uow, unit, of.member_id, rulebook, item, proposal)


def item_name(rulebook: Rulebook, code: str) -> str:
    """Return the label of an item or debit; a code that the rulebook no longer has stands for itself."""
    item: Item | None = rulebook.item(code)
    if item is not None:
        return item.name
    return next((debit.name for debit in rulebook.debits if debit.code == code), code)
