"""A year's totals, grades, ranks and consequences from the sums, beside `GROUP BY` and `RANK()`."""

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median

from benchmarks.ground import administer, named, postgresql, scratch
from benchmarks.measuring import Row, Sizes, milliseconds
from benchmarks.outside import duckdb_with, results_by
from benchmarks.people import fill
from domain.periods import parse_period
from domain.scoring import PeriodScores, Proposal
from domain.scoring.totals import stands_on_sums
from services.actors import unit_tree
from services.deps import Deps
from services.scoring import preview_for
from services.scoring.totals import scores_by_sums

YEAR = parse_period("2025")
LAST_ON = date(2025, 12, 31)
RANKED = (
    "SELECT member, total, RANK() OVER (ORDER BY total DESC) FROM "
    "(SELECT member, SUM(points) AS total FROM plain GROUP BY member) AS summed"
)
AIMED_AT = 1_000_000
"""The size that the aim is about; smaller ones only show how the cost grows."""
LIMITS = {"SQLite": 4.0, "PostgreSQL": 8.0}
PREVIEW_LIMIT_MS, MEMORY_LIMIT_MB = 5.0, 1024
PREVIEWS, ROUNDS = 200, 5


def results_of(deps: Deps, unit_id: int) -> PeriodScores:
    """Work the year out as the product does for this rulebook."""
    with deps.store.read() as uow:
        unit = unit_tree(uow).get(unit_id)
        book = deps.shelf.in_force(uow, unit.rulebook, LAST_ON).rulebook
        assert stands_on_sums(book, YEAR.kind)
        return scores_by_sums(uow, book, unit, YEAR, today=LAST_ON)[0]


def _bare(deps: Deps) -> Sequence[object]:
    with deps.store.read() as uow:
        found: Sequence[object] = uow.driver.execute(RANKED).fetchall()
        return found


def _previews(deps: Deps, unit_id: int) -> list[float]:
    spans = []
    with deps.store.read() as uow:
        unit = unit_tree(uow).get(unit_id)
        for number in range(PREVIEWS):
            proposal = Proposal(f"i{number % 30:02}", date(2025, number % 12 + 1, 5))
            begun = time.perf_counter()
            preview_for(uow, deps.shelf, unit=unit, member_id=number + 1, proposal=proposal)
            spans.append(time.perf_counter() - begun)
    return spans


def _timed(work: Callable[[], object], rounds: int) -> list[float]:
    spans = []
    for _ in range(rounds):
        gc.collect()
        begun = time.perf_counter()
        work()
        spans.append(time.perf_counter() - begun)
    return spans


def _rows(database: str, deps: Deps, unit_id: int, count: int) -> Iterator[Row]:
    results_of(deps, unit_id)  # compiles statements, warms the page cache
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        theirs += _timed(lambda: _bare(deps), 1)
        ours += _timed(lambda: results_of(deps, unit_id), 1)
    ratio, limit = median(ours) / median(theirs), LIMITS[database] if count >= AIMED_AT else None
    yield Row(
        f"a year of {count:,} events, {database}",
        f"{median(ours):.2f} s",
        f"GROUP BY and RANK() {median(theirs):.2f} s",
        ratio,
        "–" if limit is None else f"≤ {limit:g}",
        limit is None or ratio <= limit,
    )
    middle = median(_previews(deps, unit_id))
    yield Row(
        f"one preview at {count:,} events, {database}",
        milliseconds(middle),
        f"limit {PREVIEW_LIMIT_MS:g} ms",
        middle * 1000 / PREVIEW_LIMIT_MS,
        "≤ 1",
        middle * 1000 <= PREVIEW_LIMIT_MS,
    )


def _outside(deps: Deps, unit_id: int, folder: Path, count: int) -> Row:
    """Compare with DuckDB, which is made for such questions; its answer has to be ours."""
    ours: list[float] = []
    theirs: list[float] = []
    with duckdb_with(deps, folder) as engine:
        told = {code: grade for code, *_, grade in results_by(engine)}
        for one in results_of(deps, unit_id).subjects:
            assert one.grade == told.get(int(one.subject[1:]), "不合格"), one
        for _ in range(ROUNDS):
            theirs += _timed(lambda: results_by(engine), 1)
            ours += _timed(lambda: results_of(deps, unit_id), 1)
    return Row(
        f"a year of {count:,} events, SQLite",
        f"{median(ours):.2f} s",
        f"DuckDB, components, total, ranks and grade of every member {median(theirs):.2f} s",
        median(ours) / median(theirs),
        "–",
        is_met=True,
    )


def _memory(deps: Deps, unit_id: int, count: int) -> Row:
    tracemalloc.start()
    results_of(deps, unit_id)
    megabytes = tracemalloc.get_traced_memory()[1] / 1024 / 1024
    tracemalloc.stop()
    return Row(
        f"memory for a year of {count:,} events",
        f"{megabytes:.0f} MB",
        f"limit {MEMORY_LIMIT_MB} MB",
        megabytes / MEMORY_LIMIT_MB,
        "≤ 1",
        megabytes <= MEMORY_LIMIT_MB,
    )


@contextmanager
def _filled(url: str, folder: Path, count: int) -> Iterator[tuple[Deps, int]]:
    deps, unit_id = fill(url, folder, event_count=count)
    try:
        yield deps, unit_id
    finally:
        deps.close()


def measure_scoring(sizes: Sizes) -> list[Row]:
    """Measure both databases at every size, and the memory of the largest."""
    rows: list[Row] = []
    for count in sizes.events:
        with scratch() as folder, _filled(f"sqlite:///{folder / 'jifen.db'}", folder, count) as filled:
            rows += _rows("SQLite", *filled, count)
            rows.append(_outside(*filled, folder, count))
            if count == max(sizes.events):
                rows.append(_memory(*filled, count))
    with postgresql() as address:
        for count in sizes.events:
            name = f"scoring_{count}"
            administer(address, f"CREATE DATABASE {name}")
            with scratch() as folder, _filled(named(address, name), folder, count) as filled:
                rows += _rows("PostgreSQL", *filled, count)
            administer(address, f"DROP DATABASE {name} WITH (FORCE)")
    return rows
