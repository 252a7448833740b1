"""Short writes that wait together share a commit; each stands or falls by itself, and all with the commit."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from storage.database import Store, UnitOfWork
from storage.turns import TOGETHER_MAX, SharedTurn

SECONDS_MAX = 60
CALLERS = 8


class TurnedDownError(Exception):
    """What a piece of work raises."""


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url, durability="NORMAL")
    with store.begin() as uow:
        uow.connection.execute(text("CREATE TABLE shelf (label TEXT PRIMARY KEY)")).close()
    yield store
    with store.begin() as uow:
        uow.connection.execute(text("DROP TABLE shelf")).close()
    store.close()


def put(uow: UnitOfWork, label: str) -> None:
    uow.connection.execute(text("INSERT INTO shelf VALUES (:label)"), {"label": label})


def labels(store: Store) -> set[str]:
    with store.read() as uow:
        return set(uow.connection.execute(text("SELECT label FROM shelf")).scalars())


def all_at_once(works: list[Callable[[], object]]) -> list[object]:
    """Run each in a thread of its own; return what each returned or raised, in order."""
    answers: list[object] = [None] * len(works)

    def run(number: int) -> None:
        try:
            answers[number] = works[number]()
        except Exception as failure:  # noqa: BLE001  it is looked at
            answers[number] = failure

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(works))]
    for thread in threads:
        thread.start()
    until = time.monotonic() + SECONDS_MAX
    for thread in threads:
        thread.join(max(0, until - time.monotonic()))
        assert not thread.is_alive()
    return answers


def test_each_work_stands_or_falls_by_itself(store: Store) -> None:
    def work(number: int) -> Callable[[UnitOfWork], str]:
        def do(uow: UnitOfWork) -> str:
            put(uow, f"{number}")
            if number % 3 == 0:
                raise TurnedDownError(number)
            return f"did {number}"

        return do

    def together(number: int) -> Callable[[], object]:
        return lambda: store.together(work(number))

    answers = all_at_once([together(number) for number in range(CALLERS)])
    assert [str(answer) for answer in answers] == [
        str(number) if number % 3 == 0 else f"did {number}" for number in range(CALLERS)
    ]
    assert labels(store) == {str(number) for number in range(CALLERS) if number % 3}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_those_that_wait_share_one_commit(store: Store) -> None:
    said: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def _listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    first_is_in, all_wait = threading.Event(), threading.Event()

    def first(uow: UnitOfWork) -> None:
        put(uow, "first")
        first_is_in.set()
        assert all_wait.wait(SECONDS_MAX)

    def later(number: int) -> Callable[[], object]:
        def come() -> None:
            assert first_is_in.wait(SECONDS_MAX)
            store.together(lambda uow: put(uow, str(number)))

        return come

    def open_the_door() -> None:
        assert store._shared is not None
        until = time.monotonic() + SECONDS_MAX
        while len(store._shared._waiting) < CALLERS and time.monotonic() < until:
            time.sleep(0.01)
        all_wait.set()

    answers = all_at_once(
        [lambda: store.together(first), *(later(number) for number in range(CALLERS)), open_the_door]
    )
    assert answers == [None] * (CALLERS + 2)
    assert labels(store) == {"first", *map(str, range(CALLERS))}
    assert said.count("COMMIT") == 1
    assert CALLERS < TOGETHER_MAX


class Doors:
    """Transactions that fail when told to, and count what was committed."""

    def __init__(self) -> None:
        self.opening: BaseException | None = None
        self.closing: BaseException | None = None
        self.committed: list[str] = []
        self.pending: list[str] = []

    @contextmanager
    def begin(self) -> Iterator[Any]:
        if self.opening is not None:
            raise self.opening
        self.pending = []
        yield self
        if self.closing is not None:
            raise self.closing
        self.committed += self.pending

    @contextmanager
    def part(self, _uow: Any) -> Iterator[Any]:
        yield self


def test_a_commit_that_fails_fails_for_all_and_the_next_turn_is_free() -> None:
    doors = Doors()
    turn = SharedTurn(doors.begin, doors.part)
    doors.closing = OSError("the disk is full")

    def do(label: str) -> Callable[[], object]:
        return lambda: turn.run(lambda _uow: doors.pending.append(label))

    assert all_at_once([do("a"), do("b"), do("c")]) == [doors.closing] * 3
    doors.closing = None
    assert turn.run(lambda _uow: "fine") == "fine"
    assert doors.committed == []


def test_who_finds_no_turn_is_told_and_is_not_done_later() -> None:
    doors = Doors()
    turn = SharedTurn(doors.begin, doors.part)
    doors.opening = OSError("locked")
    with pytest.raises(OSError, match="locked"):
        turn.run(lambda _uow: doors.pending.append("lost"))
    doors.opening = None
    turn.run(lambda _uow: doors.pending.append("kept"))
    assert doors.committed == ["kept"]
