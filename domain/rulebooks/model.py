"""What a rulebook says once it has been read: frozen, complete, free of files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Literal

from domain.periods import PeriodKind
from domain.rulebooks.amounts import Amount, QuantityAmount
from domain.rulebooks.intervals import Interval


class Window(StrEnum):
    """The stretch of time within which a cap counts, shortest first."""

    EVENT = "event"
    """Each entry by itself."""
    DAY = "day"
    """One local day."""
    MONTH = "month"
    """A calendar month."""
    QUARTER = "quarter"
    """Three months."""
    HALF = "half"
    """Six months."""
    YEAR = "year"
    """A calendar year."""


class Scope(StrEnum):
    """What a cap adds up, in the order in which caps are applied."""

    ITEM = "item"
    """One item 指标."""
    GROUP = "group"
    """Several items that share the cap."""
    CATEGORY = "category"
    """One category 维度."""
    COMPONENT = "component"
    """One part of the total."""
    TOTAL = "total"
    """Everything, the base included."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a rule comes from: the clause that people are shown and the words it was taken from."""

    clause: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap 封顶 (or, `is_floor`, a floor 保底) on the sum of some items within a window."""

    code: str
    """Unique in the book: `volunteer.cap.month`, `group.service.cap.year`, `total.floor.year`."""
    scope: Scope
    of: str
    """The code of the item, group, category or component; empty for the total."""
    name: str
    items: frozenset[str]
    per: Window
    limit: Fraction
    is_floor: bool = False
    standing: Fraction = Fraction(0)
    """What the window holds before any entry: the base, for a cap on the total."""
    basis: Basis = field(default_factory=Basis)

    @property
    def why(self) -> str:
        """The code that a trace line carries: `cap.month`, `floor.year`."""
        return f"{'floor' if self.is_floor else 'cap'}.{self.per}"

    def hold(self, total: Fraction) -> Fraction:
        """Return the sum of a window's entries as the cap lets it count."""
        bound = self.limit - self.standing
        return max(total, bound) if self.is_floor else min(total, bound)


@dataclass(frozen=True, slots=True)
class Base:
    """The base score, granted once in every period of its kind."""

    points: Fraction
    per: PeriodKind
    basis: Basis = field(default_factory=Basis)


@dataclass(frozen=True, slots=True)
class Band:
    """One class and the totals that fall into it."""

    label: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Bands:
    """Classes of the total in the kinds of period that have them."""

    periods: frozenset[PeriodKind]
    bands: tuple[Band, ...]
    basis: Basis = field(default_factory=Basis)

    def label(self, total: Fraction, *, kind: PeriodKind) -> str | None:
        """Return the class of a total, None in a kind of period without classes."""
        if kind not in self.periods:
            return None
        return next(band.label for band in self.bands if band.interval.contains(total))


@dataclass(frozen=True, slots=True)
class Effect:
    """What an entry does beside its points."""

    stars: int | None = None
    """The stars of the period become these."""
    is_barring: bool = False
    """No award this year."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category 维度 of items; its points flow into one component of the total."""

    code: str
    name: str
    component: str
    basis: Basis = field(default_factory=Basis)


@dataclass(frozen=True, slots=True)
class Item:
    """An item 指标: something that happened and what it is worth."""

    code: str
    name: str
    category: str
    amount: Amount
    caps: tuple[Cap, ...] = ()
    clause: str = ""
    quote: str = ""
    hint: str = ""
    since: date | None = None
    until: date | None = None
    evidence_required: bool = True
    reported_by_members: bool = True
    effect: Effect | None = None

    @property
    def unit_of_quantity(self) -> str:
        """The unit that the reporter counts (小时, 次), empty if the item is not counted."""
        return self.amount.unit if isinstance(self.amount, QuantityAmount) else ""


@dataclass(frozen=True, slots=True)
class Shop:
    """What the points shop 积分商城 lets members spend, and how often it opens."""

    earns: frozenset[str]
    """The codes of the items whose counted points can be spent."""
    window: PeriodKind
    """How often there is a window 兑换期."""
    expires_months: int | None
    """How long points can be spent after they were entered; None for ever."""
    carry_over_max: Fraction | None
    """How many unspent points at most go on into the next window; None for all of them."""
    per: Literal["member", "household"]
    """Whose account the points go to."""


@dataclass(frozen=True)
class Rulebook:
    """One organisation's rules in one version."""

    id: str
    name: str
    version: str
    base: Base | None
    categories: tuple[Category, ...]
    components: Mapping[str, str]
    """Code and name of each part of the total, `base` included."""
    items: Mapping[str, Item]
    caps: tuple[Cap, ...]
    """Every cap of the book, in the order in which they apply."""
    means: Mapping[PeriodKind, PeriodKind]
    """Kinds of period whose total is the mean of shorter ones; every other kind is a sum."""
    stars: Bands | None
    grade: Bands | None
    return_reasons: tuple[str, ...]
    reject_reasons: tuple[str, ...]
    shop: Shop | None = None
    """The points shop; None where points are not spent."""

    def item(self, code: str) -> Item | None:
        """Return the item of that code, None if the book has none."""
        return self.items.get(code)

    def items_of(self, category_code: str) -> tuple[Item, ...]:
        """Return the items of a category in the order of the file."""
        return tuple(item for item in self.items.values() if item.category == category_code)

    def category(self, code: str) -> Category | None:
        """Return the category of that code, None if the book has none."""
        return self._categories.get(code)

    def is_offered(self, item: Item, on: date) -> bool:
        """Whether the item exists on that day: from `since`, before `until`."""
        return (item.since is None or item.since <= on) and (item.until is None or on < item.until)

    def caps_on(self, item_code: str) -> tuple[Cap, ...]:
        """Return every cap that an entry of the item passes, in order."""
        return self._caps_by_item.get(item_code, ())

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.code: category for category in self.categories}

    @cached_property
    def _caps_by_item(self) -> dict[str, tuple[Cap, ...]]:
        return {code: tuple(cap for cap in self.caps if code in cap.items) for code in self.items}
