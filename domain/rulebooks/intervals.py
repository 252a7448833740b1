"""Reads bands written with brackets, `[90, ∞)`, and tells whether a number lies inside."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

_INTERVAL = re.compile(
    r"(?P<left>[\[(])\s*(?P<low>-\s*(?:∞|inf)|-?\d+(?:\.\d{1,4})?)\s*,"
    r"\s*(?P<high>\+?\s*(?:∞|inf)|-?\d+(?:\.\d{1,4})?)\s*(?P<right>[\])])",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between two ends, each of them included, excluded or open for ever (None)."""

    low: Fraction | None
    is_low_included: bool
    high: Fraction | None
    is_high_included: bool

    def contains(self, value: Fraction) -> bool:
        """Whether the number lies inside."""
        above = self.low is None or value > self.low or (self.is_low_included and value == self.low)
        below = self.high is None or value < self.high or (self.is_high_included and value == self.high)
        return above and below

    @property
    def is_empty(self) -> bool:
        """Whether no number lies inside."""
        if self.low is None or self.high is None or self.low < self.high:
            return False
        return not (self.low == self.high and self.is_low_included and self.is_high_included)


def parse_interval(text: str) -> Interval | None:
    """Return the interval that `[90, ∞)` or `(60, 90)` writes, None when it is not one."""
    found = _INTERVAL.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    low, high = (None if end[-1] in "∞f" else Fraction(end) for end in (found["low"], found["high"]))
    if (low is None and found["left"] == "[") or (high is None and found["right"] == "]"):
        return None
    return Interval(low, found["left"] == "[", high, found["right"] == "]")
