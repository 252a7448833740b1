"""Turns a page template and its facts into an answer for the browser."""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from panel.headers import secured
from panel.sessions import Visitor, deps_of
from services.actors import local_day
from templates.words import DEFAULT_LANGUAGE, LANGUAGES, NAMES, TODAY, language_of, render

STATIC = Path(__file__).parent / "static"


@cache
def assets_version() -> str:
    """Return a short digest of every static file: browsers fetch anew when one changes."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def asset(path: str) -> str:
    """Return the address of a static file."""
    return f"/static/{path}?v={assets_version()}"


def language_for(request: Request, visitor: Visitor | None) -> str:
    """Return the language to write in: the member's own, else what the browser asks for."""
    if visitor is not None:
        return visitor.language
    wanted = request.headers.get("accept-language", "")
    return DEFAULT_LANGUAGE if "zh" in wanted.lower() else language_of(wanted.split(",")[0].strip(" *"))


def today_for(request: Request, visitor: Visitor | None) -> date | None:
    """Return the day it is where the visitor is at home, or else in the first unit they see."""
    if visitor is None or not visitor.me.units:
        return None
    if visitor.me.home is not None:
        return visitor.me.home.today
    return local_day(deps_of(request).clock.now(), next(iter(visitor.me.units.values())))


def page(
    request: Request,
    name: str,
    facts: Mapping[str, Any] | None = None,
    *,
    visitor: Visitor | None = None,
    status: int = 200,
    shows: str = "",
) -> HTMLResponse:
    """Return the page of a template under `templates/panel`, with the frame that all pages share.

    `shows` is the id of what the reader should see first. A page that answers a form keeps the address that
    the form stood at: the form's own cannot be opened again.
    """
    language = language_for(request, visitor)
    is_shown_again = request.method == "GET"
    frame = {
        "visitor": visitor,
        TODAY: today_for(request, visitor),
        "asset": asset,
        "languages": LANGUAGES,
        "language_names": NAMES,
        "here": request.url.path,
        "back": f"{request.url.path}?{request.url.query}" if is_shown_again else "/",
    }
    content = render(f"panel/{name}", language, frame | dict(facts or {}))
    response = HTMLResponse(content, status_code=status)
    if not is_shown_again:
        response.headers["HX-Push-Url"] = "false"
    if shows or not is_shown_again:
        response.headers["HX-Reswap"] = f"innerHTML show:{f'#{shows}' if shows else 'window'}:top"
    return secured(response)
