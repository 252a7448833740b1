"""Which results a rulebook lets be shown in a unit's group, and how many of them."""

from dataclasses import dataclass, field
from fractions import Fraction

from domain.periods import PeriodKind
from domain.rulebooks.basis import Basis


@dataclass(frozen=True, slots=True)
class Publicity:
    """The head of a frozen list may go to the unit's group (公告); without this none ever does.

    Either `count` or `share` (of those ranked, rounded down) says how many at most. With `may_hide` the
    members may have their line shown without their name.
    """

    periods: frozenset[PeriodKind]
    count: int | None
    share: Fraction | None
    may_hide: bool = False
    basis: Basis = field(default_factory=Basis)

    def places(self, ranked: int) -> int:
        """Return how many of so many are named: never those of the lower half."""
        wanted = self.count if self.count is not None else int((self.share or Fraction(0)) * ranked)
        return min(wanted, (ranked + 1) // 2)
