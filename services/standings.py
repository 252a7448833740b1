"""Freezing how a unit stands in a period, and telling each member in private."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.access import Permission
from domain.errors import (
    NotAllowed,
    PeriodUnknown,
    PublicityRefusal,
    PublicityRefused,
    RulebookUnavailable,
    UnitUnknown,
)
from domain.members import Member, Unit
from domain.outbox import NewMessage, OutboxKind, Priority
from domain.periods import Period, PeriodKind, parse_period, period_of
from domain.standings import NoticeChoices, Standing, check_freezable, standings_of
from services.actors import Actor, identify, local_day, reach_of, require_reach, unit_tree
from services.deps import Deps
from services.due import unit_clocks
from services.periods import close_period
from services.scoring.standings import period_asked, results_of
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage import standings as stored_standings
from storage.database import UnitOfWork
from storage.standings import FrozenMark

QUARTERS_OFFERED, MONTHS_OFFERED = 4, 3


@dataclass(frozen=True, slots=True)
class FreezeDesk:
    """The periods of a unit that can be frozen, latest first, each with its mark where it is frozen."""

    units: tuple[Unit, ...]
    unit: Unit
    periods: tuple[tuple[Period, FrozenMark | None], ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the notices of a frozen period have come; nothing of all, where they are long gone.

    `count`, `done` and `arrived` are about members with an account; `without_account` are the others.
    """

    count: int = 0
    done: int = 0
    arrived: int = 0
    without_account: int = 0


@dataclass(frozen=True, slots=True)
class FreezePreview:
    """The list as it would be frozen, or as it was.

    `waiting` reports about these days still wait for a decision: once frozen they can no longer be approved.
    """

    unit: Unit
    period: Period
    standings: tuple[Standing, ...]
    waiting: int
    mark: FrozenMark | None
    sent: Progress
    notices_at: datetime | None = None
    """When the notices that wait go out, or would, where the unit's quiet hours have begun."""


@dataclass(frozen=True, slots=True)
class Freezing:
    """What became of freezing; not `is_new` where somebody was first."""

    unit: Unit
    period: Period
    mark: FrozenMark
    is_new: bool
    sent: Progress
    notices_at: datetime
    """When the messages go out at the earliest: nobody is disturbed in quiet hours."""


@dataclass(frozen=True, slots=True)
class RankNotice:
    """What one member is told about a frozen period; `is_by_household` where households were ranked."""

    member: Member
    unit: Unit
    period: Period
    standing: Standing
    choices: NoticeChoices
    is_by_household: bool

    @property
    def is_short(self) -> bool:
        """Whether it is a month's short form."""
        return self.period.kind is PeriodKind.MONTH


@dataclass(frozen=True, slots=True)
class ChoicesDesk:
    """What a member wants of notices and lists; `may_hide` where they may leave their name out of lists."""

    choices: NoticeChoices
    may_hide: bool


