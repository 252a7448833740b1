"""Puts the panel together: its pages, its static files, its refusals and its headers."""

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from panel.errors import FormSizes, register_error_pages
from panel.headers import SecurityHeaders
from panel.pages import STATIC
from panel.routes import (
    announcements,
    dated_lists,
    evidence,
    group_lists,
    health,
    languages,
    ledger,
    login,
    members,
    outbox,
    placing,
    reminders,
    reviews,
    roles,
    rulebooks,
    shop,
    stand_ins,
    standings,
    wording,
)
from services.deps import Deps

ROUTERS = (
    reviews,
    members,
    stand_ins,
    ledger,
    dated_lists,
    group_lists,
    standings,
    shop,
    announcements,
    outbox,
    placing,
    wording,
    reminders,
    rulebooks,
    evidence,
    roles,
    languages,
    login,
    health,
)


def create_app(deps: Deps) -> FastAPI:
    """Return the panel as an ASGI application."""
    app = FastAPI(title="Jifen", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.deps = deps
    for noun in ROUTERS:
        app.include_router(noun.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    register_error_pages(app)
    app.add_middleware(FormSizes)
    app.add_middleware(SecurityHeaders)
    return app
