"""An INSERT that adds to, or replaces, what stands under its key already."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite

from storage.statements import Prepared


def upserting(table: Any, keys: Sequence[str], values: Sequence[str], *, is_adding: bool) -> Prepared:
    """Return an INSERT that adds to (or replaces) what the key has already."""

    def of(dialect: Any) -> Executable:
        statement = dialect.insert(table).inline()
        changed = {
            name: table.c[name] + statement.excluded[name] if is_adding else statement.excluded[name]
            for name in values
        }
        upsert: Executable = statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
        return upsert

    return Prepared(of(sqlite), keys=(*keys, *values), postgresql=of(postgresql))
