"""Joining by invitation, inviting, and re-binding a changed account."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.access import Permission
from domain.errors import (
    AccountTaken,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    MemberTaken,
    MemberUnknown,
    NotAllowed,
)
from domain.members import Member, Membership, RoleGrant, Unit
from domain.reports import storable
from services.actors import (
    Actor,
    ChatAccount,
    Home,
    home_of,
    identify,
    local_day,
    reach_of,
    require_reach,
    unit_tree,
)
from services.deps import Deps
from storage import accounts as stored_accounts
from storage import audit as stored_audit
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage.database import UnitOfWork

INVITATION_SPAN = timedelta(days=30)
PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Me:
    """The asking member: home unit (None for an administrator without a branch), roles, and reach."""

    member: Member
    home: Home | None
    grants: tuple[RoleGrant, ...]
    units: Mapping[int, Unit]
    may: frozenset[Permission]
    has_shop: bool = False
    """Whether the home unit has a points shop."""
    keeps_shop: bool = False
    """Whether they keep a points shop, there or elsewhere."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One line of the member list."""

    member: Member
    membership: Membership
    unit: Unit
    roles: tuple[RoleGrant, ...]
    is_bound: bool


@dataclass(frozen=True, slots=True)
class MemberPage:
    """One page of the member list; pages count from 0."""

    rows: tuple[MemberRow, ...]
    page: int
    total: int


def hash_code(deps: Deps, code: str) -> str:
    """Return the keyed hash under which a code or token is kept."""
    return hmac.new(deps.secret, code.encode(), hashlib.sha256).hexdigest()


def join(deps: Deps, *, user_id: int, code: str, language: str) -> Me:
    """Bind a chat account to the roster row that the code invites; the same person twice changes nothing.

    Raises:
        InvitationUnknown, InvitationUsed, InvitationExpired: in this order of checking.
        AccountTaken: the account belongs to another member.
        MemberTaken: the member is bound to another account; a recorder re-binds by a new invitation.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        invitation = stored_accounts.lock_invitation(uow, hash_code(deps, code))
        if invitation is None:
            raise InvitationUnknown
        bound = stored_members.member_of_account(uow, user_id)
        is_own = bound is not None and bound.id == invitation.member_id
        if invitation.used_at is not None or invitation.revoked_at is not None:
            if invitation.used_by_user_id == user_id and is_own:
                return _me(uow, deps, ChatAccount(user_id))
            raise InvitationUsed
        if now >= invitation.expires_at:
            raise InvitationExpired
        if bound is not None and not is_own:
            raise AccountTaken
        if not is_own:
            if stored_accounts.account_of_member(uow, invitation.member_id) is not None:
                raise MemberTaken
            stored_accounts.bind_account(uow, user_id=user_id, member_id=invitation.member_id, now=now)
        stored_accounts.use_invitation(uow, invitation.id, user_id=user_id, now=now)
        member = stored_members.get_member(uow, invitation.member_id)
        assert member is not None, "an invitation refers to a member"
        if member.language is None:
            stored_members.set_language(uow, member.id, language)
        stored_audit.note(
            uow,
            "account.bound",
            actor_id=member.id,
            member_id=member.id,
            facts={"user_id": user_id},
            now=now,
        )
        return _me(uow, deps, ChatAccount(user_id))


def who_am_i(deps: Deps, *, actor: Actor) -> Me:
    """Return the asking member with what they may do.

    Raises:
        AccountUnknown: the account is bound to nobody.
    """
    with deps.store.read() as uow:
        return _me(uow, deps, actor)


def _me(uow: UnitOfWork, deps: Deps, actor: Actor) -> Me:
    member = identify(uow, actor)
    grants = tuple(stored_members.list_grants(uow, member_id=member.id))
    units = {unit.id: unit for unit in unit_tree(uow).all()}
    memberships = stored_members.memberships_of(uow, member.id)
    has_home = any(units[m.unit_id].rulebook is not None for m in memberships)
    home = home_of(uow, member, now=deps.clock.now()) if has_home else None
    may = frozenset(p for p in Permission if grants and reach_of(uow, member, p))
    kept = reach_of(uow, member, Permission.RUN_SHOP) if Permission.RUN_SHOP in may else frozenset()
    return Me(
        member=member,
        home=home,
        grants=grants,
        units=units,
        may=may,
        has_shop=home is not None and _has_shop(uow, deps, home.unit),
        keeps_shop=any(_has_shop(uow, deps, units[unit_id]) for unit_id in kept),
    )


def _has_shop(uow: UnitOfWork, deps: Deps, unit: Unit) -> bool:
    return deps.shelf.shop_on(uow, unit.rulebook, local_day(deps.clock.now(), unit)) is not None


def choose_language(deps: Deps, *, actor: Actor, language: str) -> None:
    """Keep the language that the asking member wants to read."""
    with deps.store.begin() as uow:
        stored_members.set_language(uow, identify(uow, actor).id, language)


def note_blocked(deps: Deps, *, user_id: int, is_blocked: bool) -> None:
    """Remember that a person blocked the bot, or let it in again; then they are told what they missed."""
    now = deps.clock.now()
    with deps.store.begin() as uow:
        stored_accounts.set_blocked(uow, user_id, now if is_blocked else None)
        member = stored_members.member_of_account(uow, user_id)
        if member is not None and not is_blocked:
            stored_outbox.revive_blocked(uow, member.id, now=now)


def invite(deps: Deps, *, actor: Actor, member_id: int, frees_account: bool = False) -> str:
    """Return a fresh invitation code for a member; older open codes of theirs stop working.

    With `frees_account` the account bound until now is let go at once: a changed phone.

    Raises:
        NotAllowed: the actor may not invite, or the member holds a role where the actor may not: who hands
            out a code could use it.
        MemberUnknown: not a member of the actor's units, or no longer.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking = identify(uow, actor)
        reach = require_reach(uow, asking, Permission.INVITE_MEMBERS)
        if not _belongs_within(uow, member_id, reach, now=now):
            raise MemberUnknown
        held = {grant.unit_id for grant in stored_members.list_grants(uow, member_id=member_id)}
        if not held <= reach:
            raise NotAllowed
        code = new_invitation(uow, deps, member_id=member_id, created_by_id=asking.id)
        was_freed = frees_account and stored_accounts.unbind_member(uow, member_id, now=now)
        stored_audit.note(
            uow,
            "member.rebind" if was_freed else "member.invited",
            actor_id=asking.id,
            member_id=member_id,
            facts={},
            now=now,
        )
        return code


