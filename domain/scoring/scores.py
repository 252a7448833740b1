"""Results as they are handed out: every subject's score in a period, and what did not stop the run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple

from domain.periods import Period
from domain.scoring.accounts import Contribution
from domain.scoring.drafts import Draft, Due
from domain.scoring.outcomes import Listing
from domain.scoring.posting import QuotaFull

TIE_AT_CUT, QUOTA = "tie-at-cut", "quota"


class SubjectScore(NamedTuple):
    """One subject's result in a period; the counted points of `trace` add up to `total`."""

    subject: str
    kind: str
    name: str
    unit: str
    total: Fraction
    components: Mapping[str, Fraction]
    rank: int | None
    grade: str | None
    stars: int | None
    is_eligible: bool
    flags: tuple[str, ...]
    consequences: tuple[Due, ...]
    trace: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class ScoreProblem:
    """Something that did not stop the run; `number` is the event's line where there is one."""

    code: str
    number: int | None
    subjects: tuple[str, ...]
    about: str
    """The item whose quota is full, or the consequence whose cut falls among equals."""
    places: int


@dataclass(frozen=True, slots=True)
class PeriodScores:
    """Every result of a period: members by rank and code, then units by code."""

    period: Period
    subjects: tuple[SubjectScore, ...]
    problems: tuple[ScoreProblem, ...]

    def of(self, subject: str) -> SubjectScore | None:
        """Return one subject's result, None if the period has none."""
        return next((one for one in self.subjects if one.subject == subject), None)


_TOLD = attrgetter(
    "subject",
    "kind",
    "stay.name",
    "stay.unit",
    "total",
    "components",
    "rank",
    "grade",
    "stars",
    "is_eligible",
    "flags",
    "consequences",
)
"""What a result takes from a draft, in the order of its fields: one call for very many drafts."""


def finished(draft: Draft) -> SubjectScore:
    """Return a draft as a result."""
    return SubjectScore._make((*_TOLD(draft), tuple(draft.lines)))


def open_ties(listings: Iterable[Listing]) -> tuple[ScoreProblem, ...]:
    """Return the ties that the committee must decide."""
    return tuple(
        ScoreProblem(TIE_AT_CUT, None, tuple(sorted(one.tied)), one.consequence, one.places)
        for one in listings
        if one.tied
    )


def quota_problem(full: QuotaFull) -> ScoreProblem:
    """Return whom a quota left out."""
    return ScoreProblem(QUOTA, full.number, full.members, full.item, full.places)
