"""Tells every reason behind one subject's result in a period, by going the way of its conclusion again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.rulebooks.results import Consequence, Population
from domain.scoring.conditions import holds
from domain.scoring.counting import ZERO
from domain.scoring.drafts import UNIT, Draft, Question
from domain.scoring.effects import held_in
from domain.scoring.evaluation import Evaluation, Working
from domain.scoring.outcomes import decides, is_among_words
from domain.scoring.ranking import groups_of
from domain.scoring.reasons.classes import Held, entry_of, grade_steps, stars_steps
from domain.scoring.reasons.facts import condition_of
from domain.scoring.reasons.kinds import (
    Averaged,
    ByConsequence,
    Class,
    Classified,
    Closed,
    Composed,
    Condition,
    Flagged,
    Leading,
    Listed,
    OverQuota,
    PassedOver,
    Reason,
    Required,
    Step,
)
from domain.scoring.reasons.lists import Lists
from domain.scoring.sheets import Part

_ROUNDING = "rounding"


def reasons_for(evaluation: Evaluation, period: Period, subject: str) -> tuple[Reason, ...]:
    """Return why a subject's result in a period is what it is; nothing where it has none.

    First what the total is made from, then events a quota left out, requirements, grade and stars, flags, why
    awards are closed, and the consequences in the rulebook's order.
    """
    working = evaluation.working(period)
    member = working.members.get(subject)
    draft = member or working.units.get(subject)
    if draft is None:
        return ()
    return tuple(_Telling(evaluation, period, working, draft).all())


@dataclass
class _Telling:
    """One subject's way through its conclusion, with what was known at each step and no more.

    A condition saw neither the rounding of totals that comes after it nor what later consequences did; so
    the draft begins as it was then, and is filled in again.
    """

    evaluation: Evaluation
    period: Period
    working: Working
    final: Draft

    def __post_init__(self) -> None:
        self.rulebook: Rulebook = self.evaluation.rulebook
        self.draft = _as_concluded(self.rulebook, self.final)
        self.held: Held = (
            held_in(self.rulebook, self.final.account.live, self.period) if self.rulebook.has_effects else ()
        )
        self.stars: list[Step] = []

    def all(self) -> Iterator[Reason]:
        """Yield the reasons; each step sees what the ones before it left."""
        yield from self._totals()
        yield from self._over_quota()
        if self.draft.kind != UNIT:
            self.draft.flags = self.draft.effects.flags
            required = list(self._required())
            yield from required
            self.draft.is_eligible = not self.draft.is_barred
            self.stars += stars_steps(self.rulebook.stars, self.period, self.draft, self.held)
            if self.stars:
                self.draft.stars = int(self.stars[-1].label or 0)
            grade = grade_steps(self._question(), self.held)
            self.draft.grade = self.final.grade
            if self.final.grade is not None:
                yield Classified(Class.GRADE, self.final.grade, grade)
        consequences = list(self._consequences())
        if self.final.stars is not None:
            yield Classified(Class.STARS, str(self.final.stars), tuple(self.stars))
        yield from self._flags()
        yield from self._closed(consequences)
        yield from consequences

    def _question(self) -> Question:
        return self.evaluation.asking(self.period)(self.draft)

    def _totals(self) -> Iterator[Reason]:
        draft, account = self.draft, self.draft.account
        if draft.led:
            leader = next(one for one in self.rulebook.leaders if one.role in draft.roles)
            yield Leading(leader.role, leader.is_mean, draft.led)
        elif draft.weighed:
            yield Composed(draft.weighed)
        elif account.parts(self.period):
            yield Averaged(tuple(Part(part, _sum_of(draft, part)) for part in account.parts(self.period)))

    def _over_quota(self) -> Iterator[Reason]:
        for full in self.evaluation.over_quota(self.period):
            if self.draft.subject in full.members:
                yield OverQuota(full.number, full.item, full.on, full.unit, full.places)

    def _required(self) -> Iterator[Required]:
        for requirement in self.rulebook.requirements:
            if self.period.kind not in requirement.periods or not self._is_among(requirement.among):
                continue
            question = self._question()
            is_met = holds(requirement.when, question)
            yield Required(
                code=requirement.code,
                name=requirement.name,
                is_met=is_met,
                bars=requirement.bars,
                condition=condition_of(requirement.when, question),
            )
            self.draft.met[requirement.code] = is_met
            if not is_met:
                self.draft.flags += (f"unmet.{requirement.code}",)

    def _flags(self) -> Iterator[Reason]:
        for flag in self.draft.effects.flags:
            entries = tuple(
                entry_of(recorded)
                for recorded, effect in self.held
                if (flag == effect.flag)
                or (flag == "barred" and effect.is_barring)
                or (flag == "disqualified" and effect.is_disqualifying)
                or (flag == "cleared" and effect.zeroes)
            )
            yield Flagged(flag, entries)

    def _closed(self, consequences: list[Reason]) -> Iterator[Reason]:
        if self.final.is_eligible:
            return
        applied = {one.code for one in consequences if isinstance(one, Listed)}
        yield Closed(
            entries=tuple(
                entry_of(recorded)
                for recorded, effect in self.held
                if effect.is_barring or effect.is_disqualifying
            ),
            requirements=tuple(
                one.code
                for one in self.rulebook.requirements
                if one.bars and self.draft.met.get(one.code) is False
            ),
            consequences=tuple(
                one.code for one in self.rulebook.consequences if one.bars and one.code in applied
            ),
        )

    def _consequences(self) -> Iterator[Reason]:
        for consequence in self.rulebook.consequences:
            if not decides(consequence, self.period):
                continue
            if any(due.code == consequence.code for due in self.final.consequences):
                yield self._listed(consequence)
                if consequence.bars:
                    self.draft.is_eligible = False
                if consequence.stars is not None:
                    self.draft.stars = consequence.stars
                    self.stars.append(ByConsequence(str(consequence.stars), consequence.code))
            elif self.draft.kind != UNIT and consequence.for_members:
                open_award = self._lists().left_open(consequence)
                if open_award is not None:
                    yield open_award
                elif self._is_passed_over(consequence):
                    yield PassedOver(consequence.code)

    def _listed(self, consequence: Consequence) -> Listed:
        question = self._question()
        conditions: list[Condition] = []
        roles: frozenset[str] = frozenset()
        if self.draft.kind != UNIT:
            roles = consequence.among.roles & self.draft.roles
            if consequence.among.where is not None:
                conditions.append(condition_of(consequence.among.where, question))
        if consequence.when is not None:
            conditions.append(condition_of(consequence.when, question))
        return Listed(consequence.code, roles, self._lists().place(consequence), tuple(conditions))

    def _lists(self) -> Lists:
        return Lists(self.draft, self.working.listings, self.working.members)

    def _is_passed_over(self, consequence: Consequence) -> bool:
        """Tell whether the subject would be on a list if awards were open."""
        if not (consequence.is_award and self.draft.is_barred and self._is_among(consequence.among)):
            return False
        if consequence.when is not None and not holds(consequence.when, self._question()):
            return False
        together = groups_of(
            self.working.members.values(), self.rulebook.ranking.within, self.evaluation.world.parents
        )
        beside = next(
            group for group in together.values() if any(one.subject == self.draft.subject for one in group)
        )
        return self._lists().would_reach(consequence, {one.subject: one for one in beside})

    def _is_among(self, among: Population) -> bool:
        return is_among_words(among, self.draft) and (
            among.where is None or holds(among.where, self._question())
        )


def _as_concluded(rulebook: Rulebook, final: Draft) -> Draft:
    """Return the draft as it was before anything was concluded from it."""
    lines, components, total = list(final.lines), dict(final.components), final.total
    rounding = rulebook.rounding
    if rounding is not None and not rounding.is_before_classes:
        for line in final.lines:
            if line.item == _ROUNDING:
                lines.remove(line)
                components[line.component] -= line.counted
                total -= line.counted
    return replace(
        final,
        lines=lines,
        components=components,
        total=total,
        grade=None,
        stars=None,
        is_eligible=True,
        flags=(),
        met={},
        consequences=(),
    )


def _sum_of(draft: Draft, part: Period) -> Fraction:
    return sum((line.counted for line in draft.account.contributions(part)), ZERO)
