"""Looking into the shop: what there is, what one could order, and waiting for what is sold out."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.members import Unit
from domain.shop import Product, ShopWindow
from domain.shop.refusals import ProductUnknown
from services.actors import Actor
from services.deps import Deps
from services.shop import telling
from services.shop.purses import ZERO, Customer, customer, what_is_left
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop import orders as stored_orders
from storage.shop import products as stored_products
from storage.shop import waits as stored_waits
from storage.shop import windows as stored_windows

PAGE_LENGTH = 5


@dataclass(frozen=True, slots=True)
class ShopView:
    """The shop as a member sees it: what they can spend, whether it is open, one page of what there is."""

    unit: Unit
    window: ShopWindow | None
    next_window: ShopWindow | None
    balance: Fraction
    next_expiry_on: date | None
    next_expiry: Fraction
    products: tuple[Product, ...]
    page: int
    total: int
    is_keeper: bool = False


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product as a member sees it; `ordered` is how many they have of it in this window."""

    product: Product
    unit: Unit
    window: ShopWindow | None
    next_window: ShopWindow | None
    balance: Fraction
    ordered: int
    is_for_me: bool
    is_waited_for: bool

    @property
    def quantity_max(self) -> int:
        """How many the member could order now."""
        if self.window is None or not self.is_for_me:
            return 0
        most = min(self.product.stock, int(self.balance // self.product.price) if self.balance > 0 else 0)
        if self.product.facts.limit_per_window is not None:
            most = min(most, self.product.facts.limit_per_window - self.ordered)
        return max(0, most)


def open_shop(deps: Deps, *, actor: Actor, page: int = 0) -> ShopView:
    """Return the shop of the asking member's unit.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable, ShopUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        asking = customer(uow, deps, actor, now=now)
        unit = asking.home.unit
        balance, ends_on, ending = _balance(uow, asking)
        products, total = stored_products.list_products(
            uow, [unit.id], limit=PAGE_LENGTH, offset=page * PAGE_LENGTH
        )
        return ShopView(
            unit=unit,
            window=stored_windows.open_window(uow, unit.id, now),
            next_window=stored_windows.next_window(uow, unit.id, now),
            balance=balance,
            next_expiry_on=ends_on,
            next_expiry=ending,
            products=tuple(products),
            page=page,
            total=total,
            is_keeper=asking.home.member.id in telling.shopkeepers(uow, unit.id),
        )


def _balance(uow: UnitOfWork, asking: Customer) -> tuple[Fraction, date | None, Fraction]:
    home = asking.home
    account = stored_accounts.account_of(uow, unit_id=home.unit.id, member_id=home.member.id)
    if account is None:
        return ZERO, None, ZERO
    return what_is_left(uow, account, asking.shop, home.today)


def open_product(deps: Deps, *, actor: Actor, product_id: int) -> ProductView:
    """Return a product of the asking member's shop.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable, ShopUnknown, ProductUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        asking = customer(uow, deps, actor, now=now)
        unit, member = asking.home.unit, asking.home.member
        product = offered(stored_products.get_product(uow, product_id), unit)
        window = stored_windows.open_window(uow, unit.id, now)
        ordered = 0
        if window is not None:
            ordered = stored_orders.ordered_count(
                uow, member_id=member.id, window_id=window.id, product_id=product.id
            )
        return ProductView(
            product=product,
            unit=unit,
            window=window,
            next_window=stored_windows.next_window(uow, unit.id, now),
            balance=_balance(uow, asking)[0],
            ordered=ordered,
            is_for_me=product.is_for(asking.kind),
            is_waited_for=bool(stored_waits.waited_for(uow, member.id, [product.id])),
        )


def offered(product: Product | None, unit: Unit) -> Product:
    """Return a product that a unit's shop has to offer.

    Raises:
        ProductUnknown: not there, another unit's, or taken out of the catalogue.
    """
    if product is None or product.unit_id != unit.id or product.archived_at is not None:
        raise ProductUnknown
    return product


def wait_for(deps: Deps, *, actor: Actor, product_id: int) -> ProductView:
    """Be told when a product that is sold out is there again; a repeat changes nothing.

    Raises:
        AccountUnknown, UnitUnknown, RulebookUnavailable, ShopUnknown, ProductUnknown
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking = customer(uow, deps, actor, now=now)
        product = offered(stored_products.lock_product(uow, product_id), asking.home.unit)
        if product.stock == 0:
            stored_waits.insert_wait(uow, product_id=product.id, member_id=asking.home.member.id, now=now)
    return open_product(deps, actor=actor, product_id=product_id)
