"""A transaction that the database itself ends, or that cannot be committed, leaves nothing behind."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Duplicate, Store, UnitOfWork, Unreachable, say_to_driver
from tests.storage.test_turns import SECONDS_MAX, all_at_once

PAGE_BYTES = 4096
TOO_LONG = "x" * PAGE_BYTES * 40


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Store]:
    """Return a database that has room for a few more pages only, as on a disk that is nearly full."""
    store = Store(f"sqlite:///{tmp_path / 'full.db'}", durability="NORMAL")
    with store.begin() as uow:
        say_to_driver(uow, "CREATE TABLE shelf (label TEXT PRIMARY KEY)")
        say_to_driver(uow, "CREATE TABLE parts (id INTEGER PRIMARY KEY, shelf TEXT REFERENCES shelf (label))")
    yield store
    store.close()


def leave_little_room(uow: UnitOfWork) -> None:
    """Let SQLite refuse further pages, and end the transaction by itself when it is asked for them."""
    pages = say_to_driver(uow, "PRAGMA page_count").fetchone()[0]
    say_to_driver(uow, f"PRAGMA max_page_count = {pages + 4}")
    say_to_driver(uow, "PRAGMA cache_size = 1")


def put(uow: UnitOfWork, label: str) -> None:
    uow.connection.execute(text("INSERT INTO shelf VALUES (:label)"), {"label": label})


def labels(store: Store) -> list[str]:
    with store.read() as uow:
        return sorted(uow.connection.execute(text("SELECT label FROM shelf")).scalars())


def test_full_disk_is_told_as_such_and_the_next_transaction_works(full: Store) -> None:
    def fill() -> None:
        with full.begin() as uow:
            leave_little_room(uow)
            put(uow, "first")
            put(uow, TOO_LONG)

    with pytest.raises(Unreachable, match="full"):
        fill()
    with full.begin() as uow:
        put(uow, "second")
    assert labels(full) == ["second"]


def test_commit_that_fails_leaves_no_transaction_open(full: Store) -> None:
    def break_a_key() -> None:
        with full.begin() as uow:
            say_to_driver(uow, "PRAGMA defer_foreign_keys = ON")
            say_to_driver(uow, "INSERT INTO parts VALUES (1, 'nowhere')")

    with pytest.raises(Duplicate):
        break_a_key()
    with full.begin() as uow:
        put(uow, "second")
    assert labels(full) == ["second"]


def test_work_that_ends_the_transaction_fails_all_that_shared_it(full: Store) -> None:
    """Nobody is told that it failed while it was kept, nor that it was kept while it failed."""
    first_is_in, others_wait = threading.Event(), threading.Event()

    def first(uow: UnitOfWork) -> None:
        leave_little_room(uow)
        put(uow, "first")
        first_is_in.set()
        assert others_wait.wait(SECONDS_MAX)

    def waiting(number: int) -> None:
        assert full._shared is not None
        until = time.monotonic() + SECONDS_MAX
        while len(full._shared._waiting) < number and time.monotonic() < until:
            time.sleep(0.01)

    def second() -> None:
        assert first_is_in.wait(SECONDS_MAX)
        full.together(lambda uow: put(uow, TOO_LONG))

    def third() -> None:
        waiting(1)
        full.together(lambda uow: put(uow, "third"))

    def open_the_door() -> None:
        waiting(2)
        others_wait.set()

    answers = all_at_once([lambda: full.together(first), second, third, open_the_door])
    assert [type(answer) for answer in answers] == [Unreachable, Unreachable, type(None), type(None)]
    assert labels(full) == ["third"]
