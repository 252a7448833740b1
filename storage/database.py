"""Opens the database and hands out transactions: `begin()` to write, `read()` to look."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, Row, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage.turns import SharedTurn, TurnLost

BUSY_TIMEOUT_MS = 30_000
"""How long a writer waits for another process: a slow machine freezes a period for seconds."""

T = TypeVar("T")
Durability = Literal["NORMAL", "FULL"]
Duplicate = IntegrityError
"""Raised by a write that breaks a unique key; the caller's transaction is lost with it."""
Unreachable = OperationalError
"""Raised when the database cannot be opened or is locked for too long."""


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One transaction; storage functions take it as their first argument."""

    connection: Connection
    driver: Any
    """The driver's own connection, in this transaction."""
    memory: dict[Any, Any] = field(default_factory=dict)
    """What storage has read already and is asked for again within this transaction."""

    @property
    def is_sqlite(self) -> bool:
        """Tell which of the two databases this is."""
        return self.connection.dialect.name == "sqlite"


class Store:
    """The database of one installation: an SQLite file, or PostgreSQL.

    SQLite takes one writer at a time, so writers queue on a lock here instead of polling in the database;
    other processes are kept apart by `BEGIN IMMEDIATE` and the busy timeout.
    """

    def __init__(self, url: str, *, durability: Durability = "FULL") -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = threading.Lock() if self.is_sqlite else None
        self.engine = _sqlite_engine(url, durability) if self.is_sqlite else _postgresql_engine(url)
        self._shared = SharedTurn(self.begin, _savepoint) if self.is_sqlite else None

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Open a transaction that writes: leaving commits, an exception rolls back."""
        if self._writer is None:
            with self.engine.begin() as connection:
                yield UnitOfWork(connection, connection.connection.driver_connection)
            return
        with self._writer, self.engine.connect() as connection:
            connection.begin()  # only so that SQLAlchemy knows: nobody else may end it
            uow = UnitOfWork(connection, connection.connection.driver_connection)
            say_to_driver(uow, "BEGIN IMMEDIATE")
            try:
                yield uow
                say_to_driver(uow, "COMMIT")
            except BaseException:
                if uow.driver.in_transaction:  # a full disk makes SQLite end it by itself
                    say_to_driver(uow, "ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Open a transaction that only reads, on one consistent view."""
        with self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            connection.begin()
            uow = UnitOfWork(connection, connection.connection.driver_connection)
            if self.is_sqlite:
                say_to_driver(uow, "BEGIN")
            try:
                yield uow
            finally:
                say_to_driver(uow, "ROLLBACK") if self.is_sqlite else connection.rollback()

    def together(self, work: Callable[[UnitOfWork], T]) -> T:
        """Do something short in a transaction and return what it returned, once that is committed.

        On SQLite those that wait for the writer's turn at the same time share one commit; an exception takes
        back only the work that raised it.
        """
        if self._shared is not None:
            return self._shared.run(work)
        with self.begin() as uow:
            return work(uow)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _savepoint(uow: UnitOfWork) -> Iterator[UnitOfWork]:
    """Give a part of a transaction: an exception takes back this part alone.

    Raises:
        TurnLost: nothing of the transaction is left.
    """
    say_to_driver(uow, "SAVEPOINT part")
    try:
        yield UnitOfWork(uow.connection, uow.driver)
        say_to_driver(uow, "RELEASE part")
    except BaseException as failure:
        if not uow.driver.in_transaction:  # SQLite ended it: the other parts are gone too
            raise TurnLost(failure) from failure
        say_to_driver(uow, "ROLLBACK TO part")
        say_to_driver(uow, "RELEASE part")
        raise


def say_to_driver(uow: UnitOfWork, sql: str, parameters: Any = ()) -> Any:
    """Run a statement on the driver's own connection and return its cursor.

    Listeners of the engine hear of it, and errors are SQLAlchemy's, as if it had run there.
    """
    _tell_listeners(uow, sql, parameters, is_many=False)
    try:
        return uow.driver.execute(sql, parameters)
    except uow.connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemys(uow, sql, parameters, error) from error


def say_many_to_driver(uow: UnitOfWork, sql: str, rows: Sequence[Any]) -> None:
    """Run a statement once for each of these parameters, as one batch."""
    _tell_listeners(uow, sql, rows, is_many=True)
    try:
        uow.driver.cursor().executemany(sql, rows)
    except uow.connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemys(uow, sql, rows, error) from error


def _tell_listeners(uow: UnitOfWork, sql: str, parameters: Any, *, is_many: bool) -> None:
    for listener in uow.connection.engine.dispatch.before_cursor_execute:
        listener(uow.connection, None, sql, parameters, None, is_many)


def _as_sqlalchemys(uow: UnitOfWork, sql: str, parameters: Any, error: Exception) -> BaseException:
    dialect = uow.connection.dialect
    return DBAPIError.instance(sql, parameters, error, dialect.loaded_dbapi.Error, dialect=dialect)


def _sqlite_engine(url: str, durability: Durability) -> Engine:
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",  # we say BEGIN ourselves; pysqlite's own idea loses updates silently
        pool_size=16,
        max_overflow=32,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
        skip_autocommit_rollback=True,
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.DatabaseError as failure:  # such as a file that is no database
            raise sqlite3.OperationalError(*failure.args) from failure
        cursor.execute(f"PRAGMA synchronous = {durability}")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    return engine


def _postgresql_engine(url: str) -> Engine:
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"), pool_size=16, max_overflow=16, pool_pre_ping=True
    )


def one_or_none(rows: list[Row[*tuple[Any, ...]]]) -> Row[*tuple[Any, ...]] | None:
    """Return the single row, or None; more than one is our mistake."""
    assert len(rows) <= 1, "a unique key is missing"
    return rows[0] if rows else None
