"""Who is asking: a chat account or a panel session, and what they may reach."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.access import Permission, UnitTree, deciders_of, overseers_of, units_within
from domain.appeals import answerers_of
from domain.errors import AccountUnknown, NotAllowed, UnitUnknown
from domain.members import Member, Membership, RoleGrant, Unit
from domain.reports import Decision, Report
from storage import members as stored_members
from storage import units as stored_units
from storage.database import UnitOfWork
from storage.reports import Waiting


@dataclass(frozen=True, slots=True)
class ChatAccount:
    """Somebody who writes from a chat account."""

    user_id: int


@dataclass(frozen=True, slots=True)
class PanelMember:
    """Somebody with an open session of the panel, or the operator at the terminal."""

    member_id: int


Actor = ChatAccount | PanelMember


@dataclass(frozen=True, slots=True)
class Home:
    """A member in the unit whose ledger they report to."""

    member: Member
    unit: Unit
    memberships: tuple[Membership, ...]
    today: date


def identify(uow: UnitOfWork, actor: Actor) -> Member:
    """Return the member behind an actor.

    Raises:
        AccountUnknown: the account is bound to nobody.
    """
    if isinstance(actor, ChatAccount):
        member = stored_members.member_of_account(uow, actor.user_id)
    else:
        member = stored_members.get_member(uow, actor.member_id)
    if member is None:
        raise AccountUnknown
    return member


def local_day(now: datetime, unit: Unit) -> date:
    """Return the day it is in the unit's time zone."""
    return now.astimezone(ZoneInfo(unit.time_zone)).date()


def unit_tree(uow: UnitOfWork) -> UnitTree:
    """Return all units as a tree."""
    return UnitTree(stored_units.list_units(uow))


def home_of(uow: UnitOfWork, member: Member, *, now: datetime, unit_id: int | None = None) -> Home:
    """Return the unit a member reports to: the given one, or with a rulebook the newest they belong to today.

    Who belongs to none today reports to the one they left last, or will join.

    Raises:
        UnitUnknown: the member belongs to no unit that keeps points.
    """
    tree = unit_tree(uow)
    memberships = stored_members.memberships_of(uow, member.id)
    found: list[tuple[bool, date, date, Unit]] = []
    for membership in memberships:
        unit = tree.get(membership.unit_id)
        if unit.rulebook is not None and unit_id in {None, unit.id}:
            is_today = membership.covers(local_day(now, unit))
            ends, begins = membership.until_on or date.max, membership.since_on or date.min
            found.append((is_today, ends, begins, unit))
    if not found:
        raise UnitUnknown
    *_, home = max(found, key=lambda one: one[:3])
    own = tuple(m for m in memberships if m.unit_id == home.id)
    return Home(member, home, own, local_day(now, home))


def own_units(uow: UnitOfWork, member: Member, *, now: datetime) -> frozenset[int]:
    """Return the units a member belongs to today."""
    tree = unit_tree(uow)
    own = stored_members.memberships_of(uow, member.id)
    return frozenset(m.unit_id for m in own if m.covers(local_day(now, tree.get(m.unit_id))))


def reach_of(uow: UnitOfWork, member: Member, permission: Permission) -> frozenset[int]:
    """Return the units in which a member has a permission."""
    grants = stored_members.list_grants(uow, member_id=member.id)
    return units_within(grants, permission, unit_tree(uow)) if grants else frozenset()


def require_reach(uow: UnitOfWork, member: Member, permission: Permission) -> frozenset[int]:
    """Return the units in which a member has a permission.

    Raises:
        NotAllowed: there are none.
    """
    reach = reach_of(uow, member, permission)
    if not reach:
        raise NotAllowed
    return reach


def deciders(uow: UnitOfWork, report: Report) -> tuple[int, ...]:
    """Return the members who may decide a report now."""
    return deciding(uow)(report)


def deciding(uow: UnitOfWork) -> Callable[[Report | Waiting], tuple[int, ...]]:
    """Return who may decide as a question that can be asked of many reports: one query per unit, not each."""
    tree, grants_above = unit_tree(uow), _grants_above(uow)

    def answer(report: Report | Waiting) -> tuple[int, ...]:
        return deciders_of(
            report.unit_id,
            member_id=report.member_id,
            filed_by_id=report.filed_by_id,
            grants=grants_above(report.unit_id),
            tree=tree,
            is_escalated=report.is_escalated,
        )

    return answer


def overseeing(uow: UnitOfWork) -> Callable[[Waiting], tuple[int, ...]]:
    """Return to whom an overdue report is escalated, as a question that can be asked of many reports."""
    tree, grants_above = unit_tree(uow), _grants_above(uow)

    def answer(report: Waiting) -> tuple[int, ...]:
        return overseers_of(
            report.unit_id,
            member_id=report.member_id,
            filed_by_id=report.filed_by_id,
            grants=grants_above(report.unit_id),
            tree=tree,
        )

    return answer


def _grants_above(uow: UnitOfWork) -> Callable[[int], Sequence[RoleGrant]]:
    """Return the roles in a unit and above it as a question: one query per unit."""
    tree = unit_tree(uow)
    known: dict[int, Sequence[RoleGrant]] = {}

    def answer(unit_id: int) -> Sequence[RoleGrant]:
        if unit_id not in known:
            known[unit_id] = stored_members.grants_in(uow, tree.upward(unit_id))
        return known[unit_id]

    return answer


def answerers(uow: UnitOfWork, report: Report, decision: Decision) -> tuple[int, ...]:
    """Return the members who may answer an objection to this decision now."""
    tree = unit_tree(uow)
    return answerers_of(
        report.unit_id,
        member_id=report.member_id,
        filed_by_id=report.filed_by_id,
        decided_by_id=decision.actor_id,
        grants=stored_members.grants_in(uow, tree.upward(report.unit_id)),
        tree=tree,
    )