def open_freezing(deps: Deps, *, actor: Actor, unit_id: int | None = None) -> FreezeDesk:
    """Return which quarters and months that are over can be frozen, in a unit of the actor.

    Raises:
        AccountUnknown
        NotAllowed: the actor freezes nothing.
        UnitUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        member = identify(uow, actor)
        reach = require_reach(uow, member, Permission.FREEZE_PERIOD)
        units = tuple(one for one in unit_tree(uow).all() if one.id in reach and one.rulebook is not None)
        unit = next((one for one in units if unit_id in {None, one.id}), None)
        if unit is None:
            raise UnitUnknown
        book = deps.shelf.in_force(uow, unit.rulebook, local_day(now, unit)).rulebook
        marks = stored_standings.marks_of(uow, unit.id)
        periods: list[Period] = []
        for kind, count in (
            (PeriodKind.QUARTER, QUARTERS_OFFERED),
            (PeriodKind.MONTH, MONTHS_OFFERED),
        ):
            one = book.period_of(kind, local_day(now, unit)).previous
            for _ in range(count):
                periods.append(one)
                one = one.previous
        return FreezeDesk(units, unit, tuple((one, marks.get(one.label)) for one in periods))


def preview_freeze(deps: Deps, *, actor: Actor, unit_id: int, period: str) -> FreezePreview:
    """Return the list as it would be frozen now, or as it was frozen.

    Raises:
        AccountUnknown
        NotAllowed: the actor does not freeze periods of this unit.
        PeriodUnknown, RulebookUnavailable
        FreezeRefused: the period is not over.
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        _, unit = _freezer(uow, actor, unit_id)
        asked = period_asked(deps, uow, unit, period, now)
        mark = stored_standings.marks_of(uow, unit.id).get(asked.label)
        humane_at = humane_time(uow, deps, unit, now)
        waits_until = humane_at if humane_at > now else None
        if mark is not None and mark.has_standings:
            kept = tuple(stored_standings.list_standings(uow, mark.id))
            sent = _progress(uow, unit, asked)
            notices_at = waits_until if sent.done < sent.count else None
            return FreezePreview(unit, asked, kept, 0, mark, sent, notices_at)
        check_freezable(asked, today=local_day(now, unit))
        waiting = stored_standings.count_waiting(uow, unit.id, asked)
        listed = _standings(uow, deps, unit, asked, now)
        return FreezePreview(unit, asked, listed, waiting, mark, Progress(), waits_until)


def freeze_period(deps: Deps, *, actor: Actor, unit_id: int, period: str) -> Freezing:
    """Freeze a period with everybody's standing, and put a private notice for each into the outbox.

    A frozen one stays as it is, and says so.

    Raises:
        AccountUnknown, NotAllowed, PeriodUnknown, RulebookUnavailable, FreezeRefused
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member, unit = _freezer(uow, actor, unit_id)
        asked = period_asked(deps, uow, unit, period, now)
        check_freezable(asked, today=local_day(now, unit))
        period_id = close_period(uow, deps, unit, asked, by=member, now=now)
        notices_at = humane_time(uow, deps, unit, now)
        if period_id is not None:
            frozen = _standings(uow, deps, unit, asked, now)
            stored_standings.insert_standings(uow, period_id, unit.id, asked.kind, frozen)
            _tell(uow, unit, asked, period_id, frozen, now=now, due_at=notices_at)
        mark = stored_standings.marks_of(uow, unit.id)[asked.label]
        sent = _progress(uow, unit, asked)
        return Freezing(unit, asked, mark, period_id is not None, sent, notices_at)


def humane_time(uow: UnitOfWork, deps: Deps, unit: Unit, now: datetime) -> datetime:
    """Return now, or when the quiet hours end that a unit is in now."""
    clock = unit_clocks(uow, deps.shelf, now, units=[unit])[unit.id]
    return clock.settings.quiet.humane_at(now, clock.zone)


def _freezer(uow: UnitOfWork, actor: Actor, unit_id: int) -> tuple[Member, Unit]:
    member = identify(uow, actor)
    if unit_id not in reach_of(uow, member, Permission.FREEZE_PERIOD):
        raise NotAllowed
    unit = unit_tree(uow).get(unit_id)
    if unit.rulebook is None:
        raise UnitUnknown
    return member, unit


def _standings(
    uow: UnitOfWork, deps: Deps, unit: Unit, period: Period, now: datetime
) -> tuple[Standing, ...]:
    rulebook, results, holders = results_of(uow, deps.shelf, unit, period, local_day(now, unit))
    return standings_of(
        rulebook,
        period,
        results.subjects,
        unit_code=unit.code,
        holders=holders,
        ranks_before=stored_standings.ranks_before(uow, unit.id, period),
    )


def _key(unit: Unit, period: Period) -> str:
    return f"rank:{unit.id}:{period.label}:"


def _progress(uow: UnitOfWork, unit: Unit, period: Period) -> Progress:
    return Progress(*stored_outbox.progress_of(uow, _key(unit, period)))


def _tell(
    uow: UnitOfWork,
    unit: Unit,
    period: Period,
    period_id: int,
    frozen: tuple[Standing, ...],
    *,
    now: datetime,
    due_at: datetime,
) -> None:
    messages = [
        NewMessage(
            OutboxKind.RANK_NOTICE,
            f"{_key(unit, period)}{one.member_id}",
            one.member_id,
            {"period_id": period_id},
            Priority.BROADCAST,
            due_at=due_at,
        )
        for one in frozen
    ]
    stored_outbox.enqueue(uow, messages, now=now)


def open_notice(deps: Deps, *, actor: Actor, period_id: int) -> RankNotice:
    """Return what the asking member is told about a frozen period: their own standing, nobody else's.

    Raises:
        AccountUnknown
        PeriodUnknown: it is not frozen, or the member is not on its list.
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        standing = stored_standings.get_standing(uow, period_id, member.id)
        span = stored_standings.span_of(uow, period_id)
        if standing is None or span is None:
            raise PeriodUnknown
        unit_id, label, starts_on, _ = span
        plain = parse_period(label)
        shift = (plain.starts_on.year - starts_on.year) * 12 + plain.starts_on.month - starts_on.month
        unit, period = unit_tree(uow).get(unit_id), period_of(plain.kind, starts_on, shift=shift)
        last_on = date.fromordinal(period.until_on.toordinal() - 1)
        return RankNotice(
            member=member,
            unit=unit,
            period=period,
            standing=standing,
            choices=stored_standings.choices_of(uow, member.id),
            is_by_household=deps.shelf.ranks_households(uow, unit.rulebook, last_on),
        )


