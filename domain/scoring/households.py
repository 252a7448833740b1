"""Lets the members of a household share one account: the household takes their place in the world."""

from dataclasses import replace

from domain.scoring.inputs import World


def by_household(world: World) -> World:
    """Return the world in which everybody with a household is that household; others stay themselves."""
    account = {stay.member: stay.household or stay.member for stay in world.stays}

    def shared(members: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(account.get(member, member) for member in members))

    return replace(
        world,
        stays=tuple(
            stay._replace(member=stay.household, name=stay.household) if stay.household else stay
            for stay in world.stays
        ),
        events=tuple(replace(event, members=shared(event.members)) for event in world.events),
        ballots=tuple(
            replace(ballot, member=account.get(ballot.member, ballot.member)) for ballot in world.ballots
        ),
    )
