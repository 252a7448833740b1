"""Divides what an approved event brings among those it goes to, as the rulebook says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from domain.errors import ItemNotForMember, QuotaReached
from domain.members import Unit
from domain.periods import PeriodKind, months_later
from domain.rulebooks import Item, RangeAmount, Rulebook
from domain.rulebooks.allocations import TO_HANDLERS
from domain.scoring import Event, Proposal
from domain.scoring.households import by_household
from domain.scoring.posting import Posted, allocate
from domain.scoring.records import Recorded
from services.worlds import Roster, roster_around
from storage import sums as stored_sums
from storage.database import UnitOfWork
from storage.sums import UNIT_ITSELF


@dataclass(frozen=True, slots=True)
class Share:
    """What one subject gets: `member_id` 0 is the unit itself; `why` says what made it differ."""

    member_id: int
    points: Fraction
    why: str


def is_simple(item: Item) -> bool:
    """Tell whether all of an event's points go to the member it is about, whoever that is."""
    return (
        item.allocation == TO_HANDLERS
        and item.quota is None
        and item.repeat is None
        and item.population.is_everybody
    )


def shares_of(
    uow: UnitOfWork,
    unit: Unit,
    member_id: int,
    rulebook: Rulebook,
    item: Item,
    proposal: Proposal,
    *,
    points: Fraction,
) -> tuple[Share, ...]:
    """Return what everybody gets of an event that is worth so many points, the member's own share first.

    Raises:
        QuotaReached: the unit has given the item to as many as the rulebook allows.
        ItemNotForMember: the item is not for members of this kind, or the member was not there.
    """
    if is_simple(item):
        worth = points * item.factor
        return (Share(member_id, worth, "" if worth == points else "factor"),)
    roster = roster_around(uow, rulebook, unit)
    code = roster.code_of(member_id)
    posted = _posted(uow, unit, roster, rulebook, item, _event(unit, code, proposal, points))
    shares = [
        Share(_holder(roster, subject, member_id, unit, proposal.on), *_one(entries))
        for subject, entries in posted.members.items()
    ]
    shares += [
        Share(UNIT_ITSELF, *_one(entries))
        for subject, entries in posted.units.items()
        if subject == unit.code
    ]
    shares.sort(key=lambda share: (share.member_id != member_id, share.member_id))
    return tuple(shares)


def own_points(
    uow: UnitOfWork, unit: Unit, member_id: int, rulebook: Rulebook, item: Item, proposal: Proposal
) -> Callable[[Fraction], Fraction]:
    """Return how the member's own share follows from the points of the whole event.

    Raises:
        QuotaReached, ItemNotForMember: as `shares_of`.
    """
    roster = roster_around(uow, rulebook, unit)
    code, account = roster.code_of(member_id), roster.account_on(member_id, proposal.on, unit=unit.code)

    def own(points: Fraction) -> Fraction:
        posted = _posted(uow, unit, roster, rulebook, item, _event(unit, code, proposal, points))
        return sum((one.points for one in posted.members.get(account, ())), Fraction(0))

    return own


def _event(unit: Unit, code: str, proposal: Proposal, points: Fraction) -> Event:
    return Event(number=1, on=proposal.on, item=proposal.item, members=(code,), unit=unit.code, points=points)


def _holder(roster: Roster, account: str, member_id: int, unit: Unit, on: date) -> int:
    """Return in whose name an account's share is entered: the member's own, else the first who shares it."""
    if account == roster.account_on(member_id, on, unit=unit.code):
        return member_id
    if account in roster.ids:
        return roster.id_of(account)
    sharing = (one for one in roster.world.stays if one.household == account and one.covers(on))
    return roster.id_of(next(sharing).member)


def _posted(
    uow: UnitOfWork, unit: Unit, roster: Roster, rulebook: Rulebook, item: Item, event: Event
) -> Posted:
    """Allocate an event whose points are decided: whatever the item's table says of them is done with."""
    open_item = replace(item, amount=RangeAmount(low=None, high=None))
    book = replace(rulebook, items={**rulebook.items, item.code: open_item}, caps=())
    taken: set[str] = set()
    if item.quota is not None:
        period = rulebook.period_of(PeriodKind(item.quota.per), event.on)
        held = stored_sums.holders_of(uow, unit.id, item.code, period.starts_on, period.until_on)
        taken = {roster.code_of(one) for one in held}
    last_on: dict[str, date] = {}
    if item.repeat is not None and rulebook.is_by_household:
        since_on = months_later(event.on, -item.repeat.months)
        for one, on in stored_sums.days_of_item(uow, unit.id, item.code, since_on, event.on):
            account = roster.account_on(one, on, unit=unit.code)
            last_on[account] = max(on, last_on.get(account, on))
    elif item.repeat is not None:
        found = stored_sums.last_days_of(uow, unit.id, item.code, event.on)
        last_on = {roster.code_of(one): on for one, on in found.items()}
    world = roster.world
    if rulebook.is_by_household:
        world = by_household(replace(world, events=(event,)))
        (event,) = world.events
    posted = allocate(book, world, event, taken=taken, last_on=last_on)
    if posted.over_quota:
        raise QuotaReached(item=item.name, places=posted.over_quota[0].places)
    if posted.refused:
        raise ItemNotForMember(item=item.name)
    return posted


def _one(entries: Sequence[Recorded]) -> tuple[Fraction, str]:
    (entry,) = entries
    return entry.points, entry.why
