"""What waits to be told, as tests look at it."""

from collections.abc import Iterable

from sqlalchemy import select

from domain.outbox import OutboxKind
from services.deps import Deps
from storage.tables import outbox


def waiting_keys(deps: Deps) -> list[str]:
    """Return the keys of everything in the outbox, in alphabetical order."""
    with deps.store.read() as uow:
        return sorted(row.dedupe_key for row in uow.connection.execute(select(outbox.c.dedupe_key)))


def waiting_facts(
    deps: Deps, kinds: Iterable[OutboxKind]
) -> list[tuple[str, int | None, dict[str, int | str]]]:
    """Return kind, recipient and facts of what is in the outbox of these kinds, oldest first."""
    wanted = {kind.value for kind in kinds}
    with deps.store.read() as uow:
        rows = uow.connection.execute(
            select(outbox.c.kind, outbox.c.member_id, outbox.c.facts).order_by(outbox.c.id)
        )
        return [(row.kind, row.member_id, row.facts) for row in rows if row.kind in wanted]
