"""Short pieces of work that wait for the same turn of SQLite's one writer are committed together.

A commit that survives a loss of power costs more than all that an order writes, so those that come at the
same moment share one. Each is all or nothing by a savepoint of its own, and answers only after the commit.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from storage.database import UnitOfWork

TOGETHER_MAX = 32
"""So many at once, so that nobody waits long for the commit."""
T = TypeVar("T")
Begin = Callable[[], AbstractContextManager["UnitOfWork"]]
Part = Callable[["UnitOfWork"], AbstractContextManager["UnitOfWork"]]


class TurnLost(Exception):
    """A part found that the whole transaction has ended; `failure` is what ended it."""

    def __init__(self, failure: BaseException) -> None:
        super().__init__(str(failure))
        self.failure = failure


class _Waiting:
    """A piece of work and what became of it; `called` once it is done, or has to do the work of all."""

    def __init__(self, work: Callable[["UnitOfWork"], Any]) -> None:
        self.work = work
        self.called = threading.Event()
        self.is_done = False
        self.result: Any = None
        self.failure: BaseException | None = None


class SharedTurn:
    """The first to come does the work of all who come until it is done with it, then calls the next.

    `begin` opens a transaction, `part` gives a part of it that can be taken back by itself.
    """

    def __init__(self, begin: Begin, part: Part) -> None:
        self._begin = begin
        self._part = part
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._is_taken = False

    def run(self, work: Callable[["UnitOfWork"], T]) -> T:
        """Return what the work returns, once it is committed, or raise what it raises."""
        mine = _Waiting(work)
        with self._lock:
            self._waiting.append(mine)
            is_first = not self._is_taken
            self._is_taken = True
        if not is_first:
            mine.called.wait()
        if not mine.is_done:
            try:
                self._do_what_waits()
            finally:
                self._call_the_next(mine)
        if mine.failure is not None:
            raise mine.failure
        return cast("T", mine.result)

    def _do_what_waits(self) -> None:
        taken: list[_Waiting] = []
        try:
            with self._begin() as uow:
                while self._waiting and len(taken) < TOGETHER_MAX:
                    taken.append(self._waiting.popleft())
                    self._do(taken[-1], uow)
        except BaseException as failure:  # nothing of it was committed
            for one in taken:
                one.failure = failure
            raise
        finally:
            for one in taken:
                one.is_done = True
                one.called.set()

    def _do(self, one: _Waiting, uow: "UnitOfWork") -> None:
        try:
            with self._part(uow) as part:
                one.result = one.work(part)
        except TurnLost as lost:
            raise lost.failure from None
        except Exception as failure:  # noqa: BLE001  raised where the work came from
            one.failure = failure

    def _call_the_next(self, mine: _Waiting) -> None:
        with self._lock:
            if not mine.is_done:  # there was no turn to be had
                self._waiting.remove(mine)
            self._is_taken = bool(self._waiting)
            if self._is_taken:
                self._waiting[0].called.set()
