"""Photos and documents of reports: where each stands on its way into the evidence store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, literal, select, update

from domain.reports import Evidence, EvidenceKind, EvidenceStatus, ReportStatus
from storage.database import UnitOfWork, one_or_none
from storage.statements import Prepared, PreparedForMany
from storage.tables import evidence, reports

_COLUMNS = (
    evidence.c.id,
    evidence.c.report_id,
    evidence.c.kind,
    evidence.c.status,
    evidence.c.file_id,
    evidence.c.file_name,
    evidence.c.mime,
    evidence.c.size_bytes,
    evidence.c.digest,
    evidence.c.thumbnail_digest,
    evidence.c.failure,
    evidence.c.attempts,
)
_EVIDENCE = select(*_COLUMNS)
_OF_REPORT = Prepared(_EVIDENCE.where(evidence.c.report_id == bindparam("report")).order_by(evidence.c.id))
_OTHER = evidence.alias("other")
_SAME_PHOTO = (
    select(evidence.c.report_id, _OTHER.c.report_id.label("other_id"))
    .join(_OTHER, (_OTHER.c.digest == evidence.c.digest) & (_OTHER.c.report_id != evidence.c.report_id))
    .join(reports, reports.c.id == _OTHER.c.report_id)
    .where(reports.c.submitted_at.is_not(None))
    .group_by(evidence.c.report_id, _OTHER.c.report_id)
    .order_by(_OTHER.c.report_id)
)
_SAME_PHOTO_AS = PreparedForMany(lambda ids: _SAME_PHOTO.where(evidence.c.report_id.in_(ids)))
_OF_REPORTS = PreparedForMany(
    lambda ids: _EVIDENCE.where(evidence.c.report_id.in_(ids)).order_by(evidence.c.id)
)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a fetched file; hashes of the kept bytes, sizes in pixels and bytes."""

    digest: str
    thumbnail_digest: str | None
    mime: str
    size_bytes: int
    width: int | None
    height: int | None
    picture_hash: int | None


@dataclass(frozen=True, slots=True)
class LoosePhoto:
    """A photo sent without words: the draft it has begun, where to fetch it, and what made the draft."""

    report_id: int
    file_id: str
    cause_key: str


def _evidence(row: Row[*tuple[Any, ...]]) -> Evidence:
    facts = row._asdict()
    return Evidence(
        **(facts | {"kind": EvidenceKind(facts["kind"]), "status": EvidenceStatus(facts["status"])})
    )


def find_loose_photo(
    uow: UnitOfWork, member_id: int, *, since: datetime, report_id: int | None = None
) -> LoosePhoto | None:
    """Return the newest photo that has begun a draft of its own, alone in it; nothing else was done there.

    With a `report_id` it is asked about that report, whether it is still a draft or was thrown away.
    """
    others = evidence.alias("others")
    has_others = (
        select(others.c.id)
        .where(others.c.report_id == evidence.c.report_id, others.c.id != evidence.c.id)
        .exists()
    )
    statement = (
        select(evidence.c.report_id, evidence.c.file_id, reports.c.cause_key)
        .join(reports, reports.c.id == evidence.c.report_id)
        .where(
            reports.c.filed_by_id == member_id,
            reports.c.cause_key == literal("photo:").concat(evidence.c.source_key),
            reports.c.created_at >= since,
            reports.c.is_saved.is_(False),
            reports.c.category.is_(None),
            reports.c.note == "",
            evidence.c.kind == EvidenceKind.PHOTO.value,
            ~has_others,
        )
    )
    if report_id is None:
        statement = statement.where(reports.c.status == ReportStatus.DRAFT.value)
    else:
        untouched = (ReportStatus.DRAFT.value, ReportStatus.DISCARDED.value)
        statement = statement.where(reports.c.id == report_id, reports.c.status.in_(untouched))
    row = uow.connection.execute(statement.order_by(reports.c.id.desc()).limit(1)).one_or_none()
    return LoosePhoto(*row) if row is not None else None


def list_evidence(uow: UnitOfWork, report_id: int) -> Sequence[Evidence]:
    """Return the evidence of a report in the order it came."""
    return [_evidence(row) for row in _OF_REPORT.all(uow, report=report_id)]


def evidence_by_report(uow: UnitOfWork, report_ids: Iterable[int]) -> Mapping[int, Sequence[Evidence]]:
    """Return the evidence of many reports at once."""
    grouped: dict[int, list[Evidence]] = {}
    for row in _OF_REPORTS.all(uow, report_ids):
        grouped.setdefault(row.report_id, []).append(_evidence(row))
    return grouped


def get_evidence(uow: UnitOfWork, evidence_id: int) -> Evidence | None:
    """Return one piece of evidence."""
    row = one_or_none(list(uow.connection.execute(_EVIDENCE.where(evidence.c.id == evidence_id))))
    return _evidence(row) if row else None


def find_source(uow: UnitOfWork, report_id: int, source_key: str) -> int | None:
    """Return the id of what this message brought to the report already."""
    found = uow.connection.execute(
        select(evidence.c.id).where(evidence.c.report_id == report_id, evidence.c.source_key == source_key)
    ).scalar()
    return None if found is None else int(found)


