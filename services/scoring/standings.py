"""How a unit stands in a period, one member's sheet at the desk, and how a total came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from domain.access import Permission
from domain.errors import MemberUnknown, PeriodUnknown, UnitUnknown
from domain.members import Member, Unit
from domain.periods import Period, PeriodUnreadable, month_of
from domain.rulebooks import Rulebook
from domain.scoring import PeriodScores, ScoreProblem, SubjectScore
from domain.scoring.drafts import HOUSEHOLD, UNIT
from domain.scoring.reasons import NotScored, Reason, account_of, reasons_for, why_not_scored
from domain.scoring.totals import stands_on_sums
from domain.standings import movements_of, scores_of
from services.actors import Actor, Home, home_of, identify, local_day, reach_of, require_reach, unit_tree
from services.deps import Deps
from services.scoring.ledgers import Scored, evaluate
from services.scoring.sheets import SheetView, sheet_for, view_of
from services.scoring.totals import scores_by_sums
from services.shelf import Shelf
from storage import members as stored_members
from storage import standings as stored_standings
from storage.database import UnitOfWork
from storage.standings import FrozenMark


@dataclass(frozen=True, slots=True)
class Standings:
    """How a unit stands in a period, best first; the units in which the actor may look beside it.

    `is_for_desk` says whether the whole order and what follows from it are shown: they are for those who
    lead and keep the books. Where `mark` says that the period was frozen, the list is the frozen one; with
    `may_post` the actor may post its head in the unit's groups.
    """

    unit: Unit
    units: tuple[Unit, ...]
    period: Period
    rulebook: Rulebook
    subjects: tuple[SubjectScore, ...]
    problems: tuple[ScoreProblem, ...]
    ids: Mapping[str, int]
    is_for_desk: bool
    may_freeze: bool
    may_post: bool
    mark: FrozenMark | None
    may_see_freezing: bool
    today_on: date
    movements: Mapping[str, int]
    """How many places those on a frozen list went up since the frozen period before; down where negative."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A member's total with every line that leads to it, and every reason behind what follows from it.

    Where the member has no score, `missing` says why. `names` are those of everybody and every unit in it.
    """

    member: Member
    unit: Unit
    view: SheetView
    score: SubjectScore | None
    reasons: tuple[Reason, ...]
    missing: NotScored | None
    names: Mapping[str, str]
    today_on: date


def standings(
    deps: Deps, *, actor: Actor, unit_id: int | None = None, period: str | None = None
) -> Standings:
    """Return how a unit stands, in the current month unless another period is asked for by its label.

    Raises:
        AccountUnknown
        NotAllowed: the actor may see no ledger.
        UnitUnknown: the unit is not there, or not for this actor.
        PeriodUnknown
        RulebookUnavailable
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        member = identify(uow, actor)
        reach = require_reach(uow, member, Permission.SEE_LEDGER)
        tree = unit_tree(uow)
        units = tuple(unit for unit in tree.all() if unit.id in reach and unit.rulebook is not None)
        unit = next((one for one in units if unit_id in {None, one.id}), None)
        if unit is None:
            raise UnitUnknown
        today = local_day(now, unit)
        asked = period_asked(deps, uow, unit, period, now)
        rulebook, results, holders = results_of(uow, deps.shelf, unit, asked, today)
        subjects = tuple(one for one in results.subjects if one.unit == unit.code)
        mark = stored_standings.marks_of(uow, unit.id).get(asked.label)
        movements: dict[str, int] = {}
        if mark is not None and mark.has_standings:
            kept = stored_standings.list_standings(uow, mark.id)
            units_own = tuple(one for one in subjects if one.kind == UNIT)
            households = frozenset(one.subject for one in subjects if one.kind == HOUSEHOLD)
            frozen = scores_of(kept, unit_code=unit.code, holders=holders, households=households)
            subjects = (*frozen, *units_own)
            movements = movements_of(kept, holders)
        may_freeze = unit.id in reach_of(uow, member, Permission.FREEZE_PERIOD)
        is_public = rulebook.publicity is not None and asked.kind in rulebook.publicity.periods
        return Standings(
            unit=unit,
            units=units,
            period=asked,
            rulebook=rulebook,
            subjects=subjects,
            problems=results.problems,
            ids={code: members[0] for code, members in holders.items()},
            is_for_desk=unit.id in reach_of(uow, member, Permission.SEE_QUEUE),
            may_freeze=may_freeze and mark is None and asked.until_on <= today,
            may_post=may_freeze and is_public and mark is not None and mark.has_standings,
            mark=mark,
            may_see_freezing=may_freeze and mark is not None and mark.has_standings,
            today_on=today,
            movements=movements,
        )


