"""Writes ledger lines with what they change: a decision's shares, and the lines that take them back."""

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction

from domain.ledger import Entry, NewEntry
from domain.members import Unit
from domain.points import from_stored, to_stored
from domain.rulebooks import Item
from domain.scoring.records import Recorded
from services.allocating import Share
from services.deps import Deps
from services.tallies import Settled, settle, year_of_subject
from storage import ledger as stored_ledger
from storage.database import UnitOfWork
from storage.ledger import Head
from storage.sums import UNIT_ITSELF

_NEW = "new"


def enter_shares(
    uow: UnitOfWork,
    deps: Deps,
    unit: Unit,
    shares: Iterable[Share],
    *,
    item: Item,
    on: date,
    points: Fraction,
    quantity: Fraction | None,
    event_id: int,
    version_id: int,
    cause_key: str,
    actor_id: int,
    head: Head,
    now: datetime,
) -> None:
    """Write one line for every share of an event worth `points`, at the end of the chain that is locked."""
    for share in shares:
        entry = Recorded(_NEW, item.code, on, share.points, 0, raw=points, why=share.why, quantity=quantity)
        settled = _settled(uow, deps, unit, share.member_id, entry)
        line = NewEntry(
            unit_id=unit.id,
            event_id=event_id,
            member_id=share.member_id if share.member_id != UNIT_ITSELF else None,
            item=item.code,
            category=item.category,
            happened_on=on,
            amount=to_stored(share.points),
            counted_amount=to_stored(settled.moved),
            why=settled.why or share.why,
            clause=item.clause,
            rulebook_version_id=version_id,
            cause_key=f"{cause_key}:{share.member_id}",
            reverses_id=None,
            recorded_by_id=actor_id,
            recorded_at=now,
        )
        head = stored_ledger.append_entry(uow, line, head=head, key=deps.secret)


def enter_reversal(
    uow: UnitOfWork,
    deps: Deps,
    unit: Unit,
    entry: Entry,
    *,
    event_id: int,
    points: Fraction,
    quantity: Fraction | None,
    cause_key: str,
    actor_id: int,
    head: Head,
    now: datetime,
) -> Head:
    """Write the line that takes an entry back; it counts what it changes, room freed for others included.

    `points` are those of the whole event that is taken back.
    """
    member_id = UNIT_ITSELF if entry.member_id is None else entry.member_id
    back = Recorded(
        _NEW,
        entry.item,
        entry.happened_on,
        from_stored(-entry.amount),
        0,
        reverses=str(entry.id),
        raw=-points,
        quantity=quantity,
    )
    settled = _settled(uow, deps, unit, member_id, back)
    line = NewEntry(
        unit_id=entry.unit_id,
        event_id=event_id,
        member_id=entry.member_id,
        item=entry.item,
        category=entry.category,
        happened_on=entry.happened_on,
        amount=-entry.amount,
        counted_amount=to_stored(settled.moved),
        why=settled.why,
        clause=entry.clause,
        rulebook_version_id=entry.rulebook_version_id,
        cause_key=f"{cause_key}:{member_id}",
        reverses_id=entry.id,
        recorded_by_id=actor_id,
        recorded_at=now,
    )
    return stored_ledger.append_entry(uow, line, head=head, key=deps.secret)


def _settled(uow: UnitOfWork, deps: Deps, unit: Unit, member_id: int, entry: Recorded) -> Settled:
    return settle(uow, year_of_subject(uow, deps.shelf, unit, member_id, entry.on), entry)
