"""Leases: at most one process at a time does a thing, and another takes over when it dies."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Store
from storage.tables import leases


def acquire_lease(store: Store, name: str, *, holder: str, now: datetime, seconds: int) -> bool:
    """Take or renew a lease; False while somebody else holds it."""
    until_at = now + timedelta(seconds=seconds)
    with store.begin() as uow:
        renewed = uow.connection.execute(
            update(leases)
            .where(leases.c.name == name, (leases.c.holder == holder) | (leases.c.until_at <= now))
            .values(holder=holder, until_at=until_at)
        )
        if renewed.rowcount == 1:
            return True
    try:
        with store.begin() as uow:
            uow.connection.execute(insert(leases).values(name=name, holder=holder, until_at=until_at))
    except IntegrityError:
        return False
    return True


def holder_of(store: Store, name: str) -> str | None:
    """Return who holds a lease, even one that is over; None when nobody does."""
    with store.read() as uow:
        return uow.connection.execute(select(leases.c.holder).where(leases.c.name == name)).scalar()


def release_lease(store: Store, name: str, *, holder: str) -> None:
    """Give a lease back."""
    with store.begin() as uow:
        uow.connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
