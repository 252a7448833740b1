"""Lets the members of a household share one account: the household takes their place in the world."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from domain.periods import Period
from domain.scoring.inputs import Event, World


def by_household(world: World) -> World:
    """Return the world in which everybody with a household is that household; others stay themselves.

    Who moves takes nothing along: a deed belongs to the household of its day, and what takes it back as well.
    """
    by_key = {event.key: event for event in reversed(world.events) if event.key}

    def shared(event: Event) -> tuple[str, ...]:
        on = _deed_of(event, by_key).on
        return tuple(
            dict.fromkeys(account_on(world, member, on, unit=event.unit) for member in event.members)
        )

    return replace(
        world,
        stays=tuple(
            stay._replace(member=stay.household, name=stay.household) if stay.household else stay
            for stay in world.stays
        ),
        events=tuple(replace(event, members=shared(event)) for event in world.events),
        ballots=tuple(
            replace(ballot, member=account_on(world, ballot.member, ballot.period.until_on - timedelta(1)))
            for ballot in world.ballots
        ),
    )


def account_on(world: World, member: str, on: date, *, unit: str = "") -> str:
    """Return the household of a member on a day, else of the roster's last row; without one, the member."""
    stays = world.stays_of.get(member, ())
    if not stays:
        return member
    return (world.stay_on(member, on, unit=unit) or stays[-1]).household or member


def account_in(world: World, period: Period, member: str) -> str:
    """Return the account of a member at the end of a period, or of the stay in it that ended before."""
    present = [stay for stay in world.stays_of.get(member, ()) if stay.touches(period)]
    last_on = period.until_on - timedelta(1)
    if present and not any(stay.covers(last_on) for stay in present):
        return present[-1].household or member
    return account_on(world, member, last_on)


def _deed_of(event: Event, by_key: Mapping[str, Event]) -> Event:
    """Return what an event takes back, or what that took back in turn; else the event itself."""
    seen = set[str]()
    while event.reverses in by_key and event.reverses not in seen:
        seen.add(event.reverses)
        event = by_key[event.reverses]
    return event
