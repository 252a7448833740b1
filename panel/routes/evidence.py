"""Serves photos and documents to those who may see them, and lets a failed one be fetched again."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Path
from fastapi.responses import RedirectResponse, Response

from panel.csrf import FormSender
from panel.queries import NUMBER_MAX
from panel.routes.languages import own_path
from panel.sessions import SignedIn, Surroundings
from services.evidence import EvidenceFile, fetch_again, open_evidence

router = APIRouter()

EvidenceId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
CACHE_SECONDS = 600


@router.get("/evidence/{evidence_id}")
def show_evidence(deps: Surroundings, visitor: SignedIn, evidence_id: EvidenceId) -> Response:
    """Serve a photo whole, or a document to be saved."""
    return _served(open_evidence(deps, actor=visitor.actor, evidence_id=evidence_id))


@router.get("/evidence/{evidence_id}/thumb")
def show_thumbnail(deps: Surroundings, visitor: SignedIn, evidence_id: EvidenceId) -> Response:
    """Serve a photo small."""
    return _served(open_evidence(deps, actor=visitor.actor, evidence_id=evidence_id, as_thumbnail=True))


def _served(file: EvidenceFile) -> Response:
    disposition = "inline" if file.is_picture else "attachment"
    return Response(
        file.content,
        media_type=file.mime,
        headers={
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.file_name, safe='')}",
            "Cache-Control": f"private, max-age={CACHE_SECONDS}",
            "Vary": "Cookie",
        },
    )


@router.post("/evidence/{evidence_id}/fetch")
def fetch(
    deps: Surroundings,
    visitor: FormSender,
    evidence_id: EvidenceId,
    back: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Let a failed piece be fetched once more."""
    fetch_again(deps, actor=visitor.actor, evidence_id=evidence_id)
    return RedirectResponse(own_path(back), status_code=303)
