"""Decisions about reports: append-only, one for each revision."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from domain.points import from_stored, to_stored
from domain.reports import Decision, ReportAction
from storage.database import UnitOfWork, one_or_none
from storage.statements import Prepared, PreparedForMany, inserting
from storage.tables import decisions

_DECISION = select(decisions)
_INSERT_DECISION = inserting(
    decisions, [column.key for column in decisions.c if column.key != "id"], returning="id"
)
_LAST_DECISION = Prepared(
    _DECISION.where(decisions.c.report_id == bindparam("report")).order_by(decisions.c.id.desc()).limit(1)
)
_LAST_DECISIONS = PreparedForMany(
    lambda ids: _DECISION.where(
        decisions.c.id.in_(
            select(func.max(decisions.c.id))
            .where(decisions.c.report_id.in_(ids))
            .group_by(decisions.c.report_id)
        )
    )
)


def _decision(row: Row[*tuple[Any, ...]]) -> Decision:
    return Decision(
        id=row.id,
        report_id=row.report_id,
        revision=row.revision,
        action=ReportAction(row.action),
        is_adjusted=row.is_adjusted,
        actor_id=row.actor_id,
        points=None if row.points is None else from_stored(row.points),
        reason=row.reason,
        decided_at=row.decided_at,
        undoes_id=row.undoes_id,
    )


def insert_decision(
    uow: UnitOfWork,
    *,
    report_id: int,
    revision: int,
    action: ReportAction,
    is_adjusted: bool,
    actor_id: int,
    points: Fraction | None,
    reason: str,
    now: datetime,
    undoes_id: int | None = None,
) -> int:
    """Keep a decision and return its id; one per report and revision, guarded by a unique key."""
    decision_id = _INSERT_DECISION.scalar(
        uow,
        report_id=report_id,
        revision=revision,
        action=action.value,
        is_adjusted=is_adjusted,
        actor_id=actor_id,
        points=None if points is None else to_stored(points),
        reason=reason,
        decided_at=now,
        undoes_id=undoes_id,
    )
    return int(decision_id)


def get_decision(uow: UnitOfWork, decision_id: int) -> Decision | None:
    """Return the decision with this id."""
    row = one_or_none(list(uow.connection.execute(_DECISION.where(decisions.c.id == decision_id))))
    return _decision(row) if row else None


def last_decision(uow: UnitOfWork, report_id: int) -> Decision | None:
    """Return the newest decision about a report, undo included."""
    row = _LAST_DECISION.one_or_none(uow, report=report_id)
    return _decision(row) if row else None


def last_decisions(uow: UnitOfWork, report_ids: Iterable[int]) -> Mapping[int, Decision]:
    """Return the newest decision about each of these reports, undo included, by report."""
    return {row.report_id: _decision(row) for row in _LAST_DECISIONS.all(uow, report_ids)}


def list_decisions(uow: UnitOfWork, report_id: int) -> Sequence[Decision]:
    """Return every decision about a report, oldest first."""
    statement = _DECISION.where(decisions.c.report_id == report_id).order_by(decisions.c.id)
    return [_decision(row) for row in uow.connection.execute(statement)]
