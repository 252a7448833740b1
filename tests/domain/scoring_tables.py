"""Applies rulebooks to tables as tests write them: `member unit roles=secretary`, one row a line."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.points import show_exact
from domain.rulebooks import Rulebook
from domain.scoring import Evaluation, PeriodScores, World
from domain.scoring.tables import read_ballots, read_events, read_roster
from tests.domain.rulebook_texts import rulebook

HEAD = 'id: book\nname: 测试\nversion: "1"\n'


def book(text: str) -> Rulebook:
    """Return a rulebook; its id, name and version go without saying."""
    return rulebook(HEAD + text)


def rows(text: str, *columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows with their lines: the columns in order, then `name=value`; `-` is an empty cell."""
    for line, written in enumerate(text.strip().splitlines(), start=1):
        words = written.split()
        plain = [word for word in words if "=" not in word]
        row = dict(zip(columns, plain, strict=False)) | dict(
            word.split("=", 1) for word in words if "=" in word
        )
        yield line, {name: value for name, value in row.items() if value != "-"}


@dataclass(frozen=True, slots=True)
class Case:
    """A rulebook applied to tables."""

    evaluation: Evaluation

    def of(self, period: str) -> PeriodScores:
        """Return the results of a period."""
        return self.evaluation.of(self.evaluation.rulebook.period(period))

    def totals(self, period: str) -> dict[str, str]:
        """Return everybody's total, in the order of the results."""
        return {score.subject: show_exact(score.total) for score in self.of(period).subjects}

    def trace(self, period: str, subject: str) -> list[str]:
        """Return one subject's lines: day, item, raw, counted, why."""
        score = self.of(period).of(subject)
        assert score is not None
        return [
            f"{line.on} {line.item} {show_exact(line.raw)} {show_exact(line.counted)} {line.why}".strip()
            for line in score.trace
        ]

    def consequences(self, period: str) -> dict[str, list[str]]:
        """Return who is on which list."""
        found: dict[str, list[str]] = {}
        for score in self.of(period).subjects:
            for due in score.consequences:
                found.setdefault(due.code, []).append(score.subject)
        return found

    @property
    def refused(self) -> list[tuple[int, str]]:
        """The events that could not be entered: line and reason."""
        return [(one.number, one.code) for one in self.evaluation.refused]


def case(rules: str | Rulebook, *, roster: str, events: str = "", ballots: str = "") -> Case:
    """Apply a rulebook to tables.

    Columns: roster `member unit`, events `date item member points`, ballots
    `period instrument member rater mark`, and any other by name.
    """
    applied = book(rules) if isinstance(rules, str) else rules
    people, of_roster = read_roster(rows(roster, "member", "unit"))
    happened, of_events = read_events(rows(events, "date", "item", "member", "points"))
    box, of_ballots = read_ballots(
        rows(ballots, "period", "instrument", "member", "rater", "mark"), applied, people.members
    )
    assert [*of_roster, *of_events, *of_ballots] == []
    return Case(Evaluation(applied, World(tuple(people.stays), tuple(happened), tuple(box), people.parents)))
