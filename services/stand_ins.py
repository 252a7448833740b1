"""Asking a member to decide reports in a recorder's stead for some days; the clock begins and ends it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.access import Permission
from domain.due import Step, UnitClock
from domain.errors import (
    MemberUnknown,
    NotAllowed,
    StandInRefusal,
    StandInRefused,
    StandInUnknown,
)
from domain.members import Member, MemberStatus, Role, Unit
from domain.outbox import NewMessage, OutboxKind, Priority
from domain.stand_ins import StandIn, StandInStatus, check_days
from services.actors import Actor, identify, local_day, reach_of, unit_tree
from services.deps import Deps
from storage import accounts as stored_accounts
from storage import audit as stored_audit
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage import stand_ins as stored_stand_ins
from storage.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class StandInDesk:
    """A stand-in with the names of who asked and of the unit."""

    stand_in: StandIn
    unit: Unit
    asked_by_name: str


def ask_stand_in(
    deps: Deps, *, actor: Actor, unit_id: int, member_id: int, since_on: date, last_on: date
) -> StandIn:
    """Ask a member of the unit to decide its reports from one day to another, both included; they are told.

    From the first day until the last the member holds the recorder's role.

    Raises:
        AccountUnknown
        NotAllowed: the actor decides no reports here, or only stands in.
        MemberUnknown: not an active member of the unit.
        StandInRefused: the days make no sense; or the member is a recorder, has no account, stands in.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking = identify(uow, actor)
        _check_reach(uow, asking, unit_id)
        stored_ledger.lock_head(uow, unit_id)  # two who ask at once see each other
        unit = unit_tree(uow).get(unit_id)
        today = local_day(now, unit)
        member = stored_members.get_member(uow, member_id)
        memberships = stored_members.memberships_of(uow, member_id)
        is_here = any(one.unit_id == unit_id and one.covers(today) for one in memberships)
        if member is None or not is_here or member.status is not MemberStatus.ACTIVE:
            raise MemberUnknown
        check_days(since_on, last_on, today=today)
        until_on = last_on + timedelta(days=1)
        planned = stored_stand_ins.list_stand_ins(uow, unit_id, member_id=member_id)
        if any(one.overlaps(since_on, until_on) for one in planned):
            raise StandInRefused(reason=StandInRefusal.OVERLAP)
        if _is_recorder(uow, unit_id, member_id) and not planned:
            raise StandInRefused(reason=StandInRefusal.RECORDER)
        if stored_accounts.account_of_member(uow, member_id) is None:
            raise StandInRefused(reason=StandInRefusal.NO_ACCOUNT)
        new = stored_stand_ins.insert_stand_in(
            uow,
            unit_id=unit_id,
            member_id=member_id,
            asked_by_id=asking.id,
            since_on=since_on,
            until_on=until_on,
            now=now,
        )
        _note(uow, "stand_in.asked", new, actor_id=asking.id, now=now)
        key = f"stand_in:{new.id}"
        facts = {"stand_in_id": new.id}
        message = NewMessage(OutboxKind.STAND_IN, key, member_id, facts, Priority.CARD)
        stored_outbox.enqueue(uow, [message], now=now)
        _settle(uow, new, today, now)
        return stored_stand_ins.get_stand_in(uow, new.id) or new


