"""Households: members whose points go into one account, where the rulebook has such accounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from domain.access import Permission
from domain.members import Member, Unit, row_on
from domain.rulebooks import Shop
from domain.shop import NewPurseLine, PurseKind, fold
from domain.shop.refusals import HouseholdRefused
from services.actors import Actor, identify, local_day, require_reach, unit_tree
from services.deps import Deps
from services.shop.catalogue import kept_units
from services.shop.purses import append_line, settle, shop_of
from storage import audit as stored_audit
from storage import households as stored_households
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop.accounts import PurseAccount


@dataclass(frozen=True, slots=True)
class Households:
    """A unit with household accounts: its members today, and who spends from whose account."""

    members: tuple[Member, ...]
    shared: tuple[tuple[Member, tuple[Member, ...]], ...]
    """The holder of each shared account, and those who spend from it too."""
    apart: tuple[tuple[str, tuple[Member, ...]], ...] = ()
    """The roster's households whose members do not spend from one account, or that others spend with."""


def list_households(deps: Deps, *, actor: Actor) -> Mapping[int, Households]:
    """Return the households of the shops the actor keeps, by unit, where the rulebook has such accounts.

    Raises:
        AccountUnknown, NotAllowed, ShopUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        found = {}
        for unit in kept_units(uow, deps, identify(uow, actor)):
            shop = shop_of(uow, deps, unit, now=now)
            if shop is None or shop.per != "household":
                continue
            accounts = [
                account
                for account in stored_accounts.list_accounts(uow, unit.id)
                if account.merged_into_id is None
            ]
            sharers = stored_accounts.sharers_of(uow, [account.id for account in accounts])
            holders = {account.id: account.member_id for account in accounts if account.id in sharers}
            today = local_day(now, unit)
            rows, _ = stored_members.list_members(uow, [unit.id], limit=None, offset=0)
            members = {member.id: member for member, membership, _ in rows if membership.covers(today)}
            gone = {*holders.values(), *(one for ids in sharers.values() for one in ids)} - set(members)
            known = members | dict(stored_members.get_members(uow, gone))
            shared = tuple(
                (known[member_id], tuple(known[one] for one in sharers[account_id]))
                for account_id, member_id in holders.items()
            )
            by_household = _by_household(uow, unit.id, members, today)
            codes = stored_households.codes_in(uow, [unit.id])
            apart = tuple(
                (codes[household], tuple(members[one] for one in people))
                for household, people in by_household.items()
                if not _is_joined(uow, unit.id, people)
            )
            found[unit.id] = Households(tuple(members.values()), shared, apart)
        return found


def share_account(deps: Deps, *, actor: Actor, unit_id: int, member_id: int, with_member_id: int) -> None:
    """Let a member spend from another's account; what they have moves there, each lot with its expiry.

    Who shared the member's account comes along. A repeat changes nothing.

    Raises:
        AccountUnknown, NotAllowed
        HouseholdRefused: the rulebook has no household accounts, or they are not two members of the unit, or
            of two households in the roster.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking, unit, shop = _household_shop(uow, deps, actor, unit_id, now)
        today = local_day(now, unit)
        both = sorted({member_id, with_member_id})
        are_two = len(both) > 1 and all(_belongs(uow, one, unit_id, today) for one in both)
        if not are_two:
            raise HouseholdRefused
        if len(set(_households_of(uow, unit_id, both, today).values())) > 1:
            raise HouseholdRefused
        stored_ledger.lock_head(uow, unit_id)  # who else needs two accounts of a unit waits here
        accounts: dict[int, PurseAccount] = {}
        for one in both:
            locked = stored_accounts.lock_account(uow, unit_id=unit_id, member_id=one, today=today)
            accounts[one] = settle(uow, locked, shop, today=today, now=now)
        leaving, joined = accounts[member_id], accounts[with_member_id]
        if leaving.id == joined.id:
            return
        _move_all(uow, leaving, joined, today=today, now=now)
        stored_accounts.merge_account(uow, leaving.id, joined.id)
        _note(uow, asking, member_id, unit_id, with_member_id, now)


def follow_roster(deps: Deps, *, actor: Actor, unit_id: int) -> None:
    """Let the members of each household of the roster spend from one account, and nobody else with them.

    Who went to another household spends from there on; what was earned before stays in the account, which
    goes with its holder. Those whom the roster gives no household keep among themselves what the shopkeeper
    set up. A repeat changes nothing.

    Raises:
        AccountUnknown, NotAllowed
        HouseholdRefused: the rulebook has no household accounts.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking, unit, shop = _household_shop(uow, deps, actor, unit_id, now)
        today = local_day(now, unit)
        stored_ledger.lock_head(uow, unit_id)  # who else needs two accounts of a unit waits here
        rows, _ = stored_members.list_members(uow, [unit_id], limit=None, offset=0)
        present = sorted({member.id for member, membership, _ in rows if membership.covers(today)})
        _leave_others(uow, unit_id, present, today)
        for people in _by_household(uow, unit_id, present, today).values():
            _join(uow, shop, asking, unit_id, people, today=today, now=now)


def _leave_others(uow: UnitOfWork, unit_id: int, present: Sequence[int], today: date) -> None:
    """Let who is of another household than the account's holder spend from their own again."""
    accounts = {one.id: one for one in stored_accounts.list_accounts(uow, unit_id)}
    people = {*present, *(one.member_id for one in accounts.values())}
    households = _households_of(uow, unit_id, people, today)
    for account in accounts.values():
        root = account
        while root.merged_into_id is not None:
            root = accounts[root.merged_into_id]
        if root.id == account.id:
            continue
        if households[account.member_id] == households[root.member_id]:
            stored_accounts.merge_account(uow, account.id, root.id)  # not by way of one who may leave
        else:
            stored_accounts.part_account(uow, account.id)


