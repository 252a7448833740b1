"""The rulebooks in force in the units that somebody may look into."""

from collections.abc import Mapping

from domain.access import Permission
from domain.rulebooks import Rulebook
from services.actors import Actor, identify, local_day, require_reach, unit_tree
from services.deps import Deps


def rulebooks_within(deps: Deps, *, actor: Actor, permission: Permission) -> Mapping[int, Rulebook]:
    """Return the rulebook in force of every unit in which the actor has a permission, by unit id.

    Units that keep no points are left out.

    Raises:
        AccountUnknown
        NotAllowed: the actor has the permission nowhere.
        RulebookUnavailable
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), permission)
        return {
            unit.id: deps.shelf.in_force(uow, unit.rulebook, local_day(now, unit)).rulebook
            for unit in unit_tree(uow).all()
            if unit.id in reach and unit.rulebook is not None
        }
