"""What follows from scores: instruments, weights, leaders, ranking, grades, requirements, consequences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from domain.periods import PeriodKind
from domain.rulebooks.basis import Basis
from domain.rulebooks.expressions import Expression


@dataclass(frozen=True, slots=True)
class Population:
    """Who is meant, by the roster's words; an empty set does not restrict."""

    kinds: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    where: Expression | None = None
    basis: Basis = field(default_factory=Basis)

    @property
    def is_everybody(self) -> bool:
        """Whether nobody is left out."""
        return not (self.kinds or self.statuses or self.roles or self.classes or self.where)

    def admits(self, *, kind: str, status: str, roles: frozenset[str], class_: str) -> bool:
        """Whether somebody with these words in the roster is meant, conditions on scores aside."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.statuses or status in self.statuses)
            and (not self.roles or not self.roles.isdisjoint(roles))
            and (not self.classes or class_ in self.classes)
        )


@dataclass(frozen=True, slots=True)
class Instrument:
    """A ballot sheet 测评表: marks from best to worst and what each is worth.

    A rater's marks of one subject are averaged first, then the raters; groups of raters may carry weights.
    """

    code: str
    name: str
    marks: Mapping[str, Fraction | None]
    """Marks from best to worst; None where a mark is worth no points."""
    ballots_min: int
    component: str | None
    """The part of the total that the mean flows into; None where only weights or conditions use it."""
    groups: Mapping[str, Fraction]
    """Weights of rater groups, summing to 1; empty where all raters count alike."""
    basis: Basis = field(default_factory=Basis)


class Normalisation(StrEnum):
    """How a part is brought to a scale before it is weighted."""

    RAW = "raw"
    """As it is, times `times`."""
    MAX = "max"
    """100 × own / best of the unit; 0 where the best or one's own is not above 0."""


@dataclass(frozen=True, slots=True)
class WeightedPart:
    """One part of a weighted total: a component of the sum, or the mean of an instrument."""

    code: str
    name: str
    of: str
    weight: Fraction
    normalisation: Normalisation
    times: Fraction


@dataclass(frozen=True, slots=True)
class Weights:
    """A total that is composed of weighted parts in these kinds of period, instead of summed."""

    periods: frozenset[PeriodKind]
    parts: tuple[WeightedPart, ...]
    basis: Basis = field(default_factory=Basis)


class Source(StrEnum):
    """What a leader's score is made from, beside the names of roles."""

    UNIT = "unit"
    """The score of the leader's own unit."""
    OWN = "own"
    """The leader's own entries."""
    UNITS_IN_CHARGE = "units-in-charge"
    """The scores of the units that the leader is in charge of."""
    UNITS_BELOW = "units-below"
    """The scores of the units under the leader's own."""


@dataclass(frozen=True, slots=True)
class Leader:
    """How whoever holds a role is scored: the sum or the mean of other scores, in place of their own."""

    role: str
    sources: tuple[str, ...]
    """`Source` values and names of roles; a role means its holders in the units under the leader's."""
    is_mean: bool
    basis: Basis = field(default_factory=Basis)


class Ties(StrEnum):
    """How equals are ranked."""

    STANDARD = "standard"
    """1, 2, 2, 4."""
    DENSE = "dense"
    """1, 2, 2, 3."""
    ORDINAL = "ordinal"
    """1, 2, 3, 4: by member code among equals."""


class Within(StrEnum):
    """Among whom somebody is ranked."""

    UNIT = "unit"
    """The members of the same unit."""
    PARENT = "parent"
    """The members of all units under the same parent."""
    EVERYBODY = "all"
    """Everybody in the roster."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The order of members; by the total unless a component is named."""

    by: str = "total"
    ties: Ties = Ties.STANDARD
    within: Within = Within.UNIT
    periods: frozenset[PeriodKind] = frozenset(PeriodKind)


class Cut(StrEnum):
    """What happens to equals at the cut of a top or a bottom list."""

    ALL = "all"
    """All of them are on the list, which may grow longer."""
    COMMITTEE = "committee"
    """None of them; the committee decides, and the list stays shorter until then."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A number of places at the top or at the bottom of a ranking."""

    is_top: bool
    count: int | None
    share: Fraction | None
    """The share of those ranked, rounded down; None where `count` is given."""
    by: str
    cut: Cut

    def places(self, ranked: int) -> int:
        """Return how many places there are among so many."""
        return self.count if self.count is not None else int((self.share or Fraction(0)) * ranked)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What somebody's score leads to 结果运用, and whose task that is.

    Who is on a list: of those `among`, without those whom an award passes over, the `selection`; then only
    those for whom `when` holds.
    """

    code: str
    name: str
    periods: frozenset[PeriodKind]
    """The kinds of period of which each decides."""
    labels: frozenset[str]
    """Single periods of the cycle that decide beside these: `H1` or `Q4`."""
    among: Population
    selection: Selection | None
    when: Expression | None
    to: str
    """The role whose task it is; empty where nobody has to act."""
    days: int | None
    """Days after the period's last day until it is due; None where no day is set."""
    is_award: bool
    """Passes over those from whom awards are barred."""
    bars: bool
    """Closes awards to those on the list, until the committee decides otherwise with a reason."""
    stars: int | None
    follows: str
    """The code of the consequence that this one follows up when it had no effect; empty otherwise."""
    for_members: bool
    for_units: bool
    enters: str
    """`rulebook/item`: the item of another rulebook under which the outcome is entered there; or empty."""
    on: str
    """A fixed day of the year, `07-01`, on which the list is read out; empty: when the period ends."""
    basis: Basis = field(default_factory=Basis)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that must hold, whatever the total: shown as met or not, usable in conditions."""

    code: str
    name: str
    periods: frozenset[PeriodKind]
    when: Expression
    among: Population
    bars: bool
    """Whether awards are closed to those who do not meet it."""
    basis: Basis = field(default_factory=Basis)


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """One step of the way from a deed to a final score; carried out by the closing of periods."""

    code: str
    name: str
    by: str
    every: str
    facts: Mapping[str, str]
    basis: Basis = field(default_factory=Basis)