def report_with_source(uow: UnitOfWork, filed_by_id: int, source_key: str) -> int | None:
    """Return the report of this member to which the message was added."""
    found = uow.connection.execute(
        select(reports.c.id)
        .join(evidence, evidence.c.report_id == reports.c.id)
        .where(reports.c.filed_by_id == filed_by_id, evidence.c.source_key == source_key)
        .limit(1)
    ).scalar()
    return None if found is None else int(found)


def insert_evidence(
    uow: UnitOfWork,
    *,
    report_id: int,
    source_key: str,
    kind: EvidenceKind,
    file_id: str | None,
    file_name: str | None,
    mime: str | None,
    size_bytes: int | None,
    now: datetime,
) -> int:
    """Add a piece of evidence that is still to be fetched, and return its id."""
    values = {
        "report_id": report_id,
        "source_key": source_key,
        "kind": kind.value,
        "status": EvidenceStatus.WAITING.value,
        "file_id": file_id,
        "file_name": file_name,
        "mime": mime,
        "size_bytes": size_bytes,
        "attempts": 0,
        "next_attempt_at": now,
        "added_at": now,
    }
    return int(uow.connection.execute(insert(evidence).values(values).returning(evidence.c.id)).scalar_one())


def delete_evidence(uow: UnitOfWork, evidence_id: int) -> None:
    """Take a piece of evidence out of a draft."""
    uow.connection.execute(evidence.delete().where(evidence.c.id == evidence_id))


def claim_waiting(
    uow: UnitOfWork, *, now: datetime, lease_until_at: datetime, limit: int
) -> Sequence[Evidence]:
    """Take the pieces that are due to be fetched; nobody else gets them before the lease is over."""
    due = (
        select(evidence.c.id)
        .where(evidence.c.status == EvidenceStatus.WAITING.value, evidence.c.next_attempt_at <= now)
        .order_by(evidence.c.id)
        .limit(limit)
    )
    if not uow.is_sqlite:
        due = due.with_for_update(skip_locked=True)
    ids = [row.id for row in uow.connection.execute(due)]
    if not ids:
        return []
    uow.connection.execute(
        update(evidence)
        .where(evidence.c.id.in_(ids))
        .values(next_attempt_at=lease_until_at, attempts=evidence.c.attempts + 1)
    )
    rows = uow.connection.execute(_EVIDENCE.where(evidence.c.id.in_(ids)).order_by(evidence.c.id))
    return [_evidence(row) for row in rows]


def mark_stored(uow: UnitOfWork, evidence_id: int, stored: Stored) -> bool:
    """Write down that the file is kept; False when it is kept already, or was dropped."""
    result = uow.connection.execute(
        update(evidence)
        .where(evidence.c.id == evidence_id, evidence.c.status != EvidenceStatus.STORED.value)
        .values(
            status=EvidenceStatus.STORED.value,
            digest=stored.digest,
            thumbnail_digest=stored.thumbnail_digest,
            mime=stored.mime,
            size_bytes=stored.size_bytes,
            width=stored.width,
            height=stored.height,
            picture_hash=stored.picture_hash,
            next_attempt_at=None,
            failure=None,
        )
    )
    return result.rowcount == 1


def mark_ended(uow: UnitOfWork, evidence_id: int, status: EvidenceStatus, failure: str) -> bool:
    """Write down that the file was refused, or could not be fetched; False when it waits no longer."""
    result = uow.connection.execute(
        update(evidence)
        .where(evidence.c.id == evidence_id, evidence.c.status == EvidenceStatus.WAITING.value)
        .values(status=status.value, failure=failure, next_attempt_at=None)
    )
    return result.rowcount == 1


def mark_retry(uow: UnitOfWork, evidence_id: int, *, next_attempt_at: datetime, failure: str) -> None:
    """Write down that a fetch failed and when it is tried again."""
    uow.connection.execute(
        update(evidence)
        .where(evidence.c.id == evidence_id, evidence.c.status == EvidenceStatus.WAITING.value)
        .values(next_attempt_at=next_attempt_at, failure=failure)
    )


def fetch_again(uow: UnitOfWork, evidence_id: int, *, now: datetime) -> None:
    """Let a failed piece be fetched once more, on somebody's wish; any other stays as it is."""
    uow.connection.execute(
        update(evidence)
        .where(evidence.c.id == evidence_id, evidence.c.status == EvidenceStatus.FAILED.value)
        .values(status=EvidenceStatus.WAITING.value, attempts=0, next_attempt_at=now)
    )


def same_photo_reports(uow: UnitOfWork, report_ids: Iterable[int]) -> Mapping[int, Sequence[int]]:
    """Return, by report, other submitted reports that carry exactly one of its photos, oldest first."""
    found: dict[int, list[int]] = {}
    for row in _SAME_PHOTO_AS.all(uow, report_ids):
        found.setdefault(row.report_id, []).append(row.other_id)
    return found


def count_unfetched(uow: UnitOfWork) -> Mapping[EvidenceStatus, int]:
    """Return how many pieces wait and how many failed, for the health page and the doctor."""
    rows = uow.connection.execute(
        select(evidence.c.status, func.count())
        .where(evidence.c.status.in_([EvidenceStatus.WAITING.value, EvidenceStatus.FAILED.value]))
        .group_by(evidence.c.status)
    )
    return {EvidenceStatus(status): int(count) for status, count in rows}
