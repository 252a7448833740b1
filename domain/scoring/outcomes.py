"""Concludes from scores: grades, stars, flags, requirements, lists and tasks."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from domain.periods import Period, PeriodKind
from domain.rulebooks import Bands, Rulebook
from domain.rulebooks.results import Consequence, Population
from domain.scoring.drafts import Condition, Draft, Due, Question
from domain.scoring.effects import effects_in
from domain.scoring.ranking import Orders, pick

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
    together: Collection[Sequence[Draft]],
    units: Iterable[Draft],
    about: Asking,
    orders: Orders,
) -> list[Listing]:
    """Write grades, stars, flags and consequences into ranked drafts; return the lists with places.

    `together` are the members, those who are ranked together in one group. Awards pass over those whom an
    entry or an unmet requirement bars. A consequence that closes awards shows in `is_eligible` and leaves the
    lists of its own period as they are.
    """
    bodies = list(units)
    classing = _Classing(rulebook, period, about)
    for group in together:
        for draft in group:
            classing.classify(draft)
    listings: list[Listing] = []
    for consequence in rulebook.consequences:
        if not decides(consequence, period):
            continue
        found: list[Draft] = []
        if consequence.for_members:
            chosen, lists = _chosen(consequence, together, about, orders)
            found += chosen
            listings += lists
        if consequence.for_units and consequence.selection is None:
            found += _holding(consequence, bodies, about)
        for draft in found:
            _add(consequence, draft, period)
    return listings


class _Labels:
    """The classes of totals, each total looked up once: many members have the same."""

    def __init__(self, bands: Bands | None, kind: PeriodKind) -> None:
        self._bands = bands if bands is not None and kind in bands.periods else None
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


class _Classing:
    """What follows for a subject from itself alone, in one period."""

    def __init__(self, rulebook: Rulebook, period: Period, about: Asking) -> None:
        self._rulebook = rulebook
        self._period = period
        self._about = about
        self._requirements = [
            (one, _Among(one.among, about), Condition(one.when, about))
            for one in rulebook.requirements
            if period.kind in one.periods
        ]
        self._stars = _Labels(rulebook.stars, period.kind)
        self._grades = _Labels(rulebook.grade, period.kind)
        self._is_graded = rulebook.grade is not None and period.kind in rulebook.grade.periods
        self._rules = [(label, Condition(condition, about)) for label, condition in rulebook.grade_rules]

    def classify(self, draft: Draft) -> None:
        """Write flags, whether awards are open, stars and grade."""
        if self._rulebook.has_effects:
            draft.effects = effects_in(self._rulebook, draft.account.live, self._period)
            draft.flags = draft.effects.flags
            draft.is_barred = draft.effects.is_barring
        for requirement, among, when in self._requirements:
            if among.has(draft):
                is_met = when.holds(draft)
                draft.met[requirement.code] = is_met
                if not is_met:
                    draft.flags += (f"unmet.{requirement.code}",)
                    draft.is_barred = draft.is_barred or requirement.bars
        draft.is_eligible = not draft.is_barred
        label = self._stars.of(draft.total)
        if label is not None:
            draft.stars = draft.effects.stars(int(label))
        if self._is_graded:
            draft.grade = self._grade(draft)

    def _grade(self, draft: Draft) -> str | None:
        """Return the grade by rule or by total, the worse of it and the ballots', as entries let it stand."""
        order, with_ballots = self._rulebook.grade_order, self._rulebook.grade_with
        grade = self._grades.of(draft.total)
        if self._rules:
            grade = next((label for label, rule in self._rules if rule.holds(draft)), grade)
        if with_ballots:
            instrument = self._rulebook.instruments[with_ballots]
            mark = self._about(draft).ballots.mode(instrument, self._period)
            if mark is not None:
                grade = mark if grade is None else max(grade, mark, key=order.index)
        return draft.effects.grade(grade, order)


def decides(consequence: Consequence, period: Period) -> bool:
    """Tell whether a consequence is decided by this period."""
    return period.kind in consequence.periods or period.label.rpartition("-")[2] in consequence.labels


def _chosen(
    consequence: Consequence, together: Iterable[Sequence[Draft]], about: Asking, orders: Orders
) -> tuple[list[Draft], list[Listing]]:
    among = _Among(consequence.among, about)
    chosen: list[Draft] = []
    listings: list[Listing] = []
    for group in together:
        candidates = among.of(group)
        if consequence.is_award and any(draft.is_barred for draft in candidates):
            candidates = [draft for draft in candidates if not draft.is_barred]
        if consequence.selection is not None and candidates:
            ranked = among.size_by_words(group)
            picked = pick(candidates, consequence.selection, orders, ranked=ranked)
            candidates = picked.chosen
            groups = tuple(tuple(draft.subject for draft in equals) for equals in picked.groups)
            tied = tuple(draft.subject for draft in picked.tied)
            places = consequence.selection.places(ranked)
            listings.append(Listing(consequence.code, groups, tied, places, ranked))
        chosen += _holding(consequence, candidates, about)
    return chosen, listings


def _holding(consequence: Consequence, candidates: Sequence[Draft], about: Asking) -> Sequence[Draft]:
    if consequence.when is None:
        return candidates
    when = Condition(consequence.when, about)
    return [draft for draft in candidates if when.holds(draft)]


class _Among:
    """Who belongs to a population, by the roster's words and by a condition on scores."""

    def __init__(self, among: Population, about: Asking) -> None:
        self._among = among
        self._where = None if among.where is None else Condition(among.where, about)

    def has(self, draft: Draft) -> bool:
        """Tell whether somebody belongs to it."""
        return self._among.is_everybody or (
            is_among_words(self._among, draft) and (self._where is None or self._where.holds(draft))
        )

    def size_by_words(self, drafts: Sequence[Draft]) -> int:
        """Return how many the roster's words fit."""
        if self._among.is_everybody:
            return len(drafts)
        return sum(is_among_words(self._among, draft) for draft in drafts)

    def of(self, drafts: Sequence[Draft]) -> Sequence[Draft]:
        """Return those who belong to it."""
        return drafts if self._among.is_everybody else [draft for draft in drafts if self.has(draft)]


def is_among_words(among: Population, draft: Draft) -> bool:
    """Tell whether the roster's words about somebody fit, conditions on scores aside."""
    if among.is_everybody:
        return True
    stay = draft.stay
    return among.admits(kind=stay.kind, status=stay.status, roles=draft.roles, class_=stay.class_)


def _add(consequence: Consequence, draft: Draft, period: Period) -> None:
    due_on = None
    if consequence.days is not None:
        due_on = period.until_on + timedelta(days=consequence.days - 1)
    draft.consequences += (Due(consequence.code, consequence.name, consequence.to, due_on),)
    if consequence.bars:
        draft.is_eligible = False
    if consequence.stars is not None:
        draft.stars = consequence.stars
