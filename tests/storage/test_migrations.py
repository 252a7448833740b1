"""The migrations lead up, down and up again, to exactly the tables that the code declares."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from storage.database import Store
from storage.migrate import downgrade, newest_revision, revision_of, upgrade
from storage.tables import metadata

VERSIONS = "alembic_version"


@pytest.fixture
def empty_store(empty_database_url: str) -> Iterator[Store]:
    store = Store(empty_database_url, durability="NORMAL")
    yield store
    store.close()


def tables_of(store: Store) -> set[str]:
    return set(inspect(store.engine).get_table_names())


def test_migrations_lead_up_down_and_up_again(empty_store: Store) -> None:
    assert revision_of(empty_store) is None
    upgrade(empty_store)
    assert tables_of(empty_store) == {*metadata.tables, VERSIONS}
    assert revision_of(empty_store) == newest_revision()
    downgrade(empty_store, "base")
    assert tables_of(empty_store) == {VERSIONS}
    assert revision_of(empty_store) is None
    upgrade(empty_store)
    upgrade(empty_store)
    assert tables_of(empty_store) == {*metadata.tables, VERSIONS}


def test_migrations_lead_to_the_declared_tables(store: Store) -> None:
    with store.read() as uow:
        context = MigrationContext.configure(uow.connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
