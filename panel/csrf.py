"""Refuses forms that this panel did not write for this session."""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request

from panel.sessions import SignedIn, Surroundings, Visitor

TOKEN_LENGTH_MAX = 100


class FormRefused(Exception):
    """The form's token is missing or wrong, or another site sent it."""


def is_own_origin(origin: str | None, *, host: str, panel_url: str) -> bool:
    """Tell whether a form came from the panel's own pages, as far as the browser says where from."""
    if origin is None:
        return True
    return urlsplit(origin).netloc in {host, urlsplit(panel_url).netloc} - {""}


def require_own_form(
    request: Request,
    visitor: SignedIn,
    deps: Surroundings,
    csrf: Annotated[str, Form(max_length=TOKEN_LENGTH_MAX)] = "",
) -> Visitor:
    """Return who sent the form.

    Raises:
        LoginRequired, NotAllowed: as without a form.
        FormRefused: it is not one of ours.
    """
    host = request.headers.get("host", "")
    is_own = is_own_origin(request.headers.get("origin"), host=host, panel_url=deps.panel_url)
    if not is_own or not secrets.compare_digest(csrf.encode(), visitor.csrf_token.encode()):
        raise FormRefused
    return visitor


FormSender = Annotated[Visitor, Depends(require_own_form)]
