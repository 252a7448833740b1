"""Moving a member to another class or household from a day on."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from domain.errors import Invalid
from panel.csrf import FormSender
from panel.queries import NUMBER_MAX, day_of
from panel.routes.members import MemberId, member_page
from panel.sessions import Surroundings
from services.placing import place_member

router = APIRouter()

Typed = Annotated[str, Form(max_length=200)]


@router.post("/members/{member_id}/place")
def place(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    member_id: MemberId,
    *,
    unit: Annotated[int, Form(ge=1, le=NUMBER_MAX)],
    class_: Annotated[str, Form(alias="class", max_length=200)] = "",
    household: Typed = "",
    on: Typed = "",
) -> Response:
    """Move the member to a class and household from a day on; a refusal is told on the member's page."""
    try:
        place_member(
            deps,
            actor=visitor.actor,
            member_id=member_id,
            unit_id=unit,
            class_=class_,
            household=household,
            on=day_of(on),
        )
    except Invalid as problem:
        return member_page(request, deps, visitor, member_id, problem=problem)
    return RedirectResponse(f"/members/{member_id}", status_code=303)
