"""Draws the distribution of totals before and after as pairs of bars, laid out here, written as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.points import show
from domain.scoring.simulation import Bar

WIDTH, HEIGHT, FOOT = 640, 220, 28
GAP_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Column:
    """Two bars beside each other over one stretch of totals, in pixels."""

    label: str
    x: float
    width: float
    before: int
    before_height: float
    after: int
    after_height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of `width` by `height`, its foot for the words included."""

    width: int
    height: int
    foot: int
    columns: tuple[Column, ...]


def chart_of(bars: Sequence[Bar]) -> Chart | None:
    """Return the drawing of a distribution, None where there is nobody."""
    if not bars:
        return None
    most = max(max(bar.before, bar.after) for bar in bars) or 1
    room, step = HEIGHT - FOOT - 18, WIDTH / len(bars)
    columns = tuple(
        Column(
            label=show(bar.low),
            x=round(number * step + step * GAP_SHARE / 2, 1),
            width=round(step * (1 - GAP_SHARE) / 2, 1),
            before=bar.before,
            before_height=round(room * bar.before / most, 1),
            after=bar.after,
            after_height=round(room * bar.after / most, 1),
        )
        for number, bar in enumerate(bars)
    )
    return Chart(WIDTH, HEIGHT, FOOT, columns)