def _belongs_within(uow: UnitOfWork, member_id: int, unit_ids: frozenset[int], *, now: datetime) -> bool:
    """Tell whether a member belongs to one of these units today or later."""
    tree = unit_tree(uow)
    return any(
        m.unit_id in unit_ids and not m.is_over(local_day(now, tree.get(m.unit_id)))
        for m in stored_members.memberships_of(uow, member_id)
    )


def new_invitation(uow: UnitOfWork, deps: Deps, *, member_id: int, created_by_id: int | None) -> str:
    """Make an invitation inside a running use case and return its code, which is kept nowhere."""
    now = deps.clock.now()
    code = secrets.token_urlsafe(12)
    stored_accounts.insert_invitation(
        uow,
        code_hash=hash_code(deps, code),
        member_id=member_id,
        created_by_id=created_by_id,
        now=now,
        expires_at=now + INVITATION_SPAN,
    )
    return code


def list_members(
    deps: Deps, *, actor: Actor, page: int = 0, text: str = "", unit_id: int | None = None
) -> MemberPage:
    """Return one page of the members the actor may see.

    Raises:
        NotAllowed: the actor may see no members.
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.SEE_MEMBERS)
        wanted = reach & {unit_id} if unit_id is not None else reach
        units = {unit.id: unit for unit in unit_tree(uow).all()}
        rows, total = stored_members.list_members(
            uow, wanted, text=storable(text), limit=PAGE_LENGTH, offset=page * PAGE_LENGTH, is_latest=True
        )
        grants = stored_members.grants_in(uow, wanted)
        held: dict[int, list[RoleGrant]] = {}
        for grant in grants:
            held.setdefault(grant.member_id, []).append(grant)
        listed = tuple(
            MemberRow(member, membership, units[membership.unit_id], tuple(held.get(member.id, [])), is_bound)
            for member, membership, is_bound in rows
        )
        return MemberPage(listed, page, total)


def open_member(deps: Deps, *, actor: Actor, member_id: int) -> tuple[MemberRow, ...]:
    """Return a member as the list shows them, a line for each unit the actor may see them in.

    Raises:
        NotAllowed: the actor may see no members.
        MemberUnknown: not there, or in none of these units.
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.SEE_MEMBERS)
        member = stored_members.get_member(uow, member_id)
        memberships = [m for m in stored_members.memberships_of(uow, member_id) if m.unit_id in reach]
        if member is None or not memberships:
            raise MemberUnknown
        units = {unit.id: unit for unit in unit_tree(uow).all()}
        grants = stored_members.list_grants(uow, member_id=member_id)
        is_bound = stored_accounts.account_of_member(uow, member_id) is not None
        return tuple(
            MemberRow(
                member=member,
                membership=membership,
                unit=units[membership.unit_id],
                roles=tuple(grant for grant in grants if grant.unit_id == membership.unit_id),
                is_bound=is_bound,
            )
            for membership in memberships
        )
