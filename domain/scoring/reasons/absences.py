"""Tells why somebody who is on the roster has no score in a period."""

from domain.periods import Period
from domain.rulebooks.results import Population
from domain.scoring.evaluation import Evaluation
from domain.scoring.households import account_in
from domain.scoring.inputs import Stay
from domain.scoring.reasons.kinds import Absence, NotScored


def why_not_scored(evaluation: Evaluation, period: Period, member: str) -> NotScored | None:
    """Return why a member has no score in a period; None where the roster has no such member."""
    stays = evaluation.world.stays_of.get(member, ())
    if not stays:
        return None
    present = [stay for stay in stays if stay.touches(period)]
    if not present:
        stay = stays[-1]
        days = tuple((one.since_on, one.until_on) for one in stays)
        return NotScored(member, stay.name, stay.unit, Absence.AWAY, days=days)
    stay, basis = present[-1], evaluation.rulebook.population.basis
    for absence, words, scored in _words(evaluation.rulebook.population, stay):
        if scored and scored.isdisjoint(words):
            word = ";".join(sorted(words))
            told = tuple(sorted(scored))
            return NotScored(member, stay.name, stay.unit, absence, word, told, basis.clause)
    return None


def _words(population: Population, stay: Stay) -> tuple[tuple[Absence, frozenset[str], frozenset[str]], ...]:
    """Return what the roster says about somebody beside what is scored, where an empty set is all."""
    return (
        (Absence.STATUS, frozenset({stay.status}), population.statuses),
        (Absence.KIND, frozenset({stay.kind}), population.kinds),
        (Absence.ROLE, stay.roles, population.roles),
        (Absence.CLASS, frozenset({stay.class_}), population.classes),
    )


def account_of(evaluation: Evaluation, period: Period, member: str) -> str:
    """Return under whose code a member's points are kept at the end of a period, or of the stay before it."""
    if not evaluation.rulebook.is_by_household:
        return member
    return account_in(evaluation.world, period, member)
