"""Windows of the shop: opened and closed by its shopkeeper, announced once."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.access import Permission
from domain.members import Member, Unit
from domain.periods import period_of
from domain.shop import OfferedWindow, ShopWindow, check_window, offer_window
from domain.shop.goods import COST_CENTS_MAX
from domain.shop.refusals import ShopUnknown, WindowRefused, WindowUnknown
from services.actors import Actor, identify, local_day, require_reach
from services.deps import Deps
from services.shop.catalogue import kept_units
from services.shop.purses import shop_of
from storage import audit as stored_audit
from storage.database import UnitOfWork
from storage.shop import windows as stored_windows

LISTED_MAX = 12


@dataclass(frozen=True, slots=True)
class WindowDesk:
    """A unit's windows, the newest first, and what is offered when opening another."""

    unit: Unit
    windows: tuple[ShopWindow, ...]
    offered: OfferedWindow
    now: datetime


def list_windows(deps: Deps, *, actor: Actor) -> tuple[WindowDesk, ...]:
    """Return the windows of every unit whose shop the actor keeps.

    Raises:
        AccountUnknown, NotAllowed, ShopUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        desks = []
        for unit in kept_units(uow, deps, identify(uow, actor)):
            shop = shop_of(uow, deps, unit, now=now)
            assert shop is not None, "a kept unit has a shop"
            desks.append(
                WindowDesk(
                    unit=unit,
                    windows=tuple(stored_windows.list_windows(uow, unit.id, limit=LISTED_MAX)),
                    offered=offer_window(shop.window, local_day(now, unit)),
                    now=now,
                )
            )
        return tuple(desks)


def open_window(
    deps: Deps,
    *,
    actor: Actor,
    unit_id: int,
    opens_on: date,
    closes_on: date,
    pick_up_until_on: date,
    budget_cents: int | None = None,
) -> ShopWindow:
    """Plan a window of local days, all of them included; one that begins today opens at once, none earlier.

    Raises:
        WindowRefused: the days are reversed, past, or another window's.
        AccountUnknown, NotAllowed, ShopUnknown
    """
    now = deps.clock.now()
    if budget_cents is not None and not 0 <= budget_cents <= COST_CENTS_MAX:
        raise WindowRefused(what="budget")
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        unit = next((unit for unit in kept_units(uow, deps, member) if unit.id == unit_id), None)
        if unit is None:
            raise ShopUnknown
        shop = shop_of(uow, deps, unit, now=now)
        assert shop is not None, "a kept unit has a shop"
        opens_at = _midnight(unit, opens_on)
        closes_at = _midnight(unit, closes_on + timedelta(days=1))
        pick_up_until_at = _midnight(unit, pick_up_until_on + timedelta(days=1))
        stored_windows.lock_unit(uow, unit.id)
        others = stored_windows.list_windows(uow, unit.id)
        today_at = _midnight(unit, local_day(now, unit))
        check_window(opens_at, closes_at, pick_up_until_at, now=now, today_at=today_at, others=others)
        window_id = stored_windows.insert_window(
            uow,
            unit_id=unit.id,
            label=period_of(shop.window, opens_on).label,
            opens_at=opens_at,
            closes_at=closes_at,
            pick_up_until_at=pick_up_until_at,
            budget_cents=budget_cents,
            created_by_id=member.id,
            now=now,
        )
        _note(uow, "shop.window_planned", window_id, unit.id, member, now)
        window = stored_windows.get_window(uow, window_id)
        assert window is not None, "it was just written"
        return window


def close_window(deps: Deps, *, actor: Actor, window_id: int) -> ShopWindow:
    """Close an open window now, or call off one that has not opened; a repeat changes nothing.

    Orders keep the time until which they can be collected.

    Raises:
        AccountUnknown, NotAllowed, WindowUnknown
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        window = stored_windows.get_window(uow, window_id)
        if window is None or window.unit_id not in require_reach(uow, member, Permission.RUN_SHOP):
            raise WindowUnknown
        if window.closes_at <= now:
            return window
        stored_windows.close_window(uow, window_id, closes_at=max(now, window.opens_at))
        _note(uow, "shop.window_closed", window_id, window.unit_id, member, now)
        closed = stored_windows.get_window(uow, window_id)
        assert closed is not None, "windows are never removed"
        return closed


def last_day(until_at: datetime, unit: Unit) -> date:
    """Return the last local day before an exclusive end."""
    return local_day(until_at - timedelta(microseconds=1), unit)


def _midnight(unit: Unit, on: date) -> datetime:
    return datetime.combine(on, time(), tzinfo=ZoneInfo(unit.time_zone))


def _note(uow: UnitOfWork, action: str, window_id: int, unit_id: int, member: Member, now: datetime) -> None:
    stored_audit.note(
        uow, action, actor_id=member.id, unit_id=unit_id, facts={"window_id": window_id}, now=now
    )
