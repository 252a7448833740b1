"""The score of one subject in one period while it is being worked out, and the questions asked of it."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import Any, cast

from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.rulebooks.expressions import Call, Expression, Name, parts_of
from domain.rulebooks.results import WeightedPart
from domain.scoring.accounts import BASE, Account, Contribution
from domain.scoring.ballots import BallotBox
from domain.scoring.conditions import Value, holds
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
    flags: tuple[str, ...] = ()
    met: dict[str, bool] = field(default_factory=dict)
    consequences: tuple[Due, ...] = ()
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
            value = _NAMED[name](self.draft)
            return Fraction(value) if type(value) is int else cast("Value", value)
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


_NAMED: Mapping[str, Callable[[Draft], Any]] = {
    "total": attrgetter("total"),
    "base": attrgetter("base"),
    "rank": attrgetter("rank"),
    "bottom": attrgetter("bottom"),
    "ranked": attrgetter("ranked"),
    "grade": attrgetter("grade"),
    "stars": attrgetter("stars"),
    "eligible": attrgetter("is_eligible"),
    "kind": attrgetter("stay.kind"),
    "status": attrgetter("stay.status"),
    "class": attrgetter("stay.class_"),
    "months": attrgetter("months"),
}
_OF_ENTRIES: Mapping[str, Callable[[Recorded], Fraction]] = {
    "raw": lambda entry: entry.event_points,
    "gains": lambda entry: max(entry.event_points, ZERO),
    "losses": lambda entry: max(-entry.event_points, ZERO),
    "count": lambda entry: Fraction(entry.times),
    "quantity": lambda entry: entry.quantity or ZERO,
}


class Condition:
    """A condition for very many drafts: worked out once for all that have the same of what it asks about."""

    def __init__(self, condition: Expression, about: Callable[[Draft], Question]) -> None:
        self._condition = condition
        self._about = about
        self._asked = _asked_by(condition)
        self._known: dict[Hashable, bool] = {}

    def holds(self, draft: Draft) -> bool:
        """Tell whether it is true of a draft as it is now."""
        if self._asked is None:
            return holds(self._condition, self._about(draft))
        key = self._asked(draft)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = holds(self._condition, self._about(draft))
        return found


def _asked_by(condition: Expression) -> Callable[[Draft], Hashable] | None:
    """Return what reads all that a condition asks about, None where not every draft has it."""
    parts = list(parts_of(condition))
    names = {part.code for part in parts if isinstance(part, Name)}
    if not names or names - _NAMED.keys() or any(isinstance(part, Call) for part in parts):
        return None
    readers = [_NAMED[name] for name in sorted(names)]
    return readers[0] if len(readers) == 1 else lambda draft: tuple(read(draft) for read in readers)
