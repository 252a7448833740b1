"""The balance 可兑换积分: lines that add up, folded into lots of which the soonest to lapse is spent first.

A lot is what one ledger entry brought. Every line names what it is about, so that the whole purse can be
rebuilt from its lines: reserved points come back into the lots they were taken from, with their own expiry.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.periods import PeriodKind, period_of
from domain.rulebooks import Shop
from domain.shop.windows import months_after

ZERO = Fraction(0)


class PurseKind(StrEnum):
    """Why the balance changed."""

    EARNED = "earned"
    """A ledger entry of an item that earns."""
    REVERSED = "reversed"
    """Such an entry was taken back."""
    RESERVED = "reserved"
    """Held by an order."""
    RETURNED = "returned"
    """Given back by an order that was cancelled, expired or brought back."""
    EXPIRED = "expired"
    """Not spent in time."""
    NOT_CARRIED = "not_carried"
    """More than may go on into the next window."""
    MOVED_OUT = "moved_out"
    """Gone into the household's account."""
    MOVED_IN = "moved_in"
    """Come from another account of the household."""


@dataclass(frozen=True, slots=True)
class NewPurseLine:
    """One change of a balance about to be written; `about_id` is the line of the lot it takes from."""

    account_id: int
    member_id: int
    kind: PurseKind
    points: Fraction
    on: date
    cause_key: str
    expires_on: date | None = None
    """From which day on what is left of it cannot be spent any more."""
    about_id: int | None = None
    order_id: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class PurseLine(NewPurseLine):
    """One change of a balance as it stands."""

    id: int = 0


@dataclass(slots=True)
class Lot:
    """What is left of one earning; `line_id` is the line that brought it."""

    line_id: int
    member_id: int
    expires_on: date | None
    left: Fraction

    @property
    def order(self) -> tuple[date, int]:
        """What is spent first: the soonest to lapse, then the oldest."""
        return (self.expires_on or date.max, self.line_id)


@dataclass(frozen=True, slots=True)
class Lapse:
    """Points that cannot be spent any more: of which lot, since when and why."""

    lot: Lot
    points: Fraction
    on: date
    kind: PurseKind


@dataclass(frozen=True, slots=True)
class Lapsing:
    """So many points that lapse unless they are spent before, all in one calendar month."""

    points: Fraction
    first_on: date
    last_on: date


@dataclass
class Purse:
    """The lots of an account, and what it owes when more was taken back than it had."""

    lots: dict[int, Lot] = field(default_factory=dict)
    debt: Fraction = ZERO
    held: dict[int, list[tuple[int, Fraction]]] = field(default_factory=dict)
    """What each order took, as (lot, points), in the order of taking."""

    @property
    def balance(self) -> Fraction:
        """What can be spent; negative when something is owed."""
        return sum((lot.left for lot in self.lots.values()), ZERO) - self.debt

    @property
    def next_expiry_on(self) -> date | None:
        """When the next points lapse."""
        return min((lot.expires_on for lot in self.spendable() if lot.expires_on is not None), default=None)

    def spendable(self) -> list[Lot]:
        """Return the lots with something left, in the order in which they are spent."""
        return sorted((lot for lot in self.lots.values() if lot.left), key=lambda lot: lot.order)

    def add(self, line: PurseLine) -> None:
        """Take one more line into account."""
        match line.kind:
            case PurseKind.EARNED | PurseKind.MOVED_IN if line.points >= 0:
                self.lots[line.id] = Lot(line.id, line.member_id, line.expires_on, ZERO)
                self._put(line.id, line.points)
            case PurseKind.RETURNED:
                self._give_back(line)
            case PurseKind.RESERVED:
                self.held[line.order_id or 0] = self._take(-line.points)
            case PurseKind.EXPIRED | PurseKind.NOT_CARRIED | PurseKind.MOVED_OUT if line.about_id is not None:
                self.lots[line.about_id].left += line.points
            case _:
                self._change(line)

    def _change(self, line: PurseLine) -> None:
        """Take a reversal: of an earning from its own lot first, of a loss as a payment."""
        if line.points >= 0:
            self.lots[line.id] = Lot(line.id, line.member_id, line.expires_on, ZERO)
            self._put(line.id, line.points)
            return
        self._take(-line.points, first=line.about_id)

    def _put(self, lot_id: int, points: Fraction) -> None:
        paid = min(self.debt, points)
        self.debt -= paid
        self.lots[lot_id].left += points - paid

    def _take(self, points: Fraction, *, first: int | None = None) -> list[tuple[int, Fraction]]:
        pieces: list[tuple[int, Fraction]] = []
        lots = self.spendable()
        lots.sort(key=lambda lot: lot.line_id != first)
        for lot in lots:
            piece = min(lot.left, points)
            if piece:
                lot.left -= piece
                points -= piece
                pieces.append((lot.line_id, piece))
        self.debt += points
        return pieces

    def _give_back(self, line: PurseLine) -> None:
        points, pieces = line.points, self.held.get(line.order_id or 0, [])
        while points and pieces:
            lot_id, piece = pieces.pop()
            back = min(piece, points)
            points -= back
            if piece > back:
                pieces.append((lot_id, piece - back))
            self._put(lot_id, back)
        if points:  # what was taken from an account that went into this one since
            self.lots[line.id] = Lot(line.id, line.member_id, line.expires_on, ZERO)
            self._put(line.id, points)


