"""Turns events into the entries of members and units: priced, split or spread, within quotas."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.periods import PeriodKind, months_later
from domain.points import from_stored, to_stored
from domain.rulebooks import Item, LevelAmount, Rulebook
from domain.rulebooks.allocations import Broadcast, Party, Split
from domain.rulebooks.results import Population
from domain.scoring.inputs import Event, Stay, World
from domain.scoring.pricing import ProposalRefused, price
from domain.scoring.records import Proposal, Recorded

SPLIT, FACTOR, REPEAT, SHARED = "split", "factor", "repeat", "broadcast"
_NEEDS_UNIT = frozenset({Party.UNIT, Party.SECRETARY, Party.MEMBERS, Party.DEPUTIES, Party.HEADS})


class EventProblem(StrEnum):
    """Why an event cannot be entered at all; beside the reasons of `RefusalCode`."""

    MEMBER_UNKNOWN = "member-unknown"
    """The roster has no such member; field `member`."""
    MEMBER_MISSING = "member-missing"
    """The item goes to members, and the event names none."""
    UNIT_UNKNOWN = "unit-unknown"
    """The roster has no such unit; field `unit`."""
    OUTSIDE_MEMBERSHIP = "outside-membership"
    """The member was in no unit on that day; fields `member`, `on`."""
    NOT_FOR_MEMBER = "not-for-member"
    """The item is not for members of this kind; field `member`."""
    REVERSAL_UNKNOWN = "unknown-reversal"
    """No event has the key that this one takes back; field `key`."""
    REVERSED_TWICE = "reversed-twice"
    """Another event has taken it back already; fields `key`, `number`."""
    POINTS_MISSING = "points-missing"
    """The item asks for the points that were decided."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that cannot be entered: its line, the code of the reason, and the facts of its sentence."""

    number: int
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuotaFull:
    """Members whom a quota left out of an event that was otherwise in order."""

    number: int
    item: str
    unit: str
    members: tuple[str, ...]
    places: int


