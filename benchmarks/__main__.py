"""Measures every row and writes RESULTS.md: `make bench`, or `make bench ARGS="--quick --only photos"`."""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.broadcast import measure_broadcast
from benchmarks.cards import measure_cards
from benchmarks.dispatch import measure_dispatch
from benchmarks.measuring import FULL, QUICK, Row, Sizes
from benchmarks.memory import measure_memory
from benchmarks.orders import measure_orders
from benchmarks.photos import measure_photos
from benchmarks.results import results_with
from benchmarks.scoring import measure_scoring
from benchmarks.screens import measure_screens
from benchmarks.use_cases import measure_use_cases
from services.clock import SystemClock

RESULTS = Path(__file__).parent / "RESULTS.md"
PARTS: dict[str, Callable[[Sizes], list[Row]]] = {
    "screens": measure_screens,
    "dispatch": measure_dispatch,
    "use_cases": measure_use_cases,
    "orders": measure_orders,
    "photos": measure_photos,
    "cards": measure_cards,
    "scoring": measure_scoring,
    "broadcast": measure_broadcast,
    "memory": measure_memory,
}
LIBRARIES = ("aiogram", "SQLAlchemy", "psycopg", "Pillow", "uvicorn", "pydantic")


def machine() -> str:
    """Describe what it was measured on, without names."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} over five minutes, "
        f"Python {platform.python_version()}, {libraries}"
    )


def main() -> int:
    """Measure what is asked for; the full size is written down, the quick one only shown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it works")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="measure only this part")
    parser.add_argument("--journeys", type=int, help="how many journeys the memory row walks at most")
    asked = parser.parse_args()
    sizes = QUICK if asked.quick else FULL
    if asked.journeys:
        sizes = sizes.with_journeys(asked.journeys)
    chosen: Sequence[str] = asked.only or list(PARTS)
    day = f"{SystemClock().now():%Y-%m-%d}"
    for part in chosen:
        rows = PARTS[part](sizes)
        for row in rows:
            print(row.line(), flush=True)
        if not asked.quick:
            text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
            RESULTS.write_text(results_with(text, part, rows, day=day, machine=machine()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
