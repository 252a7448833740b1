"""Accounts of spendable points: one locked row with the balance, and the append-only lines behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select, update

from domain.points import from_stored, to_stored
from domain.shop import NewPurseLine, PurseKind, PurseLine
from storage.database import UnitOfWork
from storage.statements import Prepared, inserting, inserting_new
from storage.tables import entries, shop_accounts, shop_purse_lines

_A, _L = shop_accounts.c, shop_purse_lines.c
_ACCOUNT = select(_A.id, _A.unit_id, _A.member_id, _A.merged_into_id, _A.balance, _A.settled_on, _A.due_on)
_OF = Prepared(_ACCOUNT.where(_A.unit_id == bindparam("unit"), _A.member_id == bindparam("member")))
_GET = Prepared(_ACCOUNT.where(_A.id == bindparam("account")))
_LOCK_OWN = Prepared(
    _ACCOUNT.where(
        _A.unit_id == bindparam("unit"), _A.member_id == bindparam("member"), _A.merged_into_id.is_(None)
    ).with_for_update()
)
_LOCK = Prepared(_ACCOUNT.where(_A.id == bindparam("account")).with_for_update())
"""SQLite locks the whole database for a writer and leaves the clause out."""
_INSERT = inserting_new(shop_accounts, ("unit_id", "member_id", "balance", "settled_on"))
_BY = bindparam("by", type_=BigInteger)
_MOVE = Prepared(update(shop_accounts).where(_A.id == bindparam("account")).values(balance=_A.balance + _BY))
_SPEND = Prepared(
    update(shop_accounts)
    .where(_A.id == bindparam("account"), _A.balance >= _BY)
    .values(balance=_A.balance - _BY)
    .returning(_A.balance)
)
_SETTLED = Prepared(update(shop_accounts).where(_A.id == bindparam("account")), keys=("settled_on", "due_on"))
_INSERT_LINE = inserting(
    shop_purse_lines, [column.key for column in _L if column.key != "id"], returning="id"
)
_LINE = select(
    _L.id,
    _L.account_id,
    _L.member_id,
    _L.kind,
    _L.points,
    _L.happened_on,
    _L.cause_key,
    _L.expires_on,
    _L.about_id,
    _L.order_id,
    _L.entry_id,
)
_LINES = Prepared(_LINE.where(_L.account_id == bindparam("account")).order_by(_L.id))
_OF_ENTRY = Prepared(_LINE.where(_L.entry_id == bindparam("entry")))


@dataclass(frozen=True, slots=True)
class PurseAccount:
    """The row of an account; `due_on` is the next day on which something may lapse."""

    id: int
    unit_id: int
    member_id: int
    merged_into_id: int | None
    balance: Fraction
    settled_on: date
    due_on: date | None


def _account(row: Any) -> PurseAccount:
    return PurseAccount(
        id=row.id,
        unit_id=row.unit_id,
        member_id=row.member_id,
        merged_into_id=row.merged_into_id,
        balance=from_stored(row.balance),
        settled_on=row.settled_on,
        due_on=row.due_on,
    )


def _line(row: Any) -> PurseLine:
    return PurseLine(
        id=row.id,
        account_id=row.account_id,
        member_id=row.member_id,
        kind=PurseKind(row.kind),
        points=from_stored(row.points),
        on=row.happened_on,
        cause_key=row.cause_key,
        expires_on=row.expires_on,
        about_id=row.about_id,
        order_id=row.order_id,
        entry_id=row.entry_id,
    )


def own_account(uow: UnitOfWork, *, unit_id: int, member_id: int) -> PurseAccount | None:
    """Return a member's own row in a unit, merged or not; None before anything was earned or asked for."""
    row = _OF.one_or_none(uow, unit=unit_id, member=member_id)
    return _account(row) if row else None


def account_of(uow: UnitOfWork, *, unit_id: int, member_id: int) -> PurseAccount | None:
    """Return the account a member spends from: the household's where there is one."""
    own = own_account(uow, unit_id=unit_id, member_id=member_id)
    return own if own is None else _followed(uow, own)


def _followed(uow: UnitOfWork, account: PurseAccount) -> PurseAccount:
    """Return the account into which one went in the end."""
    while account.merged_into_id is not None:
        account = _account(_GET.one_or_none(uow, account=account.merged_into_id))
    return account


def lock_account(uow: UnitOfWork, *, unit_id: int, member_id: int, today: date) -> PurseAccount:
    """Return the account a member spends from, made if need be, and keep other writers of it out."""
    row = _LOCK_OWN.one_or_none(uow, unit=unit_id, member=member_id)
    if row is not None:
        return _account(row)
    _INSERT.change(uow, unit_id=unit_id, member_id=member_id, balance=0, settled_on=today)
    own = own_account(uow, unit_id=unit_id, member_id=member_id)
    assert own is not None, "it was just made, here or by another, or has gone into a household's"
    return lock_followed(uow, own.id)


def lock_followed(uow: UnitOfWork, account_id: int) -> PurseAccount:
    """Return the account into which one went in the end, itself where it went nowhere, and keep others out.

    What has gone into another is not locked: only where it goes while we wait are two of them ours, and
    nobody waits for the first.
    """
    account = _followed(uow, _account(_GET.one_or_none(uow, account=account_id)))
    locked = lock_account_row(uow, account.id)
    while locked.merged_into_id is not None:
        locked = lock_account_row(uow, _followed(uow, locked).id)
    return locked


def lock_account_row(uow: UnitOfWork, account_id: int) -> PurseAccount:
    """Return this very row, and keep other writers of it out until the commit."""
    return _account(_LOCK.one_or_none(uow, account=account_id))


