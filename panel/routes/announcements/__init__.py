"""Announcements in the panel: writing one, watching it go out, and who has read it."""

from fastapi import APIRouter

from panel.routes.announcements import receipts, writing

router = APIRouter()
for part in (writing, receipts):
    for route in part.router.routes:
        router.routes.append(route)

__all__ = ["router"]