@dataclass
class Posted:
    """The entries of every subject; units are subjects of their own."""

    members: dict[str, list[Recorded]] = field(default_factory=dict)
    units: dict[str, list[Recorded]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    over_quota: list[QuotaFull] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Share:
    """What one subject gets of an event."""

    subject: str
    is_unit: bool
    points: Fraction


class _Stop(Exception):
    """The event at hand cannot be entered."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


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
        takes_back, cancelled = self._reversals(events)
        for sequence, event in enumerate(events, start=1):
            if event.number in takes_back:
                continue
            try:
                self._enter(event, sequence, is_cancelled=event.number in cancelled)
            except _Stop as stop:
                self._done.refused.append(Refused(event.number, stop.code, stop.facts))
            except ProposalRefused as refusal:
                self._done.refused.append(Refused(event.number, refusal.code.value, refusal.fields))
        self._done.refused.sort(key=lambda one: one.number)
        return self._done

    def _reversals(self, events: list[Event]) -> tuple[frozenset[int], frozenset[int]]:
        """Return the lines that take something back, and the lines that are taken back for good.

        The latest reversal is looked at first, so that taking back a reversal brings its event back.
        """
        by_key: dict[str, list[Event]] = {}
        for event in events:
            if event.key:
                by_key.setdefault(event.key, []).append(event)
        takes_back, undone, first_of = set[int](), set[int](), dict[str, int]()
        for event in sorted(events, key=lambda event: event.number):
            if not event.reverses:
                continue
            takes_back.add(event.number)
            targets = [other for other in by_key.get(event.reverses, ()) if other.number != event.number]
            if not targets:
                facts = {"key": event.reverses}
                self._done.refused.append(Refused(event.number, EventProblem.REVERSAL_UNKNOWN, facts))
            elif event.reverses in first_of:
                twice = {"key": event.reverses, "number": first_of[event.reverses]}
                self._done.refused.append(Refused(event.number, EventProblem.REVERSED_TWICE, twice))
            else:
                first_of[event.reverses] = event.number
        for event in reversed(events):
            if event.reverses and event.number not in undone:
                undone |= {other.number for other in by_key.get(event.reverses, ())}
        return frozenset(takes_back), frozenset(undone)

    def _enter(self, event: Event, sequence: int, *, is_cancelled: bool) -> None:
        item = self._rulebook.item(event.item)
        raw = self._price(event)  # refuses an unknown item
        assert item is not None, "the price knows the item"
        stays = self._stays(event, item)
        if is_cancelled:
            self._keep(event, sequence, item, self._shares(event, item, raw, stays), raw, is_cancelled=True)
            return
        stays = self._within_quota(event, item, stays)
        points = raw * item.factor
        shares = self._shares(event, item, points, stays) if stays or not event.members else ()
        self._keep(event, sequence, item, shares, raw, is_cancelled=False)

    def _price(self, event: Event) -> Fraction:
        worth = price(
            self._rulebook,
            Proposal(event.item, event.on, level=event.level, quantity=event.quantity, points=event.points),
        )
        if not worth.is_decided:
            raise _Stop(EventProblem.POINTS_MISSING)
        return worth.points

    def _stays(self, event: Event, item: Item) -> tuple[Stay, ...]:
        """Return the row of every member that the event names, in order."""
        if event.unit and event.unit not in self._world.units:
            raise _Stop(EventProblem.UNIT_UNKNOWN, unit=event.unit)
        found = []
        for member in dict.fromkeys(event.members):
            if member not in self._world.stays_of:
                raise _Stop(EventProblem.MEMBER_UNKNOWN, member=member)
            stay = self._world.stay_on(member, event.on, unit=event.unit)
            if stay is None:
                raise _Stop(EventProblem.OUTSIDE_MEMBERSHIP, member=member, on=event.on)
            if not _admits(item.population, stay):
                raise _Stop(EventProblem.NOT_FOR_MEMBER, member=member)
            found.append(stay)
        wants_unit = isinstance(item.allocation, Broadcast) and not _NEEDS_UNIT.isdisjoint(
            item.allocation.parties
        )
        if not found and not (wants_unit and event.unit):
            raise _Stop(EventProblem.MEMBER_MISSING)
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
            self._done.over_quota.append(QuotaFull(event.number, item.code, over[0].unit, names, places))
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
            return _split(self._world, item.allocation, event, points, stays)
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
        is_cancelled: bool,
    ) -> None:
        for share in shares:
            points, why = share.points, _why(item, share.points, raw)
            if not is_cancelled:
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
            if is_cancelled:
                entries.append(
                    replace(
                        entry,
                        key=f"{entry.key}:back",
                        points=-points,
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


def _split(
    world: World, split: Split, event: Event, points: Fraction, stays: tuple[Stay, ...]
) -> tuple[Share, ...]:
    """Divide points by party; the parts are whole ten-thousandths that sum to the whole."""
    weights: dict[tuple[str, bool], Fraction] = {}
    for party, share in split.shares(points).items():
        found = _divide(world, party, event, stays)
        nobody = _without(world, party, event, stays)
        if nobody and split.otherwise is not None:
            instead = _divide(world, split.otherwise, event, nobody)
            for subject, part in instead.items():
                found[subject] = found.get(subject, Fraction(0)) + part * len(nobody) / len(stays)
        for subject, part in found.items():
            weights[subject] = weights.get(subject, Fraction(0)) + share * part
    return _whole_parts(points, weights)


def _without(world: World, party: Party, event: Event, stays: tuple[Stay, ...]) -> tuple[Stay, ...]:
    """Return the handlers in whose units the party is nobody."""
    match party:
        case Party.HANDLERS | Party.FIRST | Party.UNIT:
            return ()
        case Party.OTHERS:
            return () if stays[1:] else stays
        case _:
            return tuple(stay for stay in stays if not _holders(world, party, stay.unit, event.on))


def _divide(
    world: World, party: Party, event: Event, stays: tuple[Stay, ...]
) -> dict[tuple[str, bool], Fraction]:
    """Return how a party divides its share; nothing where the party is nobody.

    Handlers of several units give each unit (and its secretary) a part in proportion to their number.
    """
    match party:
        case Party.HANDLERS | Party.FIRST | Party.OTHERS:
            chosen = {Party.HANDLERS: stays, Party.FIRST: stays[:1], Party.OTHERS: stays[1:]}[party]
            return {(stay.member, False): Fraction(1, len(chosen)) for stay in chosen}
        case Party.UNIT:
            found: dict[tuple[str, bool], Fraction] = {}
            for stay in stays:
                found[stay.unit, True] = found.get((stay.unit, True), Fraction(0)) + Fraction(1, len(stays))
            return found
        case _:
            rows: dict[tuple[str, bool], Fraction] = {}
            for stay in stays:
                holders = _holders(world, party, stay.unit, event.on)
                for holder in holders:
                    part = Fraction(1, len(stays) * len(holders))
                    rows[holder.member, False] = rows.get((holder.member, False), Fraction(0)) + part
            return rows


def _holders(world: World, party: Party, unit: str, on: date) -> tuple[Stay, ...]:
    match party:
        case Party.SECRETARY:
            return world.holders("secretary", [unit], on)
        case Party.DEPUTIES:
            return world.deputies_of(unit, on)
        case Party.HEADS:
            return world.holders("head", [world.parents[unit]], on) if unit in world.parents else ()
        case _:
            return tuple(stay for stay in world.stays_in.get(unit, ()) if stay.covers(on))


def _whole_parts(points: Fraction, weights: Mapping[tuple[str, bool], Fraction]) -> tuple[Share, ...]:
    """Give each subject its part in ten-thousandths by the largest remainder, so that the parts sum up."""
    whole = to_stored(abs(points) * sum(weights.values(), Fraction(0)))
    exact = {subject: abs(points) * weight * 10_000 for subject, weight in weights.items()}
    parts = {subject: int(amount) for subject, amount in exact.items()}
    left = whole - sum(parts.values())
    by_remainder = sorted(exact, key=lambda subject: (parts[subject] - exact[subject], subject))
    for subject in by_remainder[:left]:
        parts[subject] += 1
    sign = -1 if points < 0 else 1
    return tuple(Share(*subject, from_stored(sign * part)) for subject, part in parts.items())
