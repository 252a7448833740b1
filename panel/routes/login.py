"""In by a one-time link from the chat, out by a button."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from panel.csrf import FormSender
from panel.errors import LOGIN_OVER, LOGIN_REQUIRED, error_page
from panel.sessions import Surroundings, forget_cookie, set_cookie
from services.sessions import close_session, open_session

router = APIRouter()

LinkToken = Annotated[str, Path(max_length=100)]


@router.get("/login")
def ask_for_link(request: Request) -> Response:
    """Say how to get in."""
    return error_page(request, LOGIN_REQUIRED, status=401)


@router.get("/login/{token}")
def enter(deps: Surroundings, token: LinkToken) -> Response:
    """Use a link up and open a session."""
    session = open_session(deps, link_token=token)
    response = RedirectResponse("/", status_code=303)
    set_cookie(response, deps, session)
    return response


@router.post("/logout")
def leave(deps: Surroundings, visitor: FormSender) -> Response:
    """End the session of this browser."""
    close_session(deps, member_id=visitor.session.member_id, token=visitor.session.token)
    response = RedirectResponse("/goodbye", status_code=303)
    forget_cookie(response, deps)
    return response


@router.get("/goodbye")
def say_goodbye(request: Request) -> Response:
    """Confirm that the session is over."""
    return error_page(request, LOGIN_OVER, status=200)
