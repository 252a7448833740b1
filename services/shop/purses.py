"""The spendable balance: fed by the ledger's entries, settled when points lapse, shown with its statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from domain.ledger import Entry
from domain.members import MemberKind, Unit
from domain.points import from_stored
from domain.rulebooks import Rulebook, Shop
from domain.shop import (
    NewPurseLine,
    PurseKind,
    PurseLine,
    expires_on,
    fold,
    lapses,
    next_due_on,
)
from domain.shop.refusals import ShopUnknown
from services.actors import Actor, Home, home_of, identify, local_day, unit_tree
from services.deps import Deps
from services.shop import telling
from storage import members as stored_members
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop import orders as stored_orders
from storage.shop import products as stored_products
from storage.shop.accounts import PurseAccount

PAGE_LENGTH = 8
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One + or − of a statement: what it was for, and what could be spent afterwards."""

    line: PurseLine
    what: str
    """The item that earned it, or the product that it was held for; empty where neither."""
    quantity: int
    member_name: str


@dataclass(frozen=True, slots=True)
class MyPurse:
    """What the asking member can spend, what of it lapses next, and one page of the statement."""

    home: Home
    balance: Fraction
    next_expiry_on: date | None
    next_expiry: Fraction
    """How many points lapse on that day."""
    lines: tuple[StatementLine, ...]
    page: int
    total: int
    sharers: tuple[str, ...]
    """With whom the account is shared."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A member as the shop sees them: their unit, its rules of spending and the rulebook they stand in."""

    home: Home
    rulebook: Rulebook
    shop: Shop

    @property
    def kind(self) -> MemberKind | None:
        """As what they belong to the unit today."""
        return next((m.kind for m in self.home.memberships if m.covers(self.home.today)), None)


def customer(uow: UnitOfWork, deps: Deps, actor: Actor, *, now: datetime) -> Customer:
    """Return the asking member as a customer of their unit's shop.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable
        ShopUnknown: the unit's rulebook has no shop.
    """
    home = home_of(uow, identify(uow, actor), now=now)
    rulebook = deps.shelf.in_force(uow, home.unit.rulebook, home.today).rulebook
    if rulebook.shop is None:
        raise ShopUnknown
    return Customer(home, rulebook, rulebook.shop)


def shop_of(uow: UnitOfWork, deps: Deps, unit: Unit, *, now: datetime) -> Shop | None:
    """Return the shop that a unit's rulebook has today, None where it has none."""
    return deps.shelf.shop_on(uow, unit.rulebook, local_day(now, unit))


def has_shop(uow: UnitOfWork, deps: Deps, unit: Unit) -> bool:
    """Tell whether a unit's rulebook has a shop today."""
    return shop_of(uow, deps, unit, now=deps.clock.now()) is not None


def credit_entries(uow: UnitOfWork, deps: Deps, entries: Sequence[Entry], *, now: datetime) -> None:
    """Bring ledger entries that were just written into the purses of their members.

    What an entry brings is what the rulebook version it was written under lets members spend; an entry that
    takes another back takes back exactly what that one brought. Once for each entry.
    """
    for entry in entries:
        line = _credit_of(uow, deps, entry) if entry.member_id is not None else None
        if line is None or entry.member_id is None:
            continue  # what a unit is given is nobody's to spend
        kind, points, about = line
        unit = unit_tree(uow).get(entry.unit_id)
        shop = deps.shelf.version(uow, entry.rulebook_version_id).shop
        today = local_day(now, unit)
        account = lock_settled(uow, shop, unit_id=unit.id, member_id=entry.member_id, today=today, now=now)
        ends_on = expires_on(shop, today) if shop is not None and points > 0 else None
        is_here = about is not None and about.account_id == account.id
        append_line(
            uow,
            account,
            NewPurseLine(
                account_id=account.id,
                member_id=entry.member_id,
                kind=kind,
                points=points,
                on=today,
                cause_key=f"entry:{entry.id}",
                expires_on=ends_on,
                about_id=about.id if about is not None and is_here else None,
                entry_id=entry.id,
            ),
            now=now,
        )
        _note_due(uow, account, shop, today=today, expires=ends_on)


def credit_points(shop: Shop | None, entry: Entry) -> Fraction:
    """Return what an entry that takes nothing back brings into a purse."""
    if shop is None or entry.item not in shop.earns:
        return ZERO
    return from_stored(entry.counted_amount)


def _credit_of(
    uow: UnitOfWork, deps: Deps, entry: Entry
) -> tuple[PurseKind, Fraction, PurseLine | None] | None:
    if stored_accounts.line_of_entry(uow, entry.id) is not None:
        return None
    if entry.reverses_id is not None:
        original = stored_accounts.line_of_entry(uow, entry.reverses_id)
        return None if original is None else (PurseKind.REVERSED, -original.points, original)
    points = credit_points(deps.shelf.version(uow, entry.rulebook_version_id).shop, entry)
    return (PurseKind.EARNED, points, None) if points else None


def _note_due(
    uow: UnitOfWork, account: PurseAccount, shop: Shop | None, *, today: date, expires: date | None
) -> None:
    days = [day for day in (account.due_on, expires, next_due_on(fold(()), shop, today)) if day is not None]
    stored_accounts.set_settled(uow, account.id, settled_on=today, due_on=min(days, default=None))


def append_line(uow: UnitOfWork, account: PurseAccount, line: NewPurseLine, *, now: datetime) -> int:
    """Write one line of a locked account and change its balance by it; return the line's id."""
    line_id = stored_accounts.insert_line(uow, line, now=now)
    stored_accounts.move_balance(uow, account.id, line.points)
    return line_id