def end_stand_in(deps: Deps, *, actor: Actor, stand_in_id: int) -> StandIn:
    """Call a stand-in off, or end it early; one that has ended stays as it is.

    Raises:
        AccountUnknown, StandInUnknown
        NotAllowed: the actor decides no reports here, or only stands in.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking = identify(uow, actor)
        found = stored_stand_ins.get_stand_in(uow, stand_in_id)
        if found is None:
            raise StandInUnknown
        _check_reach(uow, asking, found.unit_id)
        if found.status is not StandInStatus.ENDED:
            _end(uow, found, now)
            _note(uow, "stand_in.called_off", found, actor_id=asking.id, now=now)
        return stored_stand_ins.get_stand_in(uow, stand_in_id) or found


def list_stand_ins(deps: Deps, *, actor: Actor, unit_id: int, member_id: int) -> tuple[StandIn, ...]:
    """Return a member's stand-ins in a unit that have not ended; none for who may not ask for any."""
    with deps.store.read() as uow:
        asking = identify(uow, actor)
        try:
            _check_reach(uow, asking, unit_id)
        except NotAllowed:
            return ()
        return tuple(stored_stand_ins.list_stand_ins(uow, unit_id, member_id=member_id))


def open_stand_in(deps: Deps, *, actor: Actor, stand_in_id: int) -> StandInDesk:
    """Return a stand-in to the member who was asked.

    Raises:
        AccountUnknown, StandInUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        found = stored_stand_ins.get_stand_in(uow, stand_in_id)
        if found is None or found.member_id != member.id:
            raise StandInUnknown
        names = stored_members.names_of(uow, [found.asked_by_id])
        return StandInDesk(found, unit_tree(uow).get(found.unit_id), names[found.asked_by_id])


def settle(uow: UnitOfWork, deps: Deps, clock: UnitClock, step: Step, now: datetime) -> None:  # noqa: ARG001  every step is called alike
    """Begin and end the stand-ins of a unit as its day demands."""
    for one in stored_stand_ins.list_stand_ins(uow, step.unit_id):
        _settle(uow, one, clock.day_of(now), now)


def _settle(uow: UnitOfWork, stand_in: StandIn, today: date, now: datetime) -> None:
    wanted = stand_in.status_on(today)
    if wanted is stand_in.status:
        return
    if wanted is StandInStatus.ENDED:
        _end(uow, stand_in, now)
        _note(uow, "stand_in.ended", stand_in, actor_id=None, now=now)
        return
    if stored_stand_ins.move_stand_in(uow, stand_in, wanted):
        stored_members.grant_role(
            uow, member_id=stand_in.member_id, unit_id=stand_in.unit_id, role=Role.RECORDER, now=now
        )
        _note(uow, "stand_in.began", stand_in, actor_id=None, now=now)


def _end(uow: UnitOfWork, stand_in: StandIn, now: datetime) -> None:
    is_moved = stored_stand_ins.move_stand_in(uow, stand_in, StandInStatus.ENDED)
    if is_moved and stand_in.status is StandInStatus.ACTIVE:
        stored_members.revoke_role(
            uow, member_id=stand_in.member_id, unit_id=stand_in.unit_id, role=Role.RECORDER, now=now
        )


def _check_reach(uow: UnitOfWork, asking: Member, unit_id: int) -> None:
    """Check that the member decides reports here, and not only as a stand-in.

    Raises: NotAllowed.
    """
    if unit_id not in reach_of(uow, asking, Permission.DECIDE_REPORTS):
        raise NotAllowed
    own = stored_stand_ins.list_stand_ins(uow, unit_id, member_id=asking.id)
    if any(one.status is StandInStatus.ACTIVE for one in own):
        raise NotAllowed


def _is_recorder(uow: UnitOfWork, unit_id: int, member_id: int) -> bool:
    held = stored_members.list_grants(uow, member_id=member_id)
    return any(grant.unit_id == unit_id and grant.role is Role.RECORDER for grant in held)


def _note(uow: UnitOfWork, action: str, stand_in: StandIn, *, actor_id: int | None, now: datetime) -> None:
    facts = {
        "stand_in_id": stand_in.id,
        "since_on": stand_in.since_on.isoformat(),
        "until_on": stand_in.until_on.isoformat(),
    }
    stored_audit.note(
        uow,
        action,
        actor_id=actor_id,
        member_id=stand_in.member_id,
        unit_id=stand_in.unit_id,
        facts=facts,
        now=now,
    )
