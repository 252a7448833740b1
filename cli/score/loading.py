"""Brings rulebooks and tables together, and gathers everything that is wrong with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cli.score.compiled import load
from cli.score.files import CsvFile
from cli.score.wording import Complaint, sentence
from domain.periods import Period, parse_period
from domain.rulebooks import Rulebook, RulebookInvalid, Sentence, shipped_rulebooks
from domain.scoring.evaluation import Evaluation
from domain.scoring.inputs import Ballot, Event, World
from domain.scoring.posting import EventProblem, Refused
from domain.scoring.tables import (
    BALLOT_COLUMNS,
    EVENT_COLUMNS,
    ROSTER_COLUMNS,
    Roster,
    TableProblem,
    read_ballots,
    read_events,
    read_roster,
)

_OF_ROSTER = frozenset(
    {
        EventProblem.MEMBER_UNKNOWN,
        EventProblem.UNIT_UNKNOWN,
        EventProblem.OUTSIDE_MEMBERSHIP,
        EventProblem.NOT_FOR_MEMBER,
    }
)
"""What an event is refused for when only the roster's row is broken."""
_OF_EVENTS = frozenset(
    {EventProblem.REVERSAL_UNKNOWN, EventProblem.REVERSED_TWICE, EventProblem.REVERSAL_CIRCLE}
)
"""What an event is refused for when only the event it takes back is broken."""


@dataclass(frozen=True, slots=True)
class TableFiles:
    """The files that hold what a rulebook is applied to."""

    roster: Path
    events: Path
    ballots: Path | None = None


@dataclass
class Tables:
    """What the files hold, ballots aside, and what is wrong with them."""

    files: TableFiles
    roster: Roster
    events: list[Event]
    is_roster_sound: bool
    are_events_sound: bool
    complaints: list[Complaint] = field(default_factory=list)

    def complaints_about(self, refused: Iterable[Refused]) -> list[Complaint]:
        """Return events that a rulebook refuses as complaints, without those that follow from others."""
        known = frozenset() if self.is_roster_sound else _OF_ROSTER
        known |= frozenset() if self.are_events_sound else _OF_EVENTS
        refused = [one for one in refused if one.code not in known]
        lines = {one.number for one in refused}
        events = {event.number: event for event in self.events if event.number in lines}
        file = str(self.files.events)
        return [
            Complaint(
                file, one.number, one.code, sentence(one.code, _facts(events[one.number]) | dict(one.facts))
            )
            for one in refused
        ]


def read_book(given: str) -> tuple[Rulebook | None, list[Complaint]]:
    """Return the rulebook that a shipped id or a path names, or what is wrong with it."""
    shipped = shipped_rulebooks()
    path = shipped.get(given, Path(given))
    if given not in shipped and not path.exists():
        known = ", ".join(shipped)
        words = Sentence(
            f"没有这个规则本，可以写文件名或：{known}", f"no such rulebook; write a file or one of: {known}"
        )
        return None, [Complaint(given, 1, "unreadable", words)]
    try:
        return load(path), []
    except RulebookInvalid as invalid:
        return None, [Complaint(one.file, one.line, one.code.value, one.sentence) for one in invalid.problems]


def read_period(rulebook: Rulebook | None, text: str) -> Period:
    """Return the period in the rulebook's own cycle; without a rulebook, in the common one.

    Raises: PeriodUnreadable.
    """
    return parse_period(text) if rulebook is None else rulebook.period(text)


def read_tables(files: TableFiles) -> Tables:
    """Return what the roster and the events hold."""
    roster_file = CsvFile(files.roster, ROSTER_COLUMNS)
    roster, of_roster = read_roster(roster_file.rows())
    event_file = CsvFile(files.events, EVENT_COLUMNS)
    events, of_events = read_events(event_file.rows())
    of_roster += roster_file.problems
    of_events += event_file.problems
    complaints = [*_complaints(files.roster, of_roster), *_complaints(files.events, of_events)]
    return Tables(files, roster, events, not of_roster, not of_events, complaints)


def read_box(tables: Tables, rulebook: Rulebook) -> tuple[list[Ballot], list[Complaint]]:
    """Return the ballots, and what is wrong with them; none where there is no file of them."""
    path = tables.files.ballots
    if path is None:
        return [], []
    file = CsvFile(path, BALLOT_COLUMNS)
    members = tables.roster.members if tables.is_roster_sound else None
    ballots, problems = read_ballots(file.rows(), rulebook, members)
    return ballots, list(_complaints(path, problems + file.problems))


def apply(rulebook: Rulebook, tables: Tables, ballots: Iterable[Ballot]) -> Evaluation:
    """Return the rulebook applied to everything the tables hold."""
    world = World(
        stays=tuple(tables.roster.stays),
        events=tuple(tables.events),
        ballots=tuple(ballots),
        parents=tables.roster.parents,
    )
    return Evaluation(rulebook, world)


def period_complaint(text: str) -> Sentence:
    """Return the sentence about a period that is none."""
    return sentence("not-a-period", {"column": "--period", "value": text})


def _complaints(path: Path, problems: Iterable[TableProblem]) -> Iterator[Complaint]:
    for one in sorted(problems, key=lambda problem: problem.line):
        yield Complaint(str(path), one.line, one.code, sentence(one.code, one.facts))


def _facts(event: Event) -> dict[str, object]:
    return {"item": event.item, "on": event.on}
