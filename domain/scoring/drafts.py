"""The score of one subject in one period while it is being worked out, and the questions asked of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.rulebooks.results import WeightedPart
from domain.scoring.accounts import BASE, Account, Contribution
from domain.scoring.ballots import BallotBox
from domain.scoring.conditions import Value
from domain.scoring.counting import ZERO
from domain.scoring.effects import NO_EFFECTS, Effects
from domain.scoring.inputs import Stay
from domain.scoring.records import Recorded

MEMBER, UNIT, HOUSEHOLD = "member", "unit", "household"


@dataclass(frozen=True, slots=True)
class Due:
    """One consequence for one subject: whose task it is, and by when."""

    code: str
    name: str
    to: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Weighed:
    """One part of a weighted total: what the subject has of it, the best of the unit, and what counts."""

    part: WeightedPart
    own: Fraction
    best: Fraction
    counted: Fraction


@dataclass(frozen=True, slots=True)
class Led:
    """A score that a leader's is made from; `lines` lead to its `total`."""

    label: str
    """`unit:<code>`, `<role>:<member>`, or the leader's own code."""
    total: Fraction
    lines: tuple[Contribution, ...]


@dataclass(slots=True)
class Draft:
    """A subject's score, filled in step by step."""

    subject: str
    kind: str
    stay: Stay
    roles: frozenset[str]
    account: Account
    lines: list[Contribution] = field(default_factory=list)
    components: dict[str, Fraction] = field(default_factory=dict)
    total: Fraction = ZERO
    base: Fraction = ZERO
    months: int = 0
    rank: int | None = None
    bottom: int | None = None
    ranked: int = 0
    grade: str | None = None
    stars: int | None = None
    is_barred: bool = False
    """Whether awards pass over the subject: by an effect, or by a requirement that was not met."""
    is_eligible: bool = True
    effects: Effects = NO_EFFECTS
    flags: list[str] = field(default_factory=list)
    met: dict[str, bool] = field(default_factory=dict)
    consequences: list[Due] = field(default_factory=list)
    weighed: tuple[Weighed, ...] = ()
    led: tuple[Led, ...] = ()
    """What the score is made from, where the subject leads."""

    def measure(self, by: str) -> Fraction:
        """Return what a ranking or a list goes by: the total or a component."""
        return self.total if by == "total" else self.components.get(by, ZERO)

    def set_lines(self, lines: list[Contribution], rulebook: Rulebook) -> None:
        """Take the lines, and what they add up to."""
        self.lines = lines
        self.components = dict.fromkeys(rulebook.components, ZERO)
        for line in lines:
            self.components[line.component] = self.components.get(line.component, ZERO) + line.counted
            if line.item == BASE:
                self.base += line.counted
        self.total = sum(self.components.values(), ZERO)


@dataclass(frozen=True, slots=True)
class Question:
    """A draft in its period, as conditions ask about it."""

    rulebook: Rulebook
    period: Period
    draft: Draft
    ballots: BallotBox
    earlier: Callable[[], "Question | None"]

    def before(self) -> "Question | None":
        """Return the subject in the previous period of the same kind."""
        return self.earlier()

    def named(self, name: str) -> Value:
        """Return a name's value: what every subject has, or a component's points."""
        if name in _NAMED:
            return _NAMED[name](self.draft)
        return self.draft.components.get(name, ZERO)

    def told(self, function: str, about: str) -> Value:  # noqa: PLR0911  one case a function
        """Return what a function says about a code."""
        if function in _OF_ENTRIES:
            return sum((_OF_ENTRIES[function](entry) for entry in self._entries(about)), ZERO)
        match function:
            case "points":
                return sum((line.counted for line in self._lines(about)), ZERO)
            case "categories":
                return Fraction(self._categories())
            case "role":
                return about in self.draft.roles
            case "flag":
                return about in self.draft.flags
            case "met":
                return self.draft.met.get(about, False)
            case "had":
                previous = self.before()
                return previous is not None and any(one.code == about for one in previous.draft.consequences)
            case _:
                return self._balloted(function, about)

    def _balloted(self, function: str, about: str) -> Value:
        instrument = self.rulebook.instruments[about]
        match function:
            case "mean":
                return self.ballots.mean(instrument, self.period)
            case "mode":
                return self.ballots.mode(instrument, self.period)
            case "majority":
                return self.ballots.majority(instrument, self.period)
            case _:
                return Fraction(self.ballots.count(instrument, self.period))

    def _lines(self, about: str) -> Iterator[Contribution]:
        items = self.rulebook.items_about(about)
        for line in self.draft.lines:
            if line.item in items or about in {line.component, line.category}:
                yield line

    def _entries(self, about: str) -> Iterator[Recorded]:
        items = self.rulebook.items_about(about) if about else None
        for entry in self.draft.account.live:
            if self.period.contains(entry.on) and (items is None or entry.item in items):
                yield entry

    def _categories(self) -> int:
        sums: dict[str, Fraction] = {}
        for line in self.draft.lines:
            if line.item in self.rulebook.items:
                sums[line.category] = sums.get(line.category, ZERO) + line.counted
        return sum(points > 0 for points in sums.values())


_NAMED: Mapping[str, Callable[[Draft], Value]] = {
    "total": lambda draft: draft.total,
    "base": lambda draft: draft.base,
    "rank": lambda draft: _number(draft.rank),
    "bottom": lambda draft: _number(draft.bottom),
    "ranked": lambda draft: Fraction(draft.ranked),
    "grade": lambda draft: draft.grade,
    "stars": lambda draft: _number(draft.stars),
    "eligible": lambda draft: draft.is_eligible,
    "kind": lambda draft: draft.stay.kind,
    "status": lambda draft: draft.stay.status,
    "class": lambda draft: draft.stay.class_,
    "months": lambda draft: Fraction(draft.months),
}
_OF_ENTRIES: Mapping[str, Callable[[Recorded], Fraction]] = {
    "raw": lambda entry: entry.event_points,
    "gains": lambda entry: max(entry.event_points, ZERO),
    "losses": lambda entry: max(-entry.event_points, ZERO),
    "count": lambda entry: Fraction(entry.times),
    "quantity": lambda entry: entry.quantity or ZERO,
}


def _number(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value)
