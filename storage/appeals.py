"""Objections to decisions, and the answers to them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from domain.appeals import Objection, ObjectionStatus
from storage.database import UnitOfWork, one_or_none
from storage.statements import PreparedForMany
from storage.tables import objections, reports

_OBJECTION = select(objections)
_TO = PreparedForMany(lambda ids: _OBJECTION.where(objections.c.decision_id.in_(ids)))


def _objection(row: Row[*tuple[Any, ...]]) -> Objection:
    return Objection(
        id=row.id,
        report_id=row.report_id,
        decision_id=row.decision_id,
        raised_by_id=row.raised_by_id,
        reason=row.reason,
        raised_at=row.raised_at,
        status=ObjectionStatus(row.status),
        answered_by_id=row.answered_by_id,
        answer=row.answer,
        answered_at=row.answered_at,
    )


def insert_objection(
    uow: UnitOfWork, *, report_id: int, decision_id: int, raised_by_id: int, reason: str, now: datetime
) -> int:
    """Keep an open objection and return its id; one per decision, guarded by a unique key."""
    values = {
        "report_id": report_id,
        "decision_id": decision_id,
        "raised_by_id": raised_by_id,
        "reason": reason,
        "raised_at": now,
        "status": ObjectionStatus.OPEN.value,
        "answer": "",
    }
    statement = insert(objections).values(values).returning(objections.c.id)
    return int(uow.connection.execute(statement).scalar_one())


def get_objection(uow: UnitOfWork, objection_id: int) -> Objection | None:
    """Return the objection with this id."""
    row = one_or_none(list(uow.connection.execute(_OBJECTION.where(objections.c.id == objection_id))))
    return _objection(row) if row else None


def objections_to(uow: UnitOfWork, decision_ids: Iterable[int]) -> Mapping[int, Objection]:
    """Return the objection to each of these decisions that has one, by decision."""
    return {row.decision_id: _objection(row) for row in _TO.all(uow, decision_ids)}


def list_open(uow: UnitOfWork, unit_id: int) -> Sequence[Objection]:
    """Return the objections of a unit that wait for an answer, oldest first."""
    statement = (
        _OBJECTION.join(reports, reports.c.id == objections.c.report_id)
        .where(reports.c.unit_id == unit_id, objections.c.status == ObjectionStatus.OPEN.value)
        .order_by(objections.c.id)
    )
    return [_objection(row) for row in uow.connection.execute(statement)]


def end_objection(
    uow: UnitOfWork,
    objection: Objection,
    status: ObjectionStatus,
    *,
    answered_by_id: int,
    answer: str,
    now: datetime,
) -> bool:
    """Write what became of an objection by compare-and-set; False when somebody was first."""
    result = uow.connection.execute(
        update(objections)
        .where(objections.c.id == objection.id, objections.c.status == objection.status.value)
        .values(status=status.value, answered_by_id=answered_by_id, answer=answer, answered_at=now)
    )
    return result.rowcount == 1
