"""Evidence on its way: what is due to be fetched, what came, what failed, and who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from domain.access import Permission
from domain.errors import EvidenceRefused, EvidenceUnknown
from domain.reports import (
    FETCH_ATTEMPTS_MAX,
    PICTURE_SUFFIXES,
    Evidence,
    EvidenceKind,
    EvidenceStatus,
    Report,
    next_fetch_at,
)
from services import notices
from services.actors import Actor, deciders, identify, reach_of
from services.deps import Deps
from services.photos import take_photo
from storage import evidence as stored_evidence
from storage import reports as stored_reports
from storage.database import UnitOfWork
from storage.evidence import Stored

LEASE = timedelta(minutes=2)
OPAQUE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """The bytes of a piece of evidence, ready to be served."""

    content: bytes
    mime: str
    file_name: str
    is_picture: bool


def claim_fetches(deps: Deps, *, limit: int = 8) -> Sequence[Evidence]:
    """Take the pieces that are due to be fetched now; each for two minutes.

    One that was taken too often and of which nobody told what became of it is given up: perhaps it is what
    ends those who fetch it.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        taken = stored_evidence.claim_waiting(uow, now=now, lease_until_at=now + LEASE, limit=limit)
    for piece in taken:
        if piece.attempts > FETCH_ATTEMPTS_MAX:
            _end(deps, piece.id, EvidenceStatus.FAILED, "begun and never ended")
    return [piece for piece in taken if piece.attempts <= FETCH_ATTEMPTS_MAX]


def keep_fetched(deps: Deps, *, evidence_id: int, content: bytes) -> EvidenceStatus:
    """Check what was fetched, re-encode and keep it; what cannot be accepted is refused and told.

    The decoding runs outside the transaction. A piece that was meanwhile dropped is forgotten.
    """
    with deps.store.read() as uow:
        piece = stored_evidence.get_evidence(uow, evidence_id)
    if piece is None:
        return EvidenceStatus.REFUSED
    try:
        stored = _kept(deps, piece, content)
    except EvidenceRefused as refused:
        _end(deps, evidence_id, EvidenceStatus.REFUSED, refused.reason.value)
        return EvidenceStatus.REFUSED
    now = deps.clock.now()
    with deps.store.begin() as uow:
        is_new = stored_evidence.mark_stored(uow, evidence_id, stored)
        report = stored_reports.get_report(uow, piece.report_id)
        if is_new and report is not None and stored_evidence.same_photo_reports(uow, [report.id]):
            notices.refresh_cards(uow, report, cause=_cause(evidence_id, now), now=now)
    return EvidenceStatus.STORED


def _kept(deps: Deps, piece: Evidence, content: bytes) -> Stored:
    suffix = Path(piece.file_name or "").suffix.lower()
    if piece.kind is EvidenceKind.PHOTO or suffix in PICTURE_SUFFIXES:
        photo = take_photo(content)
        return Stored(
            digest=deps.files.keep(photo.content),
            thumbnail_digest=deps.files.keep(photo.thumbnail),
            mime="image/jpeg",
            size_bytes=len(photo.content),
            width=photo.width,
            height=photo.height,
            picture_hash=photo.picture_hash,
        )
    return Stored(
        digest=deps.files.keep(content),
        thumbnail_digest=None,
        mime="application/pdf" if suffix == ".pdf" else OPAQUE,
        size_bytes=len(content),
        width=None,
        height=None,
        picture_hash=None,
    )


def note_failed_fetch(deps: Deps, *, evidence: Evidence, failure: str) -> EvidenceStatus:
    """Write down that a fetch failed: it is tried again later, and told to the member when given up."""
    now = deps.clock.now()
    again_at = next_fetch_at(now, evidence.attempts)
    if again_at is None:
        _end(deps, evidence.id, EvidenceStatus.FAILED, failure)
        return EvidenceStatus.FAILED
    with deps.store.begin() as uow:
        stored_evidence.mark_retry(uow, evidence.id, next_attempt_at=again_at, failure=failure[:64])
    return EvidenceStatus.WAITING


def _end(deps: Deps, evidence_id: int, status: EvidenceStatus, failure: str) -> None:
    now = deps.clock.now()
    with deps.store.begin() as uow:
        piece = stored_evidence.get_evidence(uow, evidence_id)
        if piece is None or not stored_evidence.mark_ended(uow, evidence_id, status, failure[:64]):
            return
        report = stored_reports.get_report(uow, piece.report_id)
        assert report is not None, "evidence belongs to a report"
        notices.tell_evidence_problem(uow, report, evidence_id=evidence_id, now=now)
        notices.refresh_cards(uow, report, cause=_cause(evidence_id, now), now=now)


def _cause(evidence_id: int, now: datetime) -> str:
    """Name this change of a piece: after a new try on somebody's wish it can end a second time."""
    return f"evidence{evidence_id}@{now.isoformat()}"


def fetch_again(deps: Deps, *, actor: Actor, evidence_id: int) -> None:
    """Let a failed piece be fetched once more.

    Raises:
        EvidenceUnknown: it is not there for this actor.
    """
    with deps.store.begin() as uow:
        _visible(uow, actor, evidence_id)
        stored_evidence.fetch_again(uow, evidence_id, now=deps.clock.now())


def open_evidence(deps: Deps, *, actor: Actor, evidence_id: int, as_thumbnail: bool = False) -> EvidenceFile:
    """Return the bytes of a piece of evidence to those who may see it.

    These are the member, the one who filed, the deciders, and whoever sees the unit's queue or ledger.

    Raises:
        EvidenceUnknown: not there, not fetched yet, removed, or not for this actor; which is not told.
    """
    with deps.store.read() as uow:
        piece, _report = _visible(uow, actor, evidence_id)
    digest = (piece.thumbnail_digest if as_thumbnail else None) or piece.digest
    if digest is None:
        raise EvidenceUnknown
    try:
        content = deps.files.read(digest)
    except FileNotFoundError:
        raise EvidenceUnknown from None
    is_picture = piece.thumbnail_digest is not None
    name = f"evidence-{piece.id}.jpg" if is_picture else (piece.file_name or f"evidence-{piece.id}")
    return EvidenceFile(content, piece.mime or OPAQUE, name, is_picture)


def _visible(uow: UnitOfWork, actor: Actor, evidence_id: int) -> tuple[Evidence, Report]:
    member = identify(uow, actor)
    piece = stored_evidence.get_evidence(uow, evidence_id)
    report = stored_reports.get_report(uow, piece.report_id) if piece else None
    if piece is None or report is None:
        raise EvidenceUnknown
    is_own = member.id in {report.member_id, report.filed_by_id}
    if not is_own and (report.submitted_at is None or not _reaches(uow, member.id, actor, report)):
        raise EvidenceUnknown
    return piece, report


def _reaches(uow: UnitOfWork, member_id: int, actor: Actor, report: Report) -> bool:
    if member_id in deciders(uow, report):
        return True
    member = identify(uow, actor)
    return any(
        report.unit_id in reach_of(uow, member, permission)
        for permission in (Permission.SEE_QUEUE, Permission.SEE_LEDGER)
    )