def fold(lines: Iterable[PurseLine]) -> Purse:
    """Return the purse that these lines make, oldest first."""
    purse = Purse()
    for line in lines:
        purse.add(line)
    return purse


def expires_on(shop: Shop, earned_on: date) -> date | None:
    """Return the first day on which points earned on a day can no longer be spent; None for never."""
    return None if shop.expires_months is None else months_after(earned_on, shop.expires_months)


def lapses(purse: Purse, shop: Shop | None, *, since_on: date, today: date) -> list[Lapse]:
    """Return what lapsed from after `since_on` until today, in order of days; the purse is left without it.

    On the first day of each window's period no more than `carry_over_max` goes on, and what would lapse
    soonest stays behind; points that lapse on that day have lapsed before.
    """
    found: list[Lapse] = []
    carry_max = shop.carry_over_max if shop is not None else None
    starts = _starts(shop.window, since_on, today) if shop is not None and carry_max is not None else []
    for start in [*starts, None]:
        until = today if start is None else start
        for lot in purse.spendable():
            if lot.expires_on is not None and lot.expires_on <= until:
                found.append(Lapse(lot, lot.left, lot.expires_on, PurseKind.EXPIRED))
                lot.left = ZERO
        if start is not None and carry_max is not None:
            found += _left_behind(purse, carry_max, start)
    return found


def lapsing(purse: Purse, *, until_on: date) -> Lapsing | None:
    """Return what lapses in the month of the first points that do; None if none do by this day.

    A month at a time, since who earns on many days would else be told on as many.
    """
    first_on = purse.next_expiry_on
    if first_on is None or first_on > until_on:
        return None
    month = period_of(PeriodKind.MONTH, first_on)
    lots = [
        (lot.expires_on, lot.left)
        for lot in purse.spendable()
        if lot.expires_on is not None and lot.expires_on < month.until_on
    ]
    return Lapsing(sum((left for _, left in lots), ZERO), first_on, max(on for on, _ in lots))


def _starts(kind: PeriodKind, since_on: date, today: date) -> list[date]:
    starts = []
    period = period_of(kind, since_on).next
    while period.starts_on <= today:
        starts.append(period.starts_on)
        period = period.next
    return starts


def _left_behind(purse: Purse, carry_max: Fraction, start: date) -> list[Lapse]:
    excess = sum((lot.left for lot in purse.lots.values()), ZERO) - carry_max
    found = []
    for lot in purse.spendable():
        piece = min(lot.left, excess)
        if piece > 0:
            found.append(Lapse(lot, piece, start, PurseKind.NOT_CARRIED))
            lot.left -= piece
            excess -= piece
    return found


def next_due_on(purse: Purse, shop: Shop | None, today: date) -> date | None:
    """Return the next day on which something of this purse may lapse; None if nothing ever does."""
    days = [purse.next_expiry_on] if purse.next_expiry_on is not None else []
    if shop is not None and shop.carry_over_max is not None:
        days.append(period_of(shop.window, today).until_on)
    return min(days, default=None)
