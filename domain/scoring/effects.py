"""Gathers what entries do beside their points: vetoes, bars, flags, grades, and what takes them back."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.periods import Period, PeriodKind
from domain.rulebooks import Effect, Rulebook
from domain.scoring.records import Recorded


@dataclass(frozen=True, slots=True)
class Effects:
    """Every effect that holds for a subject in a period; `of_period` are those of entries within it."""

    of_year: tuple[Effect, ...]
    of_period: tuple[Effect, ...]

    @property
    def is_barring(self) -> bool:
        """Whether awards are closed."""
        return any(effect.is_barring or effect.is_disqualifying for effect in self.of_year)

    @property
    def flags(self) -> tuple[str, ...]:
        """The words that the sheet carries, each once."""
        words: list[str] = []
        for effect in self.of_year:
            words += [effect.flag] if effect.flag else []
            words += ["barred"] if effect.is_barring else []
            words += ["disqualified"] if effect.is_disqualifying else []
            words += ["cleared"] if effect.zeroes else []
        return tuple(dict.fromkeys(words))

    def stars(self, otherwise: int) -> int:
        """Return the fewest stars that an entry within the period sets, or those of the total."""
        return min((effect.stars for effect in self.of_period if effect.stars is not None), default=otherwise)

    def grade(self, otherwise: str | None, order: tuple[str, ...]) -> str | None:
        """Return the worst grade that an entry sets, else the given one, never above a ceiling."""
        if not self.of_year:
            return otherwise
        fixed = [effect.grade for effect in self.of_year if effect.grade is not None]
        grade = max(fixed, key=order.index) if fixed else otherwise
        ceilings = [effect.grade_max for effect in self.of_year if effect.grade_max is not None]
        if grade is None or not ceilings:
            return grade
        return max(grade, *ceilings, key=order.index)


NO_EFFECTS = Effects((), ())


def effects_in(rulebook: Rulebook, live: Iterable[Recorded], period: Period) -> Effects:
    """Return the effects of entries since the year began and before the period ends, repaired ones aside."""
    if not rulebook.has_effects:
        return NO_EFFECTS
    held = held_in(rulebook, live, period)
    return Effects(
        tuple(effect for _, effect in held),
        tuple(effect for entry, effect in held if period.contains(entry.on)),
    )


def held_in(
    rulebook: Rulebook, live: Iterable[Recorded], period: Period
) -> tuple[tuple[Recorded, Effect], ...]:
    """Return the entries whose effects hold in a period, each with its effect."""
    year = rulebook.period_of(PeriodKind.YEAR, period.starts_on)
    within: list[tuple[Recorded, Effect]] = []
    for entry in live:
        item = rulebook.item(entry.item)
        if item is not None and item.effect is not None and year.starts_on <= entry.on < period.until_on:
            within.append((entry, item.effect))
    repairs = [(entry, effect.repairs) for entry, effect in within if effect.repairs]
    return tuple(
        (entry, effect)
        for entry, effect in within
        if not any(
            entry.item in repaired and (later.on, later.sequence) > (entry.on, entry.sequence)
            for later, repaired in repairs
        )
    )
