"""Lets a member choose the language of the panel, and of the bot with it."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from panel.csrf import FormSender
from panel.sessions import Surroundings
from services.members import choose_language
from templates.words import LANGUAGES

router = APIRouter()


def own_path(path: str) -> str:
    """Return a path within the panel to go back to; anything that could lead elsewhere becomes `/`."""
    is_own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_own else "/"


@router.post("/language")
def choose(
    deps: Surroundings,
    visitor: FormSender,
    language: Annotated[str, Form(max_length=20)],
    back: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Keep the choice and go back to the page it was made on."""
    if language in LANGUAGES:
        choose_language(deps, actor=visitor.actor, language=language)
    return RedirectResponse(own_path(back), status_code=303)
