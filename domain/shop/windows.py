"""When the shop is open: the window 兑换期, and the one a shopkeeper is offered to begin with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.periods import Period, PeriodKind, period_of
from domain.shop.refusals import WindowRefused

OPEN_DAYS = 10
"""How long an offered window stays open."""
PICK_UP_DAYS = 14
"""How long after the closing an order is kept."""


@dataclass(frozen=True, slots=True)
class ShopWindow:
    """A stretch of time in which members may order; all instants are exclusive ends or starts, in UTC."""

    id: int
    unit_id: int
    label: str
    """The period it belongs to, such as `2026-Q1`."""
    opens_at: datetime
    closes_at: datetime
    pick_up_until_at: datetime
    budget_cents: int | None
    """Money that may be spent on goods; None for no limit."""
    spent_cents: int
    """Money of the goods that are held or were handed over."""
    opening_told_at: datetime | None
    closing_told_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Tell whether one may order now."""
        return self.opens_at <= now < self.closes_at

    @property
    def is_called_off(self) -> bool:
        """Whether it was given up before it opened; it is in nobody's way any more."""
        return self.closes_at <= self.opens_at


@dataclass(frozen=True, slots=True)
class OfferedWindow:
    """What a shopkeeper is offered when opening the next window; days are local, `closes_on` is included."""

    period: Period
    opens_on: date
    closes_on: date
    pick_up_until_on: date


def offer_window(kind: PeriodKind, today: date) -> OfferedWindow:
    """Return a window that begins today, stays open ten days and ends within the period if it can."""
    period = period_of(kind, today)
    last = period.until_on - timedelta(days=1)
    closes_on = min(today + timedelta(days=OPEN_DAYS - 1), max(last, today))
    return OfferedWindow(period, today, closes_on, closes_on + timedelta(days=PICK_UP_DAYS))


def check_window(
    opens_at: datetime,
    closes_at: datetime,
    pick_up_until_at: datetime,
    *,
    now: datetime,
    today_at: datetime,
    others: Iterable[ShopWindow],
) -> None:
    """Check the times of a new window beside the unit's others; `today_at` is when the local day began.

    Raises:
        WindowRefused: reversed, past, opening on a day that is over, or overlapping; in this order.
    """
    if not opens_at < closes_at <= pick_up_until_at:
        raise WindowRefused(what="reversed")
    if closes_at <= now:
        raise WindowRefused(what="past")
    if opens_at < today_at:
        raise WindowRefused(what="opens_past")
    standing = (other for other in others if not other.is_called_off)
    if any(opens_at < other.closes_at and other.opens_at < closes_at for other in standing):
        raise WindowRefused(what="overlaps")


def months_after(on: date, months: int) -> date:
    """Return the same day so many months later; the last day of a month where it has no such day."""
    count = on.year * 12 + on.month - 1 + months
    year, month = count // 12, count % 12 + 1
    first_after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=on.day - 1), first_after - timedelta(days=1))
