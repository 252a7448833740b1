"""Posting the head of a frozen list in the unit's groups: seen beforehand, confirmed once."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from panel.csrf import FormSender
from panel.pages import page
from panel.queries import NUMBER_MAX, address, number_of
from panel.sessions import SignedIn, Surroundings
from services.group_lists import post_list, preview_post
from templates.words import DEFAULT_LANGUAGE, render

router = APIRouter()

UnitField = Annotated[int, Form(ge=1, le=NUMBER_MAX)]
PeriodField = Annotated[str, Form(max_length=16)]


@router.get("/standings/post")
def show_post(
    request: Request, deps: Surroundings, visitor: SignedIn, unit: str = "", period: str = ""
) -> Response:
    """Show what the groups will read, with the one button that posts it, or how far it has come."""
    post = preview_post(deps, actor=visitor.actor, unit_id=number_of(unit) or 0, period=period)
    words = render("messages/standings/group.j2", DEFAULT_LANGUAGE, {"post": post})
    return page(request, "standings/post.html", {"post": post, "words": words}, visitor=visitor)


@router.post("/standings/post")
def post_it(deps: Surroundings, visitor: FormSender, unit: UnitField, period: PeriodField) -> Response:
    """Post it, once for each group; who comes second sees that it was posted."""
    post = post_list(deps, actor=visitor.actor, unit_id=unit, period=period)
    fields = [("unit", unit), ("period", post.period.label)]
    return RedirectResponse(address("/standings/post", fields), status_code=303)
