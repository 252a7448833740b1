"""Which ledger lines members of a household see: those of its account, from the days they share it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.ledger import Entry
from domain.members import row_on
from services.accounts import is_shared
from services.actors import Home, unit_tree
from services.deps import Deps
from storage import households as stored_households
from storage import ledger as stored_ledger
from storage.database import UnitOfWork
from storage.households import Span


@dataclass(frozen=True, slots=True)
class Seen:
    """One page of lines; `apart` are those of the asking member that another account keeps."""

    lines: tuple[Entry, ...]
    total: int
    apart: frozenset[int]


def page_of_household(
    uow: UnitOfWork, home: Home, code: str, *, since_on: date, until_on: date, limit: int, offset: int
) -> Seen:
    """Return a page of a household's lines of these days with the asking member's own, the latest day first.

    `home` is the asking member's. Of the days after they left the household they see nothing of the others.
    """
    unit_id, own = home.unit.id, home.member.id
    household = next(one for one, name in stored_households.codes_in(uow, [unit_id]).items() if name == code)
    people = {own, *stored_households.members_of(uow, unit_id, household)}
    spans = stored_households.spans_of(uow, unit_id, people)
    found = stored_ledger.lines_of_members(uow, people, unit_id=unit_id, since_on=since_on, until_on=until_on)
    in_account = {
        line.id
        for line in found
        if _household_on(spans[line.member_id], line.happened_on) == household
        and _shares(spans[own], household, line.happened_on)
    }
    seen = [line for line in found if line.id in in_account or line.member_id == own]
    shown = seen[offset : offset + limit]
    entries = {entry.id: entry for entry in stored_ledger.get_entries(uow, [line.id for line in shown])}
    return Seen(
        lines=tuple(entries[line.id] for line in shown),
        total=len(seen),
        apart=frozenset(line.id for line in shown if line.id not in in_account),
    )


def is_of_own_household(uow: UnitOfWork, deps: Deps, member_id: int, entry: Entry) -> bool:
    """Tell whether a line is in the account of a household that the member shared on its day or later."""
    unit = unit_tree(uow).get(entry.unit_id)
    if entry.member_id is None or unit.rulebook is None:
        return False
    if not is_shared(deps.shelf.judges(uow, unit.rulebook)):
        return False
    spans = stored_households.spans_of(uow, unit.id, [member_id, entry.member_id])
    household = _household_on(spans[entry.member_id], entry.happened_on)
    return household is not None and _shares(spans[member_id], household, entry.happened_on)


def _household_on(spans: Iterable[Span], on: date) -> int | None:
    span = row_on(tuple(spans), on)
    return None if span is None else span.household_id


def _shares(spans: Iterable[Span], household: int, on: date) -> bool:
    """Tell whether somebody belongs to a household on a day or at any time after it."""
    return any(
        span.household_id == household and (span.until_on is None or span.until_on > on) for span in spans
    )
