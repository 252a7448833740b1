"""The ledger with its filters, and the story behind one line."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from domain.access import Permission, UnitTree, units_within
from domain.errors import MemberUnknown, NotAllowed
from domain.members import Member
from domain.points import from_stored
from domain.rulebooks import Item, Rulebook
from panel.explaining import level_name
from panel.pages import page
from panel.queries import NUMBER_MAX, LedgerQuery, ledger_query
from panel.sessions import SignedIn, Surroundings, Visitor
from services.deps import Deps
from services.histories import open_history
from services.ledger import DESK_PAGE_LENGTH, LedgerPage, explain_entry, list_entries
from services.members import list_members, open_member
from services.rulebooks import rulebooks_within
from services.scoring import item_name
from templates.reasons.entries import told_entry
from templates.reasons.names import Names
from templates.reasons.speech import Speech

router = APIRouter()

EntryId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]


@router.get("/ledger")
def show_ledger(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    unit: str = "",
    name: str = "",
    member: str = "",
    item: str = "",
    from_on: Annotated[str, Query(alias="from")] = "",
    to_on: Annotated[str, Query(alias="to")] = "",
    page_number: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """Show one page of the lines that the filter asks for, newest first."""
    wanted = ledger_query(
        unit=unit, name=name, member=member, item=item, from_on=from_on, to_on=to_on, page=page_number
    )
    people = _people(deps, visitor, wanted)
    listed = _listed(deps, visitor, wanted, people)
    rulebooks = rulebooks_within(deps, actor=visitor.actor, permission=Permission.SEE_LEDGER)
    facts = {
        "query": wanted,
        "people": people,
        "lines": listed.lines,
        "total": listed.total,
        "pages": -(-listed.total // DESK_PAGE_LENGTH),
        "units": visitor.units_with(Permission.SEE_LEDGER),
        "items": _items(rulebooks, wanted.unit_id),
        "item_name": item_name,
        "worth": from_stored,
    }
    return page(request, "ledger/list.html", facts, visitor=visitor)


def _people(deps: Deps, visitor: Visitor, wanted: LedgerQuery) -> tuple[Member, ...]:
    """Return the members that the filter's name may mean; one when a member was chosen."""
    try:
        if wanted.member_id is not None:
            return (open_member(deps, actor=visitor.actor, member_id=wanted.member_id)[0].member,)
        if not wanted.name:
            return ()
        found = list_members(deps, actor=visitor.actor, text=wanted.name, unit_id=wanted.unit_id)
    except (MemberUnknown, NotAllowed):
        return ()
    return tuple({row.member.id: row.member for row in found.rows}.values())


def _listed(deps: Deps, visitor: Visitor, wanted: LedgerQuery, people: tuple[Member, ...]) -> LedgerPage:
    is_unclear = (wanted.name or wanted.member_id) and len(people) != 1
    if is_unclear:
        return LedgerPage((), 0, 0)
    return list_entries(
        deps,
        actor=visitor.actor,
        unit_id=wanted.unit_id,
        member_id=people[0].id if people else None,
        item=wanted.item or None,
        since_on=wanted.from_on,
        until_on=wanted.until_on,
        page=wanted.page,
    )


def _items(rulebooks: Mapping[int, Rulebook], unit_id: int | None) -> tuple[Item, ...]:
    """Return the items to choose from, each code once, in the order of the rulebooks."""
    wanted = [book for unit, book in rulebooks.items() if unit_id in {None, unit}]
    found: dict[str, Item] = {}
    for book in wanted:
        for category in book.categories:
            for item in book.items_of(category.code):
                found.setdefault(item.code, item)
    return tuple(found.values())


@router.get("/ledger/{entry_id}")
def show_entry(request: Request, deps: Surroundings, visitor: SignedIn, entry_id: EntryId) -> Response:
    """Show everything behind one line: rule, clause, cap, evidence, who decided, and when."""
    story = explain_entry(deps, actor=visitor.actor, entry_id=entry_id)
    history = None
    if story.report is not None:
        history = open_history(deps, actor=visitor.actor, report_id=story.report.id)
    item = story.rulebook.item(story.entry.item)
    tree = UnitTree(visitor.me.units.values())
    names = Names(story.rulebook, Speech(visitor.language))
    facts = {
        "story": story,
        "told": told_entry(names, story.entry, story.line),
        "item": item,
        "item_name": item_name(story.rulebook, story.entry.item),
        "category": story.rulebook.category(story.entry.category),
        "level_name": level_name(item, story.report) if story.report else "",
        "history": history,
        "may_open_report": story.entry.unit_id in units_within(visitor.me.grants, Permission.SEE_QUEUE, tree),
    }
    return page(request, "ledger/one.html", facts, visitor=visitor)
