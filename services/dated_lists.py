"""Lists that a rulebook has read out on fixed days, such as 1 July: made once, told to the secretary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.access import Permission
from domain.dated_lists import DatedList, Listed, lists_on
from domain.due import Step, UnitClock
from domain.errors import UnitUnknown
from domain.members import Role, Unit
from domain.outbox import NewMessage, OutboxKind, Priority
from domain.periods import Period
from domain.scoring import SubjectScore
from domain.scoring.drafts import HOUSEHOLD, UNIT
from domain.standings import scores_of
from services.actors import Actor, identify, local_day, reach_of, require_reach, unit_tree
from services.deps import Deps
from services.scoring.standings import period_asked, results_of
from storage import dated_lists as stored_lists
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage import standings as stored_standings
from storage.database import UnitOfWork
from storage.dated_lists import KeptList

SHOWN_MAX = 50
"""So many of a unit's lists are shown, the latest."""


@dataclass(frozen=True, slots=True)
class ShownList:
    """A kept list with its unit and the period that it was read from."""

    kept: KeptList
    unit: Unit
    period: Period


@dataclass(frozen=True, slots=True)
class UnitLists:
    """The lists of a unit, and the units in which the actor may look beside it."""

    unit: Unit
    units: tuple[Unit, ...]
    lists: tuple[ShownList, ...]


def make_lists(uow: UnitOfWork, deps: Deps, clock: UnitClock, step: Step, now: datetime) -> None:
    """Make a day's lists of a unit from its results, and tell whoever leads it."""
    on = date.fromisoformat(step.about)
    rulebook = deps.shelf.in_force(uow, clock.unit.rulebook, on).rulebook
    for due in lists_on(rulebook, on):
        list_id = _make(uow, deps, clock.unit, due, on, now)
        if list_id is not None:
            messages = [
                NewMessage(
                    OutboxKind.DATED_LIST,
                    f"dated_list:{list_id}:{member_id}",
                    member_id,
                    {"list_id": list_id},
                    Priority.CARD,
                )
                for member_id in _leading(uow, clock.unit.id)
            ]
            stored_outbox.enqueue(uow, messages, now=now)


def _make(uow: UnitOfWork, deps: Deps, unit: Unit, due: DatedList, on: date, now: datetime) -> int | None:
    """Return the id of the list; None where the rules of the period knew no such list."""
    code, period = due.consequence.code, due.period
    rulebook, results, holders = results_of(uow, deps.shelf, unit, period, local_day(now, unit))
    if all(one.code != code for one in rulebook.consequences):
        return None
    mark = stored_standings.marks_of(uow, unit.id).get(period.label)
    own = [one for one in results.subjects if one.unit == unit.code]
    if mark is not None and mark.has_standings:
        kept = stored_standings.list_standings(uow, mark.id)
        households = frozenset(one.subject for one in own if one.kind == HOUSEHOLD)
        members = scores_of(kept, unit_code=unit.code, holders=holders, households=households)
    else:
        members = tuple(one for one in own if one.kind != UNIT)
    ids = {subject: first for subject, (first, *_) in holders.items()}
    lines = [
        Listed(ids.get(one.subject), one.name, one.total, one.rank) for one in members if _is_on(code, one)
    ]
    units = (one for one in own if one.kind == UNIT and _is_on(code, one))
    lines += [Listed(None, unit.name, one.total, None) for one in units]
    names = {one.subject: one.name for one in own}
    tied = {subject for problem in results.problems if problem.about == code for subject in problem.subjects}
    return stored_lists.insert_list(
        uow,
        unit_id=unit.id,
        listed_on=on,
        code=code,
        name=due.consequence.name,
        period=period,
        is_frozen=mark is not None,
        lines=lines,
        tied=[name for subject, name in names.items() if subject in tied],
        now=now,
    )


def _is_on(code: str, one: SubjectScore) -> bool:
    return any(follows.code == code for follows in one.consequences)


def _leading(uow: UnitOfWork, unit_id: int) -> Sequence[int]:
    """Return the secretaries of a unit, for want of them its recorders."""
    grants = stored_members.grants_in(uow, [unit_id])
    for role in (Role.SECRETARY, Role.RECORDER):
        found = sorted({grant.member_id for grant in grants if grant.role is role})
        if found:
            return found
    return ()


def open_list(deps: Deps, *, actor: Actor, list_id: int) -> ShownList:
    """Return a list of a unit whose desk the actor is at.

    Raises:
        AccountUnknown, UnitUnknown, PeriodUnknown, RulebookUnavailable
    """
    with deps.store.read() as uow:
        reach = reach_of(uow, identify(uow, actor), Permission.SEE_QUEUE)
        kept = stored_lists.get_list(uow, list_id)
        if kept is None or kept.unit_id not in reach:
            raise UnitUnknown
        return _shown(uow, deps, kept)


def list_lists(deps: Deps, *, actor: Actor, unit_id: int | None = None) -> UnitLists:
    """Return the lists that were made for a unit, the latest first.

    Raises:
        AccountUnknown
        NotAllowed: the actor is at no desk.
        UnitUnknown: the unit is not there, or not for this actor.
        PeriodUnknown, RulebookUnavailable
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.SEE_QUEUE)
        units = tuple(one for one in unit_tree(uow).all() if one.id in reach and one.rulebook is not None)
        unit = next((one for one in units if unit_id in {None, one.id}), None)
        if unit is None:
            raise UnitUnknown
        kept = stored_lists.lists_of(uow, unit.id, limit=SHOWN_MAX)
        return UnitLists(unit, units, tuple(_shown(uow, deps, one) for one in kept))


def _shown(uow: UnitOfWork, deps: Deps, kept: KeptList) -> ShownList:
    unit = unit_tree(uow).get(kept.unit_id)
    period = period_asked(deps, uow, unit, kept.period, kept.made_at)
    return ShownList(kept, unit, period)
