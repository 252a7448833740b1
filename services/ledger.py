"""Looking into the ledger: one's own points, the story of a line, the desk's list, the check of the chain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from domain.access import Permission
from domain.errors import EntryUnknown
from domain.ledger import GENESIS, Entry, chain_hash
from domain.members import Member, Unit
from domain.periods import Period, month_of
from domain.reports import Decision, Report, storable
from domain.rulebooks import Rulebook
from domain.scoring.accounts import Contribution
from services.actors import Actor, Home, home_of, identify, reach_of, require_reach, unit_tree
from services.deps import Deps
from services.household_lines import Seen, is_of_own_household, page_of_household
from services.scoring import SheetView, sheet_for
from services.shop.checking import check_books
from services.tallies import LineCount, counts_of, differences, line_now, years_in
from storage import decisions as stored_decisions
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import reports as stored_reports
from storage import sums as stored_sums
from storage.database import UnitOfWork
from storage.ledger import EntryFilter

PAGE_LENGTH = 8
DESK_PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class MyPoints:
    """A member's own score sheet of a period with one page of its lines, the latest day first.

    Where a household shares the account, the lines are all of the household's.
    """

    home: Home
    view: SheetView
    lines: tuple[Entry, ...]
    counted: Mapping[int, LineCount]
    """What each line counts now, by entry id."""
    reasons: Mapping[int, str]
    """What the member wrote about each line's own deed, by entry id."""
    page: int
    total: int
    earners: Mapping[int, str]
    """Who earned each line of a household, by entry id; empty where the account is the member's own."""
    apart: frozenset[int]
    """Lines of the member's own that another account keeps: of days before they came into the household."""


@dataclass(frozen=True, slots=True)
class EntryStory:
    """Everything behind one ledger line; `line` is what it counts now, with what changed it."""

    entry: Entry
    line: Contribution | None
    member: Member | None
    """None where the line is the unit's own."""
    unit: Unit
    rulebook: Rulebook
    report: Report | None
    decision: Decision | None
    recorded_by_name: str
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the desk's list."""

    entry: Entry
    member_name: str
    unit: Unit
    rulebook: Rulebook
    recorded_by_name: str
    is_reversed: bool


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """One page of the desk's list, newest first; pages count from 0."""

    lines: tuple[LedgerLine, ...]
    page: int
    total: int


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """Something the check found; `sequence` is the line within the unit, 0 for the chain as a whole.

    For `sums` and `fills` it is the member's id, 0 for the unit itself.
    """

    unit_code: str
    sequence: int
    what: str


def my_points(deps: Deps, *, actor: Actor, period: Period | None = None, page: int = 0) -> MyPoints:
    """Return the asking member's score sheet, of the current month unless another period is asked for.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable
    """
    with deps.store.read() as uow:
        home = home_of(uow, identify(uow, actor), now=deps.clock.now())
        view = sheet_for(uow, deps.shelf, home, period or month_of(home.today), with_rank=True)
        seen = _seen(uow, home, view, page)
        own = [entry.id for entry in seen.lines if entry.member_id == home.member.id]
        return MyPoints(
            home=home,
            view=view,
            lines=seen.lines,
            counted=counts_of(uow, deps.shelf, home.unit, seen.lines),
            reasons=stored_ledger.notes_of(uow, own),
            page=page,
            total=seen.total,
            earners=_earners(uow, seen.lines) if view.household else {},
            apart=seen.apart,
        )


def _seen(uow: UnitOfWork, home: Home, view: SheetView, page: int) -> Seen:
    """Return a page of the lines behind a sheet: the member's, or all of the household's."""
    since_on, until_on = view.period.starts_on, view.period.until_on
    limit, offset = PAGE_LENGTH, page * PAGE_LENGTH
    if view.household:
        return page_of_household(
            uow, home, view.household, since_on=since_on, until_on=until_on, limit=limit, offset=offset
        )
    found, total = stored_ledger.page_of_member(
        uow,
        member_id=home.member.id,
        unit_id=home.unit.id,
        since_on=since_on,
        until_on=until_on,
        limit=limit,
        offset=offset,
    )
    return Seen(tuple(found), total, frozenset())


def _earners(uow: UnitOfWork, lines: Iterable[Entry]) -> Mapping[int, str]:
    whose = {entry.id: entry.member_id for entry in lines if entry.member_id is not None}
    names = stored_members.names_of(uow, set(whose.values()))
    return {entry_id: names[member_id] for entry_id, member_id in whose.items()}


