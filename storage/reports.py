"""Reports, and what they said at each submission."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from domain.points import from_stored, to_stored
from domain.reports import Report, ReportStatus
from storage.database import UnitOfWork, one_or_none
from storage.statements import Prepared, PreparedForMany, inserting
from storage.tables import evidence, reports, submissions

_REPORT = select(reports)
_GET = Prepared(_REPORT.where(reports.c.id == bindparam("report")))
_LOCK = Prepared(_REPORT.where(reports.c.id == bindparam("report")).with_for_update())
"""SQLite locks the whole database for a writer and leaves the clause out."""
_UPDATE_FACTS = Prepared(
    update(reports).where(reports.c.id == bindparam("report"), reports.c.status == bindparam("was_status")),
    keys=("category", "item", "level", "quantity", "happened_on", "note", "is_saved", "updated_at"),
)
_MOVE = Prepared(
    update(reports).where(
        reports.c.id == bindparam("report"),
        reports.c.status == bindparam("was_status"),
        reports.c.revision == bindparam("was_revision"),
    ),
    keys=("status", "revision", "updated_at", "submitted_at", "decided_at", "is_saved"),
)
_INSERT_SUBMISSION = inserting(submissions, ("report_id", "revision", "facts", "submitted_at"))
_RECENT = Prepared(
    select(reports.c.item)
    .where(reports.c.member_id == bindparam("member"), reports.c.submitted_at.is_not(None))
    .group_by(reports.c.item)
    .order_by(func.max(reports.c.submitted_at).desc())
    .limit(bindparam("count", type_=Integer))
)
_OTHER = reports.alias("other")
_SAME_DAY = (
    select(reports.c.id, _OTHER.c.id.label("other_id"))
    .join(
        _OTHER,
        (_OTHER.c.member_id == reports.c.member_id)
        & (_OTHER.c.id != reports.c.id)
        & (_OTHER.c.item == reports.c.item)
        & (_OTHER.c.happened_on == reports.c.happened_on),
    )
    .where(or_(_OTHER.c.status == ReportStatus.PENDING.value, _OTHER.c.status == ReportStatus.APPROVED.value))
    .order_by(_OTHER.c.id)
)
_SAME_DAY_AS = PreparedForMany(lambda ids: _SAME_DAY.where(reports.c.id.in_(ids)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report in the queue: no more of it than is needed to tell who may decide it."""

    id: int
    unit_id: int
    member_id: int
    filed_by_id: int
    submitted_at: datetime
    revision: int
    is_escalated: bool


def _report(row: Row[*tuple[Any, ...]]) -> Report:
    return Report(
        id=row.id,
        unit_id=row.unit_id,
        member_id=row.member_id,
        filed_by_id=row.filed_by_id,
        status=ReportStatus(row.status),
        category=row.category,
        item=row.item,
        level=row.level,
        quantity=None if row.quantity is None else from_stored(row.quantity),
        happened_on=row.happened_on,
        note=row.note,
        is_saved=row.is_saved,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        escalated_revision=row.escalated_revision,
    )


def get_report(uow: UnitOfWork, report_id: int) -> Report | None:
    """Return the report with this id."""
    row = _GET.one_or_none(uow, report=report_id)
    return _report(row) if row else None


def lock_report(uow: UnitOfWork, report_id: int) -> Report | None:
    """Return the report with this id and keep every other writer of it out until the commit."""
    row = _LOCK.one_or_none(uow, report=report_id)
    return _report(row) if row else None


def get_report_by_cause(uow: UnitOfWork, cause_key: str) -> Report | None:
    """Return the report that this cause has made already."""
    row = one_or_none(list(uow.connection.execute(_REPORT.where(reports.c.cause_key == cause_key))))
    return _report(row) if row else None


def _is_empty_draft() -> ColumnElement[bool]:
    has_evidence = select(evidence.c.id).where(evidence.c.report_id == reports.c.id).exists()
    return and_(
        reports.c.status == ReportStatus.DRAFT.value,
        reports.c.is_saved.is_(False),
        reports.c.category.is_(None),
        reports.c.note == "",
        ~has_evidence,
    )


def find_empty_draft(uow: UnitOfWork, member_id: int) -> Report | None:
    """Return a draft of this member in which nothing was chosen yet."""
    mine = _REPORT.where(reports.c.filed_by_id == member_id, _is_empty_draft())
    statement = mine.order_by(reports.c.id.desc()).limit(1)
    row = one_or_none(list(uow.connection.execute(statement)))
    return _report(row) if row else None


def insert_report(
    uow: UnitOfWork, *, cause_key: str, unit_id: int, member_id: int, filed_by_id: int, now: datetime
) -> None:
    """Start a draft; the same cause a second time changes nothing."""
    values = {
        "cause_key": cause_key,
        "unit_id": unit_id,
        "member_id": member_id,
        "filed_by_id": filed_by_id,
        "status": ReportStatus.DRAFT.value,
        "note": "",
        "is_saved": False,
        "revision": 0,
        "created_at": now,
        "updated_at": now,
    }
    upsert = sqlite.insert(reports) if uow.is_sqlite else postgresql.insert(reports)
    uow.connection.execute(upsert.values(values).on_conflict_do_nothing())


