"""Concludes from scores: grades, stars, flags, requirements, lists and tasks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from domain.periods import Period, PeriodKind
from domain.rulebooks import Bands, Rulebook
from domain.rulebooks.results import Consequence, Population
from domain.scoring.conditions import holds
from domain.scoring.drafts import Draft, Due, Question
from domain.scoring.effects import effects_in
from domain.scoring.ranking import groups_of, pick

Asking = Callable[[Draft], Question]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list with its places among those who are ranked together."""

    consequence: str
    groups: tuple[tuple[str, ...], ...]
    """Who is within the places, in order, equals together."""
    tied: tuple[str, ...]
    """Equals at the cut of an award, for the committee to decide."""
    places: int
    ranked: int
    """Among how many the places are given."""


def conclude(
    rulebook: Rulebook,
    period: Period,
    members: Iterable[Draft],
    units: Iterable[Draft],
    parents: Mapping[str, str],
    about: Asking,
) -> list[Listing]:
    """Write grades, stars, flags and consequences into ranked drafts; return the lists with places.

    Awards pass over those whom an entry or an unmet requirement bars. A consequence that closes awards shows
    in `is_eligible` and leaves the lists of its own period as they are.
    """
    people, bodies = list(members), list(units)
    stars, grades = (_Labels(bands, period.kind) for bands in (rulebook.stars, rulebook.grade))
    for draft in people:
        _classify(rulebook, period, draft, about, stars, grades)
    listings: list[Listing] = []
    for consequence in rulebook.consequences:
        if not decides(consequence, period):
            continue
        found: list[Draft] = []
        if consequence.for_members:
            chosen, lists = _chosen(rulebook, consequence, people, parents, about)
            found += chosen
            listings += lists
        if consequence.for_units:
            found += [draft for draft in bodies if _applies(consequence, draft, about)]
        for draft in found:
            _add(consequence, draft, period)
    return listings


class _Labels:
    """The classes of totals, each total looked up once: many members have the same."""

    def __init__(self, bands: Bands | None, kind: PeriodKind) -> None:
        self._bands = bands
        self._kind = kind
        self._known: dict[tuple[int, int], str | None] = {}

    def of(self, total: Fraction) -> str | None:
        """Return the class of a total."""
        if self._bands is None:
            return None
        key = total.as_integer_ratio()
        if key not in self._known:
            self._known[key] = self._bands.label(total, kind=self._kind)
        return self._known[key]


def _classify(
    rulebook: Rulebook, period: Period, draft: Draft, about: Asking, stars: _Labels, grades: _Labels
) -> None:
    """Give a draft what follows from itself alone."""
    if rulebook.has_effects:
        draft.effects = effects_in(rulebook, draft.account.live, period)
        draft.flags = list(draft.effects.flags)
        draft.is_barred = draft.effects.is_barring
    for requirement in rulebook.requirements:
        if period.kind in requirement.periods and _is_among(requirement.among, draft, about):
            is_met = holds(requirement.when, about(draft))
            draft.met[requirement.code] = is_met
            if not is_met:
                draft.flags.append(f"unmet.{requirement.code}")
                draft.is_barred = draft.is_barred or requirement.bars
    draft.is_eligible = not draft.is_barred
    label = stars.of(draft.total)
    if label is not None:
        draft.stars = draft.effects.stars(int(label))
    draft.grade = _grade(rulebook, period, draft, about, grades)


def _grade(rulebook: Rulebook, period: Period, draft: Draft, about: Asking, grades: _Labels) -> str | None:
    """Return the grade: by rule or by total, the worse of it and the ballots', as entries let it stand."""
    if rulebook.grade is None or period.kind not in rulebook.grade.periods:
        return None
    order = rulebook.grade_order
    grade = grades.of(draft.total)
    if not rulebook.grade_rules and not rulebook.grade_with:
        return draft.effects.grade(grade, order)
    question = about(draft)
    grade = next((label for label, condition in rulebook.grade_rules if holds(condition, question)), grade)
    if rulebook.grade_with:
        mark = question.ballots.mode(rulebook.instruments[rulebook.grade_with], period)
        if mark is not None:
            grade = mark if grade is None else max(grade, mark, key=order.index)
    return draft.effects.grade(grade, order)


def decides(consequence: Consequence, period: Period) -> bool:
    """Tell whether a consequence is decided by this period."""
    return period.kind in consequence.periods or period.label.rpartition("-")[2] in consequence.labels


def _chosen(
    rulebook: Rulebook,
    consequence: Consequence,
    members: list[Draft],
    parents: Mapping[str, str],
    about: Asking,
) -> tuple[list[Draft], list[Listing]]:
    is_for_all = consequence.among.is_everybody
    candidates = [
        draft
        for draft in members
        if not (consequence.is_award and draft.is_barred)
        and (is_for_all or _is_among(consequence.among, draft, about))
    ]
    listings: list[Listing] = []
    if consequence.selection is not None:
        among_same = [draft for draft in members if is_for_all or is_among_words(consequence.among, draft)]
        sizes = groups_of(among_same, rulebook.ranking.within, parents)
        listed: list[Draft] = []
        for key, group in groups_of(candidates, rulebook.ranking.within, parents).items():
            ranked = len(sizes[key])
            picked = pick(group, consequence.selection, ranked=ranked)
            listed += picked.chosen
            groups = tuple(tuple(draft.subject for draft in equals) for equals in picked.groups)
            tied = tuple(draft.subject for draft in picked.tied)
            places = consequence.selection.places(ranked)
            listings.append(Listing(consequence.code, groups, tied, places, ranked))
        candidates = listed
    if consequence.when is None:
        return candidates, listings
    return [draft for draft in candidates if _holds(consequence, draft, about)], listings


def _applies(consequence: Consequence, draft: Draft, about: Asking) -> bool:
    return consequence.selection is None and _holds(consequence, draft, about)


def _holds(consequence: Consequence, draft: Draft, about: Asking) -> bool:
    return consequence.when is None or holds(consequence.when, about(draft))


def is_among_words(among: Population, draft: Draft) -> bool:
    """Tell whether the roster's words about somebody fit, conditions on scores aside."""
    if among.is_everybody:
        return True
    stay = draft.stay
    return among.admits(kind=stay.kind, status=stay.status, roles=draft.roles, class_=stay.class_)


def _is_among(among: Population, draft: Draft, about: Asking) -> bool:
    return among.is_everybody or (
        is_among_words(among, draft) and (among.where is None or holds(among.where, about(draft)))
    )


def _add(consequence: Consequence, draft: Draft, period: Period) -> None:
    due_on = None
    if consequence.days is not None:
        due_on = period.until_on + timedelta(days=consequence.days - 1)
    draft.consequences.append(Due(consequence.code, consequence.name, consequence.to, due_on))
    if consequence.bars:
        draft.is_eligible = False
    if consequence.stars is not None:
        draft.stars = consequence.stars
