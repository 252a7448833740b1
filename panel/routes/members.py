"""The member list, a member's page, invitations and re-binding a changed account."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from domain.access import Permission
from panel.csrf import FormSender
from panel.pages import page
from panel.queries import NUMBER_MAX, member_query
from panel.sessions import SignedIn, Surroundings
from services.members import INVITATION_SPAN, PAGE_LENGTH, invite, list_members, open_member

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
    """Show a member: units, roles, and whether an account is bound."""
    facts = {"rows": open_member(deps, actor=visitor.actor, member_id=member_id)}
    return page(request, "members/one.html", facts, visitor=visitor)


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
