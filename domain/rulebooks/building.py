"""Builds the rulebook out of a file's sections once they are known to be sound."""

from fractions import Fraction

from domain.periods import PeriodKind
from domain.rulebooks.amounts import Amount, FixedAmount, Level, LevelAmount, QuantityAmount, RangeAmount
from domain.rulebooks.language import (
    AnyPoints,
    CategorySection,
    Founded,
    GradeSection,
    ItemSection,
    LevelSection,
    LevelsSection,
    Limited,
    QuantitySection,
    RangeSection,
    RulebookSection,
    ShopSection,
    StarsSection,
)
from domain.rulebooks.model import (
    Band,
    Bands,
    Base,
    Basis,
    Cap,
    Category,
    Effect,
    Item,
    Rulebook,
    Scope,
    Shop,
    Window,
)

_ZERO = Fraction(0)
_WINDOWS = tuple(Window)


def build_rulebook(file: RulebookSection) -> Rulebook:
    """Return the rulebook that checked sections describe."""
    base = None if file.base is None else Base(file.base.points, file.base.per, _basis(file.base))
    categories = tuple(_category(code, section) for code, section in file.categories.items())
    limits = _Limits(file, base, categories)
    return Rulebook(
        id=file.id,
        name=file.name,
        version=file.version,
        base=base,
        categories=categories,
        components=_components(file, base, categories),
        items={code: _item(code, section, limits) for code, section in file.items.items()},
        caps=limits.all(),
        means={kind: way.of for kind, way in file.periods.items() if way.of is not None},
        stars=None if file.stars is None else _bands(file.stars),
        grade=None if file.grade is None else _bands(file.grade),
        return_reasons=file.return_reasons,
        reject_reasons=file.reject_reasons,
        shop=None if file.shop is None else _shop(file.shop, frozenset(file.items)),
    )


def _shop(section: ShopSection, items: frozenset[str]) -> Shop:
    return Shop(
        earns=items if section.earns is None else frozenset(section.earns),
        window=section.window,
        expires_months=None if section.expires is None else section.expires.months,
        carry_over_max=section.carry_over,
        per=section.account,
    )


def amount_of(points: object) -> Amount:
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
        case _:
            raise TypeError(points)


def _level(code: str, level: Fraction | LevelSection) -> Level:
    if isinstance(level, LevelSection):
        return Level(code, level.name, level.points)
    return Level(code, code, level)


def _basis(section: Founded) -> Basis:
    return Basis(section.clause or "", section.quote or "")


def _category(code: str, section: str | CategorySection) -> Category:
    if isinstance(section, str):
        return Category(code, section, component=code)
    return Category(code, section.name, component=section.component or code, basis=_basis(section))


def _components(file: RulebookSection, base: Base | None, categories: tuple[Category, ...]) -> dict[str, str]:
    names = {"base": "基础分"} if base is not None else {}
    for category in categories:
        declared = file.components.get(category.component)
        names[category.component] = declared.name if declared is not None else category.name
    return names


def _item(code: str, section: ItemSection, limits: "_Limits") -> Item:
    amount = amount_of(section.points)
    effect = None if section.effect is None else Effect(section.effect.stars, section.effect.barred)
    is_only_loss = amount.high is not None and amount.high <= 0 and (amount.low is None or amount.low < 0)
    by_members = effect is None and not is_only_loss
    if section.reported_by is not None:
        by_members = section.reported_by == "members"
    return Item(
        code=code,
        name=section.name,
        category=section.category,
        amount=amount,
        caps=limits.of_item(code),
        clause=section.clause or "",
        quote=section.quote or "",
        hint=section.hint or "",
        since=section.since,
        until=section.until,
        evidence_required=section.evidence == "required",
        reported_by_members=by_members,
        effect=effect,
    )


def _cap_code(scope: Scope, of: str, per: Window, *, is_floor: bool) -> str:
    owner = {Scope.ITEM: (of,), Scope.TOTAL: (Scope.TOTAL,)}.get(scope, (scope, of))
    return ".".join((*owner, "floor" if is_floor else "cap", per))


def _bands(section: StarsSection | GradeSection) -> Bands:
    return Bands(
        periods=frozenset(section.periods),
        bands=tuple(Band(str(label), interval) for label, interval in section.bands.items()),
        basis=_basis(section),
    )


class _Limits:
    """Lists the caps of every part of the file in the order in which they apply."""

    def __init__(self, file: RulebookSection, base: Base | None, categories: tuple[Category, ...]) -> None:
        self._file = file
        self._base = base
        self._component_of = {category.code: category.component for category in categories}

    def of_item(self, code: str) -> tuple[Cap, ...]:
        """Return the caps that the item itself carries."""
        section = self._file.items[code]
        return self._caps(section, Scope.ITEM, code, section.name, frozenset({code}))

    def all(self) -> tuple[Cap, ...]:
        """Return all caps: items, groups, categories, components, total; short windows first within each."""
        file = self._file
        caps = [cap for code in file.items for cap in self.of_item(code)]
        for code, group in file.groups.items():
            caps += self._caps(group, Scope.GROUP, code, group.name, frozenset(group.items))
        for code, category in file.categories.items():
            if isinstance(category, CategorySection):
                inside = frozenset(item for item, section in file.items.items() if section.category == code)
                caps += self._caps(category, Scope.CATEGORY, code, category.name, inside)
        for code, component in file.components.items():
            inside = frozenset(
                item for item, section in file.items.items() if self._component_of[section.category] == code
            )
            caps += self._caps(component, Scope.COMPONENT, code, component.name, inside)
        if file.total is not None:
            caps += self._caps(file.total, Scope.TOTAL, "", file.name, frozenset(file.items))
        return tuple(caps)

    def _caps(
        self, section: Limited, scope: Scope, of: str, name: str, items: frozenset[str]
    ) -> tuple[Cap, ...]:
        both = [(per, limit, False) for per, limit in section.caps.items()]
        both += [(per, limit, True) for per, limit in section.floors.items()]
        return tuple(
            Cap(
                code=_cap_code(scope, of, per, is_floor=is_floor),
                scope=scope,
                of=of,
                name=name,
                items=items,
                per=per,
                limit=limit,
                is_floor=is_floor,
                standing=self._standing(scope, per),
                basis=_basis(section),
            )
            for per, limit, is_floor in sorted(both, key=lambda one: (_WINDOWS.index(one[0]), one[2]))
        )

    def _standing(self, scope: Scope, per: Window) -> Fraction:
        if scope is not Scope.TOTAL or self._base is None or per.value not in set(PeriodKind):
            return _ZERO
        return self._base.points if PeriodKind(per.value) is self._base.per else _ZERO
