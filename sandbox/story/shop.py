"""Keeps the story's shop: goods on the shelf, a window that is open, orders on their way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial

from domain.errors import JifenError
from domain.shop import Product, ProductFacts
from sandbox.story.goods import Goods, draw_goods
from sandbox.story.roster import SHOPKEEPER
from sandbox.story.scripts import FIRST_HOUR, LAST_HOUR, ZONE, day_of, local
from sandbox.story.settling import Settled
from services import shop
from services.actors import Actor, PanelMember
from services.deps import Deps

OPENED_DAYS_AGO, OPEN_DAYS, COLLECT_DAYS = 3, 8, 21
DONE_AFTER = timedelta(minutes=40)
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


class ShopStory:
    """The community branch's shop, opened three days ago, and what people ordered since."""

    def __init__(self, deps: Deps, settled: Settled, *, now: datetime) -> None:
        """Begin with an empty shelf; `deps` have the clock that goes from step to step."""
        self._deps, self._settled, self._now = deps, settled, now
        self._keeper = PanelMember(settled.members[SHOPKEEPER])
        self._products: dict[Goods, Product] = {}
        self._placed: dict[int, int] = {}

    def steps(self) -> list[tuple[datetime, Callable[[], None]]]:
        """Return what happens in the shop, and when; it is booked among everything else that happens."""
        opened_at = local(day_of(self._now) - timedelta(days=OPENED_DAYS_AGO), 8)
        steps: list[tuple[datetime, Callable[[], None]]] = [(opened_at, self._open)]
        for number, ordered in enumerate(ORDERS):
            at = max(opened_at, awake(self._now - timedelta(hours=ordered.hours_ago)))
            steps.append((at, partial(self._order, number, ordered)))
            if ordered.fate != WAITING:
                steps.append((at + DONE_AFTER, partial(self._follow, number, ordered)))
        person, goods, hours_ago = WAITS
        steps.append((awake(self._now - timedelta(hours=hours_ago)), partial(self._wait, person, goods)))
        return steps

    def _open(self) -> None:
        self._products = {offer.goods: _offer(self._deps, self._keeper, offer) for offer in OFFERS}
        opened_on = day_of(self._deps.clock.now())
        shop.open_window(
            self._deps,
            actor=self._keeper,
            unit_id=self._settled.units[BRANCH],
            opens_on=opened_on,
            closes_on=opened_on + timedelta(days=OPEN_DAYS),
            pick_up_until_on=opened_on + timedelta(days=COLLECT_DAYS),
            budget_cents=3000_00,
        )
        shop.tick(self._deps)

    def _order(self, number: int, ordered: Redeemed) -> None:
        """Order; who has not the points by then goes without."""
        try:
            placed = shop.place_order(
                self._deps,
                actor=PanelMember(self._settled.members[ordered.person]),
                product_id=self._products[ordered.goods].id,
                quantity=ordered.quantity,
                cause_key=f"story:shop:{number}",
            )
        except JifenError:
            return
        self._placed[number] = placed.order.id

    def _follow(self, number: int, ordered: Redeemed) -> None:
        """Let become of an order what the story says."""
        order_id = self._placed.get(number)
        if order_id is None:
            return
        match ordered.fate:
            case "handed":
                shop.hand_over(self._deps, actor=self._keeper, order_id=order_id)
            case "ready":
                shop.prepare(self._deps, actor=self._keeper, order_id=order_id)
            case _:
                person = PanelMember(self._settled.members[ordered.person])
                shop.cancel_order(self._deps, actor=person, order_id=order_id)

    def _wait(self, person: str, goods: Goods) -> None:
        actor = PanelMember(self._settled.members[person])
        shop.wait_for(self._deps, actor=actor, product_id=self._products[goods].id)


def awake(at: datetime) -> datetime:
    """Return the instant, or the end of the evening before when people sleep; what is later stays later."""
    there = at.astimezone(ZONE)
    if FIRST_HOUR <= there.hour < LAST_HOUR:
        return there
    return local(there.date() - timedelta(days=there.hour < FIRST_HOUR), LAST_HOUR)


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