def lock_settled(
    uow: UnitOfWork, shop: Shop | None, *, unit_id: int, member_id: int, today: date, now: datetime
) -> PurseAccount:
    """Return the account a member spends from, locked and without what has lapsed by today."""
    account = stored_accounts.lock_account(uow, unit_id=unit_id, member_id=member_id, today=today)
    return settle(uow, account, shop, today=today, now=now)


def settle(
    uow: UnitOfWork, account: PurseAccount, shop: Shop | None, *, today: date, now: datetime
) -> PurseAccount:
    """Write down what has lapsed of a locked account, tell its people, and return it as it is then."""
    if account.due_on is None or account.due_on > today:
        return account
    lines = stored_accounts.list_lines(uow, account.id)
    purse = fold(lines)
    found = lapses(purse, shop, since_on=account.settled_on, today=today)
    newest = lines[-1].id if lines else 0
    ids = [
        append_line(
            uow,
            account,
            NewPurseLine(
                account_id=account.id,
                member_id=lapse.lot.member_id,
                kind=lapse.kind,
                points=-lapse.points,
                on=lapse.on,
                cause_key=f"lapse:{lapse.lot.line_id}:{lapse.kind.value}:{newest}:{lapse.on}",
                about_id=lapse.lot.line_id,
            ),
            now=now,
        )
        for lapse in found
    ]
    stored_accounts.set_settled(uow, account.id, settled_on=today, due_on=next_due_on(purse, shop, today))
    if ids:
        telling.tell_lapsed(uow, account, found, first_line_id=ids[0], now=now)
    return stored_accounts.lock_account_row(uow, account.id)


def give_back(
    uow: UnitOfWork,
    shop: Shop | None,
    *,
    account_id: int,
    member_id: int,
    order_id: int,
    points: Fraction,
    cause: str,
    today: date,
    now: datetime,
) -> None:
    """Give points of an order back into the lots they came from; what lapsed meanwhile lapses at once."""
    account = stored_accounts.lock_followed(uow, account_id)
    account = settle(uow, account, shop, today=today, now=now)
    append_line(
        uow,
        account,
        NewPurseLine(
            account_id=account.id,
            member_id=member_id,
            kind=PurseKind.RETURNED,
            points=points,
            on=today,
            cause_key=f"return:{order_id}:{cause}",
            expires_on=expires_on(shop, today) if shop is not None else None,
            order_id=order_id,
        ),
        now=now,
    )
    purse = fold(stored_accounts.list_lines(uow, account.id))
    due_on = next_due_on(purse, shop, today)
    stored_accounts.set_settled(uow, account.id, settled_on=today, due_on=due_on)
    settle(uow, stored_accounts.lock_account_row(uow, account.id), shop, today=today, now=now)


def my_purse(deps: Deps, *, actor: Actor, page: int = 0) -> MyPurse:
    """Return what the asking member can spend, with one page of the statement, the newest first.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable, ShopUnknown
    """
    with deps.store.read() as uow:
        asking = customer(uow, deps, actor, now=deps.clock.now())
        home = asking.home
        account = stored_accounts.account_of(uow, unit_id=home.unit.id, member_id=home.member.id)
        if account is None:
            return MyPurse(home, ZERO, None, ZERO, (), page, 0, ())
        balance, ends_on, ending = what_is_left(uow, account, asking.shop, home.today)
        lines, total = stored_accounts.page_of_lines(
            uow, account.id, limit=PAGE_LENGTH, offset=page * PAGE_LENGTH
        )
        sharers = (account.member_id, *stored_accounts.sharers_of(uow, [account.id]).get(account.id, ()))
        others = [member_id for member_id in sharers if member_id != home.member.id]
        names = stored_members.names_of(uow, [*others, *(line.member_id for line in lines)])
        return MyPurse(
            home=home,
            balance=balance,
            next_expiry_on=ends_on,
            next_expiry=ending,
            lines=_described(uow, asking.rulebook, lines, names if others else {}),
            page=page,
            total=total,
            sharers=tuple(names[member_id] for member_id in others),
        )


def what_is_left(
    uow: UnitOfWork, account: PurseAccount, shop: Shop | None, today: date
) -> tuple[Fraction, date | None, Fraction]:
    """Return what an account can spend today, when the next points of it lapse, and how many."""
    purse = fold(stored_accounts.list_lines(uow, account.id))
    lapses(purse, shop, since_on=account.settled_on, today=today)
    ends_on = purse.next_expiry_on
    ending = sum((lot.left for lot in purse.spendable() if lot.expires_on == ends_on), ZERO)
    return purse.balance, ends_on, ending if ends_on is not None else ZERO


def _described(
    uow: UnitOfWork, rulebook: Rulebook, lines: Sequence[PurseLine], names: Mapping[int, str]
) -> tuple[StatementLine, ...]:
    orders = {
        line.order_id: order
        for line in lines
        if line.order_id is not None and (order := stored_orders.get_order(uow, line.order_id)) is not None
    }
    products = stored_products.products_by_id(uow, [order.product_id for order in orders.values()])
    items = stored_accounts.items_of(uow, [line.entry_id for line in lines if line.entry_id is not None])
    described = []
    for line in lines:
        order = orders.get(line.order_id) if line.order_id is not None else None
        what = products[order.product_id].name if order is not None else ""
        if line.entry_id is not None:
            item = rulebook.item(items[line.entry_id])
            what = item.name if item is not None else items[line.entry_id]
        described.append(
            StatementLine(line, what, order.quantity if order else 0, names.get(line.member_id, ""))
        )
    return tuple(described)
