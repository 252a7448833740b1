"""What waits to be told, as tests look at it."""

from sqlalchemy import select

from services.deps import Deps
from storage.tables import outbox


def waiting_keys(deps: Deps) -> list[str]:
    """Return the keys of everything in the outbox, in alphabetical order."""
    with deps.store.read() as uow:
        return sorted(row.dedupe_key for row in uow.connection.execute(select(outbox.c.dedupe_key)))
