"""Lists that a rulebook has read out on fixed days, for those who lead and keep the books."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from panel.pages import page
from panel.queries import number_of
from panel.sessions import SignedIn, Surroundings
from services.dated_lists import list_lists

router = APIRouter()


@router.get("/standings/lists")
def show_lists(request: Request, deps: Surroundings, visitor: SignedIn, unit: str = "") -> Response:
    """Show the lists that were made for a unit, the latest first."""
    shown = list_lists(deps, actor=visitor.actor, unit_id=number_of(unit))
    return page(request, "standings/lists.html", {"shown": shown}, visitor=visitor)
