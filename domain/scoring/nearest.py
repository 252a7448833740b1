"""Says what is missing to the next grade or star."""

from dataclasses import dataclass
from fractions import Fraction

from domain.periods import PeriodKind
from domain.rulebooks import Bands


@dataclass(frozen=True, slots=True)
class NextClass:
    """The next class above a total: its label, and how many points are missing.

    With `is_beyond` the total has to exceed that, so that exactly so many points are not enough.
    """

    label: str
    missing: Fraction
    is_beyond: bool


def next_class(bands: Bands | None, total: Fraction, *, kind: PeriodKind) -> NextClass | None:
    """Return the next class above a total, None at the top or in a kind of period without classes."""
    if bands is None or kind not in bands.periods:
        return None
    above = [
        (band.interval.low, not band.interval.is_low_included, band.label)
        for band in bands.bands
        if band.interval.low is not None
        and (band.interval.low > total or (band.interval.low == total and not band.interval.is_low_included))
    ]
    if not above:
        return None
    low, is_beyond, label = min(above)
    return NextClass(label, low - total, is_beyond)
