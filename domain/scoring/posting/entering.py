"""Turns events into the entries of members and units: priced, split or spread, within quotas."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from domain.periods import PeriodKind, months_later
from domain.rulebooks import Item, LevelAmount, RangeAmount, Rulebook
from domain.rulebooks.allocations import Broadcast, Party, Split
from domain.rulebooks.results import Population
from domain.scoring.inputs import Event, Stay, World
from domain.scoring.posting.results import EventProblem, EventStopped, Posted, QuotaFull, Refused, Share
from domain.scoring.posting.reversing import find_reversals
from domain.scoring.posting.splitting import split_points
from domain.scoring.pricing import ProposalRefused, RefusalCode, price
from domain.scoring.records import Proposal, Recorded

SPLIT, FACTOR, REPEAT, SHARED = "split", "factor", "repeat", "broadcast"
_NEEDS_UNIT = frozenset({Party.UNIT, Party.SECRETARY, Party.MEMBERS, Party.DEPUTIES, Party.HEADS})


def post(rulebook: Rulebook, world: World) -> Posted:
    """Return the entries that the world's events are allocated to, in order of day and line.

    An event that cannot be entered is told in `refused`, each for its first reason; none is left out in
    silence. Quotas are filled in order of day and line, by events that nobody took back.
    """
    return _Posting(rulebook, world).run()


def allocate(
    rulebook: Rulebook,
    world: World,
    event: Event,
    *,
    taken: Iterable[str] = (),
    last_on: Mapping[str, date] | None = None,
) -> Posted:
    """Return the entries of one event beside what is on record already.

    `taken` are the members of the unit who have a place under the item's quota in the event's period,
    `last_on` the day on which each subject last had the item.
    """
    posting = _Posting(rulebook, replace(world, events=(event,)))
    posting.begin_with(event, frozenset(taken), last_on or {})
    return posting.run()


class _Posting:
    """One pass over the events."""

    def __init__(self, rulebook: Rulebook, world: World) -> None:
        self._rulebook = rulebook
        self._world = world
        self._done = Posted()
        self._taken: dict[tuple[str, str, date], set[str]] = {}
        self._last_on: dict[tuple[str, str], date] = {}

    def begin_with(self, event: Event, taken: frozenset[str], last_on: Mapping[str, date]) -> None:
        """Take into account what is on record of the event's item."""
        item = self._rulebook.item(event.item)
        if item is not None and item.quota is not None:
            period = self._rulebook.period_of(PeriodKind(item.quota.per), event.on)
            self._taken[event.item, event.unit, period.starts_on] = set(taken)
        self._last_on |= {(event.item, subject): on for subject, on in last_on.items()}

    def run(self) -> Posted:
        events = sorted(self._world.events, key=lambda event: (event.on, event.number))
        reversals = find_reversals(events)
        self._done.refused += reversals.refused
        for sequence, event in enumerate(events, start=1):
            if event.number in reversals.takes_back:
                continue
            try:
                self._enter(event, sequence, taken_back_by=reversals.by_target.get(event.number))
            except EventStopped as stop:
                self._done.refused.append(Refused(event.number, stop.code, stop.facts))
            except ProposalRefused as refusal:
                self._done.refused.append(Refused(event.number, refusal.code.value, refusal.fields))
        self._done.refused.sort(key=lambda one: one.number)
        return self._done

    def _enter(self, event: Event, sequence: int, *, taken_back_by: Event | None) -> None:
        item = self._rulebook.item(event.item)
        raw = self._price(event)  # refuses an unknown item
        assert item is not None, "the price knows the item"
        stays = self._stays(event, item)
        if taken_back_by is not None:
            shares = self._shares(event, item, raw * item.factor, stays)
            self._keep(event, sequence, item, shares, raw, taken_back_by=taken_back_by)
            return
        stays = self._within_quota(event, item, stays)
        points = raw * item.factor
        shares = self._shares(event, item, points, stays) if stays or not event.members else ()
        self._keep(event, sequence, item, shares, raw, taken_back_by=None)

    def _price(self, event: Event) -> Fraction:
        item = self._rulebook.item(event.item)
        is_open = item is None or isinstance(item.amount, RangeAmount)
        if event.points is not None and not is_open and not event.is_adjusted:
            raise ProposalRefused(RefusalCode.NOT_ASKED, what="points")
        worth = price(
            self._rulebook,
            Proposal(event.item, event.on, level=event.level, quantity=event.quantity, points=event.points),
        )
        if not worth.is_decided:
            raise EventStopped(EventProblem.POINTS_MISSING)
        return worth.points

    def _stays(self, event: Event, item: Item) -> tuple[Stay, ...]:
        """Return the row of every member that the event names, in order."""
        if event.unit and event.unit not in self._world.units:
            raise EventStopped(EventProblem.UNIT_UNKNOWN, unit=event.unit)
        found = []
        for member in event.members:
            if event.members.count(member) > 1:
                raise EventStopped(EventProblem.MEMBER_TWICE, member=member)
            if member not in self._world.stays_of:
                raise EventStopped(EventProblem.MEMBER_UNKNOWN, member=member)
            stay = self._world.stay_on(member, event.on, unit=event.unit)
            if stay is None:
                raise EventStopped(EventProblem.OUTSIDE_MEMBERSHIP, member=member, on=event.on)
            if not _admits(item.population, stay):
                raise EventStopped(EventProblem.NOT_FOR_MEMBER, member=member)
            found.append(stay)
        wants_unit = isinstance(item.allocation, Broadcast) and not _NEEDS_UNIT.isdisjoint(
            item.allocation.parties
        )
        if not found and not (wants_unit and event.unit):
            raise EventStopped(EventProblem.MEMBER_MISSING)
        return tuple(found)

    def _within_quota(self, event: Event, item: Item, stays: tuple[Stay, ...]) -> tuple[Stay, ...]:
        """Return the members for whom the quota of their unit has a place, and note the others."""
        if item.quota is None:
            return stays
        within, over, places = [], [], 0
        for stay in stays:
            period = self._rulebook.period_of(PeriodKind(item.quota.per), event.on)
            taken = self._taken.setdefault((item.code, stay.unit, period.starts_on), set())
            places = int(item.quota.share * self._active_in(stay.unit, event.on))
            if stay.member in taken or len(taken) < places:
                taken.add(stay.member)
                within.append(stay)
            else:
                over.append(stay)
        if over:
            names = tuple(stay.member for stay in over)
            self._done.over_quota.append(
                QuotaFull(event.number, event.on, item.code, over[0].unit, names, places)
            )
        return tuple(within)

    def _active_in(self, unit: str, on: date) -> int:
        """Return how many active, scored members a unit has on a day."""
        return len({stay.member for stay in self._scored_in(unit, on) if stay.status == "active"})

    def _scored_in(self, unit: str, on: date) -> Iterator[Stay]:
        for stay in self._world.stays_in.get(unit, ()):
            if stay.covers(on) and _admits(self._rulebook.population, stay):
                yield stay

    def _shares(
        self, event: Event, item: Item, points: Fraction, stays: tuple[Stay, ...]
    ) -> tuple[Share, ...]:
        if isinstance(item.allocation, Split):
            return split_points(self._world, item.allocation, event, points, stays)
        return self._broadcast(item, item.allocation, event, points, stays)

    def _broadcast(
        self, item: Item, allocation: Broadcast, event: Event, points: Fraction, stays: tuple[Stay, ...]
    ) -> tuple[Share, ...]:
        units = (event.unit,) if event.unit else tuple(dict.fromkeys(stay.unit for stay in stays))
        found: dict[tuple[str, bool], Share] = {}
        for party in allocation.parties:
            worth = allocation.amounts.get(party, points)
            for subject, is_unit in self._of_party(item, party, units, event.on, stays):
                found.setdefault((subject, is_unit), Share(subject, is_unit, worth))
        return tuple(found.values())

    def _of_party(
        self, item: Item, party: Party, units: Iterable[str], on: date, stays: tuple[Stay, ...]
    ) -> Iterator[tuple[str, bool]]:
        if party is Party.UNIT:
            yield from ((unit, True) for unit in units)
            return
        for stay in self._rows_of_party(party, units, on, stays):
            if party in {Party.HANDLERS, Party.FIRST, Party.OTHERS} or _admits(item.population, stay):
                yield stay.member, False

    def _rows_of_party(
        self, party: Party, units: Iterable[str], on: date, stays: tuple[Stay, ...]
    ) -> Iterator[Stay]:
        match party:
            case Party.HANDLERS | Party.UNIT:
                yield from stays
            case Party.FIRST:
                yield from stays[:1]
            case Party.OTHERS:
                yield from stays[1:]
            case Party.SECRETARY:
                yield from self._world.holders("secretary", units, on)
            case Party.MEMBERS:
                for unit in units:
                    yield from self._scored_in(unit, on)
            case Party.DEPUTIES:
                for unit in units:
                    yield from self._world.deputies_of(unit, on)
            case Party.HEADS:
                parents = [self._world.parents[unit] for unit in units if unit in self._world.parents]
                yield from self._world.holders("head", parents, on)

    def _keep(
        self,
        event: Event,
        sequence: int,
        item: Item,
        shares: Iterable[Share],
        raw: Fraction,
        *,
        taken_back_by: Event | None,
    ) -> None:
        for share in shares:
            points, why = share.points, _why(item, share.points, raw)
            if taken_back_by is None:
                points, why = self._repeated(item, share.subject, event.on, points, why)
            entry = Recorded(
                key=f"{event.number}:{share.subject}",
                item=event.item,
                on=event.on,
                points=points,
                sequence=2 * sequence,
                raw=raw,
                why=why,
                quantity=event.quantity,
                deed=event.key,
                slot=event.slot,
                valid_months=_validity(item, event.level),
            )
            book = self._done.units if share.is_unit else self._done.members
            entries = book.setdefault(share.subject, [])
            entries.append(entry)
            if taken_back_by is not None:
                entries.append(
                    replace(
                        entry,
                        key=f"{entry.key}:back",
                        on=taken_back_by.on,
                        points=-points,
                        raw=-raw,
                        sequence=2 * sequence + 1,
                        reverses=entry.key,
                    )
                )

    def _repeated(
        self, item: Item, subject: str, on: date, points: Fraction, why: str
    ) -> tuple[Fraction, str]:
        """Multiply what comes again within its validity."""
        if item.repeat is None:
            return points, why
        last_on = self._last_on.get((item.code, subject))
        self._last_on[item.code, subject] = on
        if last_on is None or on >= months_later(last_on, item.repeat.months):
            return points, why
        return points * item.repeat.times, REPEAT


def _why(item: Item, points: Fraction, raw: Fraction) -> str:
    if isinstance(item.allocation, Split):
        return SPLIT
    if item.allocation.amounts:
        return SHARED
    return FACTOR if points != raw else ""


def _validity(item: Item, level: str | None) -> int | None:
    if level is None or not isinstance(item.amount, LevelAmount):
        return None
    found = item.amount.level(level)
    return None if found is None else found.valid_months


def _admits(population: Population, stay: Stay) -> bool:
    return population.admits(kind=stay.kind, status=stay.status, roles=stay.roles, class_=stay.class_)