def update_facts(
    uow: UnitOfWork,
    report: Report,
    *,
    category: str | None,
    item: str | None,
    level: str | None,
    quantity: Fraction | None,
    happened_on: date | None,
    note: str,
    is_saved: bool,
    now: datetime,
) -> bool:
    """Write what an editable report says; False when its status has changed meanwhile."""
    changed = _UPDATE_FACTS.change(
        uow,
        report=report.id,
        was_status=report.status.value,
        category=category,
        item=item,
        level=level,
        quantity=None if quantity is None else to_stored(quantity),
        happened_on=happened_on,
        note=note,
        is_saved=is_saved,
        updated_at=now,
    )
    return changed == 1


def move_report(
    uow: UnitOfWork,
    report: Report,
    status: ReportStatus,
    *,
    revision: int,
    now: datetime,
    submitted_at: datetime | None,
    decided_at: datetime | None,
) -> bool:
    """Change the status by compare-and-set; False when somebody was first."""
    changed = _MOVE.change(
        uow,
        report=report.id,
        was_status=report.status.value,
        was_revision=report.revision,
        status=status.value,
        revision=revision,
        updated_at=now,
        submitted_at=submitted_at,
        decided_at=decided_at,
        is_saved=False,
    )
    return changed == 1


def insert_submission(
    uow: UnitOfWork, *, report_id: int, revision: int, facts: Mapping[str, Any], now: datetime
) -> None:
    """Keep what a report said when it was submitted."""
    _INSERT_SUBMISSION.change(
        uow, report_id=report_id, revision=revision, facts=dict(facts), submitted_at=now
    )


def last_submission(uow: UnitOfWork, report_id: int) -> Mapping[str, Any] | None:
    """Return what a report said when it was submitted last."""
    facts: Mapping[str, Any] | None = uow.connection.execute(
        select(submissions.c.facts)
        .where(submissions.c.report_id == report_id)
        .order_by(submissions.c.revision.desc())
        .limit(1)
    ).scalar()
    return facts


def list_reports_of(
    uow: UnitOfWork, member_id: int, *, statuses: Iterable[ReportStatus], limit: int, offset: int
) -> tuple[Sequence[Report], int]:
    """Return one page of a member's own or filed reports, newest first, and how many there are.

    Drafts in which nothing was chosen are left out.
    """
    wanted = (
        ~_is_empty_draft(),
        (reports.c.member_id == member_id) | (reports.c.filed_by_id == member_id),
        reports.c.status.in_([s.value for s in statuses]),
    )
    total = uow.connection.execute(select(func.count()).select_from(reports).where(*wanted)).scalar_one()
    page = _REPORT.where(*wanted).order_by(reports.c.id.desc()).limit(limit).offset(offset)
    return [_report(row) for row in uow.connection.execute(page)], int(total)


def recent_items(uow: UnitOfWork, member_id: int, *, limit: int) -> Sequence[str]:
    """Return the items a member submitted most recently, newest first, each once."""
    rows = _RECENT.all(uow, member=member_id, count=limit)
    return [row.item for row in rows if row.item is not None]


def list_waiting(uow: UnitOfWork, unit_ids: Iterable[int]) -> Sequence[Waiting]:
    """Return every report waiting in these units, oldest submission first, with what deciders depend on."""
    statement = (
        select(
            reports.c.id,
            reports.c.unit_id,
            reports.c.member_id,
            reports.c.filed_by_id,
            reports.c.submitted_at,
            reports.c.revision,
            reports.c.escalated_revision.is_not_distinct_from(reports.c.revision).label("is_escalated"),
        )
        .where(reports.c.unit_id.in_(sorted(set(unit_ids))), reports.c.status == ReportStatus.PENDING.value)
        .order_by(reports.c.submitted_at, reports.c.id)
    )
    return [
        Waiting(
            row.id,
            row.unit_id,
            row.member_id,
            row.filed_by_id,
            row.submitted_at,
            row.revision,
            bool(row.is_escalated),
        )
        for row in uow.connection.execute(statement)
    ]


def escalate(uow: UnitOfWork, waiting: Waiting) -> None:
    """Let those of the next rank decide this revision of a waiting report too."""
    uow.connection.execute(
        update(reports)
        .where(reports.c.id == waiting.id, reports.c.revision == waiting.revision)
        .values(escalated_revision=waiting.revision)
    )


def list_left_drafts(uow: UnitOfWork, unit_id: int, *, untouched_since: datetime) -> Mapping[int, int]:
    """Return who began each draft of a unit that nobody has touched since an instant, by report.

    Drafts in which nothing was chosen are left out.
    """
    rows = uow.connection.execute(
        select(reports.c.id, reports.c.filed_by_id)
        .where(
            reports.c.unit_id == unit_id,
            reports.c.status == ReportStatus.DRAFT.value,
            reports.c.updated_at < untouched_since,
            ~_is_empty_draft(),
        )
        .order_by(reports.c.id)
    )
    return {row.id: row.filed_by_id for row in rows}


def get_reports(uow: UnitOfWork, report_ids: Iterable[int]) -> Sequence[Report]:
    """Return these reports, in the order of the ids given."""
    wanted = list(report_ids)
    rows = uow.connection.execute(_REPORT.where(reports.c.id.in_(wanted)))
    found = {row.id: _report(row) for row in rows}
    return [found[report_id] for report_id in wanted]


def same_day_reports(uow: UnitOfWork, report_ids: Iterable[int]) -> Mapping[int, Sequence[int]]:
    """Return, by report, other live ones of its member, item and day: perhaps the same deed twice."""
    found: dict[int, list[int]] = {}
    for row in _SAME_DAY_AS.all(uow, report_ids):
        found.setdefault(row.id, []).append(row.other_id)
    return found
