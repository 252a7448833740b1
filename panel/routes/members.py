"""The member list, a member's page, invitations and re-binding a changed account."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from domain.access import Permission
from domain.errors import Invalid
from domain.members import Role
from panel.csrf import FormSender
from panel.errors import status_of
from panel.pages import page
from panel.queries import NUMBER_MAX, member_query
from panel.sessions import SignedIn, Surroundings, Visitor
from services.deps import Deps
from services.members import INVITATION_SPAN, PAGE_LENGTH, invite, list_members, open_member
from services.placing import known_places
from services.stand_ins import list_stand_ins

router = APIRouter()

MemberId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]


@router.get("/members")
def show_members(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    unit: str = "",
    name: str = "",
    page_number: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """Show one page of the members, searched by name and filtered by unit."""
    wanted = member_query(unit=unit, name=name, page=page_number)
    listed = list_members(
        deps, actor=visitor.actor, page=wanted.page, text=wanted.name, unit_id=wanted.unit_id
    )
    facts = {
        "query": wanted,
        "rows": listed.rows,
        "total": listed.total,
        "pages": -(-listed.total // PAGE_LENGTH),
        "units": visitor.units_with(Permission.SEE_MEMBERS),
    }
    return page(request, "members/list.html", facts, visitor=visitor)


@router.get("/members/{member_id}")
def show_member(request: Request, deps: Surroundings, visitor: SignedIn, member_id: MemberId) -> Response:
    """Show a member: units, roles, whether an account is bound, and when they stand in for a recorder."""
    return member_page(request, deps, visitor, member_id)


def member_page(
    request: Request, deps: Deps, visitor: Visitor, member_id: int, *, problem: Invalid | None = None
) -> Response:
    """Return a member's page, with what was refused just now."""
    rows = open_member(deps, actor=visitor.actor, member_id=member_id)
    newest = tuple({row.unit.id: row for row in rows}.values())
    deciding = {unit.id for unit in visitor.units_with(Permission.DECIDE_REPORTS)}
    managed = {unit.id for unit in visitor.units_with(Permission.MANAGE_UNITS)}
    facts = {
        "rows": rows,
        "stand_ins": [
            stand_in
            for row in newest
            for stand_in in list_stand_ins(
                deps, actor=visitor.actor, unit_id=row.unit.id, member_id=member_id
            )
        ],
        "may_ask_in": [
            row.unit
            for row in newest
            if row.unit.id in deciding
            and row.is_bound
            and member_id != visitor.me.member.id
            and all(grant.role is not Role.RECORDER for grant in row.roles)
        ],
        "may_place": [
            (row, known_places(deps, actor=visitor.actor, unit_id=row.unit.id))
            for row in newest
            if row.unit.id in managed
        ],
        "problem": {"code": problem.code, "facts": problem.facts()} if problem is not None else None,
    }
    status = status_of(problem) if problem is not None else 200
    return page(request, "members/one.html", facts, visitor=visitor, status=status)


@router.post("/members/{member_id}/invite")
def invite_member(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    member_id: MemberId,
    *,
    frees_account: Annotated[bool, Form()] = False,
) -> Response:
    """Make a fresh invitation and show its code, this once; with `frees_account` for a changed phone."""
    code = invite(deps, actor=visitor.actor, member_id=member_id, frees_account=frees_account)
    facts = {
        "rows": open_member(deps, actor=visitor.actor, member_id=member_id),
        "code": code,
        "was_freed": frees_account,
        "days": INVITATION_SPAN.days,
    }
    return page(request, "members/invited.html", facts, visitor=visitor)
