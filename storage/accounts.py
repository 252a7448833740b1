"""Chat accounts bound to members, and the invitations that bind them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from storage.database import UnitOfWork, one_or_none
from storage.statements import Prepared
from storage.tables import accounts, invitations

_ACCOUNT_OF = Prepared(
    select(accounts.c.user_id, accounts.c.member_id, accounts.c.blocked_at).where(
        accounts.c.member_id == bindparam("member"), accounts.c.unbound_at.is_(None)
    )
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as kept; the code itself is not, only its hash."""

    id: int
    member_id: int
    expires_at: datetime
    used_at: datetime | None
    used_by_user_id: int | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """A chat account bound to a member; in a private chat the chat's id is the user's."""

    user_id: int
    member_id: int
    blocked_at: datetime | None


def account_of_member(uow: UnitOfWork, member_id: int) -> Account | None:
    """Return the account bound to the member now."""
    row = _ACCOUNT_OF.one_or_none(uow, member=member_id)
    return Account(row.user_id, row.member_id, row.blocked_at) if row else None


def bind_account(uow: UnitOfWork, *, user_id: int, member_id: int, now: datetime) -> None:
    """Bind an account; both must be free."""
    uow.connection.execute(insert(accounts).values(user_id=user_id, member_id=member_id, bound_at=now))


def unbind_member(uow: UnitOfWork, member_id: int, *, now: datetime) -> bool:
    """Free a member's account; tell whether there was one."""
    result = uow.connection.execute(
        update(accounts)
        .where(accounts.c.member_id == member_id, accounts.c.unbound_at.is_(None))
        .values(unbound_at=now)
    )
    return result.rowcount > 0


def set_blocked(uow: UnitOfWork, user_id: int, blocked_at: datetime | None) -> None:
    """Remember that a person blocked the bot, or let it in again."""
    uow.connection.execute(
        update(accounts)
        .where(accounts.c.user_id == user_id, accounts.c.unbound_at.is_(None))
        .values(blocked_at=blocked_at)
    )


def insert_invitation(
    uow: UnitOfWork,
    *,
    code_hash: str,
    member_id: int,
    created_by_id: int | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep a new invitation; older open ones of the member stop working."""
    uow.connection.execute(
        update(invitations)
        .where(
            invitations.c.member_id == member_id,
            invitations.c.used_at.is_(None),
            invitations.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    uow.connection.execute(
        insert(invitations).values(
            code_hash=code_hash,
            member_id=member_id,
            created_by_id=created_by_id,
            created_at=now,
            expires_at=expires_at,
        )
    )


def lock_invitation(uow: UnitOfWork, code_hash: str) -> Invitation | None:
    """Return the invitation with this hash and let nobody else use it until the commit."""
    statement = select(
        invitations.c.id,
        invitations.c.member_id,
        invitations.c.expires_at,
        invitations.c.used_at,
        invitations.c.used_by_user_id,
        invitations.c.revoked_at,
    ).where(invitations.c.code_hash == code_hash)
    if not uow.is_sqlite:
        statement = statement.with_for_update()
    row = one_or_none(list(uow.connection.execute(statement)))
    return Invitation(**row._mapping) if row else None  # noqa: SLF001  the public name of a row's mapping


def is_invitation_open(uow: UnitOfWork, code_hash: str, *, now: datetime) -> bool:
    """Tell whether this invitation can still be used."""
    open_one = select(invitations.c.id).where(
        invitations.c.code_hash == code_hash,
        invitations.c.used_at.is_(None),
        invitations.c.revoked_at.is_(None),
        invitations.c.expires_at > now,
    )
    return uow.connection.execute(open_one).first() is not None


def use_invitation(uow: UnitOfWork, invitation_id: int, *, user_id: int, now: datetime) -> None:
    """Mark a locked invitation used."""
    uow.connection.execute(
        update(invitations)
        .where(invitations.c.id == invitation_id)
        .values(used_at=now, used_by_user_id=user_id)
    )
