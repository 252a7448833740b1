"""Keeps what may wait out of quiet hours: it goes out when they end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.access import UnitTree
from domain.hours import QuietHours
from domain.members import Unit
from domain.outbox import MAY_WAIT, Outgoing
from domain.unit_settings import Setting, settings_of
from services.actors import unit_tree
from storage import groups as stored_groups
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage import unit_settings as stored_settings
from storage.database import UnitOfWork


def quiet_hours(uow: UnitOfWork, unit: Unit) -> QuietHours:
    """Return the quiet hours of a unit; of a rulebook's words none is about them."""
    return _hours(unit, unit_tree(uow), stored_settings.settings_by_unit(uow))


def _hours(unit: Unit, tree: UnitTree, settings: Mapping[int, Mapping[Setting, str]]) -> QuietHours:
    return settings_of(settings.get(one, {}) for one in tree.upward(unit.id)[::-1]).quiet


def _ends(
    unit: Unit, tree: UnitTree, settings: Mapping[int, Mapping[Setting, str]], now: datetime
) -> datetime | None:
    """Return when a unit's quiet hours end; None when they have not begun."""
    return _hours(unit, tree, settings).end_after(now, ZoneInfo(unit.time_zone))


def hold_back(uow: UnitOfWork, batch: Sequence[Outgoing], *, now: datetime) -> list[Outgoing]:
    """Return what of a batch just taken goes out now; the rest is put off to the end of quiet hours.

    The hours are those of the unit that a message is about, else of its member's or group's unit. It belongs
    to the transaction that took the batch, so that nobody sees the others as under way.
    """
    waiting = [one for one in batch if one.kind in MAY_WAIT]
    if not waiting:
        return list(batch)
    ends_at = _ends_at(uow, waiting, now)
    for due_at in set(ends_at.values()):
        put_off = [number for number, at in ends_at.items() if at == due_at]
        stored_outbox.put_off(uow, put_off, due_at=due_at)
    return [one for one in batch if one.id not in ends_at]


def _ends_at(uow: UnitOfWork, waiting: Sequence[Outgoing], now: datetime) -> dict[int, datetime]:
    """Return when quiet hours end for those messages that would break into them."""
    homes = stored_members.newest_units_of(
        uow, {one.member_id for one in waiting if one.member_id is not None}
    )
    tree, settings = unit_tree(uow), stored_settings.settings_by_unit(uow)
    known: dict[int, datetime | None] = {}
    found = {}
    for one in waiting:
        unit_id = _unit_of(uow, one, homes)
        if unit_id is None:
            continue
        if unit_id not in known:
            known[unit_id] = _ends(tree.get(unit_id), tree, settings, now)
        ends_at = known[unit_id]
        if ends_at is not None:
            found[one.id] = ends_at
    return found


def _unit_of(uow: UnitOfWork, outgoing: Outgoing, homes: dict[int, int]) -> int | None:
    about = outgoing.facts.get("unit_id")
    if about is not None:
        return int(about)
    if outgoing.member_id is not None:
        return homes.get(outgoing.member_id)
    group = stored_groups.get_group(uow, outgoing.chat_id) if outgoing.chat_id is not None else None
    return group.unit_id if group is not None else None