def move_balance(uow: UnitOfWork, account_id: int, points: Fraction) -> None:
    """Change a balance, whatever becomes of it."""
    moved = _MOVE.change(uow, account=account_id, by=to_stored(points))
    assert moved == 1, "accounts are never removed"


def spend_balance(uow: UnitOfWork, account_id: int, points: Fraction) -> Fraction | None:
    """Take points from a balance that has them; return what is left, None when it has not so many."""
    left = _SPEND.scalar(uow, account=account_id, by=to_stored(points))
    return None if left is None else from_stored(left)


def set_settled(uow: UnitOfWork, account_id: int, *, settled_on: date, due_on: date | None) -> None:
    """Write down until when an account is settled, and when it has to be looked at again."""
    _SETTLED.change(uow, account=account_id, settled_on=settled_on, due_on=due_on)


def merge_account(uow: UnitOfWork, account_id: int, into_id: int) -> None:
    """Let all who spend from a locked account spend from another locked one from now on."""
    uow.connection.execute(update(shop_accounts).where(_A.id == account_id).values(merged_into_id=into_id))


def part_account(uow: UnitOfWork, account_id: int) -> None:
    """Let the member of an account spend from it again; what they brought elsewhere stays there."""
    uow.connection.execute(update(shop_accounts).where(_A.id == account_id).values(merged_into_id=None))


def insert_line(uow: UnitOfWork, line: NewPurseLine, *, now: datetime) -> int:
    """Write one line and return its id; the cause key makes a repeat impossible."""
    line_id = _INSERT_LINE.scalar(
        uow,
        cause_key=line.cause_key,
        account_id=line.account_id,
        member_id=line.member_id,
        kind=line.kind.value,
        points=to_stored(line.points),
        happened_on=line.on,
        expires_on=line.expires_on,
        about_id=line.about_id,
        order_id=line.order_id,
        entry_id=line.entry_id,
        happened_at=now,
    )
    return int(line_id)


def list_lines(uow: UnitOfWork, account_id: int) -> Sequence[PurseLine]:
    """Return every line of an account, oldest first."""
    return [_line(row) for row in _LINES.all(uow, account=account_id)]


def line_of_entry(uow: UnitOfWork, entry_id: int) -> PurseLine | None:
    """Return the line that a ledger entry brought."""
    row = _OF_ENTRY.one_or_none(uow, entry=entry_id)
    return _line(row) if row else None


def page_of_lines(
    uow: UnitOfWork, account_id: int, *, limit: int, offset: int
) -> tuple[Sequence[PurseLine], int]:
    """Return one page of an account's lines, the newest first, and how many there are."""
    where = _L.account_id == account_id
    total = uow.connection.execute(
        select(func.count()).select_from(shop_purse_lines).where(where)
    ).scalar_one()
    rows = uow.connection.execute(_LINE.where(where).order_by(_L.id.desc()).limit(limit).offset(offset))
    return [_line(row) for row in rows], int(total)


def accounts_due(
    uow: UnitOfWork, on: date, *, unit_id: int | None = None, limit: int | None
) -> Sequence[PurseAccount]:
    """Return accounts of which something may lapse by this day, of all units or of one."""
    statement = _ACCOUNT.where(_A.due_on <= on).order_by(_A.due_on, _A.id).limit(limit)
    if unit_id is not None:
        statement = statement.where(_A.unit_id == unit_id)
    return [_account(row) for row in uow.connection.execute(statement)]


def sharers_of(uow: UnitOfWork, account_ids: Iterable[int]) -> Mapping[int, tuple[int, ...]]:
    """Return the members who spend from each of these accounts beside its own, by account.

    One query for each step that any of them is away: accounts go into others, which go into others.
    """
    found: dict[int, tuple[int, ...]] = {}
    ends = {account_id: account_id for account_id in account_ids}
    while ends:
        statement = (
            select(_A.id, _A.merged_into_id, _A.member_id)
            .where(_A.merged_into_id.in_(sorted(ends)))
            .order_by(_A.id)
        )
        further = {}
        for row in uow.connection.execute(statement):
            end = further[row.id] = ends[row.merged_into_id]
            found[end] = (*found.get(end, ()), row.member_id)
        ends = further
    return found


def list_accounts(uow: UnitOfWork, unit_id: int) -> Sequence[PurseAccount]:
    """Return every account of a unit, by id."""
    statement = _ACCOUNT.where(_A.unit_id == unit_id).order_by(_A.id)
    return [_account(row) for row in uow.connection.execute(statement)]


def accounts_out_of_balance(uow: UnitOfWork) -> Sequence[tuple[int, Fraction, Fraction]]:
    """Return (account, balance, sum of its lines) where the two differ: there must be none."""
    total = func.coalesce(func.sum(_L.points), 0)
    statement = (
        select(_A.id, _A.balance, total.label("total"))
        .outerjoin(shop_purse_lines, _L.account_id == _A.id)
        .group_by(_A.id, _A.balance)
        .having(_A.balance != total)
        .order_by(_A.id)
    )
    rows = uow.connection.execute(statement)
    return [(row.id, from_stored(row.balance), from_stored(int(row.total))) for row in rows]


def credits_of(uow: UnitOfWork, unit_id: int) -> Mapping[int, Fraction]:
    """Return what each ledger entry of a unit brought into the purses, by entry."""
    statement = (
        select(_L.entry_id, _L.points)
        .join(entries, entries.c.id == _L.entry_id)
        .where(entries.c.unit_id == unit_id)
    )
    return {row.entry_id: from_stored(row.points) for row in uow.connection.execute(statement)}


def items_of(uow: UnitOfWork, entry_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the item of each of these ledger entries."""
    rows = uow.connection.execute(
        select(entries.c.id, entries.c.item).where(entries.c.id.in_(sorted(set(entry_ids))))
    )
    return {row.id: row.item for row in rows}