def _join(
    uow: UnitOfWork,
    shop: Shop,
    asking: Member,
    unit_id: int,
    people: Sequence[int],
    *,
    today: date,
    now: datetime,
) -> None:
    """Bring what these members have into the account of the first of them who holds a shared one."""
    accounts: dict[int, PurseAccount] = {}
    for one in people:
        locked = stored_accounts.lock_account(uow, unit_id=unit_id, member_id=one, today=today)
        accounts[one] = settle(uow, locked, shop, today=today, now=now)
    shared = stored_accounts.sharers_of(uow, [account.id for account in accounts.values()])
    joined = next((one for one in accounts.values() if one.id in shared), accounts[people[0]])
    moved = {joined.id}
    for leaving in accounts.values():
        if leaving.id not in moved:
            moved.add(leaving.id)
            into = stored_accounts.lock_account_row(uow, joined.id)
            _move_all(uow, leaving, into, today=today, now=now)
            stored_accounts.merge_account(uow, leaving.id, joined.id)
            _note(uow, asking, leaving.member_id, unit_id, joined.member_id, now)


def _households_of(
    uow: UnitOfWork, unit_id: int, member_ids: Iterable[int], today: date
) -> Mapping[int, int | None]:
    """Return the household that the roster has each of these members in today; None without one."""
    found = {}
    for member_id, spans in stored_households.spans_of(uow, unit_id, member_ids).items():
        span = row_on(spans, today)
        found[member_id] = None if span is None else span.household_id
    return found


def _by_household(
    uow: UnitOfWork, unit_id: int, member_ids: Iterable[int], today: date
) -> Mapping[int, Sequence[int]]:
    """Return the members of each household of the roster, in the order of their ids."""
    found: dict[int, list[int]] = {}
    for member_id, household in sorted(_households_of(uow, unit_id, member_ids, today).items()):
        if household is not None:
            found.setdefault(household, []).append(member_id)
    return found


def _is_joined(uow: UnitOfWork, unit_id: int, people: Sequence[int]) -> bool:
    """Tell whether exactly these members spend from one account; somebody alone needs none."""
    accounts = [stored_accounts.account_of(uow, unit_id=unit_id, member_id=one) for one in people]
    known = {account.id: account for account in accounts if account is not None}
    if not known and len(people) == 1:
        return True
    if len(known) != 1 or None in accounts:
        return False
    ((account_id, account),) = known.items()
    sharers = {account.member_id, *stored_accounts.sharers_of(uow, [account_id]).get(account_id, ())}
    return sharers == set(people)


def _household_shop(
    uow: UnitOfWork, deps: Deps, actor: Actor, unit_id: int, now: datetime
) -> tuple[Member, Unit, Shop]:
    """Return who asks, the unit, and its shop, in which households share accounts."""
    asking = identify(uow, actor)
    if unit_id not in require_reach(uow, asking, Permission.RUN_SHOP):
        raise HouseholdRefused
    unit = unit_tree(uow).get(unit_id)
    shop = shop_of(uow, deps, unit, now=now)
    if shop is None or shop.per != "household":
        raise HouseholdRefused
    return asking, unit, shop


def _belongs(uow: UnitOfWork, member_id: int, unit_id: int, today: date) -> bool:
    return any(
        m.unit_id == unit_id and m.covers(today) for m in stored_members.memberships_of(uow, member_id)
    )


def _move_all(
    uow: UnitOfWork, leaving: PurseAccount, joined: PurseAccount, *, today: date, now: datetime
) -> None:
    lines = stored_accounts.list_lines(uow, leaving.id)
    purse = fold(lines)
    moving: list[tuple[NewPurseLine, NewPurseLine]] = []
    parts: list[tuple[Fraction, date | None, int | None]] = [
        (lot.left, lot.expires_on, lot.line_id) for lot in purse.spendable()
    ]
    if purse.debt:
        parts.append((-purse.debt, None, None))
    for points, expires, about_id in parts:
        key = f"move:{leaving.id}:{lines[-1].id}:{about_id or 0}"
        out = NewPurseLine(
            leaving.id,
            leaving.member_id,
            PurseKind.MOVED_OUT,
            -points,
            today,
            f"{key}:out",
            about_id=about_id,
        )
        into = NewPurseLine(
            joined.id, leaving.member_id, PurseKind.MOVED_IN, points, today, f"{key}:in", expires_on=expires
        )
        moving.append((out, into))
    for out, into in moving:
        append_line(uow, leaving, out, now=now)
        append_line(uow, joined, into, now=now)
    days = [day for day in (leaving.due_on, joined.due_on) if day is not None]
    stored_accounts.set_settled(uow, leaving.id, settled_on=today, due_on=None)
    stored_accounts.set_settled(uow, joined.id, settled_on=today, due_on=min(days, default=None))


def _note(
    uow: UnitOfWork, asking: Member, member_id: int, unit_id: int, with_member_id: int, now: datetime
) -> None:
    stored_audit.note(
        uow,
        "shop.household_joined",
        actor_id=asking.id,
        member_id=member_id,
        unit_id=unit_id,
        facts={"with": with_member_id},
        now=now,
    )
