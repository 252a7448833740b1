"""Ends a run that hangs: where every stack stands is written down, and whatever was started is killed.

pytest-timeout interrupts a test where it stands; that is not enough where the interruption lands in a task
that nobody awaits, in a clean-up, or in the interpreter's own end, which waits for every thread.
"""

import contextlib
import faulthandler
import os
import signal
import sys
import threading
import time
from pathlib import Path

TEST_SECONDS_MAX = 480.0
"""How long a test may take with everything it needs; pytest-timeout interrupts long before."""
END_SECONDS_MAX = 60.0
"""How long the process may take to end after its last test."""
EXIT_CODE = 70


class Watchdog:
    """A thread that ends the process when what was begun is not over in time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._what = ""
        self._until = float("inf")
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def begin(self, what: str, seconds: float) -> None:
        """Watch this from now on, and no longer what was watched before."""
        with self._changed:
            self._what, self._until = what, time.monotonic() + seconds
            self._changed.notify()

    def rest(self) -> None:
        """Watch nothing until something is begun."""
        self.begin("", float("inf"))

    def _watch(self) -> None:
        with self._changed:
            while (left := self._until - time.monotonic()) > 0:
                self._changed.wait(None if left == float("inf") else left)
            self._end()

    def _end(self) -> None:
        stderr = sys.__stderr__
        if stderr is not None:
            stderr.write(f"\n{self._what} did not come to an end; every thread stands here:\n")
            stderr.flush()
            faulthandler.dump_traceback(stderr, all_threads=True)
        for process_id in descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
        os._exit(EXIT_CODE)


def descendants(process_id: int) -> list[int]:
    """Return the processes that this one started, and those that they started (none without /proc)."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            parent = int(status.read_text(errors="replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(status.parent.name))
    found = list(children.get(process_id, ()))
    for one in found:
        found += children.get(one, ())
    return found
