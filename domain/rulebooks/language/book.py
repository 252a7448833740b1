"""The whole file: which sections a rulebook may hold."""

from typing import Annotated, Literal

from pydantic import Field

from domain.periods import PeriodKind
from domain.rulebooks.language.items import (
    BestSection,
    CategoryChoice,
    ComponentSection,
    DebitSection,
    GroupSection,
    ItemSection,
    Limited,
    PopulationSection,
    Section,
)
from domain.rulebooks.language.publicity import PublicitySection
from domain.rulebooks.language.reminders import RemindersSection
from domain.rulebooks.language.results import (
    Aggregation,
    BaseSection,
    ConsequenceSection,
    CycleSection,
    GradeSection,
    InstrumentSection,
    LeaderSection,
    RankingSection,
    RequirementSection,
    RoundingSection,
    ShopSection,
    StarsSection,
    WeightsSection,
    WorkflowSection,
)
from domain.rulebooks.language.texts import Code, Day, Label


class RulebookSection(Section):
    """A rulebook file, parents included."""

    id: Code
    name: Label
    version: Label
    effective: Day | None = None
    population: PopulationSection | None = None
    account: Literal["member", "household"] = "member"
    cycle: CycleSection | None = None
    base: BaseSection | None = None
    periods: dict[PeriodKind, Aggregation] = {}
    missing_months: Literal["skip", "zero"] = "skip"
    components: dict[Code, ComponentSection] = {}
    categories: Annotated[dict[Code, CategoryChoice], Field(min_length=1)]
    items: Annotated[dict[Code, ItemSection], Field(min_length=1)]
    groups: dict[Code, GroupSection] = {}
    best: dict[Code, BestSection] = {}
    debits: dict[Code, DebitSection] = {}
    total: Limited | None = None
    units: BaseSection | None = None
    leaders: dict[Code, LeaderSection] = {}
    instruments: dict[Code, InstrumentSection] = {}
    weights: WeightsSection | None = None
    rounding: RoundingSection | None = None
    ranking: RankingSection | None = None
    stars: StarsSection | None = None
    grade: GradeSection | None = None
    requirements: dict[Code, RequirementSection] = {}
    consequences: dict[Code, ConsequenceSection] = {}
    shop: ShopSection | None = None
    workflow: dict[Code, WorkflowSection] = {}
    publicity: PublicitySection | None = None
    reminders: RemindersSection | None = None
    return_reasons: tuple[Label, ...] = ()
    reject_reasons: tuple[Label, ...] = ()
