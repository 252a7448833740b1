"""Freezing a period: from then on its days take no reports and no entries."""

from domain.access import Permission
from domain.errors import NotAllowed
from domain.periods import Period
from services.actors import Actor, identify, reach_of, unit_tree
from services.deps import Deps
from services.tallies import settle_closing
from storage import audit as stored_audit
from storage import ledger as stored_ledger
from storage import periods as stored_periods
from storage import sums as stored_sums


def finalise_period(deps: Deps, *, actor: Actor, unit_id: int, period: Period) -> None:
    """Freeze a period of a unit; a frozen one stays as it is.

    What every member's entries of the period count is asserted, together with the end of the chain.

    Raises:
        NotAllowed: the actor does not manage this unit.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        if unit_id not in reach_of(uow, member, Permission.MANAGE_UNITS):
            raise NotAllowed
        head = stored_ledger.lock_head(uow, unit_id)  # an approval under way is in the period or refused
        period_id = stored_periods.insert_finalised(
            uow,
            unit_id=unit_id,
            label=period.label,
            starts_on=period.starts_on,
            until_on=period.until_on,
            actor_id=member.id,
            now=now,
        )
        if period_id is not None:
            unit = unit_tree(uow).get(unit_id)
            if unit.rulebook is not None:
                stored_sums.assert_balances(
                    uow,
                    period_id,
                    unit_id,
                    period.starts_on,
                    period.until_on,
                    sequence=head.sequence,
                    hash_=head.hash,
                )
                settle_closing(uow, deps.shelf, unit, period)
            stored_audit.note(
                uow,
                "period.finalised",
                actor_id=member.id,
                unit_id=unit_id,
                facts={"period": period.label},
                now=now,
            )