def my_choices(deps: Deps, *, actor: Actor) -> ChoicesDesk:
    """Return what the asking member wants to be told, and what they may choose (告知设置).

    Raises:
        AccountUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        member = identify(uow, actor)
        return _choices_desk(uow, deps, member, now)


def choose_notices(
    deps: Deps,
    *,
    actor: Actor,
    wants_picture: bool | None = None,
    wants_monthly: bool | None = None,
    hides_name: bool | None = None,
) -> ChoicesDesk:
    """Change what the asking member wants to be told, and return it; None leaves a choice as it is.

    Raises:
        AccountUnknown
        PublicityRefused: no rulebook of theirs lets members leave their name out of public lists.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        desk = _choices_desk(uow, deps, member, now)
        if hides_name and not desk.may_hide:
            raise PublicityRefused(PublicityRefusal.NO_HIDING)
        before = desk.choices
        choices = NoticeChoices(
            before.wants_picture if wants_picture is None else wants_picture,
            before.wants_monthly if wants_monthly is None else wants_monthly,
            before.hides_name if hides_name is None else hides_name,
        )
        stored_standings.put_choices(uow, member.id, choices, now=now)
        return ChoicesDesk(choices, desk.may_hide)


def _choices_desk(uow: UnitOfWork, deps: Deps, member: Member, now: datetime) -> ChoicesDesk:
    """Look at every unit the member ever belonged to: the lists of a unit left behind can still be posted."""
    tree = unit_tree(uow)
    units = [tree.get(id_) for id_ in {one.unit_id for one in stored_members.memberships_of(uow, member.id)}]
    return ChoicesDesk(
        stored_standings.choices_of(uow, member.id),
        may_hide=any(lets_hide(uow, deps, unit, local_day(now, unit)) for unit in units),
    )


def lets_hide(uow: UnitOfWork, deps: Deps, unit: Unit, on: date) -> bool:
    """Tell whether a unit's rulebook of a day lets members leave their name out of public lists."""
    try:
        publicity = deps.shelf.in_force(uow, unit.rulebook, on).rulebook.publicity
    except RulebookUnavailable:
        return False
    return publicity is not None and publicity.may_hide