def members_from(
    uow: UnitOfWork, shelf: Shelf, unit: Unit, period: Period, *, mark: Fraction, today: date
) -> frozenset[int]:
    """Return the members of a unit whose total of a period reaches the mark; the unit is worked out once.

    Raises:
        RulebookUnavailable
    """
    _, results, holders = results_of(uow, shelf, unit, period, today)
    return frozenset(
        member_id
        for one in results.subjects
        if one.unit == unit.code and one.total >= mark
        for member_id in holders.get(one.subject, ())
    )


def results_of(
    uow: UnitOfWork, shelf: Shelf, unit: Unit, period: Period, today: date
) -> tuple[Rulebook, PeriodScores, Mapping[str, tuple[int, ...]]]:
    """Return a unit's results with whose each is, from the sums alone where the rulebook needs no more.

    A member's result is theirs alone; a household's is that of all its members at the period's end.
    """
    last_on = date.fromordinal(period.until_on.toordinal() - 1)
    rulebook = shelf.in_force(uow, unit.rulebook, min(last_on, max(today, period.starts_on))).rulebook
    if stands_on_sums(rulebook, period.kind):
        results, ids = scores_by_sums(uow, rulebook, unit, period, today=today)
        return rulebook, results, {code: (member_id,) for code, member_id in ids.items()}
    scored = evaluate(uow, shelf, unit, period, today=today)
    return rulebook, scored.evaluation.of(period), scored.roster.holders_in(period)


def score_sheet(
    deps: Deps, *, actor: Actor, member_id: int | None = None, period: Period | None = None
) -> SheetView:
    """Return a member's score of a period with rank: one's own, or somebody's whose ledger one may see.

    Raises:
        AccountUnknown, MemberUnknown, UnitUnknown, RulebookUnavailable
    """
    with deps.store.read() as uow:
        home = _home(uow, deps, actor, member_id, None)
        return sheet_for(uow, deps.shelf, home, period or month_of(home.today), with_rank=True)


def explain(
    deps: Deps,
    *,
    actor: Actor,
    member_id: int | None = None,
    unit_id: int | None = None,
    period: str | None = None,
) -> Explained:
    """Return every line that leads to a member's total in a period: one's own, or as the ledger allows.

    Raises:
        AccountUnknown, MemberUnknown, UnitUnknown, PeriodUnknown, RulebookUnavailable
    """
    with deps.store.read() as uow:
        home = _home(uow, deps, actor, member_id, unit_id)
        asked = period_asked(deps, uow, home.unit, period, deps.clock.now())
        scored = evaluate(uow, deps.shelf, home.unit, asked, today=home.today, detailed=home.member.id)
        code, evaluation = home.member.code, scored.evaluation
        account = account_of(evaluation, asked, code)
        score = evaluation.of(asked).of(account)
        return Explained(
            member=home.member,
            unit=home.unit,
            view=view_of(scored, code),
            score=score,
            reasons=reasons_for(evaluation, asked, account),
            missing=why_not_scored(evaluation, asked, code) if score is None else None,
            names=_names_of(uow, scored),
            today_on=home.today,
        )


def _names_of(uow: UnitOfWork, scored: Scored) -> Mapping[str, str]:
    """Return the names of all that reasons can speak of, by code."""
    units = {one.code: one.name for one in unit_tree(uow).all()}
    households = {code: code for code in scored.roster.households.values()}
    return units | households | {code: stays[0].name for code, stays in scored.roster.world.stays_of.items()}


def _home(uow: UnitOfWork, deps: Deps, actor: Actor, member_id: int | None, unit_id: int | None) -> Home:
    asking = identify(uow, actor)
    member = asking if member_id is None else stored_members.get_member(uow, member_id)
    if member is None:
        raise MemberUnknown
    try:
        home = home_of(uow, member, now=deps.clock.now(), unit_id=unit_id)
    except UnitUnknown:
        if member.id == asking.id:
            raise
        raise MemberUnknown from None
    if member.id != asking.id and home.unit.id not in reach_of(uow, asking, Permission.SEE_LEDGER):
        raise MemberUnknown
    return home


def period_asked(deps: Deps, uow: UnitOfWork, unit: Unit, label: str | None, now: datetime) -> Period:
    """Return the period that a label names in the unit's own calendar, without one the current month.

    Raises:
        PeriodUnknown, RulebookUnavailable
    """
    today = local_day(now, unit)
    book = deps.shelf.in_force(uow, unit.rulebook, today).rulebook
    if label:
        try:
            return book.period(label)
        except PeriodUnreadable:
            raise PeriodUnknown from None
    return book.period_of(month_of(today).kind, today)
