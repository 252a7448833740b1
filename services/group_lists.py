"""Posting the head of a frozen list in a unit's groups, where the rulebook allows it (公告)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.access import Permission
from domain.announcements import Group
from domain.errors import NotAllowed, PublicityRefusal, PublicityRefused, UnitUnknown
from domain.members import Unit
from domain.outbox import NewMessage, OutboxKind, Priority
from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.standings import Standing, by_account, published, without_names
from services.actors import Actor, identify, local_day, reach_of, require_reach, unit_tree
from services.deps import Deps
from services.scoring.standings import period_asked
from services.standings import humane_time, lets_hide
from services.worlds import roster_around
from storage import audit as stored_audit
from storage import due as stored_due
from storage import groups as stored_groups
from storage import outbox as stored_outbox
from storage import standings as stored_standings
from storage.database import UnitOfWork

PERIODS_OFFERED = 8
POSTED = "standings.posted"


@dataclass(frozen=True, slots=True)
class PublishingDesk:
    """The frozen periods of a unit whose list may go to its groups, latest first."""

    unit: Unit
    units: tuple[Unit, ...]
    periods: tuple[Period, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class GroupPost:
    """What a unit's groups are shown of a frozen list.

    Who may and wants to be left unnamed has an empty name; with `is_by_household` each line is a household's.
    `waiting` are those of the groups for which it was not put in yet. Of the messages put in, so many are
    `going` out and so many have `failed`.
    """

    unit: Unit
    period: Period
    shown: tuple[Standing, ...]
    is_by_household: bool
    groups: tuple[Group, ...]
    waiting: tuple[Group, ...]
    going: int
    failed: int
    waits_until: datetime | None
    """When the quiet hours end in which it would have to wait now."""

    @property
    def posted(self) -> int:
        """For how many of the groups it was put in."""
        return len(self.groups) - len(self.waiting)

    @property
    def unnamed_count(self) -> int:
        """How many lines have no name."""
        return sum(not one.name for one in self.shown)


def open_publishing(deps: Deps, *, actor: Actor, unit_id: int | None = None) -> PublishingDesk:
    """Return the frozen periods of a unit of the actor whose list may be posted.

    Raises:
        AccountUnknown
        NotAllowed: the actor freezes nothing.
        UnitUnknown, RulebookUnavailable
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.FREEZE_PERIOD)
        units = tuple(one for one in unit_tree(uow).all() if one.id in reach and one.rulebook is not None)
        unit = next((one for one in units if unit_id in {None, one.id}), None)
        if unit is None:
            raise UnitUnknown
        frozen = [
            period_asked(deps, uow, unit, label, now)
            for label, mark in stored_standings.marks_of(uow, unit.id).items()
            if mark.has_standings
        ]
        allowed = [one for one in frozen if _allows(_book_of(uow, deps, unit, one), one)]
        latest = sorted(allowed, key=lambda one: (one.until_on, one.kind.months), reverse=True)
        groups = tuple(stored_groups.list_groups(uow, [unit.id]))
        return PublishingDesk(unit, units, tuple(latest[:PERIODS_OFFERED]), groups)


def preview_post(deps: Deps, *, actor: Actor, unit_id: int, period: str) -> GroupPost:
    """Return what the groups would be shown of a frozen list, or were.

    Raises:
        AccountUnknown, PeriodUnknown, RulebookUnavailable
        NotAllowed: the actor does not freeze periods of this unit.
        PublicityRefused
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        return _post(uow, deps, _unit(uow, actor, unit_id), period, now)


def post_list(deps: Deps, *, actor: Actor, unit_id: int, period: str) -> GroupPost:
    """Put the head of a frozen list in for the unit's groups, outside quiet hours; each group gets it once.

    Raises:
        AccountUnknown, NotAllowed, PeriodUnknown, RulebookUnavailable
        PublicityRefused
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        unit = _unit(uow, actor, unit_id)
        post = _post(uow, deps, unit, period, now)
        if not post.groups:
            raise PublicityRefused(PublicityRefusal.NO_GROUP)
        label = post.period.label
        fresh = [
            group
            for group in post.groups
            if stored_due.claim(uow, job=POSTED, slot=_slot(unit, label, group), outcome="run", now=now)
        ]
        messages = [
            NewMessage(
                OutboxKind.STANDINGS_POST,
                f"{_key(unit, post.period)}{group.id}",
                None,
                {"unit_id": unit.id, "period": label},
                Priority.BROADCAST,
                chat_id=group.chat_id,
                due_at=post.waits_until or now,
            )
            for group in fresh
        ]
        stored_outbox.enqueue(uow, messages, now=now)
        if fresh:
            stored_audit.note(
                uow,
                POSTED,
                actor_id=identify(uow, actor).id,
                unit_id=unit.id,
                facts={"period": label},
                now=now,
            )
        return _post(uow, deps, unit, period, now)


