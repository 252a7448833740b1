"""What a rulebook says of results: periods, instruments, weights, ranking, grades, consequences, workflow."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from domain.periods import PeriodKind
from domain.rulebooks.language.items import Founded, PopulationSection, Section
from domain.rulebooks.language.texts import (
    BandText,
    Code,
    Condition,
    DayOfYear,
    Label,
    Number,
    NumberOrCondition,
    Share,
    Text,
    Whole,
)
from domain.rulebooks.results import Cut, Normalisation, Ties, Within

PeriodKinds = Annotated[tuple[PeriodKind, ...], Field(min_length=1)]
ALL_KINDS = tuple(PeriodKind)


class CycleSection(Founded):
    """The month in which the year begins, and which of its two calendar years names it."""

    starts: Annotated[int, Field(ge=1, le=12)]
    named: Literal["start", "end"] = "start"


class BaseSection(Founded):
    """The base score and how often it is granted."""

    points: NumberOrCondition
    per: PeriodKind
    prorated: bool = False


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


class LeaderSection(Founded):
    """How whoever holds a role is scored: the sum or the mean of other scores."""

    sum: tuple[Label, ...] = ()
    mean: tuple[Label, ...] = ()


MarksChoice = Annotated[
    Annotated[dict[Label, Number], Field(min_length=1), Tag("worth")]
    | Annotated[tuple[Label, ...], Field(min_length=1), Tag("list")],
    Discriminator(lambda value: "worth" if isinstance(value, dict) else "list"),
]


class InstrumentSection(Founded):
    """A ballot sheet: its marks from best to worst, with or without points."""

    name: Label
    marks: MarksChoice
    ballots: Whole = 1
    component: Code | None = None
    groups: dict[Label, Share] = {}


class WeightedPartSection(Section):
    """One part of a weighted total."""

    name: Label
    of: Text
    weight: Share
    normalise: Normalisation = Normalisation.RAW
    times: Number | None = None


class WeightsSection(Founded):
    """A total composed of weighted parts."""

    periods: PeriodKinds
    parts: Annotated[dict[Code, WeightedPartSection], Field(min_length=1)]


class RankingSection(Founded):
    """The order of members."""

    by: Text = "total"
    ties: Ties = Ties.STANDARD
    within: Within = Within.UNIT
    periods: PeriodKinds = ALL_KINDS


class RoundingSection(Founded):
    """Where totals are rounded, half up."""

    places: Annotated[int, Field(ge=0, le=4)]
    before_classes: bool = False


class StarsSection(Founded):
    """Stars by total."""

    periods: PeriodKinds
    bands: Annotated[dict[Annotated[int, Field(ge=0, le=5)], BandText], Field(min_length=1)]


class GradeSection(Founded):
    """Grades by total, by condition, and together with the most frequent mark of an instrument."""

    periods: PeriodKinds
    bands: Annotated[dict[Label, BandText], Field(min_length=1)]
    elsewhere: Literal["none"] | None = None
    rules: dict[Label, Condition] = {}
    with_: Annotated[Text | None, Field(alias="with")] = None
    order: tuple[Label, ...] = ()


class AmongSection(PopulationSection):
    """Who is meant, by the roster and by a condition on scores."""

    where: Condition | None = None


class RequirementSection(Founded):
    """Something that must hold, whatever the total."""

    name: Label
    in_: Annotated[PeriodKinds, Field(alias="in")]
    when: Condition
    among: AmongSection | None = None
    bars: bool = False


PlacesChoice = Annotated[
    Annotated[Whole, Tag("count")] | Annotated[Share, Tag("share")],
    Discriminator(lambda value: "count" if isinstance(value, str) and value.isdigit() else "share"),
]


class ConsequenceSection(Founded):
    """What a score leads to."""

    name: Label
    in_: Annotated[tuple[Label, ...], Field(alias="in", min_length=1)]
    among: AmongSection | None = None
    top: PlacesChoice | None = None
    bottom: PlacesChoice | None = None
    by: Text = "total"
    ties: Cut | None = None
    when: Condition | None = None
    to: Label | None = None
    days: Whole | None = None
    award: bool | None = None
    bars: bool = False
    stars: Annotated[int, Field(ge=0, le=5)] | None = None
    follows: Text | None = None
    subjects: Literal["members", "units", "all"] = "members"
    enters: Text | None = None
    on: DayOfYear | None = None


class WorkflowSection(Founded):
    """One step from a deed to a final score."""

    name: Label
    by: Label
    every: Literal["entry", "month", "quarter", "half", "year"]
    due: Label | None = None
    days: Whole | None = None
    working_days: bool = False
    place: Label | None = None
    quorum: Share | None = None
    majority: Share | None = None
    outside: Label | None = None
    levels: tuple[Label, ...] = ()
    again: bool = False


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
