"""The list of those who have read an announcement, as a file."""

from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from domain.outbox import OutboxStatus
from panel.routes.announcements.fields import AnnouncementId
from panel.sessions import SignedIn, Surroundings
from panel.spreadsheets import spreadsheet
from services import announcements
from storage.announcements import Receipt
from templates.labels import DELIVERY_LABELS, Label
from templates.words import instant, label

router = APIRouter()
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/announcements/{announcement_id}/receipts.xlsx")
def export_receipts(deps: Surroundings, visitor: SignedIn, announcement_id: AnnouncementId) -> Response:
    """Serve everybody it was sent to, with when it arrived and when they confirmed, as an Excel file."""
    desk = announcements.open_announcement(deps, actor=visitor.actor, announcement_id=announcement_id)
    receipts = announcements.all_receipts(deps, actor=visitor.actor, announcement_id=announcement_id)
    language, zone = visitor.language, desk.unit.time_zone

    def when(at: datetime | None) -> str:
        return instant(at, language, zone) if at is not None else ""

    columns = (Label.COLUMN_NAME, Label.COLUMN_DELIVERY, Label.COLUMN_SENT_AT, Label.COLUMN_READ_AT)
    content = spreadsheet(
        label(Label.READ, language),
        [label(words, language) for words in columns],
        ([one.name, _delivery(one, language), when(one.sent_at), when(one.confirmed_at)] for one in receipts),
    )
    name = quote(f"{label(Label.READ, language)}-{announcement_id}.xlsx", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type=EXCEL, headers=headers)


def _delivery(receipt: Receipt, language: str) -> str:
    code = receipt.status.value
    if receipt.status is OutboxStatus.DEAD:
        reason = receipt.failure.partition(":")[0]
        code = reason if reason in DELIVERY_LABELS else code
    return label(DELIVERY_LABELS[code], language)
