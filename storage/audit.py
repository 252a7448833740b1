"""What was done beside the ledger: who re-bound, granted, imported."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from storage.database import UnitOfWork
from storage.tables import audit


def note(
    uow: UnitOfWork,
    action: str,
    *,
    actor_id: int | None,
    member_id: int | None = None,
    unit_id: int | None = None,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write one line of the audit trail."""
    uow.connection.execute(
        insert(audit).values(
            happened_at=now,
            actor_id=actor_id,
            action=action,
            member_id=member_id,
            unit_id=unit_id,
            facts=dict(facts),
        )
    )
