"""An event loop whose clock stands still while there is work and jumps on while there is none.

What is said of seconds can be checked to the millisecond then, takes no time, and is the same on any machine.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any


class _Jump(selectors.SelectSelector):
    """Moves the clock on instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for nothing"
        ready = super().select(0)
        if not ready:
            self.now += max(0.0, timeout)
        return ready


class HurriedLoop(asyncio.SelectorEventLoop):
    """Runs what only waits for time and for itself; threads and sockets need the usual loop."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        """Return the seconds of this loop's own clock."""
        return self._jump.now


def in_hurried_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run a test on a hurried loop."""

    @wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        with asyncio.Runner(loop_factory=HurriedLoop) as runner:
            runner.run(test(*arguments, **named))

    return run
