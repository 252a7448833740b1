"""Panel logins: one-time links and the sessions they open; tokens are kept as hashes only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage.database import UnitOfWork, one_or_none
from storage.tables import login_links, sessions


@dataclass(frozen=True, slots=True)
class Session:
    """An open session of the panel."""

    id: int
    member_id: int
    csrf_token: str
    expires_at: datetime


def insert_link(
    uow: UnitOfWork, *, token_hash: str, member_id: int, now: datetime, expires_at: datetime
) -> None:
    """Keep a login link."""
    uow.connection.execute(
        insert(login_links).values(
            token_hash=token_hash, member_id=member_id, created_at=now, expires_at=expires_at
        )
    )


def use_link(uow: UnitOfWork, token_hash: str, *, now: datetime) -> int | None:
    """Use a link up and return whose it is; None when it is unknown, used or expired."""
    row = one_or_none(
        list(
            uow.connection.execute(
                update(login_links)
                .where(
                    login_links.c.token_hash == token_hash,
                    login_links.c.used_at.is_(None),
                    login_links.c.expires_at > now,
                )
                .values(used_at=now)
                .returning(login_links.c.member_id)
            )
        )
    )
    return int(row.member_id) if row else None


def insert_session(
    uow: UnitOfWork, *, token_hash: str, member_id: int, csrf_token: str, now: datetime, expires_at: datetime
) -> None:
    """Open a session."""
    uow.connection.execute(
        insert(sessions).values(
            token_hash=token_hash,
            member_id=member_id,
            csrf_token=csrf_token,
            created_at=now,
            expires_at=expires_at,
        )
    )


def get_session(uow: UnitOfWork, token_hash: str, *, now: datetime) -> Session | None:
    """Return the session of a token while it is valid."""
    row = one_or_none(
        list(
            uow.connection.execute(
                select(
                    sessions.c.id, sessions.c.member_id, sessions.c.csrf_token, sessions.c.expires_at
                ).where(
                    sessions.c.token_hash == token_hash,
                    sessions.c.revoked_at.is_(None),
                    sessions.c.expires_at > now,
                )
            )
        )
    )
    return Session(row.id, row.member_id, row.csrf_token, row.expires_at) if row else None


def revoke_sessions(uow: UnitOfWork, member_id: int, *, now: datetime, token_hash: str | None = None) -> int:
    """End one session of a member, or all; return how many ended."""
    statement = update(sessions).where(sessions.c.member_id == member_id, sessions.c.revoked_at.is_(None))
    if token_hash is not None:
        statement = statement.where(sessions.c.token_hash == token_hash)
    return int(uow.connection.execute(statement.values(revoked_at=now)).rowcount)
