"""Whether the installation can work at this moment."""

from services.deps import Deps
from storage import units as stored_units
from storage.database import Unreachable


def is_database_answering(deps: Deps) -> bool:
    """Ask the database a small question and tell whether it answered."""
    try:
        with deps.store.read() as uow:
            stored_units.list_units(uow)
    except Unreachable:
        return False
    return True
