"""Approving and submitting with 50 callers, beside the bare driver that says the same statements."""

import asyncio
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.ground import administer, named, open_deps, postgresql, scratch, settle
from benchmarks.measuring import Row, Sizes, per_second
from benchmarks.replay import Replayer, Spoken, bump_ids, recording
from domain.reports import ReportStatus
from services.deps import THREADS_MAX, Deps
from services.reports import submit_report
from services.reviews import approve_report
from tests.builders import Branch, Person, a_report

CALLERS = 50
SHARE_MIN = 0.5
Operation = Callable[[Deps], object]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One use case, ready to be run for each of many fresh reports."""

    name: str
    operations: Sequence[Operation]


def _submitting(branches: Sequence[Branch], deps: Deps, count: int) -> Prepared:
    def one(member: Person, report_id: int) -> Operation:
        return lambda on: submit_report(on, actor=member.actor, report_id=report_id)

    operations = []
    for number in range(count):
        branch = branches[number % len(branches)]
        member = branch.members[number // len(branches) % len(branch.members)]
        operations.append(one(member, a_report(deps, member, status=ReportStatus.DRAFT).id))
    return Prepared("submit", operations)


def _approving(branches: Sequence[Branch], deps: Deps, count: int) -> Prepared:
    def one(recorder: Person, report_id: int) -> Operation:
        return lambda on: approve_report(on, actor=recorder.actor, report_id=report_id, revision=1)

    operations = []
    for number in range(count):
        branch = branches[number % len(branches)]
        member = branch.members[number // len(branches) % len(branch.members)]
        recorder = branch.recorders[number % len(branch.recorders)]
        operations.append(one(recorder, a_report(deps, member).id))
    return Prepared("approve", operations)


async def _ours(deps: Deps, operations: Sequence[Operation]) -> float:
    """Return how many a second, with so many callers that each wait for their answer."""
    waiting = iter(operations)

    async def caller() -> None:
        for operation in waiting:
            await deps.run(_apply, operation)

    return await _rate(caller, len(operations))


def _apply(deps: Deps, operation: Operation) -> object:
    return operation(deps)


async def _theirs(replayer: Replayer, threads: ThreadPoolExecutor, spoken: Sequence[list[Spoken]]) -> float:
    waiting = iter(spoken)
    loop = asyncio.get_running_loop()

    async def caller() -> None:
        for one in waiting:
            await loop.run_in_executor(threads, replayer.run, one)

    return await _rate(caller, len(spoken))


async def _rate(caller: Callable[[], object], count: int) -> float:
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(CALLERS):
            group.create_task(caller())  # type: ignore[arg-type]
    return count / (time.perf_counter() - begun)


def _record(deps: Deps, prepared: Prepared) -> list[list[Spoken]]:
    with recording(deps.store) as recorder:
        everything = []
        for operation in prepared.operations:
            operation(deps)
            everything.append(recorder.take())
    return everything


def _measure(database: str, prepared: Prepared, copies: Sequence[Deps], sizes: Sizes) -> Row:
    """Run the same work on three equal databases: once recorded, then ours and theirs in turns."""
    recorded, ours_on, theirs_on = copies
    spoken = _record(recorded, prepared)
    replayer = Replayer(theirs_on.store)
    threads = ThreadPoolExecutor(THREADS_MAX)
    ours: list[float] = []
    theirs: list[float] = []

    async def in_turns() -> None:
        warm = CALLERS
        await _ours(ours_on, prepared.operations[:warm])
        await _theirs(replayer, threads, spoken[:warm])
        for start in range(warm, len(spoken), sizes.decisions_per_round):
            part = slice(start, start + sizes.decisions_per_round)
            ours.append(await _ours(ours_on, prepared.operations[part]))
            theirs.append(await _theirs(replayer, threads, spoken[part]))

    with asyncio.Runner() as runner:
        runner.run(in_turns())
    replayer.close()
    threads.shutdown()
    share = median(ours) / median(theirs)
    words = f"{len(spoken[-1])} statements by the bare driver {per_second(theirs)}"
    what = f"{prepared.name}, {database}, {CALLERS} callers"
    return Row(what, per_second(ours), words, share, f"≥ {SHARE_MIN}", share >= SHARE_MIN)


def _count(sizes: Sizes) -> int:
    return CALLERS + sizes.rounds * sizes.decisions_per_round


def _prepare(deps: Deps, kind: str, sizes: Sizes) -> Prepared:
    branches = settle(deps)
    first = a_report(deps, branches[0].member)
    approve_report(deps, actor=branches[0].recorder.actor, report_id=first.id)
    make = _submitting if kind == "submit" else _approving
    return make(branches, deps, _count(sizes))


def measure_on_sqlite(sizes: Sizes, kind: str) -> Row:
    """Measure one use case on SQLite with synchronous FULL."""
    with scratch() as folder:
        origin = folder / "origin.db"
        deps = open_deps(f"sqlite:///{origin}", folder, durability="NORMAL")
        prepared = _prepare(deps, kind, sizes)
        bump_ids(deps.store)
        with deps.store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        deps.close()
        copies = [_copied(origin, folder / f"{name}.db") for name in ("recorded", "ours", "theirs")]
        row = _measure("SQLite, synchronous FULL", prepared, copies, sizes)
        for copy in copies:
            copy.close()
    return row


def _copied(origin: Path, path: Path) -> Deps:
    shutil.copy(origin, path)
    return open_deps(f"sqlite:///{path}", path.parent)


def measure_on_postgresql(sizes: Sizes, address: str, kind: str) -> Row:
    """Measure one use case on PostgreSQL, commits durable."""
    names = [f"{kind}_{part}" for part in ("origin", "recorded", "ours", "theirs")]
    with scratch() as folder:
        administer(address, f"CREATE DATABASE {names[0]}")
        deps = open_deps(named(address, names[0]), folder)
        prepared = _prepare(deps, kind, sizes)
        bump_ids(deps.store)
        deps.close()
        copies = []
        for name in names[1:]:
            administer(address, f"CREATE DATABASE {name} TEMPLATE {names[0]}")
            administer(named(address, name), "ANALYZE")
            copies.append(open_deps(named(address, name), folder))
        row = _measure("PostgreSQL", prepared, copies, sizes)
        for copy in copies:
            copy.close()
        for name in names:
            administer(address, f"DROP DATABASE {name} WITH (FORCE)")
    return row


def measure_use_cases(sizes: Sizes) -> list[Row]:
    """Measure both use cases on both databases."""
    kinds = ("submit", "approve")
    rows = [measure_on_sqlite(sizes, kind) for kind in kinds]
    with postgresql() as address:
        rows += [measure_on_postgresql(sizes, address, kind) for kind in kinds]
    return rows
