"""Freezing a period: from then on its days take no reports and no entries."""

from domain.access import Permission
from domain.errors import NotAllowed
from domain.periods import Period
from services.actors import Actor, identify, reach_of
from services.deps import Deps
from storage import audit as stored_audit
from storage import ledger as stored_ledger
from storage import periods as stored_periods


def finalise_period(deps: Deps, *, actor: Actor, unit_id: int, period: Period) -> None:
    """Freeze a period of a unit; a frozen one stays as it is.

    Raises:
        NotAllowed: the actor does not manage this unit.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        if unit_id not in reach_of(uow, member, Permission.MANAGE_UNITS):
            raise NotAllowed
        stored_ledger.lock_head(uow, unit_id)  # an approval under way is in the period or refused
        is_new = stored_periods.insert_finalised(
            uow,
            unit_id=unit_id,
            label=period.label,
            starts_on=period.starts_on,
            until_on=period.until_on,
            actor_id=member.id,
            now=now,
        )
        if is_new:
            stored_audit.note(
                uow,
                "period.finalised",
                actor_id=member.id,
                unit_id=unit_id,
                facts={"period": period.label},
                now=now,
            )
