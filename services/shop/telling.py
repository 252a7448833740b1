"""Puts into the outbox who has to be told what about the shop; always inside the use case's transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction

from domain.access import shopkeepers_of
from domain.outbox import NewMessage, OutboxKind, Priority
from domain.shop import Lapse, Lapsing, Order, Product, ShopWindow
from services.actors import unit_tree
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop import products as stored_products
from storage.shop import waits as stored_waits


def shopkeepers(uow: UnitOfWork, unit_id: int) -> tuple[int, ...]:
    """Return the members who keep a unit's shop now."""
    tree = unit_tree(uow)
    grants = stored_members.grants_in(uow, tree.upward(unit_id))
    return shopkeepers_of(unit_id, grants=grants, tree=tree)


def tell_order(uow: UnitOfWork, kind: OutboxKind, order: Order, *, cause: str, now: datetime) -> None:
    """Tell the member what became of an order; `cause` makes each news of it one message."""
    facts = {"order_id": order.id, "status": order.status.value, "handed": order.handed}
    key = f"{kind.value}:{order.id}:{cause}"
    stored_outbox.enqueue(uow, [NewMessage(kind, key, order.member_id, facts, Priority.ANSWER)], now=now)


def tell_low(uow: UnitOfWork, product: Product, *, left: int, order_id: int, now: datetime) -> None:
    """Tell the shopkeepers that little is left of a product."""
    facts: Mapping[str, int | str] = {"product_id": product.id, "left": left}
    _tell_all(
        uow,
        OutboxKind.SHOP_LOW,
        f"shop_low:{product.id}:{order_id}",
        shopkeepers(uow, product.unit_id),
        facts,
        Priority.CARD,
        now,
    )


def tell_waiting(uow: UnitOfWork, product_id: int, *, now: datetime) -> None:
    """Tell as many of those who wait as there are pieces again, in the order in which they came."""
    product = stored_products.get_product(uow, product_id)
    if product is None or product.stock <= 0 or product.archived_at is not None:
        return
    taken = stored_waits.take_waiting(uow, product_id, limit=product.stock, now=now)
    messages = [
        NewMessage(
            OutboxKind.SHOP_BACK,
            f"shop_back:{number}",
            member_id,
            {"product_id": product_id},
            Priority.ANSWER,
        )
        for number, member_id in taken
    ]
    stored_outbox.enqueue(uow, messages, now=now)


def tell_window(
    uow: UnitOfWork, window: ShopWindow, to: Iterable[int], *, is_closing: bool, now: datetime
) -> None:
    """Tell these people that a window opened or closed."""
    kind = OutboxKind.SHOP_CLOSED if is_closing else OutboxKind.SHOP_OPENED
    facts = {"window_id": window.id}
    _tell_all(uow, kind, f"{kind.value}:{window.id}", to, facts, Priority.BROADCAST, now)


def tell_lapsed(
    uow: UnitOfWork,
    account: stored_accounts.PurseAccount,
    found: Iterable[Lapse],
    *,
    first_line_id: int,
    now: datetime,
) -> None:
    """Tell everybody who spends from an account that points of it lapsed."""
    amount = sum((lapse.points for lapse in found), Fraction(0))
    to = _spenders(uow, account)
    facts: dict[str, int | str] = {"account_id": account.id, "points": str(amount)}
    key = f"shop_lapsed:{first_line_id}"
    _tell_all(uow, OutboxKind.SHOP_LAPSED, key, to, facts, Priority.BROADCAST, now)


def tell_lapsing(
    uow: UnitOfWork, account: stored_accounts.PurseAccount, found: Lapsing, *, now: datetime
) -> None:
    """Warn everybody who spends from an account of what lapses soon."""
    facts = {"until_on": found.last_on.isoformat()}
    key = f"shop_lapsing:{account.id}:{found.first_on:%Y-%m}"
    _tell_all(uow, OutboxKind.SHOP_LAPSING, key, _spenders(uow, account), facts, Priority.BROADCAST, now)


def _spenders(uow: UnitOfWork, account: stored_accounts.PurseAccount) -> tuple[int, ...]:
    return (account.member_id, *stored_accounts.sharers_of(uow, [account.id]).get(account.id, ()))


def _tell_all(
    uow: UnitOfWork,
    kind: OutboxKind,
    key: str,
    to: Iterable[int],
    facts: Mapping[str, int | str],
    priority: Priority,
    now: datetime,
) -> None:
    messages = [NewMessage(kind, f"{key}:{member_id}", member_id, facts, priority) for member_id in to]
    stored_outbox.enqueue(uow, messages, now=now)
