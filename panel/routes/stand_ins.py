"""Asking a member to decide reports in a recorder's stead for some days, and calling it off."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from domain.errors import Invalid, StandInRefusal, StandInRefused
from panel.csrf import FormSender
from panel.queries import NUMBER_MAX, day_of
from panel.routes.members import MemberId, member_page
from panel.sessions import Surroundings
from services.stand_ins import ask_stand_in, end_stand_in

router = APIRouter()

StandInId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
Typed = Annotated[str, Form(max_length=40)]


@router.post("/members/{member_id}/stand-in")
def ask(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    member_id: MemberId,
    unit: Annotated[int, Form(ge=1, le=NUMBER_MAX)],
    since_on: Typed = "",
    last_on: Typed = "",
) -> Response:
    """Ask the member to stand in; a refusal is told on the member's page."""
    first, last = day_of(since_on), day_of(last_on)
    try:
        if first is None or last is None:
            raise StandInRefused(reason=StandInRefusal.DAYS)
        ask_stand_in(
            deps, actor=visitor.actor, unit_id=unit, member_id=member_id, since_on=first, last_on=last
        )
    except Invalid as problem:
        return member_page(request, deps, visitor, member_id, problem=problem)
    return RedirectResponse(f"/members/{member_id}", status_code=303)


@router.post("/members/{member_id}/stand-in/{stand_in_id}/end")
def call_off(
    deps: Surroundings, visitor: FormSender, member_id: MemberId, stand_in_id: StandInId
) -> Response:
    """Call a stand-in off, or end it early."""
    end_stand_in(deps, actor=visitor.actor, stand_in_id=stand_in_id)
    return RedirectResponse(f"/members/{member_id}", status_code=303)
