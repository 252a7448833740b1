"""A member's score of a period from the running sums; old entries are not read."""

from dataclasses import dataclass

from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.scoring import Part, ScoreSheet, SubjectScore
from domain.scoring.accounts import sums_by
from domain.scoring.counting import ZERO
from domain.scoring.drafts import HOUSEHOLD, UNIT
from services.actors import Home
from services.scoring.ledgers import Scored, evaluate
from services.shelf import Shelf
from storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class SheetView:
    """A member's score sheet of a period under the rulebook that judges its end.

    `score` holds rank and consequences where the whole unit was asked for; None where the period has no
    score of this member. `ranked` is how many are ranked together.
    """

    period: Period
    rulebook: Rulebook
    sheet: ScoreSheet
    score: SubjectScore | None
    ranked: int
    household: str = ""
    """The household whose account it is; empty where it is the member's own."""


def sheet_for(
    uow: UnitOfWork, shelf: Shelf, home: Home, period: Period, *, with_rank: bool = False
) -> SheetView:
    """Return a member's score sheet of a period; months outside the membership or still to come are missing.

    `with_rank` works the whole unit out.
    """
    only = None if with_rank else home.member.id
    scored = evaluate(uow, shelf, home.unit, period, today=home.today, only=only)
    return view_of(scored, home.member.code, is_alone=only is not None)


def view_of(scored: Scored, code: str, *, is_alone: bool = False) -> SheetView:
    """Return one member's part of what was worked out."""
    book, period = scored.rulebook, scored.period
    results = scored.evaluation.of(period)
    account = scored.account_of(code)
    score = results.of(account)
    components = dict.fromkeys(book.components, ZERO) if score is None else dict(score.components)
    lines = () if score is None else score.trace
    own = [line for line in lines if line.category not in book.components or book.category(line.category)]
    sheet = ScoreSheet(
        period=period,
        total=ZERO if score is None else score.total,
        components=components,
        categories=sums_by(own, (category.code for category in book.categories), category=True),
        lines=(),
        parts=_parts(scored, account),
        stars=None if score is None else score.stars,
        grade=None if score is None else score.grade,
        is_eligible=score is None or score.is_eligible,
    )
    ranked = sum(
        one.rank is not None
        and score is not None
        and one.unit == score.unit
        and (one.kind == UNIT) == (score.kind == UNIT)
        for one in results.subjects
    )
    household = account if score is not None and score.kind == HOUSEHOLD else ""
    return SheetView(period, book, sheet, None if is_alone else score, ranked, household)


def _parts(scored: Scored, code: str) -> tuple[Part, ...]:
    """Return the shorter periods whose mean the total is, without those in which the member was missing."""
    of = scored.rulebook.means.get(scored.period.kind)
    if of is None:
        return ()
    found = []
    for part in scored.period.split(of):
        score = scored.evaluation.of(part).of(code)
        if score is not None:
            found.append(Part(part, score.total))
    return tuple(found)
