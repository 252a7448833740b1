"""What a benchmark hands back, and the arithmetic on its samples."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results: `ratio` is ours by theirs, `is_met` whether the aim is reached."""

    what: str
    ours: str
    theirs: str
    ratio: float
    aim: str
    is_met: bool

    def line(self) -> str:
        """Return the row as a line of the table."""
        verdict = "" if self.aim == "–" else "met" if self.is_met else "**missed**"
        return f"| {self.what} | {self.ours} | {self.theirs} | {self.ratio:.2f} | {self.aim} | {verdict} |"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    taps: int
    dispatches: int
    decisions_per_round: int
    rounds: int
    photos: int
    journeys_first: int
    journeys_last: int
    events: tuple[int, ...]
    broadcast: int
    unpaced: int
    audience: int
    idle_seconds: float

    def with_journeys(self, last: int) -> "Sizes":
        """Return the same with another number of journeys; a tenth of them is the first look."""
        return replace(self, journeys_first=max(1, last // 10), journeys_last=last)


FULL = Sizes(
    taps=1500,
    dispatches=20_000,
    decisions_per_round=400,
    rounds=5,
    photos=40,
    journeys_first=1000,
    journeys_last=10_000,
    events=(10_000, 100_000, 1_000_000),
    broadcast=5000,
    unpaced=3000,
    audience=100_000,
    idle_seconds=20,
)
QUICK = Sizes(
    taps=200,
    dispatches=3000,
    decisions_per_round=100,
    rounds=3,
    photos=10,
    journeys_first=50,
    journeys_last=150,
    events=(10_000, 30_000),
    broadcast=300,
    unpaced=500,
    audience=10_000,
    idle_seconds=6,
)


def percentile(samples: Sequence[float], share: float) -> float:
    """Return the smallest sample that is at least as large as this share of them."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def milliseconds(seconds: float) -> str:
    """Write a span for the table."""
    return f"{seconds * 1000:.2f} ms"


def per_second(rates: Sequence[float]) -> str:
    """Write the median of some rates for the table."""
    return f"{median(rates):,.0f}/s"
