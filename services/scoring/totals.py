"""The results of a large unit straight from the sums, where the rulebook needs nothing else."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from domain.members import Unit
from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.scoring import PeriodScores
from domain.scoring.totals import components_of, scores_from_sums
from services.worlds import roster_around
from storage import sums as stored_sums
from storage.database import UnitOfWork


def scores_by_sums(
    uow: UnitOfWork, rulebook: Rulebook, unit: Unit, period: Period, *, today: date
) -> tuple[PeriodScores, Mapping[str, int]]:
    """Return the results of a unit for a rulebook that `stands_on_sums`, without traces, and ids by code."""
    with without_collector():
        return _scored(uow, rulebook, unit, period, today)


def _scored(
    uow: UnitOfWork, rulebook: Rulebook, unit: Unit, period: Period, today: date
) -> tuple[PeriodScores, Mapping[str, int]]:
    """Work it out in a frame of its own, so that what it needed is gone before the collector looks."""
    roster = roster_around(uow, rulebook, unit, today=today)
    parts = list(components_of(rulebook).values())
    found = stored_sums.totals_in(uow, unit.id, period.starts_on, period.until_on, parts)
    nothing = (0,) * (len(parts) + 2)
    ids = roster.ids
    rows = ((stays, found.get(ids[code], nothing)) for code, stays in roster.world.stays_of.items())
    return scores_from_sums(rulebook, period, rows), ids


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
