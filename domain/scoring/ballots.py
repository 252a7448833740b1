"""Counts the ballots of one subject: means over raters, the most frequent mark, the majority."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from domain.periods import Period
from domain.rulebooks.results import Instrument
from domain.scoring.inputs import Ballot


class BallotBox:
    """The ballots about one subject; who gave them is told apart by an opaque token only."""

    def __init__(self, ballots: Iterable[Ballot]) -> None:
        self._ballots = tuple(ballots)

    def mean(
        self, instrument: Instrument, period: Period, *, outside: tuple[Period, ...] = ()
    ) -> Fraction | None:
        """Return the mean of the raters' means; None with fewer raters than the instrument wants.

        With weighted groups it is the weighted mean of the groups' means; groups without a ballot are left
        out and the other weights stretched.
        """
        raters: dict[tuple[str, str], list[Fraction]] = {}
        for ballot in self._of(instrument, period, outside=outside):
            worth = instrument.marks[ballot.mark]
            if worth is not None:
                raters.setdefault((ballot.group, ballot.rater), []).append(worth)
        if len(raters) < instrument.ballots_min:
            return None
        means = {rater: sum(marks, Fraction(0)) / len(marks) for rater, marks in raters.items()}
        if not instrument.groups:
            return sum(means.values(), Fraction(0)) / len(means)
        groups: dict[str, list[Fraction]] = {}
        for (group, _), mean in means.items():
            if group in instrument.groups:
                groups.setdefault(group, []).append(mean)
        whole = sum((instrument.groups[group] for group in groups), Fraction(0))
        if not whole:
            return None
        return (
            sum(
                (
                    instrument.groups[group] * sum(found, Fraction(0)) / len(found)
                    for group, found in groups.items()
                ),
                Fraction(0),
            )
            / whole
        )

    def mode(self, instrument: Instrument, period: Period) -> str | None:
        """Return the most frequent mark, the worse one among equals; None without enough ballots."""
        counts = self.marks(instrument, period)
        if counts is None:
            return None
        order = list(instrument.marks)
        return max(counts, key=lambda mark: (counts[mark], order.index(mark)))

    def majority(self, instrument: Instrument, period: Period) -> str | None:
        """Return the mark of more than half of the ballots, None where there is none."""
        counts = self.marks(instrument, period)
        if counts is None:
            return None
        return next((mark for mark, found in counts.items() if 2 * found > counts.total()), None)

    def count(self, instrument: Instrument, period: Period) -> int:
        """Return how many raters gave a ballot."""
        return len({(ballot.group, ballot.rater) for ballot in self._of(instrument, period)})

    def marks(self, instrument: Instrument, period: Period) -> Counter[str] | None:
        """Count the marks of every aspect, the overall one like the others; None without enough ballots."""
        if self.count(instrument, period) < instrument.ballots_min:
            return None
        return Counter(ballot.mark for ballot in self._of(instrument, period))

    def _of(
        self, instrument: Instrument, period: Period, *, outside: tuple[Period, ...] = ()
    ) -> list[Ballot]:
        return [
            ballot
            for ballot in self._ballots
            if ballot.instrument == instrument.code
            and _lies_in(ballot.period, period)
            and not any(_lies_in(ballot.period, part) for part in outside)
        ]


def _lies_in(inner: Period, outer: Period) -> bool:
    return outer.starts_on <= inner.starts_on and inner.until_on <= outer.until_on
