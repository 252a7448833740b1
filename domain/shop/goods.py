"""What a product is, who may have it, what moves its stock, and how a caption describes a new one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from domain.members import MemberKind
from domain.points import parse_points
from domain.reports import storable
from domain.shop.refusals import ProductRefused, QuantityRefused

NAME_LENGTH_MAX = 60
DESCRIPTION_LENGTH_MAX = 500
PRICE_MAX = 1_000_000
STOCK_MAX = 1_000_000
COST_CENTS_MAX = 10_000_000_00
COUNT_DIGITS_MAX = 7
WORDS_BEFORE_MAX = 6
"""Signs before the number, as in `一共进了20件`."""
LOW_STOCK = 2
"""From how few on the shopkeeper is told, unless the product says otherwise."""


class StockKind(StrEnum):
    """Why goods came onto the shelf or left it."""

    IN = "in"
    """Bought or given 入库."""
    HANDED = "handed"
    """Handed over for an order 发放."""
    RETURNED = "returned"
    """Brought back 退货."""
    COUNT = "count"
    """Found more or fewer when counting 盘点."""
    WRITE_OFF = "write_off"
    """Broken, lost, out of date 报损."""


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What a shopkeeper says about a product."""

    name: str
    price: Fraction
    description: str = ""
    limit_per_window: int | None = None
    """How many one person may have within a window; None for as many as they can pay."""
    kinds: frozenset[MemberKind] = frozenset()
    """Who may have it; empty for everybody."""
    place: int = 0
    """Lower stands first in the list."""
    low_stock: int = LOW_STOCK
    cost_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Something on the shelf; `stock` is what is free, `held` what orders hold, the shelf has both."""

    id: int
    unit_id: int
    facts: ProductFacts
    stock: int
    held: int
    photo_digest: str | None
    thumbnail_digest: str | None
    archived_at: datetime | None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.facts.name

    @property
    def price(self) -> Fraction:
        """Points for one."""
        return self.facts.price

    @property
    def on_shelf(self) -> int:
        """How many a count should find."""
        return self.stock + self.held

    def is_for(self, kind: MemberKind | None) -> bool:
        """Tell whether a member of this kind may have it."""
        return not self.facts.kinds or kind in self.facts.kinds


@dataclass(frozen=True, slots=True)
class StockLine:
    """One line of the stock book: how many came onto the shelf, or left it."""

    id: int
    product_id: int
    kind: StockKind
    count: int
    reason: str
    order_id: int | None
    actor_id: int
    happened_at: datetime


def check_product(facts: ProductFacts) -> ProductFacts:
    """Return the facts with tidy words.

    Raises:
        ProductRefused: with the first that cannot be: name, price, limit, cost.
    """
    name, description = storable(facts.name), storable(facts.description)
    if not 1 <= len(name) <= NAME_LENGTH_MAX:
        raise ProductRefused(what="name")
    if not 0 < facts.price <= PRICE_MAX:
        raise ProductRefused(what="price")
    if facts.limit_per_window is not None and not 1 <= facts.limit_per_window <= STOCK_MAX:
        raise ProductRefused(what="limit")
    if facts.cost_cents is not None and not 0 <= facts.cost_cents <= COST_CENTS_MAX:
        raise ProductRefused(what="cost")
    return ProductFacts(
        name=name,
        price=facts.price,
        description=description[:DESCRIPTION_LENGTH_MAX],
        limit_per_window=facts.limit_per_window,
        kinds=facts.kinds,
        place=max(-STOCK_MAX, min(STOCK_MAX, facts.place)),
        low_stock=max(0, min(STOCK_MAX, facts.low_stock)),
        cost_cents=facts.cost_cents,
    )


_NAME = r"(?P<name>.+?)\s*(?<![\d.])"
_POINTS = "积分|分|points?|pts?"
_PRICE = rf"(?P<price>\d{{1,7}}(?:\.\d{{1,4}})?)\s*(?:{_POINTS})"
_COUNT = r"(?P<count>\d{1,6})\s*"
_MEASURE = r"(?:件|个|只|台|把|份|袋|盒|瓶|套|条|卷|块|桶|包|pcs?|pieces?)"
_CAPTION = re.compile(rf"{_NAME}{_PRICE}[\s,，、;；]*{_COUNT}{_MEASURE}?", re.IGNORECASE)
_TURNED_CAPTION = re.compile(rf"{_NAME}{_COUNT}{_MEASURE}[\s,，、;；]+{_PRICE}", re.IGNORECASE)
_WITHOUT_COUNT = re.compile(rf"{_NAME}{_PRICE}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Described:
    """What the caption of a photo says: a name, a price, how many."""

    name: str
    price: Fraction
    count: int


def read_caption(text: str) -> Described | None:
    """Return what `热水壶 300分 5件`, `热水壶 5件 300分` or `Kettle 300 points 5` says; None if nothing."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _CAPTION.fullmatch(plain) or _TURNED_CAPTION.fullmatch(plain)
    price = parse_points(found["price"]) if found is not None else None
    if found is None or price is None:
        return None
    return Described(found["name"].strip(" ,，、:："), price, int(found["count"]))


def lacks_count(text: str) -> bool:
    """Tell whether a caption names a product and its price and only forgets how many: `热水壶 300分`."""
    return _WITHOUT_COUNT.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


_COUNTED = re.compile(
    rf"(?P<before>[^\d-]{{0,{WORDS_BEFORE_MAX}}})(?P<count>\d{{1,{COUNT_DIGITS_MAX}}})(?![\d.])\s*"
    r"(?:[件个只台把份袋盒瓶套条卷块桶张本支双]|包(?!装))?[\s,、。:;]*(?P<words>.*)",
    re.DOTALL,
)


_UNIT_AT_END = re.compile(rf"\s*(?:{_POINTS})$", re.IGNORECASE)


def read_price(text: str) -> Fraction:
    """Return the points of `300` or `300分`; whether so many can be asked is for `check_product`.

    Raises:
        ProductRefused: `price_unread`, it is no number.
    """
    points = parse_points(_UNIT_AT_END.sub("", unicodedata.normalize("NFKC", text).strip()))
    if points is None:
        raise ProductRefused(what="price_unread")
    return points


def read_count(text: str) -> tuple[int, str]:
    """Return the whole number of `20`, `进了20件` or `2个摔坏了`, and the words after it.

    Raises:
        QuantityRefused: there is none, or it is unclear which of several is meant.
    """
    found = _COUNTED.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or (found["before"] and any(sign.isdigit() for sign in found["words"])):
        raise QuantityRefused(low=0, high=10**COUNT_DIGITS_MAX // 10)
    return int(found["count"]), found["words"].strip()
