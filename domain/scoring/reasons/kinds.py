"""The kinds of reasons: why a grade, a star, a flag, a list or a missing entry is what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from domain.periods import Period
from domain.rulebooks import Interval
from domain.rulebooks.expressions import Call, Expression, Name
from domain.scoring.conditions import Value
from domain.scoring.drafts import Led, Weighed
from domain.scoring.sheets import Part


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a condition asks about, and what it came to."""

    asked: Name | Call
    value: Value
    earlier: tuple["Look", ...] = ()
    """The periods that it looked at, oldest first; empty where it asks about the period alone."""


@dataclass(frozen=True, slots=True)
class Look:
    """One period that a condition looked back at, and what it found there."""

    period: Period
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, and everything that it asked about, each once, in the order of its text."""

    expression: Expression
    facts: tuple[Fact, ...]


class Class(StrEnum):
    """What a total is classed into."""

    GRADE = "grade"
    """等次."""
    STARS = "stars"
    """星级."""


@dataclass(frozen=True, slots=True)
class ByBand:
    """The class by the total alone; `label` and `interval` are None where the total lies in no band."""

    label: str | None
    interval: Interval | None
    total: Fraction


@dataclass(frozen=True, slots=True)
class ByRule:
    """A class that holds whatever the total says, since its condition does."""

    label: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class ByBallots:
    """The most frequent mark of a ballot sheet, the worse one among equals.

    Of it and what held before, the worse holds.
    """

    label: str
    instrument: str
    marks: Mapping[str, int]
    """How often each mark was given, best first; marks that nobody gave are left out."""
    is_tied: bool


@dataclass(frozen=True, slots=True)
class ByEntry:
    """A class that an entry sets, or `is_ceiling`, above which it lets nothing stand."""

    label: str
    entry: "Entry"
    is_ceiling: bool


@dataclass(frozen=True, slots=True)
class ByConsequence:
    """A class that comes with being on a list."""

    label: str
    consequence: str


Step = ByBand | ByRule | ByBallots | ByEntry | ByConsequence


@dataclass(frozen=True, slots=True)
class Classified:
    """The grade or the stars, and what made them, in the order in which it is applied."""

    what: Class
    label: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that does something beside its points."""

    item: str
    on: date


@dataclass(frozen=True, slots=True)
class Flagged:
    """A word on the sheet, and the entries that put it there."""

    flag: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Required:
    """A requirement, met or not; `bars` says whether awards are closed to those who do not meet it."""

    code: str
    name: str
    is_met: bool
    bars: bool
    condition: Condition


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a list: the `place`-th from the top or the bottom, shared by `equals` with one measure."""

    is_top: bool
    by: str
    measure: Fraction
    place: int
    equals: int
    places: int
    ranked: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A consequence that applies, and why: the roles it is for, the place on the list, the conditions."""

    code: str
    roles: frozenset[str]
    """Those of the subject's roles for which it is; empty where it is for everybody."""
    place: Place | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """An award that the committee must decide: too many equals for the places that are left."""

    code: str
    by: str
    measure: Fraction
    equals: int
    places_left: int
    places: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An award that the subject would have by score, but awards are closed."""

    code: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Why awards are closed: by entries, unmet requirements or consequences, by their codes."""

    entries: tuple[Entry, ...]
    requirements: tuple[str, ...]
    consequences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverQuota:
    """An event that was not entered for the subject, since the places of its unit were taken."""

    number: int
    item: str
    on: date
    unit: str
    places: int


@dataclass(frozen=True, slots=True)
class Averaged:
    """A total that is the mean of those of shorter periods."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """A total that is composed of weighted parts."""

    parts: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True)
class Leading:
    """A leader's score: the sum or the mean of others'."""

    role: str
    is_mean: bool
    sources: tuple[Led, ...]


Reason = (
    Averaged | Composed | Leading | OverQuota | Required | Classified | Flagged | Closed
    | Listed | LeftOpen | PassedOver
)  # fmt: skip


class Absence(StrEnum):
    """Why somebody on the roster has no score."""

    AWAY = "away"
    """In no unit in the period."""
    KIND = "kind"
    """The rulebook does not score this kind of member."""
    STATUS = "status"
    """The rulebook does not score members of this status."""
    ROLE = "role"
    """The rulebook scores only holders of other roles."""
    CLASS = "class"
    """The rulebook does not score members of this class."""


@dataclass(frozen=True, slots=True)
class NotScored:
    """Why somebody on the roster has no score: the word that stands against it, and those that would not."""

    member: str
    name: str
    unit: str
    absence: Absence
    word: str = ""
    """The member's own word; where several roles are held, joined by `;`; empty for `AWAY`."""
    scored: tuple[str, ...] = ()
    """The words that are scored; empty for `AWAY`."""
    clause: str = ""
    days: tuple[tuple[date | None, date | None], ...] = ()
    """For `AWAY`: the first day of each membership and the first day after it; None where it is open."""
