"""Records the statements of use cases and runs them again through the bare driver, with equal parameters."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, event

from storage.database import BUSY_TIMEOUT_MS, Store

DECISION_ID_BASE = 10**9
EVENT_ID_BASE = 2 * 10**9
"""Ids that a run makes anew start here, so that they can be told from every other number."""

_COPY_A_DECISION = (
    "INSERT INTO decisions (id, report_id, revision, action, is_adjusted, actor_id, points, reason,"
    " decided_at) SELECT ?, report_id, -1, action, is_adjusted, actor_id, points, reason, decided_at"
    " FROM decisions LIMIT 1"
)
_COPY_AN_EVENT = (
    "INSERT INTO events (id, cause_key, unit_id, item, happened_on, points, rulebook_version_id,"
    " recorded_by_id, recorded_at) SELECT ?, 'copied', unit_id, item, happened_on, points,"
    " rulebook_version_id, recorded_by_id, recorded_at FROM events LIMIT 1"
)

Parameters = tuple[Any, ...] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One statement as it went to the driver."""

    sql: str
    parameters: Any
    """A tuple or a dictionary; of a batch, a list of them."""
    is_many: bool = False


@dataclass
class Recorder:
    """What one store said to its driver since the last `take`."""

    spoken: list[Spoken] = field(default_factory=list)

    def take(self) -> list[Spoken]:
        """Return what was said and forget it."""
        taken, self.spoken = self.spoken, []
        return taken


@contextmanager
def recording(store: Store) -> Iterator[Recorder]:
    """Write down every statement of this store while the block is open."""
    recorder = Recorder()

    def note(_connection: Connection, _cursor: Any, sql: str, parameters: Any, *rest: Any) -> None:
        recorder.spoken.append(Spoken(sql, parameters or (), is_many=rest[-1]))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield recorder
    finally:
        event.remove(store.engine, "before_cursor_execute", note)


def bump_ids(store: Store) -> None:
    """Let the next decisions and events have ids far above every other number; one of each must be there."""
    with store.begin() as uow:
        if not uow.is_sqlite:
            uow.connection.exec_driver_sql(f"ALTER TABLE decisions ALTER id RESTART WITH {DECISION_ID_BASE}")
            uow.connection.exec_driver_sql(f"ALTER TABLE events ALTER id RESTART WITH {EVENT_ID_BASE}")
            return
        uow.connection.exec_driver_sql(_COPY_A_DECISION, (DECISION_ID_BASE,))
        uow.connection.exec_driver_sql(_COPY_AN_EVENT, (EVENT_ID_BASE,))


class Replayer:
    """Runs recorded use cases on another copy of the database: one connection per thread, nothing between."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._local = threading.local()
        self._writer = threading.Lock()
        self._open: list[Any] = []

    def run(self, spoken: list[Spoken]) -> None:
        """Run one use case's statements as one transaction, reading every row that they return."""
        if self._store.is_sqlite:
            with self._writer:
                _speak(self._connection(), spoken)
        else:
            connection = self._connection()
            _speak(connection, spoken)
            connection.commit()

    def close(self) -> None:
        """Close every connection."""
        for connection in self._open:
            connection.close()

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            self._open.append(connection)
        return connection

    def _connect(self) -> Any:
        if not self._store.is_sqlite:
            return psycopg.connect(self._store.url.render_as_string(hide_password=False))
        path = Path(str(self._store.url.database))
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_MS / 1000
        )
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection


def _speak(connection: Any, spoken: list[Spoken]) -> None:
    now: dict[int, int] = {}
    for one in spoken:
        if one.is_many:
            connection.cursor().executemany(one.sql, [_with(row, now) for row in one.parameters])
            continue
        cursor = connection.execute(one.sql, _with(one.parameters, now))
        if cursor.description is None:
            continue
        rows = cursor.fetchall()
        if "RETURNING" in one.sql and rows:
            made = int(rows[0][0])
            now[DECISION_ID_BASE if made < EVENT_ID_BASE else EVENT_ID_BASE] = made


def _with(parameters: Parameters, now: dict[int, int]) -> Parameters:
    """Put the ids made in this run where the recording had its own."""
    if not now:
        return parameters
    if isinstance(parameters, dict):
        return {name: _own(value, now) for name, value in parameters.items()}
    return tuple(_own(value, now) for value in parameters)


def _own(value: Any, now: dict[int, int]) -> Any:
    if not isinstance(value, int) or value < DECISION_ID_BASE:
        return value
    base = DECISION_ID_BASE if value < EVENT_ID_BASE else EVENT_ID_BASE
    return now.get(base, value)
