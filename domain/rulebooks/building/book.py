"""Builds the rulebook out of a file's sections once they are known to be sound."""

from fractions import Fraction

from domain.periods import PeriodKind
from domain.rulebooks.building.items import basis_of, build_item, population_of
from domain.rulebooks.building.results import (
    build_consequence,
    build_instrument,
    build_leader,
    build_requirement,
    build_step,
    build_weights,
    grade_order,
)
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.language.items import CategorySection, Limited
from domain.rulebooks.language.publicity import PublicitySection
from domain.rulebooks.language.results import (
    BaseSection,
    CycleSection,
    GradeSection,
    ShopSection,
    StarsSection,
)
from domain.rulebooks.model import (
    Band,
    Bands,
    Base,
    Best,
    Cap,
    Category,
    Debit,
    Rounding,
    Rulebook,
    Scope,
    Shop,
    Window,
)
from domain.rulebooks.publicity import Publicity
from domain.rulebooks.reminders import Reminders
from domain.rulebooks.results import Population, Ranking

_ZERO = Fraction(0)
_WINDOWS = tuple(Window)


def build_rulebook(file: RulebookSection) -> Rulebook:
    """Return the rulebook that checked sections describe."""
    base = None if file.base is None else _base(file.base)
    categories = tuple(_category(code, section) for code, section in file.categories.items())
    limits = _Limits(file, base, categories)
    grade, ranking, rounding = file.grade, file.ranking, file.rounding
    return Rulebook(
        id=file.id,
        name=file.name,
        version=file.version,
        base=base,
        categories=categories,
        components=_components(file, base, categories),
        items={code: build_item(code, section, limits.of_item(code)) for code, section in file.items.items()},
        caps=limits.all(),
        means={kind: way.of for kind, way in file.periods.items() if way.of is not None},
        stars=None if file.stars is None else _bands(file.stars),
        grade=None if grade is None else _bands(grade),
        return_reasons=file.return_reasons,
        reject_reasons=file.reject_reasons,
        population=Population() if file.population is None else population_of(file.population),
        is_by_household=file.account == "household",
        cycle_shift=_shift(file.cycle),
        months_counted_missing=file.missing_months == "zero",
        unit_base=None if file.units is None else _base(file.units),
        leaders=tuple(build_leader(role, section) for role, section in file.leaders.items()),
        groups={code: frozenset(group.items) for code, group in file.groups.items()},
        bests=tuple(
            Best(code, best.name, frozenset(best.items), best.count, best.per, basis_of(best))
            for code, best in file.best.items()
        ),
        debits=tuple(
            Debit(code, debit.name, debit.category, debit.points, debit.per, basis_of(debit))
            for code, debit in file.debits.items()
        ),
        instruments={code: build_instrument(code, section) for code, section in file.instruments.items()},
        weights=None if file.weights is None else build_weights(file.weights),
        rounding=None if rounding is None else Rounding(rounding.places, rounding.before_classes),
        ranking=Ranking()
        if ranking is None
        else Ranking(ranking.by, ranking.ties, ranking.within, frozenset(ranking.periods)),
        grade_rules=() if grade is None else tuple(grade.rules.items()),
        grade_with="" if grade is None else grade.with_ or "",
        grade_order=() if grade is None else grade_order(grade),
        requirements=tuple(build_requirement(code, one) for code, one in file.requirements.items()),
        consequences=tuple(build_consequence(code, one) for code, one in file.consequences.items()),
        workflow=tuple(build_step(code, step) for code, step in file.workflow.items()),
        effective_on=file.effective,
        shop=None if file.shop is None else _shop(file.shop, frozenset(file.items)),
        publicity=None if file.publicity is None else _publicity(file.publicity),
        reminders=None
        if file.reminders is None
        else Reminders(file.reminders.day, file.reminders.time, basis_of(file.reminders)),
    )


def _publicity(section: PublicitySection) -> Publicity:
    top = section.top
    return Publicity(
        frozenset(section.in_),
        count=top if isinstance(top, int) else None,
        share=top if isinstance(top, Fraction) else None,
        may_hide=section.may_hide,
        basis=basis_of(section),
    )


def _shop(section: ShopSection, items: frozenset[str]) -> Shop:
    return Shop(
        earns=items if section.earns is None else frozenset(section.earns),
        window=section.window,
        expires_months=None if section.expires is None else section.expires.months,
        carry_over_max=section.carry_over,
        per=section.account,
    )


def _base(section: BaseSection) -> Base:
    return Base(section.points, section.per, section.prorated, basis_of(section))


def _shift(cycle: CycleSection | None) -> int:
    """Return by how many months the cycle's calendar lies ahead of the common one."""
    if cycle is None or cycle.starts == 1:
        return 0
    return 13 - cycle.starts if cycle.named == "end" else 1 - cycle.starts


def _category(code: str, section: str | CategorySection) -> Category:
    if isinstance(section, str):
        return Category(code, section, component=code)
    return Category(
        code,
        section.name,
        component=section.component or code,
        basis=basis_of(section),
        only_if=section.only_if,
    )


def _components(file: RulebookSection, base: Base | None, categories: tuple[Category, ...]) -> dict[str, str]:
    """Return the code and name of each part of the total."""
    names = {"base": "基础分"} if base is not None or file.units is not None else {}
    for category in categories:
        declared = file.components.get(category.component)
        names.setdefault(category.component, declared.name if declared is not None else category.name)
    for instrument in file.instruments.values():
        if instrument.component is not None:
            names.setdefault(instrument.component, instrument.name)
    return names


def _cap_code(scope: Scope, of: str, per: Window, *, is_floor: bool) -> str:
    owner = {Scope.ITEM: (of,), Scope.TOTAL: (Scope.TOTAL,)}.get(scope, (scope, of))
    return ".".join((*owner, "floor" if is_floor else "cap", per))


def _bands(section: StarsSection | GradeSection) -> Bands:
    return Bands(
        periods=frozenset(section.periods),
        bands=tuple(Band(str(label), interval) for label, interval in section.bands.items()),
        basis=basis_of(section),
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
                basis=basis_of(section),
            )
            for per, limit, is_floor in sorted(both, key=lambda one: (_WINDOWS.index(one[0]), one[2]))
        )

    def _standing(self, scope: Scope, per: Window) -> Fraction:
        if scope is not Scope.TOTAL or self._base is None or per.value not in set(PeriodKind):
            return _ZERO
        return self._base.fixed if PeriodKind(per.value) is self._base.per else _ZERO
