"""Keeps the story's shop: goods on the shelf, a window that is open, orders on their way."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from domain.errors import JifenError
from domain.shop import Product, ProductFacts
from sandbox.story.goods import Goods, draw_goods
from sandbox.story.roster import SHOPKEEPER
from sandbox.story.scripts import day_of, local
from sandbox.story.settling import Settled
from services import shop
from services.actors import Actor, PanelMember
from services.clock import FixedClock
from services.deps import Deps

OPENED_DAYS_AGO, OPEN_DAYS, COLLECT_DAYS = 3, 8, 21
BRANCH = "chunfeng"


@dataclass(frozen=True, slots=True)
class Offer:
    """What lies on the shelf, for how many points."""

    goods: Goods
    price: int
    count: int
    description: str
    limit: int | None = None
    yuan: int = 0


OFFERS = (
    Offer(Goods.TISSUES, 4, 30, "原木浆，每提三包。", yuan=12),
    Offer(Goods.SOAP, 3, 24, "温和无刺激，两块装。", yuan=8),
    Offer(Goods.TOWEL, 8, 12, "纯棉，34 × 74 厘米。", limit=2, yuan=15),
    Offer(Goods.UMBRELLA, 12, 3, "晴雨两用，八骨。", limit=1, yuan=29),
    Offer(Goods.DRYER, 20, 1, "1200 瓦，两档。", limit=1, yuan=69),
    Offer(Goods.KETTLE, 24, 5, "1.5 升，自动断电。", limit=1, yuan=79),
)
HANDED, READY, CANCELLED, WAITING = "handed", "ready", "cancelled", "waiting"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """Who ordered what, how many hours ago, and what became of it."""

    person: str
    goods: Goods
    hours_ago: int
    fate: str
    quantity: int = 1


ORDERS = (
    Redeemed("C02", Goods.TISSUES, 60, HANDED),
    Redeemed("C05", Goods.KETTLE, 58, HANDED),
    Redeemed("C10", Goods.UMBRELLA, 55, HANDED),
    Redeemed("C09", Goods.SOAP, 50, HANDED, quantity=2),
    Redeemed("C13", Goods.TOWEL, 45, CANCELLED),
    Redeemed("C07", Goods.DRYER, 40, READY),
    Redeemed("C13", Goods.TISSUES, 32, READY),
    Redeemed("C08", Goods.SOAP, 28, WAITING),
    Redeemed("C02", Goods.TOWEL, 4, WAITING),
    Redeemed("C14", Goods.TISSUES, 3, WAITING, quantity=2),
)
WAITS = ("C06", Goods.DRYER, 20)


def keep_shop(deps: Deps, settled: Settled, *, now: datetime) -> None:
    """Open the community branch's shop three days ago and let people order since."""
    keeper = PanelMember(settled.members[SHOPKEEPER])
    opened_at = local(day_of(now) - timedelta(days=OPENED_DAYS_AGO), 8)
    then = _at(deps, opened_at)
    products = {offer.goods: _offer(then, keeper, offer) for offer in OFFERS}
    shop.open_window(
        then,
        actor=keeper,
        unit_id=settled.units[BRANCH],
        opens_on=day_of(opened_at),
        closes_on=day_of(opened_at) + timedelta(days=OPEN_DAYS),
        pick_up_until_on=day_of(opened_at) + timedelta(days=COLLECT_DAYS),
        budget_cents=3000_00,
    )
    shop.tick(then)
    for number, ordered in enumerate(ORDERS):
        at = max(opened_at, now - timedelta(hours=ordered.hours_ago))
        _order(_at(deps, at), settled, keeper, products[ordered.goods], ordered, f"story:shop:{number}")
    person, goods, hours_ago = WAITS
    waiting = _at(deps, now - timedelta(hours=hours_ago))
    actor = PanelMember(settled.members[person])
    shop.wait_for(waiting, actor=actor, product_id=products[goods].id)


def _at(deps: Deps, at: datetime) -> Deps:
    return replace(deps, clock=FixedClock(at))


def _offer(deps: Deps, keeper: Actor, offer: Offer) -> Product:
    facts = ProductFacts(
        name=offer.goods.value,
        price=Fraction(offer.price),
        description=offer.description,
        limit_per_window=offer.limit,
        cost_cents=offer.yuan * 100 or None,
    )
    return shop.add_product(
        deps,
        actor=keeper,
        unit_id=None,
        facts=facts,
        count=offer.count,
        cause_key=f"story:goods:{offer.goods.name}",
        photo=draw_goods(offer.goods),
    )


def _order(
    deps: Deps, settled: Settled, keeper: Actor, product: Product, ordered: Redeemed, cause_key: str
) -> None:
    """Order, and let become of it what the story says; who has not the points by then goes without."""
    actor = PanelMember(settled.members[ordered.person])
    try:
        placed = shop.place_order(
            deps, actor=actor, product_id=product.id, quantity=ordered.quantity, cause_key=cause_key
        )
    except JifenError:
        return
    later = _at(deps, deps.clock.now() + timedelta(hours=2))
    order_id = placed.order.id
    match ordered.fate:
        case "handed":
            shop.hand_over(later, actor=keeper, order_id=order_id)
        case "ready":
            shop.prepare(later, actor=keeper, order_id=order_id)
        case "cancelled":
            shop.cancel_order(later, actor=actor, order_id=order_id)
        case _:
            pass