def explain_entry(deps: Deps, *, actor: Actor, entry_id: int) -> EntryStory:
    """Return what is behind a line: one's own, or one of a unit whose ledger the actor may see.

    Of a line that somebody else of one's household earned, rule and figures are told, and neither report nor
    reason.

    Raises:
        AccountUnknown, EntryUnknown
    """
    with deps.store.read() as uow:
        asking = identify(uow, actor)
        entry = stored_ledger.get_entry(uow, entry_id)
        if entry is None:
            raise EntryUnknown
        is_open = entry.member_id == asking.id or entry.unit_id in reach_of(
            uow, asking, Permission.SEE_LEDGER
        )
        if not is_open and not is_of_own_household(uow, deps, asking.id, entry):
            raise EntryUnknown
        origin = stored_ledger.origin_of(uow, entry.event_id)
        member = None if entry.member_id is None else stored_members.get_member(uow, entry.member_id)
        names = stored_members.names_of(uow, [entry.recorded_by_id])
        unit = unit_tree(uow).get(entry.unit_id)
        report = stored_reports.get_report(uow, origin.report_id) if origin.report_id and is_open else None
        decision = stored_decisions.get_decision(uow, origin.decision_id) if origin.decision_id else None
        if decision is not None and not is_open:
            decision = replace(decision, reason="")
        return EntryStory(
            entry=entry,
            line=line_now(uow, deps.shelf, unit, entry),
            member=member,
            unit=unit,
            rulebook=deps.shelf.version(uow, entry.rulebook_version_id),
            report=report,
            decision=decision,
            recorded_by_name=names[entry.recorded_by_id],
            is_reversed=entry.id in stored_ledger.reversed_ids(uow, [entry.id]),
        )


def list_entries(
    deps: Deps,
    *,
    actor: Actor,
    unit_id: int | None = None,
    member_id: int | None = None,
    item: str | None = None,
    since_on: date | None = None,
    until_on: date | None = None,
    page: int = 0,
) -> LedgerPage:
    """Return one page of ledger lines of the units the actor may see; `until_on` is exclusive.

    Raises:
        NotAllowed: the actor may see no ledger.
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.SEE_LEDGER)
        wanted = EntryFilter(
            unit_ids=reach & {unit_id} if unit_id is not None else reach,
            member_id=member_id,
            item=storable(item or "") or None,
            since_on=since_on,
            until_on=until_on,
        )
        found, total = stored_ledger.page_of_entries(
            uow, wanted, limit=DESK_PAGE_LENGTH, offset=page * DESK_PAGE_LENGTH
        )
        tree = unit_tree(uow)
        people = {e.member_id for e in found if e.member_id is not None} | {e.recorded_by_id for e in found}
        names = stored_members.names_of(uow, people)
        gone = stored_ledger.reversed_ids(uow, [e.id for e in found])
        lines = tuple(
            LedgerLine(
                entry=entry,
                member_name=tree.get(entry.unit_id).name
                if entry.member_id is None
                else names[entry.member_id],
                unit=tree.get(entry.unit_id),
                rulebook=deps.shelf.version(uow, entry.rulebook_version_id),
                recorded_by_name=names[entry.recorded_by_id],
                is_reversed=entry.id in gone,
            )
            for entry in found
        )
        return LedgerPage(lines, page, total)


def verify(deps: Deps) -> tuple[int, tuple[LedgerProblem, ...]]:
    """Check every chain from its first line to its head; return how many lines were read, and the problems.

    Found are: a changed field, a removed or inserted line, a head that does not fit, an approval without
    its line; a closed period whose balance is not what was asserted; where the shop's purses and stock are
    not what the ledger and their own lines say; and where the chain is whole, running sums or windows that
    do not follow from its lines.
    """
    problems: list[LedgerProblem] = []
    count = 0
    with deps.store.read() as uow:
        heads = stored_ledger.heads(uow)
        for unit in unit_tree(uow).all():
            sequence, last = 0, GENESIS
            balances = stored_sums.list_balances(uow, unit.id)
            asserted = {balance.sequence: GENESIS for balance in balances}
            for entry in stored_ledger.walk_chain(uow, unit.id):
                count += 1
                sequence += 1
                if entry.sequence != sequence or entry.previous_hash != last:
                    problems.append(LedgerProblem(unit.code, entry.sequence, "chain"))
                    sequence = entry.sequence
                expected = chain_hash(
                    entry, sequence=entry.sequence, previous_hash=entry.previous_hash, key=deps.secret
                )
                if entry.hash != expected:
                    problems.append(LedgerProblem(unit.code, entry.sequence, "hash"))
                last = entry.hash
                if sequence in asserted:
                    asserted[sequence] = last
            head = heads.get(unit.id)
            if head is None or (head.sequence, head.hash) != (sequence, last):
                problems.append(LedgerProblem(unit.code, 0, "head"))
            problems += [
                LedgerProblem(unit.code, balance.sequence, "balance")
                for balance in balances
                if balance.counted != balance.actual or asserted[balance.sequence] != balance.hash
            ]
            if not any(problem.unit_code == unit.code for problem in problems):
                problems += _sums_problems(uow, deps, unit)
        problems += [
            LedgerProblem("", report_id, "approval_without_entry")
            for report_id in stored_ledger.approvals_without_entries(uow)
        ]
        problems += [
            LedgerProblem("", problem.number, f"shop_{problem.what}") for problem in check_books(uow, deps)
        ]
    return count, tuple(problems)


def _sums_problems(uow: UnitOfWork, deps: Deps, unit: Unit) -> list[LedgerProblem]:
    """Return where the running sums of a unit do not follow from its lines; `sequence` is the member's id."""
    if unit.rulebook is None:
        return []
    return [
        LedgerProblem(unit.code, year.of.member_id, what)
        for year in years_in(uow, deps.shelf, unit)
        for what in differences(uow, year)
    ]
