"""Compares two rulebooks on the same past: who changes, by how much, and which clause did it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest

from domain.scoring.accounts import Contribution
from domain.scoring.counting import ZERO
from domain.scoring.drafts import UNIT
from domain.scoring.scores import PeriodScores, SubjectScore

_BARS_MAX = 12
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands under one rulebook; consequences are their codes."""

    total: Fraction
    rank: int | None
    grade: str | None
    stars: int | None
    is_eligible: bool
    flags: tuple[str, ...]
    consequences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What the lines of one item and clause count under each rulebook, of those that are not the same.

    The clause is the new rulebook's where that has the line at all. `why_before` and `why_after` are the
    reasons of the differing lines, each once.
    """

    item: str
    clause: str
    before: Fraction
    after: Fraction
    why_before: tuple[str, ...]
    why_after: tuple[str, ...]

    @property
    def change(self) -> Fraction:
        """By how much the total changes through it."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class SubjectChange:
    """What changes for one subject; a standing is None where that rulebook does not score the subject."""

    subject: str
    kind: str
    name: str
    unit: str
    before: Standing | None
    after: Standing | None
    differences: tuple[Difference, ...]

    @property
    def change(self) -> Fraction:
        """By how much the total changes; the differences add up to it."""
        return (self.after.total if self.after else ZERO) - (self.before.total if self.before else ZERO)

    @property
    def gained(self) -> tuple[str, ...]:
        """The consequences that only the new rulebook has."""
        return _only_in(self.after, self.before)

    @property
    def lost(self) -> tuple[str, ...]:
        """The consequences that only the old rulebook has."""
        return _only_in(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Bar:
    """How many members' totals lie in `[low, high)` before and after."""

    low: Fraction
    high: Fraction
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """Everything that differs, in the order of the new results, and how totals and grades are distributed.

    `bars` are of one width, without gaps; `grades` give how many members have each grade before and after.
    """

    subjects: tuple[SubjectChange, ...]
    bars: tuple[Bar, ...]
    grades: Mapping[str, tuple[int, int]]


def simulate(before: PeriodScores, after: PeriodScores) -> Simulation:
    """Return what changes between the results of two rulebooks in a period."""
    old = {score.subject: score for score in before.subjects}
    new = {score.subject: score for score in after.subjects}
    order = [*new, *(subject for subject in old if subject not in new)]
    changes = (_change(old.get(subject), new.get(subject)) for subject in order)
    return Simulation(
        subjects=tuple(change for change in changes if change is not None),
        bars=_bars(_members(before), _members(after)),
        grades=_grades(_members(before), _members(after)),
    )


def _change(before: SubjectScore | None, after: SubjectScore | None) -> SubjectChange | None:
    about = after or before
    assert about is not None, "one of both has the subject"
    differences = _differences(before.trace if before else (), after.trace if after else ())
    change = SubjectChange(
        about.subject, about.kind, about.name, about.unit, _standing(before), _standing(after), differences
    )
    return change if differences or change.before != change.after else None


def _standing(score: SubjectScore | None) -> Standing | None:
    if score is None:
        return None
    return Standing(
        total=score.total,
        rank=score.rank,
        grade=score.grade,
        stars=score.stars,
        is_eligible=score.is_eligible,
        flags=score.flags,
        consequences=tuple(due.code for due in score.consequences),
    )


def _only_in(standing: Standing | None, other: Standing | None) -> tuple[str, ...]:
    if standing is None:
        return ()
    known = other.consequences if other else ()
    return tuple(code for code in standing.consequences if code not in known)


def _differences(before: Iterable[Contribution], after: Iterable[Contribution]) -> tuple[Difference, ...]:
    """Pair the lines of each item and day, leave out pairs that count the same, and sum up the others.

    Lines that count the same are paired first, so that a line more or less shows as just that.
    """
    pairs: dict[tuple[str, str], list[tuple[Contribution | None, Contribution | None]]] = {}
    old, new = _by_deed(before), _by_deed(after)
    for deed in {**old, **new}:
        gone, come = _unequal(old.get(deed, []), new.get(deed, []))
        for first, second in zip_longest(gone, come):
            named = second or first
            assert named is not None, "one of both is there"
            pairs.setdefault((named.item, named.clause), []).append((first, second))
    return tuple(
        Difference(
            item=item,
            clause=clause,
            before=sum((one.counted for one, _ in found if one), ZERO),
            after=sum((one.counted for _, one in found if one), ZERO),
            why_before=tuple(dict.fromkeys(one.why for one, _ in found if one and one.why)),
            why_after=tuple(dict.fromkeys(one.why for _, one in found if one and one.why)),
        )
        for (item, clause), found in pairs.items()
    )


def _by_deed(lines: Iterable[Contribution]) -> dict[tuple[str, str], list[Contribution]]:
    found: dict[tuple[str, str], list[Contribution]] = {}
    for line in lines:
        found.setdefault((line.item, line.on.isoformat()), []).append(line)
    return found


def _unequal(
    before: list[Contribution], after: list[Contribution]
) -> tuple[list[Contribution], list[Contribution]]:
    """Return the lines of each side that have no equal on the other."""
    same = Counter(line.counted for line in before) & Counter(line.counted for line in after)
    return _without(before, same), _without(after, same)


def _without(lines: list[Contribution], same: Counter[Fraction]) -> list[Contribution]:
    left, kept = Counter(same), []
    for line in lines:
        if left[line.counted]:
            left[line.counted] -= 1
        else:
            kept.append(line)
    return kept


def _members(scores: PeriodScores) -> list[SubjectScore]:
    return [score for score in scores.subjects if score.kind != UNIT]


def _bars(before: list[SubjectScore], after: list[SubjectScore]) -> tuple[Bar, ...]:
    """Return at most twelve bars of a round width that hold every total."""
    old, new = [score.total for score in before], [score.total for score in after]
    if not old and not new:
        return ()
    least, most = min(old + new), max(old + new)
    width = _width(most - least)
    start = least // width * width
    bars = []
    while start <= most:
        end = start + width
        counts = (sum(start <= total < end for total in totals) for totals in (old, new))
        bars.append(Bar(start, end, *counts))
        start = end
    return tuple(bars)


def _width(span: Fraction) -> Fraction:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … of which few enough cover the span."""
    power = Fraction(1)
    while True:
        for step in _STEPS:
            if span // (step * power) < _BARS_MAX - 1:
                return step * power
        power *= 10


def _grades(before: list[SubjectScore], after: list[SubjectScore]) -> dict[str, tuple[int, int]]:
    old = Counter(score.grade for score in before if score.grade is not None)
    new = Counter(score.grade for score in after if score.grade is not None)
    return {grade: (old[grade], new[grade]) for grade in (*old, *(one for one in new if one not in old))}
