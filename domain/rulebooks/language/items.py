"""What a rulebook says of items: worth, limits, whom the points go to, what an entry does beside."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from domain.periods import PeriodKind
from domain.rulebooks.allocations import Party
from domain.rulebooks.language.texts import BandText, Code, Condition, Day, Label, Number, Share, Text, Whole
from domain.rulebooks.model import Window


class Section(BaseModel):
    """A part of the file; a key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Founded(Section):
    """A part that can name the clause it rests on and quote its words."""

    clause: Text | None = None
    quote: Text | None = None


class Limited(Founded):
    """A part whose points can be capped and floored within windows of time."""

    caps: dict[Window, Number] = {}
    floors: dict[Window, Number] = {}


class LevelSection(Section):
    """One level with a name of its own."""

    name: Label
    points: Number
    valid: Whole | None = None


class LevelsSection(Section):
    """Points by level."""

    levels: Annotated[dict[Label, "LevelChoice"], Field(min_length=1)]


class QuantitySection(Section):
    """Points for each unit of a quantity."""

    each: Number
    unit: Label
    from_: Annotated[Number | None, Field(alias="from")] = None
    to: Number | None = None
    step: Number | None = None


class StepsSection(Section):
    """Points of the highest rung that the quantity of a window reaches."""

    steps: Annotated[dict[Number, Number], Field(min_length=1)]
    unit: Label
    over: Window = Window.EVENT


class EverySection(Section):
    """The same points for each full so-and-so many of the quantity of a window."""

    every: Number
    gives: Number
    unit: Label
    over: Window = Window.YEAR


class SlicesSection(Section):
    """Each slice of the quantity of a window at its own rate."""

    slices: Annotated[dict[BandText, Number], Field(min_length=1)]
    unit: Label
    over: Window = Window.EVENT


class RangeSection(Section):
    """Points chosen by whoever decides, between two ends."""

    from_: Annotated[Number | None, Field(alias="from")] = None
    to: Number | None = None


class AnyPoints(StrEnum):
    """Points chosen by whoever decides, of a sign."""

    EITHER = "any"
    POSITIVE = "any positive"
    NEGATIVE = "any negative"


def shape(value: object) -> str:
    """Tell the short form of a part, one word, from the long one."""
    return "short" if isinstance(value, str) else "long"


KEY_OF_SHAPE = {
    "levels": "levels",
    "each": "quantity",
    "steps": "steps",
    "every": "every",
    "slices": "slices",
}


def _shape_of_points(value: object) -> str:
    if isinstance(value, dict):
        return next((name for key, name in KEY_OF_SHAPE.items() if key in value), "range")
    return "any" if isinstance(value, str) and value.startswith("any") else "fixed"


LevelChoice = Annotated[
    Annotated[Number, Tag("short")] | Annotated[LevelSection, Tag("long")], Discriminator(shape)
]
Points = Annotated[
    Annotated[Number, Tag("fixed")]
    | Annotated[AnyPoints, Tag("any")]
    | Annotated[LevelsSection, Tag("levels")]
    | Annotated[QuantitySection, Tag("quantity")]
    | Annotated[StepsSection, Tag("steps")]
    | Annotated[EverySection, Tag("every")]
    | Annotated[SlicesSection, Tag("slices")]
    | Annotated[RangeSection, Tag("range")],
    Discriminator(_shape_of_points),
]


class PopulationSection(Founded):
    """Who is meant, by the words of the roster."""

    kinds: tuple[Label, ...] = ()
    statuses: tuple[Label, ...] = ()
    roles: tuple[Label, ...] = ()
    classes: tuple[Label, ...] = ()


class SplitSection(Section):
    """Shares of the points by party; `loss` where deductions are divided otherwise."""

    split: Annotated[dict[Party, Share], Field(min_length=1)]
    loss: dict[Party, Share] = {}
    otherwise: Party | None = None


class AmountsSection(Section):
    """Points of its own for each party."""

    amounts: Annotated[dict[Party, Number], Field(min_length=1)]


def _shape_of_allocation(value: object) -> str:
    if isinstance(value, dict):
        return "amounts" if "amounts" in value else "split"
    return "short" if isinstance(value, str) else "list"


AllocationChoice = Annotated[
    Annotated[Party, Tag("short")]
    | Annotated[tuple[Party, ...], Tag("list")]
    | Annotated[AmountsSection, Tag("amounts")]
    | Annotated[SplitSection, Tag("split")],
    Discriminator(_shape_of_allocation),
]


class QuotaSection(Founded):
    """How many of the unit's members may be given the item in a period."""

    share: Share
    per: PeriodKind


class RepeatSection(Section):
    """The same item again within so many months is worth a multiple."""

    within: Whole
    times: Number


class EffectSection(Founded):
    """What an entry does beside its points."""

    stars: Annotated[int, Field(ge=0, le=5)] | None = None
    barred: bool = False
    disqualified: bool = False
    grade: Label | None = None
    grade_max: Label | None = None
    clears: bool = False
    frozen: bool = False
    flag: Code | None = None
    repairs: tuple[Text, ...] = ()


class CategorySection(Limited):
    """A category; its points form a component of its own code unless it names another."""

    name: Label
    component: Code | None = None
    only_if: Condition | None = None


class ComponentSection(Limited):
    """A part of the total that several categories flow into."""

    name: Label


class ItemSection(Limited):
    """An item: what happened and what it is worth."""

    name: Label
    category: Text
    points: Points
    hint: Text | None = None
    since: Day | None = None
    until: Day | None = None
    evidence: Literal["required", "optional"] = "required"
    reported_by: Literal["members", "committee"] | None = None
    effect: EffectSection | None = None
    to: AllocationChoice | None = None
    for_: Annotated[PopulationSection | None, Field(alias="for")] = None
    stages: Literal["replace", "add"] | None = None
    quota: QuotaSection | None = None
    factor: Number | None = None
    quantity_caps: dict[Window, Number] = {}
    valid: Whole | None = None
    repeat: RepeatSection | None = None


class GroupSection(Limited):
    """Several items that share caps."""

    name: Label
    items: Annotated[tuple[Text, ...], Field(min_length=1)]


class BestSection(Founded):
    """Several items of which only the best entries count."""

    name: Label
    items: Annotated[tuple[Text, ...], Field(min_length=1)]
    count: Whole
    per: Literal["deed", "slot", "day", "month", "quarter", "half", "year"]


class DebitSection(Founded):
    """Points that every period takes by itself."""

    name: Label
    category: Text
    points: Number
    per: PeriodKind


CategoryChoice = Annotated[
    Annotated[Label, Tag("short")] | Annotated[CategorySection, Tag("long")], Discriminator(shape)
]
