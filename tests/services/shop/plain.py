"""Plain numbers of what must have come of everything in the shop, beside which the machine drives it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from domain.shop import HOLDING, OrderStatus

GIVEN_BACK = frozenset({OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.RETURNED})


@dataclass(eq=False)
class PlainLot:
    """What is left of one earning, and the day from which on it is worth nothing."""

    number: int
    lapses_on: date
    left: int = 0


@dataclass(eq=False)
class PlainAccount:
    """Lots, what is owed, and into whose account it went."""

    lots: list[PlainLot] = field(default_factory=list)
    debt: int = 0
    gone_into: "PlainAccount | None" = None

    @property
    def end(self) -> "PlainAccount":
        """The account that is spent from."""
        return self if self.gone_into is None else self.gone_into.end

    @property
    def balance(self) -> int:
        """What can be spent."""
        return sum(lot.left for lot in self.lots) - self.debt

    def put(self, lot: PlainLot, points: int) -> None:
        """Pay what is owed, and put the rest into the lot."""
        paid = min(self.debt, points)
        self.debt -= paid
        lot.left += points - paid

    def take(self, points: int, *, first: PlainLot | None = None) -> list[tuple[PlainLot, int]]:
        """Take from the soonest to lapse on; what is not there is owed."""
        pieces = []
        for lot in sorted(self.lots, key=lambda lot: (lot is not first, lot.lapses_on, lot.number)):
            piece = min(lot.left, points)
            lot.left -= piece
            points -= piece
            if piece:
                pieces.append((lot, piece))
        self.debt += points
        return pieces

    def lapse(self, today: date) -> None:
        """Leave nothing in what has lapsed."""
        for lot in self.lots:
            if lot.lapses_on <= today:
                lot.left = 0

    def next_lapse(self) -> tuple[date | None, int]:
        """Return when the next points lapse, and how many."""
        alive = [lot for lot in self.lots if lot.left]
        on = min((lot.lapses_on for lot in alive), default=None)
        return on, sum(lot.left for lot in alive if lot.lapses_on == on)


@dataclass(eq=False)
class PlainOrder:
    """An order, who made it, and from which lots of which account it was paid."""

    who: int
    quantity: int
    price: int
    window: int
    expires_at_hour: int
    account: PlainAccount
    pieces: list[tuple[PlainLot, int]]
    status: OrderStatus = OrderStatus.RESERVED
    handed: int = 0

    @property
    def held(self) -> int:
        """How many are still held."""
        return self.quantity - self.handed if self.status in HOLDING else 0

    def give_back(self, count: int, *, fresh: PlainLot, today: date) -> None:
        """Give the points of so many back: into their lots, or where the account went, into a fresh one."""
        account, points = self.account.end, self.price * count
        account.lapse(today)
        if account is not self.account:
            account.lots.append(fresh)
            account.put(fresh, points)
            return
        while points:
            lot, piece = self.pieces.pop()
            back = min(piece, points)
            if piece > back:
                self.pieces.append((lot, piece - back))
            account.put(lot, back)
            points -= back
        account.lapse(today)


def ordered_by(orders: Iterable[PlainOrder], who: int, window: int) -> int:
    """Return how many a member has or had in a window, without what was given back."""
    return sum(
        order.quantity
        for order in orders
        if order.who == who and order.window == window and order.status not in GIVEN_BACK
    )