def post_for_group(deps: Deps, *, unit_id: int, period: str) -> GroupPost:
    """Return what a unit's groups are shown of a frozen list, for the sender.

    Raises:
        PeriodUnknown, RulebookUnavailable
        PublicityRefused: the rulebook allows it no longer.
    """
    with deps.store.read() as uow:
        return _post(uow, deps, unit_tree(uow).get(unit_id), period, deps.clock.now())


def _unit(uow: UnitOfWork, actor: Actor, unit_id: int) -> Unit:
    if unit_id not in reach_of(uow, identify(uow, actor), Permission.FREEZE_PERIOD):
        raise NotAllowed
    return unit_tree(uow).get(unit_id)


def _post(uow: UnitOfWork, deps: Deps, unit: Unit, label: str, now: datetime) -> GroupPost:
    period = period_asked(deps, uow, unit, label, now)
    rulebook = _book_of(uow, deps, unit, period)
    if rulebook.publicity is None or not _allows(rulebook, period):
        raise PublicityRefused(PublicityRefusal.FORBIDDEN)
    mark = stored_standings.marks_of(uow, unit.id).get(period.label)
    if mark is None or not mark.has_standings:
        raise PublicityRefused(PublicityRefusal.NOT_FROZEN)
    today = local_day(now, unit)
    kept = stored_standings.list_standings(uow, mark.id)
    holders: Mapping[str, tuple[int, ...]] = {}
    if rulebook.is_by_household:
        roster = roster_around(uow, rulebook, unit, today=today)
        holders = roster.holders_in(period)
        kept = by_account(kept, holders, frozenset(roster.households.values()))
    shown = published(kept, rulebook)
    if not shown:
        raise PublicityRefused(PublicityRefusal.NOBODY)
    # today's version is the one the members' own setting goes by
    if rulebook.publicity.may_hide or lets_hide(uow, deps, unit, today):
        shown = without_names(shown, stored_standings.hiding_among(uow, mark.id), holders)
    groups = tuple(stored_groups.list_groups(uow, [unit.id]))
    waiting = [
        group
        for group in groups
        if stored_due.claimed_at(uow, job=POSTED, slot=_slot(unit, period.label, group)) is None
    ]
    put_in, done, arrived, _ = stored_outbox.progress_of(uow, _key(unit, period))
    humane_at = humane_time(uow, deps, unit, now)
    return GroupPost(
        unit=unit,
        period=period,
        shown=shown,
        is_by_household=rulebook.is_by_household,
        groups=groups,
        waiting=tuple(waiting),
        going=put_in - done,
        failed=done - arrived,
        waits_until=humane_at if humane_at > now else None,
    )


def _book_of(uow: UnitOfWork, deps: Deps, unit: Unit, period: Period) -> Rulebook:
    """Return the rulebook by which the period was judged at its end."""
    last_on = date.fromordinal(period.until_on.toordinal() - 1)
    return deps.shelf.in_force(uow, unit.rulebook, last_on).rulebook


def _allows(rulebook: Rulebook, period: Period) -> bool:
    return rulebook.publicity is not None and period.kind in rulebook.publicity.periods


def _slot(unit: Unit, label: str, group: Group) -> str:
    """Name what is done once for ever; the outbox forgets after a month what was sent."""
    return f"{unit.id}:{label}:{group.id}"


def _key(unit: Unit, period: Period) -> str:
    return f"posted:{unit.id}:{period.label}:"
