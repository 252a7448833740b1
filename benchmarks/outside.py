"""The same results from an engine made for such questions: DuckDB, over the same rows in its own memory."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from services.deps import Deps

_ENTRIES = "SELECT member_id, category, amount FROM entries"
_RESULTS = """
SELECT member, c0, c1, c2, total,
    RANK() OVER (ORDER BY total DESC) AS rank,
    RANK() OVER (ORDER BY total) AS bottom,
    CASE WHEN total >= 1100000 THEN '优秀' WHEN total >= 800000 THEN '合格' ELSE '不合格' END AS grade
FROM (
    SELECT member,
        SUM(points) FILTER (WHERE category = 'c0') AS c0,
        SUM(points) FILTER (WHERE category = 'c1') AS c1,
        SUM(points) FILTER (WHERE category = 'c2') AS c2,
        600000 + SUM(points) AS total
    FROM entries GROUP BY member
) ORDER BY rank, member
"""


@contextmanager
def duckdb_with(deps: Deps, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an engine that holds every entry of the database: member, category, points as stored."""
    rows = folder / "entries.csv"
    with deps.store.read() as uow, rows.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(uow.driver.execute(_ENTRIES))
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE entries (member BIGINT, category VARCHAR, points BIGINT)")
        engine.execute("INSERT INTO entries SELECT * FROM read_csv(?, header = false)", [str(rows)])
        yield engine


def results_by(engine: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """Return of each member the components, total, both ranks and grade, as rows in Python."""
    return engine.execute(_RESULTS).fetchall()
