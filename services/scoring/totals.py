"""The results of a large unit straight from the sums, where the rulebook needs nothing else."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from domain.members import Unit
from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.scoring import PeriodScores
from domain.scoring.totals import components_of, scores_from_sums
from services.worlds import Roster
from storage import sums as stored_sums
from storage.database import UnitOfWork


def scores_by_sums(
    uow: UnitOfWork, rulebook: Rulebook, unit: Unit, period: Period, roster: Roster
) -> PeriodScores:
    """Return the results of a unit for a rulebook that `stands_on_sums`, without traces."""
    with without_collector():
        parts = list(components_of(rulebook).values())
        found = stored_sums.totals_in(uow, unit.id, period.starts_on, period.until_on, parts)
        nothing = (0,) * (len(parts) + 1)
        rows = (
            (stays, found.get(roster.ids[code], nothing)) for code, stays in roster.world.stays_of.items()
        )
        return scores_from_sums(rulebook, period, rows)


@contextmanager
def without_collector() -> Iterator[None]:
    """Hold the cycle collector back: it would walk very many new objects, none of them in a cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
