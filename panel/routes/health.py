"""Tells a monitor whether the panel can work."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from panel.sessions import Surroundings
from services.health import is_database_answering

router = APIRouter()


@router.get("/healthz")
def tell_health(deps: Surroundings) -> Response:
    """Answer 200 while the database answers, else 503."""
    if is_database_answering(deps):
        return PlainTextResponse("ok")
    return PlainTextResponse("database", status_code=503)
