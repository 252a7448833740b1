"""Divides the points of one event among parties, to the ten-thousandth."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from domain.points import from_stored, to_stored
from domain.rulebooks.allocations import Party, Split
from domain.scoring.inputs import Event, Stay, World
from domain.scoring.posting.results import Share


def split_points(
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
