"""Messages that could not be delivered, and sending one again."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from panel.csrf import FormSender
from panel.pages import page
from panel.queries import NUMBER_MAX, Pages, page_of
from panel.sessions import SignedIn, Surroundings
from services.outbox import PAGE_LENGTH, list_dead_letters, send_letter_again

router = APIRouter()

MessageId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]


@router.get("/undelivered")
def show_undelivered(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    page_number: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """Show one page of the messages given up, newest first."""
    listed = list_dead_letters(deps, actor=visitor.actor, page=page_of(page_number))
    facts = {
        "letters": listed.letters,
        "total": listed.total,
        "query": Pages("/undelivered", listed.page),
        "pages": -(-listed.total // PAGE_LENGTH),
    }
    return page(request, "announcements/undelivered.html", facts, visitor=visitor)


@router.post("/undelivered/{message_id}/again")
def send_again(deps: Surroundings, visitor: FormSender, message_id: MessageId) -> Response:
    """Put one message back into the queue."""
    send_letter_again(deps, actor=visitor.actor, message_id=message_id)
    return RedirectResponse("/undelivered", status_code=303)
