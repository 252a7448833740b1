"""A branch with a points shop for tests: its shopkeeper, points to spend, products, an open window."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlalchemy import text

from domain.members import Role
from domain.reports import ReportStatus
from domain.shop import Product, ProductFacts, ShopWindow
from services.actors import local_day
from services.deps import Deps
from services.shop import OrderView, add_product, open_window, place_order
from tests.builders import Branch, Person, a_branch, a_member, a_report

_causes = itertools.count(1)
DAYS_OPEN, DAYS_TO_COLLECT = 5, 15


@dataclass(frozen=True, slots=True)
class ShopBranch:
    """A branch, and who keeps its shop."""

    branch: Branch
    keeper: Person

    @property
    def member(self) -> Person:
        """The first member without a role."""
        return self.branch.member

    @property
    def unit_id(self) -> int:
        """The unit."""
        return self.branch.unit.id


def a_shop(
    deps: Deps, *, code: str = "chunfeng", members: int = 2, rulebook: str = "duihuan", is_open: bool = True
) -> ShopBranch:
    """Make a branch whose rulebook has a shop, with a shopkeeper, and a window that opened today."""
    branch = a_branch(deps, code=code, rulebook=rulebook, members=members)
    shop = ShopBranch(branch, a_member(deps, unit=branch.unit, name=f"{code}店主", roles=(Role.SHOPKEEPER,)))
    if is_open:
        a_window(deps, shop)
    return shop


def a_window(deps: Deps, shop: ShopBranch, *, budget_cents: int | None = None) -> ShopWindow:
    """Open the shop from today on."""
    today = local_day(deps.clock.now(), shop.branch.unit)
    return open_window(
        deps,
        actor=shop.keeper.actor,
        unit_id=shop.unit_id,
        opens_on=today,
        closes_on=today + timedelta(days=DAYS_OPEN - 1),
        pick_up_until_on=today + timedelta(days=DAYS_TO_COLLECT),
        budget_cents=budget_cents,
    )


def earn(deps: Deps, shop: ShopBranch, person: Person, *, times: int = 1, on: date | None = None) -> None:
    """Let a member clean so many times, five points each."""
    day = on or local_day(deps.clock.now(), shop.branch.unit)
    for _ in range(times):
        a_report(deps, person, status=ReportStatus.APPROVED, by=shop.branch.recorder, on=day)


def a_product(
    deps: Deps,
    shop: ShopBranch,
    *,
    name: str = "热水壶",
    price: int = 3,
    count: int = 5,
    limit: int | None = None,
    cost_cents: int | None = None,
    low_stock: int = 0,
    photo: bytes | None = None,
) -> Product:
    """Put a product on the shelf."""
    facts = ProductFacts(
        name, Fraction(price), limit_per_window=limit, cost_cents=cost_cents, low_stock=low_stock
    )
    return add_product(
        deps,
        actor=shop.keeper.actor,
        unit_id=shop.unit_id,
        facts=facts,
        count=count,
        cause_key=f"built:{next(_causes)}",
        photo=photo,
    )


def an_order(deps: Deps, person: Person, product: Product, *, quantity: int = 1) -> OrderView:
    """Order something."""
    return place_order(
        deps,
        actor=person.actor,
        product_id=product.id,
        quantity=quantity,
        cause_key=f"built:{next(_causes)}",
    )


def give_points(deps: Deps, shop: ShopBranch, points: int) -> None:
    """Give every member of the branch so many points, beside the ledger: quick, for races only."""
    with deps.store.begin() as uow:
        uow.connection.execute(
            text(
                "INSERT INTO shop_accounts (unit_id, member_id, balance, settled_on) "
                "SELECT unit_id, member_id, 0, :today FROM memberships WHERE unit_id = :unit"
            ),
            {"today": deps.clock.now().date(), "unit": shop.unit_id},
        )
        uow.connection.execute(
            text(
                "INSERT INTO shop_purse_lines "
                "(cause_key, account_id, member_id, kind, points, happened_on, happened_at) "
                "SELECT 'gift:' || id, id, member_id, 'earned', :points, :today, :now "
                "FROM shop_accounts WHERE unit_id = :unit"
            ),
            {
                "points": points * 10_000,
                "today": deps.clock.now().date(),
                "now": deps.clock.now().replace(tzinfo=None) if uow.is_sqlite else deps.clock.now(),
                "unit": shop.unit_id,
            },
        )
        uow.connection.execute(
            text("UPDATE shop_accounts SET balance = balance + :points WHERE unit_id = :unit"),
            {"points": points * 10_000, "unit": shop.unit_id},
        )
