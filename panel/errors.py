"""Turns refusals into pages: which status each has, and where its sentence stands."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.errors import Conflict, Invalid, JifenError, NotAllowed, NotKnown
from panel.csrf import FormRefused
from panel.headers import has_fitting_body
from panel.pages import page
from panel.sessions import LoginRequired, Visitor

STATUS_OF: Mapping[type[JifenError], int] = {NotKnown: 404, NotAllowed: 403, Conflict: 409, Invalid: 422}
PAGE_UNKNOWN = "page.unknown"
FORM_INVALID = "form.invalid"
FORM_LARGE = "form.large"
FORM_REFUSED = "form.refused"
LOGIN_REQUIRED = "login.required"
LOGIN_OVER = "login.over"
FAILURE = "failure"
OWN_CODES = (PAGE_UNKNOWN, FORM_INVALID, FORM_LARGE, FORM_REFUSED, LOGIN_REQUIRED, LOGIN_OVER, FAILURE)


def status_of(error: JifenError) -> int:
    """Return the HTTP status of a refusal."""
    return next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), 400)


def error_page(
    request: Request, code: str, *, status: int, facts: Mapping[str, Any] | None = None
) -> HTMLResponse:
    """Return the page that says what went wrong and what to do."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    shown = {"problem": {"code": code, "facts": dict(facts or {})}, "status": status}
    return page(request, "error.html", shown, visitor=visitor, status=status)


def _refused(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, JifenError), "registered for these only"
    return error_page(request, error.code, status=status_of(error), facts=error.facts())


def _without_login(request: Request, _error: Exception) -> HTMLResponse:
    return error_page(request, LOGIN_REQUIRED, status=401)


def _foreign_form(request: Request, _error: Exception) -> HTMLResponse:
    return error_page(request, FORM_REFUSED, status=403)


def _unreadable(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, RequestValidationError), "registered for these only"
    if any(problem["loc"][0] == "path" for problem in error.errors()):
        return error_page(request, PAGE_UNKNOWN, status=404)
    return error_page(request, FORM_INVALID, status=422)


def _no_page(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException), "registered for these only"
    return error_page(request, PAGE_UNKNOWN, status=error.status_code)


def _failed(request: Request, _error: Exception) -> HTMLResponse:
    return error_page(request, FAILURE, status=500)


class FormSizes:
    """Turns away bodies that are longer than any form here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that it is too large."""
        if scope["type"] == "http":
            request = Request(scope)
            if not has_fitting_body(request):
                await error_page(request, FORM_LARGE, status=413)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def register_error_pages(app: FastAPI) -> None:
    """Let the app answer every refusal with a page."""
    app.add_exception_handler(JifenError, _refused)
    app.add_exception_handler(LoginRequired, _without_login)
    app.add_exception_handler(FormRefused, _foreign_form)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _no_page)
    app.add_exception_handler(Exception, _failed)
