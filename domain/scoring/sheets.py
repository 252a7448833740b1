"""Writes a member's score sheet for a period, every line with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.periods import Period
from domain.rulebooks import Cap, Rulebook
from domain.scoring.accounts import Account, missing_in, sums_by
from domain.scoring.counting import ZERO, Counted, Cut, count
from domain.scoring.effects import effects_in
from domain.scoring.records import Recorded


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on the sheet: what it brought by itself, what it counts, and why that differs."""

    key: str
    item: str
    on: date
    raw: Fraction
    counted: Fraction
    cuts: tuple[Cut, ...]
    clause: str
    is_reversed: bool
    why: str
    """`cap.month`, `floor.year`, `reversed`, `replaced`, `split`, …, or nothing when it counts in full."""

    @property
    def cap(self) -> Cap | None:
        """The last cap that changed it, None if none did."""
        return self.cuts[-1].cap if self.cuts else None


@dataclass(frozen=True, slots=True)
class Part:
    """A shorter period whose total entered into a mean."""

    period: Period
    total: Fraction


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """A member's score of one period.

    `total` is the sum of `components`. Where `parts` are given it is their mean; otherwise it is the base and
    the counted lines.
    """

    period: Period
    total: Fraction
    components: Mapping[str, Fraction]
    categories: Mapping[str, Fraction]
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    stars: int | None
    grade: str | None
    is_eligible: bool


def score_sheet(
    rulebook: Rulebook,
    recorded: Iterable[Recorded],
    period: Period,
    *,
    months_missing: frozenset[Period] = frozenset(),
) -> ScoreSheet:
    """Return the member's own score sheet of the period; what depends on others is left out.

    `recorded` holds all entries of the year at least, whatever the period, since a cap per year reaches into
    its months. `months_missing` are months outside membership or exempted: no base there, and means leave
    them out. Lines show what they count in their own month, whatever the period.
    """
    account = Account(rulebook, count(rulebook, recorded).lines, months_missing=missing_in(months_missing))
    lines = account.contributions(period)
    components = sums_by(lines, rulebook.components)
    total = sum(components.values(), ZERO)
    effects = effects_in(rulebook, account.live, period)
    stars = None if rulebook.stars is None else rulebook.stars.label(total, kind=period.kind)
    categories = sums_by(
        (
            line
            for line in lines
            if line.category not in rulebook.components or rulebook.category(line.category)
        ),
        (category.code for category in rulebook.categories),
        category=True,
    )
    return ScoreSheet(
        period=period,
        total=total,
        components=components,
        categories=categories,
        lines=tuple(_line(rulebook, line) for line in account.lines_of(period)),
        parts=tuple(
            Part(part, sum((line.counted for line in account.contributions(part)), ZERO))
            for part in account.parts(period)
        ),
        stars=None if stars is None else effects.stars(int(stars)),
        grade=None if rulebook.grade is None else rulebook.grade.label(total, kind=period.kind),
        is_eligible=not effects.is_barring,
    )


def _line(rulebook: Rulebook, line: Counted) -> Line:
    entry = line.entry
    item = rulebook.item(entry.item)
    return Line(
        key=entry.key,
        item=entry.item,
        on=entry.on,
        raw=entry.event_points,
        counted=line.points,
        cuts=line.cuts,
        clause=item.clause if item is not None else "",
        is_reversed=line.is_reversed,
        why=line.why,
    )
