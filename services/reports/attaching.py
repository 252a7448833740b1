"""Photos and documents of a draft."""

from dataclasses import replace
from pathlib import Path

from domain.errors import (
    EvidenceRefusal,
    EvidenceRefused,
    StatusConflict,
)
from domain.reports import (
    DOCUMENT_SUFFIXES,
    EDITABLE,
    EVIDENCE_COUNT_MAX,
    NOTE_LENGTH_MAX,
    EvidenceKind,
    storable,
)
from services.actors import Actor
from services.deps import Deps
from services.reports.desk import ReportDesk, build_desk
from services.reports.rows import locked_own, write_facts
from storage import evidence as stored_evidence

DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024


def attach_evidence(
    deps: Deps,
    *,
    actor: Actor,
    report_id: int,
    source_key: str,
    kind: EvidenceKind,
    file_id: str,
    file_name: str | None = None,
    mime: str | None = None,
    size_bytes: int | None = None,
    caption: str = "",
) -> ReportDesk:
    """Add a photo or document to a draft, to be fetched in the background; the same message adds it once.

    A caption becomes the note where there is none yet.

    Raises:
        ReportUnknown, StatusConflict
        EvidenceRefused: too large to be fetched, or the report holds ten already.
    """
    with deps.store.begin() as uow:
        report = locked_own(uow, actor, report_id)
        if report.status not in EDITABLE:
            raise StatusConflict(status=report.status)
        if stored_evidence.find_source(uow, report.id, source_key) is None:
            if size_bytes is not None and size_bytes > DOWNLOAD_BYTES_MAX:
                raise EvidenceRefused(reason=EvidenceRefusal.TOO_LARGE, limit=DOWNLOAD_BYTES_MAX // 1024**2)
            if (
                kind is EvidenceKind.DOCUMENT
                and Path(file_name or "").suffix.lower() not in DOCUMENT_SUFFIXES
            ):
                raise EvidenceRefused(reason=EvidenceRefusal.KIND)
            if len(stored_evidence.list_evidence(uow, report.id)) >= EVIDENCE_COUNT_MAX:
                raise EvidenceRefused(reason=EvidenceRefusal.TOO_MANY, limit=EVIDENCE_COUNT_MAX)
            stored_evidence.insert_evidence(
                uow,
                report_id=report.id,
                source_key=source_key,
                kind=kind,
                file_id=file_id,
                file_name=file_name,
                mime=mime,
                size_bytes=size_bytes,
                now=deps.clock.now(),
            )
            said = storable(caption)
            if said and not report.note:
                noted = replace(report, note=said[:NOTE_LENGTH_MAX])
                write_facts(uow, deps, report, noted)
                report = noted
        return build_desk(uow, deps, report)


def drop_evidence(deps: Deps, *, actor: Actor, report_id: int) -> ReportDesk:
    """Take every photo and document out of a draft, to send them anew.

    Raises:
        ReportUnknown, StatusConflict
    """
    with deps.store.begin() as uow:
        report = locked_own(uow, actor, report_id)
        if report.status not in EDITABLE:
            raise StatusConflict(status=report.status)
        for piece in stored_evidence.list_evidence(uow, report.id):
            stored_evidence.delete_evidence(uow, piece.id)
        return build_desk(uow, deps, report)
