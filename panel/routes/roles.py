"""Shows who may do what, drawn from the one table that decides it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.access import PERMISSIONS, REACHES_BELOW, Permission
from panel.pages import page
from panel.sessions import SignedIn

router = APIRouter()


@router.get("/roles")
def show_roles(request: Request, visitor: SignedIn) -> Response:
    """Show every role with its permissions; the visitor's own are marked."""
    facts = {
        "permissions": tuple(Permission),
        "roles": tuple(PERMISSIONS.items()),
        "reaching_below": REACHES_BELOW,
        "own": {grant.role for grant in visitor.me.grants},
        "held": [(grant.role, visitor.me.units[grant.unit_id]) for grant in visitor.me.grants],
    }
    return page(request, "roles/table.html", facts, visitor=visitor)
