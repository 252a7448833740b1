"""What every use case is handed: the database, the clock, the rulebooks, the files and the key."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from domain.reports import UNDO_MINUTES_MAX
from services.clock import Clock
from services.shelf import Shelf
from storage.database import Store
from storage.files import EvidenceFiles

THREADS_MAX = 8

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Deps:
    """The surroundings of a use case; `secret` keys the ledger's chain and the hashes of codes."""

    store: Store
    clock: Clock
    shelf: Shelf
    files: EvidenceFiles
    secret: bytes
    panel_url: str
    undo_span: timedelta = timedelta(minutes=UNDO_MINUTES_MAX)
    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="use-case")
    )

    async def run(
        self, use_case: Callable[Concatenate["Deps", P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a use case in one thread hop and return what it returns."""
        call = partial(use_case, self, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.threads, call)

    def close(self) -> None:
        """Let running use cases end and close the database."""
        self.threads.shutdown(wait=True)
        self.store.close()
