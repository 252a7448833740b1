"""One organisation's rules in one version, and what its shop lets members spend."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from domain.periods import Period, PeriodKind, parse_period, period_of
from domain.rulebooks.expressions import LOOKING_BACK, Call, Expression, parts_of
from domain.rulebooks.model.classes import Bands, Rounding
from domain.rulebooks.model.grants import Base, Debit
from domain.rulebooks.model.items import Category, Item
from domain.rulebooks.model.limits import Best, Cap
from domain.rulebooks.publicity import Publicity
from domain.rulebooks.reminders import Reminders
from domain.rulebooks.results import (
    Consequence,
    Instrument,
    Leader,
    Population,
    Ranking,
    Requirement,
    Weights,
    WorkflowStep,
)


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
    population: Population = field(default_factory=Population)
    """Who is scored; others are not listed, and their months are missing."""
    is_by_household: bool = False
    """Whether the members of a household share one account."""
    cycle_shift: int = 0
    """Months by which the cycle's own calendar lies ahead of the common one; see `Period`."""
    months_counted_missing: bool = False
    """Whether means count a missing month as 0 instead of leaving it out."""
    unit_base: Base | None = None
    """What a unit begins with, where units are scored; None where they are not."""
    leaders: tuple[Leader, ...] = ()
    """How those who hold certain roles are scored; the first that fits somebody holds."""
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The items of each group that shares caps or is asked about in conditions."""
    bests: tuple[Best, ...] = ()
    debits: tuple[Debit, ...] = ()
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    weights: Weights | None = None
    rounding: Rounding | None = None
    ranking: Ranking = field(default_factory=Ranking)
    grade_rules: tuple[tuple[str, Expression], ...] = ()
    """Grades that hold whatever the total says; the first whose condition holds."""
    grade_with: str = ""
    """The instrument whose most frequent mark is a grade too; the worse of both holds."""
    grade_order: tuple[str, ...] = ()
    """Every grade, best first."""
    requirements: tuple[Requirement, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    workflow: tuple[WorkflowStep, ...] = ()
    effective_on: date | None = None
    """The first day on which this version judges entries; None for a shipped book: every day."""
    shop: Shop | None = None
    """The points shop; None where points are not spent."""
    publicity: Publicity | None = None
    """What of frozen lists may go to a unit's group; None where nothing may."""
    reminders: Reminders | None = None
    """The month-end reminder; None leaves it to the units' settings."""

    @property
    def has_units(self) -> bool:
        """Whether units have scores of their own."""
        return self.unit_base is not None

    @property
    def is_shared(self) -> bool:
        """Whether a member's score depends on entries of others."""
        return self.has_units or bool(self.leaders) or self.weights is not None or self.is_by_household

    def period(self, text: str) -> Period:
        """Return the period that a label names in the book's own cycle.

        Raises: PeriodUnreadable.
        """
        return parse_period(text, shift=self.cycle_shift)

    def period_of(self, kind: PeriodKind, on: date) -> Period:
        """Return the period of a kind that contains the day, in the book's own cycle."""
        return period_of(kind, on, shift=self.cycle_shift)

    def item(self, code: str) -> Item | None:
        """Return the item of that code, None if the book has none."""
        return self.items.get(code)

    def items_of(self, category_code: str) -> tuple[Item, ...]:
        """Return the items of a category in the order of the file."""
        return tuple(item for item in self.items.values() if item.category == category_code)

    def items_about(self, code: str) -> frozenset[str]:
        """Return the items that an item's, group's, category's or component's code is about."""
        return self._items_about.get(code, frozenset())

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

    def bests_on(self, item_code: str) -> tuple[Best, ...]:
        """Return every rule that counts only the best of some entries, of which the item is one."""
        return self._bests_by_item.get(item_code, ())

    @cached_property
    def _items_about(self) -> dict[str, frozenset[str]]:
        found = dict(self.groups)
        for component in self.components:
            inside = {one.code for one in self.categories if one.component == component}
            found[component] = frozenset(code for code, item in self.items.items() if item.category in inside)
        for category in self.categories:
            found[category.code] = frozenset(item.code for item in self.items_of(category.code))
        return found | {code: frozenset({code}) for code in self.items}

    @cached_property
    def looks_back(self) -> bool:
        """Whether a condition asks about an earlier period."""
        conditions: list[Expression | None] = [one.when for one in self.requirements]
        conditions += [one.when for one in self.consequences]
        conditions += [one.among.where for one in self.requirements]
        conditions += [one.among.where for one in self.consequences]
        conditions += [condition for _, condition in self.grade_rules]
        return any(
            isinstance(part, Call) and part.function in LOOKING_BACK
            for condition in conditions
            if condition is not None
            for part in parts_of(condition)
        )

    @cached_property
    def has_conditions(self) -> bool:
        """Whether a category counts only if something holds."""
        return any(category.only_if is not None for category in self.categories)

    @cached_property
    def can_clear(self) -> bool:
        """Whether any entry can clear the points of a year."""
        return any(item.effect is not None and item.effect.zeroes for item in self.items.values())

    @cached_property
    def has_effects(self) -> bool:
        """Whether any entry can do something beside its points."""
        return any(item.effect is not None for item in self.items.values())

    @cached_property
    def _bests_by_item(self) -> dict[str, tuple[Best, ...]]:
        return {code: tuple(best for best in self.bests if code in best.items) for code in self.items}

    @cached_property
    def _caps_by_item(self) -> dict[str, tuple[Cap, ...]]:
        return {code: tuple(cap for cap in self.caps if code in cap.items) for code in self.items}
