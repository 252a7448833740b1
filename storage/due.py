"""Claims of due work: each job is done once for each scheduled time, whoever looks, however often."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from storage.database import UnitOfWork
from storage.statements import Prepared, inserting_new
from storage.tables import due_claims, due_marks

_CLAIM = inserting_new(due_claims, ("job", "slot", "outcome", "claimed_at"))
_CLAIMED_AT = Prepared(
    select(due_claims.c.claimed_at).where(
        due_claims.c.job == bindparam("of_job"), due_claims.c.slot == bindparam("of_slot")
    )
)
_MARK = Prepared(select(due_marks.c.looked_at).where(due_marks.c.name == bindparam("mark_name")))
_NEW_MARK = inserting_new(due_marks, ("name", "looked_at"))


def claim(uow: UnitOfWork, *, job: str, slot: str, outcome: str, now: datetime) -> bool:
    """Take a job for a scheduled time, in the transaction that does it; False when somebody was first."""
    return _CLAIM.change(uow, job=job, slot=slot, outcome=outcome, claimed_at=now) == 1


def delete_claims(uow: UnitOfWork, job_begins: str, *, before: datetime) -> int:
    """Forget the claims of jobs that begin like this, taken before an instant; return how many."""
    result = uow.connection.execute(
        delete(due_claims).where(
            due_claims.c.job.startswith(job_begins, autoescape=True), due_claims.c.claimed_at < before
        )
    )
    return int(result.rowcount)


def claimed_at(uow: UnitOfWork, *, job: str, slot: str) -> datetime | None:
    """Return when a job was taken for a scheduled time; None when nobody has."""
    at: datetime | None = _CLAIMED_AT.scalar(uow, of_job=job, of_slot=slot)
    return at


def get_mark(uow: UnitOfWork, name: str) -> datetime | None:
    """Return up to when everything that was scheduled has been claimed; None before the first look."""
    looked_at: datetime | None = _MARK.scalar(uow, mark_name=name)
    return looked_at


def set_mark(uow: UnitOfWork, name: str, looked_at: datetime) -> None:
    """Write down up to when everything that was scheduled has been claimed."""
    if _NEW_MARK.change(uow, name=name, looked_at=looked_at) == 0:
        uow.connection.execute(update(due_marks).where(due_marks.c.name == name).values(looked_at=looked_at))
