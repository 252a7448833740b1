"""Does several things at once, in threads or processes, and never waits for them without an end."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from multiprocessing.process import BaseProcess

SECONDS_MAX = 120.0
"""Far more than anything here needs, on a slow machine too."""


def in_threads(*works: Callable[[], object]) -> None:
    """Do all these at the same moment; what one of them raises is raised."""
    barrier = threading.Barrier(len(works))
    raised: list[BaseException] = []

    def start(work: Callable[[], object]) -> None:
        try:
            barrier.wait(SECONDS_MAX)
            work()
        except BaseException as failure:  # noqa: BLE001  raised below, where somebody sees it
            raised.append(failure)

    threads = [threading.Thread(target=start, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    until = time.monotonic() + SECONDS_MAX
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    if raised:
        raise raised[0]
    assert not any(thread.is_alive() for thread in threads), "a thread did not come to its end"


def ended(processes: Sequence[BaseProcess]) -> list[int | None]:
    """Wait for processes that run, and return how each ended; kill those that do not."""
    with ExitStack() as ends:
        for process in processes:
            ends.callback(process.kill)
        until = time.monotonic() + SECONDS_MAX
        for process in processes:
            process.join(max(0.0, until - time.monotonic()))
        return [process.exitcode for process in processes]


def in_processes(*works: Callable[[], None]) -> list[int | None]:
    """Do all these at once, each in a forked process, and return how each ended; None did not."""
    fork = multiprocessing.get_context("fork")
    running = [fork.Process(target=work, daemon=True) for work in works]
    for process in running:
        process.start()
    return ended(running)
