"""The rulebook language: which keys a file may hold, what each may say, and the JSON Schema of it all."""

import re
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, PlainValidator, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain.periods import PeriodKind
from domain.rulebooks.intervals import Interval, parse_interval
from domain.rulebooks.model import Window

_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,4})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CODE = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)


def _read_number(value: object) -> Fraction:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Fraction(value)
    raise PydanticCustomError("not-a-number", "not a number")


def _read_day(value: object) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("not-a-date", "not a date")


def _read_code(value: object) -> str:
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    raise PydanticCustomError("not-a-code", "not a code")


def _read_interval(value: object) -> Interval:
    interval = parse_interval(value) if isinstance(value, str) else None
    if interval is None or interval.is_empty:
        raise PydanticCustomError("not-a-band", "not a band")
    return interval


Number = Annotated[
    Fraction, PlainValidator(_read_number), WithJsonSchema({"type": "number", "multipleOf": 0.0001})
]
Day = Annotated[date, PlainValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})]
Code = Annotated[
    str, PlainValidator(_read_code), WithJsonSchema({"type": "string", "pattern": f"^{_CODE.pattern}$"})
]
BandText = Annotated[
    Interval,
    PlainValidator(_read_interval),
    WithJsonSchema({"type": "string", "examples": ["[90, ∞)", "(60, 90)"]}),
]
Text = Annotated[str, Field(min_length=1, max_length=2000)]
Label = Annotated[str, Field(min_length=1, max_length=60)]


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


class RangeSection(Section):
    """Points chosen by whoever decides, between two ends."""

    from_: Annotated[Number | None, Field(alias="from")] = None
    to: Number | None = None


class AnyPoints(StrEnum):
    """Points chosen by whoever decides, of a sign."""

    EITHER = "any"
    POSITIVE = "any positive"
    NEGATIVE = "any negative"


def _shape(value: object) -> str:
    return "short" if isinstance(value, str) else "long"


def _shape_of_points(value: object) -> str:
    if isinstance(value, dict):
        return "levels" if "levels" in value else "quantity" if "each" in value else "range"
    return "any" if isinstance(value, str) and value.startswith("any") else "fixed"


LevelChoice = Annotated[
    Annotated[Number, Tag("short")] | Annotated[LevelSection, Tag("long")], Discriminator(_shape)
]
Points = Annotated[
    Annotated[Number, Tag("fixed")]
    | Annotated[AnyPoints, Tag("any")]
    | Annotated[LevelsSection, Tag("levels")]
    | Annotated[QuantitySection, Tag("quantity")]
    | Annotated[RangeSection, Tag("range")],
    Discriminator(_shape_of_points),
]


class BaseSection(Founded):
    """The base score and how often it is granted."""

    points: Number
    per: PeriodKind


class CategorySection(Limited):
    """A category; its points form a component of its own code unless it names another."""

    name: Label
    component: Code | None = None


class ComponentSection(Limited):
    """A part of the total that several categories flow into."""

    name: Label


class EffectSection(Section):
    """What an entry does beside its points."""

    stars: Annotated[int, Field(ge=0, le=5)] | None = None
    barred: bool = False


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


class GroupSection(Limited):
    """Several items that share caps."""

    name: Label
    items: Annotated[tuple[Text, ...], Field(min_length=1)]


class StarsSection(Founded):
    """Stars by total."""

    periods: Annotated[tuple[PeriodKind, ...], Field(min_length=1)]
    bands: Annotated[dict[Annotated[int, Field(ge=0, le=5)], BandText], Field(min_length=1)]


class GradeSection(Founded):
    """Grades by total."""

    periods: Annotated[tuple[PeriodKind, ...], Field(min_length=1)]
    bands: Annotated[dict[Label, BandText], Field(min_length=1)]


class Aggregation(StrEnum):
    """How the total of a longer period comes about."""

    SUM = "sum"
    MEAN_OF_MONTHS = "mean of months"
    MEAN_OF_QUARTERS = "mean of quarters"
    MEAN_OF_HALVES = "mean of halves"

    @property
    def of(self) -> PeriodKind | None:
        """The kind of period a mean is taken over, None for a sum."""
        return {
            Aggregation.SUM: None,
            Aggregation.MEAN_OF_MONTHS: PeriodKind.MONTH,
            Aggregation.MEAN_OF_QUARTERS: PeriodKind.QUARTER,
            Aggregation.MEAN_OF_HALVES: PeriodKind.HALF,
        }[self]


class ExpirySection(Section):
    """How long something lasts."""

    months: Annotated[int, Field(ge=1, le=120)]


class ShopSection(Founded):
    """The points shop: what can be spent, how often it opens, how long points last."""

    earns: Annotated[tuple[Text, ...] | None, Field(min_length=1)] = None
    window: PeriodKind = PeriodKind.QUARTER
    expires: ExpirySection | None = None
    carry_over: Number | None = None
    account: Literal["member", "household"] = "member"


CategoryChoice = Annotated[
    Annotated[Label, Tag("short")] | Annotated[CategorySection, Tag("long")], Discriminator(_shape)
]


class RulebookSection(Section):
    """A rulebook file, parents included."""

    id: Code
    name: Label
    version: Label
    base: BaseSection | None = None
    periods: dict[PeriodKind, Aggregation] = {}
    components: dict[Code, ComponentSection] = {}
    categories: Annotated[dict[Code, CategoryChoice], Field(min_length=1)]
    items: Annotated[dict[Code, ItemSection], Field(min_length=1)]
    groups: dict[Code, GroupSection] = {}
    total: Limited | None = None
    stars: StarsSection | None = None
    grade: GradeSection | None = None
    return_reasons: tuple[Label, ...] = ()
    reject_reasons: tuple[Label, ...] = ()
    shop: ShopSection | None = None
