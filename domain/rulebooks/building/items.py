"""Builds items: what they are worth, whom their points go to, what they do beside."""

from fractions import Fraction

from domain.rulebooks.allocations import TO_HANDLERS, Allocation, Broadcast, Party, Quota, Split
from domain.rulebooks.amounts import (
    Amount,
    FixedAmount,
    Level,
    LevelAmount,
    QuantityAmount,
    RangeAmount,
    Scale,
    ScaledAmount,
)
from domain.rulebooks.basis import Basis
from domain.rulebooks.language.items import (
    AmountsSection,
    AnyPoints,
    EffectSection,
    EverySection,
    Founded,
    ItemSection,
    LevelSection,
    LevelsSection,
    PopulationSection,
    QuantitySection,
    RangeSection,
    SlicesSection,
    SplitSection,
    StepsSection,
)
from domain.rulebooks.model import Cap, Effect, Item, Repeat
from domain.rulebooks.results import Population

_ZERO = Fraction(0)


def basis_of(section: Founded) -> Basis:
    """Return the clause and the quote that a section rests on."""
    return Basis(section.clause or "", section.quote or "")


def population_of(section: PopulationSection) -> Population:
    """Return who is meant by the roster's words."""
    return Population(
        kinds=frozenset(section.kinds),
        statuses=frozenset(section.statuses),
        roles=frozenset(section.roles),
        classes=frozenset(section.classes),
        basis=basis_of(section),
    )


def build_item(code: str, section: ItemSection, caps: tuple[Cap, ...]) -> Item:
    """Return the item that a section describes."""
    amount = amount_of(section.points)
    effect = None if section.effect is None else _effect(section.effect)
    is_only_loss = amount.high is not None and amount.high <= 0 and (amount.low is None or amount.low < 0)
    by_members = effect is None and not is_only_loss
    if section.reported_by is not None:
        by_members = section.reported_by == "members"
    return Item(
        code=code,
        name=section.name,
        category=section.category,
        amount=amount,
        caps=caps,
        clause=section.clause or "",
        quote=section.quote or "",
        hint=section.hint or "",
        since=section.since,
        until=section.until,
        evidence_required=section.evidence == "required",
        reported_by_members=by_members,
        effect=effect,
        allocation=_allocation(section.to),
        population=Population() if section.for_ is None else population_of(section.for_),
        stages=section.stages or "",
        quota=None if section.quota is None else Quota(section.quota.share, section.quota.per),
        factor=Fraction(1) if section.factor is None else section.factor,
        quantity_caps=dict(section.quantity_caps),
        valid_months=section.valid,
        repeat=None if section.repeat is None else Repeat(section.repeat.within, section.repeat.times),
    )


def amount_of(points: object) -> Amount:  # noqa: PLR0911  one case a shape
    """Return the amount that an item's `points` describe."""
    match points:
        case Fraction():
            return FixedAmount(points)
        case AnyPoints():
            return RangeAmount(
                low=_ZERO if points is AnyPoints.POSITIVE else None,
                high=_ZERO if points is AnyPoints.NEGATIVE else None,
            )
        case LevelsSection():
            return LevelAmount(tuple(_level(code, level) for code, level in points.levels.items()))
        case QuantitySection():
            return QuantityAmount(points.each, points.unit, points.from_, points.to, points.step)
        case RangeSection():
            return RangeAmount(points.from_, points.to)
        case StepsSection():
            return ScaledAmount(Scale.STEPS, points.unit, points.over, dict(points.steps))
        case EverySection():
            return ScaledAmount(Scale.EVERY, points.unit, points.over, {points.every: points.gives})
        case SlicesSection():
            return ScaledAmount(Scale.SLICES, points.unit, points.over, {}, tuple(points.slices.items()))
        case _:
            raise TypeError(points)


def _level(code: str, level: Fraction | LevelSection) -> Level:
    if isinstance(level, LevelSection):
        return Level(code, level.name, level.points, level.valid)
    return Level(code, code, level)


def _effect(section: EffectSection) -> Effect:
    return Effect(
        stars=section.stars,
        is_barring=section.barred,
        is_disqualifying=section.disqualified,
        grade=section.grade,
        grade_max=section.grade_max,
        zeroes=section.clears,
        freezes=section.frozen,
        flag=section.flag or "",
        repairs=frozenset(section.repairs),
    )


def _allocation(
    section: Party | tuple[Party, ...] | AmountsSection | SplitSection | None,
) -> Allocation:
    match section:
        case None:
            return TO_HANDLERS
        case Party():
            return Broadcast((section,), {})
        case tuple():
            return Broadcast(section, {})
        case AmountsSection():
            return Broadcast(tuple(section.amounts), dict(section.amounts))
        case SplitSection():
            return Split(dict(section.split), dict(section.loss or section.split), section.otherwise)
