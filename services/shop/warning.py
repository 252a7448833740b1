"""Warns, once for each month in which points lapse, those who can still spend them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from domain.due import Step, UnitClock
from domain.members import Unit
from domain.rulebooks import Shop
from domain.shop import Lapsing, Purse, ShopWindow, fold, lapses, lapsing
from services.actors import Actor
from services.deps import Deps
from services.shop import telling
from services.shop.purses import customer, shop_of
from storage import due as stored_due
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop import windows as stored_windows
from storage.shop.accounts import PurseAccount

WARN_DAYS = 14
"""So long before the first points of a month lapse; long enough for a holiday, in which nobody is warned."""
CLAIM = "lapse"
"""Under this name each account and month is claimed, so that it is warned of once."""


@dataclass(frozen=True, slots=True)
class LapseWarning:
    """What lapses soon of the asking member's points, and when it can be spent before."""

    lapsing: Lapsing
    balance: Fraction
    unit: Unit
    window: ShopWindow | None
    next_window: ShopWindow | None


def warn(uow: UnitOfWork, deps: Deps, clock: UnitClock, step: Step, now: datetime) -> None:
    """Look through a unit's purses for points that lapse soon and of which nobody was warned yet."""
    shop = shop_of(uow, deps, clock.unit, now=now)
    if shop is None or shop.expires_months is None:
        return
    today = clock.day_of(now)
    soon_on = today + timedelta(days=WARN_DAYS)
    for account in stored_accounts.accounts_due(uow, soon_on, unit_id=step.unit_id, limit=None):
        found = lapsing(_purse(uow, account, shop, today), until_on=soon_on)
        if found is None:
            continue
        slot = f"{account.id}:{found.first_on:%Y-%m}"
        if stored_due.claim(uow, job=CLAIM, slot=slot, outcome="run", now=now):
            telling.tell_lapsing(uow, account, found, now=now)


def _purse(uow: UnitOfWork, account: PurseAccount, shop: Shop, today: date) -> Purse:
    purse = fold(stored_accounts.list_lines(uow, account.id))
    lapses(purse, shop, since_on=account.settled_on, today=today)
    return purse


def open_warning(deps: Deps, *, actor: Actor, until_on: date) -> LapseWarning | None:
    """Return what of the asking member's points still lapses by then; None when all of it is spent by now.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable, ShopUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        asking = customer(uow, deps, actor, now=now)
        unit = asking.home.unit
        account = stored_accounts.account_of(uow, unit_id=unit.id, member_id=asking.home.member.id)
        if account is None:
            return None
        purse = _purse(uow, account, asking.shop, asking.home.today)
        found = lapsing(purse, until_on=until_on)
        if found is None:
            return None
        return LapseWarning(
            lapsing=found,
            balance=purse.balance,
            unit=unit,
            window=stored_windows.open_window(uow, unit.id, now),
            next_window=stored_windows.next_window(uow, unit.id, now),
        )
