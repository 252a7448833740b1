"""Brings the tables to the newest shape, and tells which shape they have."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Store

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_KEY = 7_243_551


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(store: Store, revision: str = "head") -> None:
    """Migrate up to a revision; two processes at once wait for each other."""
    with store.begin() as uow:
        if not store.is_sqlite:
            uow.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        command.upgrade(_config(uow.connection), revision)


def downgrade(store: Store, revision: str) -> None:
    """Migrate down to a revision; `base` removes every table."""
    with store.begin() as uow:
        command.downgrade(_config(uow.connection), revision)


def revision_of(store: Store) -> str | None:
    """Return the revision the database has; None for an empty one."""
    with store.read() as uow:
        return MigrationContext.configure(uow.connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the revision this programme wants."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()
