"""Freezing a period: from then on its days take no reports and no entries."""

from datetime import datetime

from domain.members import Member, Unit
from domain.periods import Period
from services.deps import Deps
from services.tallies import settle_closing
from storage import audit as stored_audit
from storage import ledger as stored_ledger
from storage import periods as stored_periods
from storage import sums as stored_sums
from storage.database import UnitOfWork


def close_period(
    uow: UnitOfWork, deps: Deps, unit: Unit, period: Period, *, by: Member, now: datetime
) -> int | None:
    """Freeze a period within the use case's own transaction; return its id, None when it is frozen already.

    What every member's entries of the period count is asserted, together with the end of the chain.
    Of two at once the later one waits at the end of the unit's chain, and finds it frozen.
    """
    head = stored_ledger.lock_head(uow, unit.id)  # an approval under way is in the period or refused
    period_id = stored_periods.insert_finalised(
        uow,
        unit_id=unit.id,
        label=period.label,
        starts_on=period.starts_on,
        until_on=period.until_on,
        actor_id=by.id,
        now=now,
    )
    if period_id is None:
        return None
    if unit.rulebook is not None:
        stored_sums.assert_balances(
            uow,
            period_id,
            unit.id,
            period.starts_on,
            period.until_on,
            sequence=head.sequence,
            hash_=head.hash,
        )
        settle_closing(uow, deps.shelf, unit, period)
    facts = {"period": period.label}
    stored_audit.note(uow, "period.finalised", actor_id=by.id, unit_id=unit.id, facts=facts, now=now)
    return period_id
