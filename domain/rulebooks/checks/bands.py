"""Looks at the seams of bands: every total belongs to one of them, none to two."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from domain.points import show_exact
from domain.rulebooks.checks.places import Path, at_value
from domain.rulebooks.intervals import Interval
from domain.rulebooks.language.book import RulebookSection
from domain.rulebooks.language.results import GradeSection
from domain.rulebooks.problems import Problem, ProblemCode
from domain.rulebooks.tree import Table


def check_bands(file: RulebookSection, root: Table) -> Iterator[Problem]:
    """Look for totals that belong to two bands or to none."""
    for name, section in (("stars", file.stars), ("grade", file.grade)):
        if section is None:
            continue
        labelled = [(str(label), band) for label, band in section.bands.items()]
        rising = sorted(labelled, key=lambda one: _low_end(one[1]))
        path: Path = (name, "bands")
        lows = [band.low for _, band in rising if band.low is not None]
        highs = [band.high for _, band in rising if band.high is not None]
        is_open = isinstance(section, GradeSection) and section.elsewhere is not None
        if len(lows) == len(rising) and not is_open:
            value = f"< {show_exact(min(lows))}"
            yield at_value(root, ProblemCode.BANDS_GAP, (*path, rising[0][0]), value=value)
        if len(highs) == len(rising) and not is_open:
            value = f"> {show_exact(max(highs))}"
            yield at_value(root, ProblemCode.BANDS_GAP, (*path, rising[-1][0]), value=value)
        for (lower, below), (upper, above) in pairwise(rising):
            yield from _seam(root, path, (lower, below), (upper, above), is_open=is_open)


def _low_end(band: Interval) -> tuple[bool, Fraction, bool]:
    return (band.low is not None, band.low or Fraction(0), not band.is_low_included)


def _seam(
    root: Table, path: Path, lower: tuple[str, Interval], upper: tuple[str, Interval], *, is_open: bool
) -> Iterator[Problem]:
    """Look at the place where two neighbouring bands meet."""
    end, start = lower[1].high, upper[1].low
    meets = end is not None and end == start
    both, neither = (
        meets and lower[1].is_high_included and upper[1].is_low_included,
        meets and not lower[1].is_high_included and not upper[1].is_low_included,
    )
    if end is None or start is None or end > start or both:
        value = show_exact(start) if start is not None else "-∞"
        yield at_value(
            root, ProblemCode.BANDS_OVERLAP, (*path, upper[0]), value=value, first=upper[0], second=lower[0]
        )
    elif (end < start or neither) and not is_open:
        value = f"{show_exact(end)} … {show_exact(start)}"
        yield at_value(root, ProblemCode.BANDS_GAP, (*path, upper[0]), value=value)
