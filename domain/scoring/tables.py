"""Reads rosters, events and ballots from rows of text, and tells everything that is wrong with them.

The columns are those of the scoring contract. A row comes with the line it stands on.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from domain.members import MemberKind, MemberStatus
from domain.periods import Period, PeriodKind, PeriodUnreadable
from domain.rulebooks import Rulebook
from domain.scoring.inputs import Ballot, Event, Stay

ROSTER_COLUMNS = {
    "member": True,
    "name": False,
    "unit": True,
    "parent": False,
    "kind": False,
    "roles": False,
    "status": False,
    "since": False,
    "until": False,
    "class": False,
    "household": False,
}
EVENT_COLUMNS = {
    "date": True,
    "item": True,
    "member": False,
    "unit": False,
    "level": False,
    "quantity": False,
    "points": False,
    "key": False,
    "reverses": False,
    "slot": False,
    "note": False,
}
BALLOT_COLUMNS = {
    "period": True,
    "instrument": True,
    "member": True,
    "rater": True,
    "group": False,
    "aspect": True,
    "mark": True,
}
"""The columns of each table, and whether it must have them; an empty `aspect` is the overall mark."""
_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,4})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_IN_CHARGE = "deputy:"
_NO_DAY = date.min
"""Stands in for a day that cannot be read, in a row that is thrown away."""
Row = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TableProblem:
    """Something wrong with a row; `code` and `facts` make the sentence."""

    line: int
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Roster:
    """The roster's rows as stays, and the parent of each unit."""

    stays: list[Stay] = field(default_factory=list)
    parents: dict[str, str] = field(default_factory=dict)

    @property
    def members(self) -> frozenset[str]:
        """Everybody with a row."""
        return frozenset(stay.member for stay in self.stays)


def check_columns(
    columns: Sequence[str], known: Mapping[str, bool], *, line: int = 1
) -> Iterator[TableProblem]:
    """Tell which columns a table must have and lacks, which nobody knows, and which stand there twice."""
    for name in dict.fromkeys(columns):
        if name not in known:
            yield TableProblem(line, "column-unknown", {"column": name, "known": ", ".join(known)})
        if columns.count(name) > 1:
            yield TableProblem(line, "column-twice", {"column": name})
    for name, is_required in known.items():
        if is_required and name not in columns:
            yield TableProblem(line, "column-missing", {"column": name})


def read_roster(rows: Iterable[tuple[int, Row]]) -> tuple[Roster, list[TableProblem]]:
    """Return the roster's sound rows, and every problem of every other row."""
    roster, problems = Roster(), list[TableProblem]()
    lines: dict[Stay, int] = {}
    for line, row in rows:
        cells = _Cells(line, row)
        stay = _stay(cells)
        _note_parent(roster.parents, cells)
        if not cells.problems and stay in lines:
            problems.append(TableProblem(line, "row-twice", {"line": lines[stay]}))
        elif cells.problems:
            problems += cells.problems
        else:
            lines[stay] = line
            roster.stays.append(stay)
    return roster, problems + list(_unknown_charges(roster, lines))


def _unknown_charges(roster: Roster, lines: Mapping[Stay, int]) -> Iterator[TableProblem]:
    """Tell of deputies who are in charge of a unit that no row names."""
    known = {stay.unit for stay in roster.stays} | set(roster.parents.values())
    for stay, line in lines.items():
        for unit in sorted(stay.in_charge - known):
            yield TableProblem(line, "in-charge-unknown", {"unit": unit})


def read_events(rows: Iterable[tuple[int, Row]]) -> tuple[list[Event], list[TableProblem]]:
    """Return the sound events, numbered by their line, and every problem of every other row."""
    return _each(rows, _event)


def read_ballots(
    rows: Iterable[tuple[int, Row]], rulebook: Rulebook, members: Iterable[str] | None
) -> tuple[list[Ballot], list[TableProblem]]:
    """Return the sound ballots in the rulebook's own cycle, and every problem of every other row.

    `members` are those whom ballots may be about; None where they are not known.
    """
    known = None if members is None else frozenset(members)
    return _each(rows, lambda cells: _ballot(cells, rulebook, known))


def _each(
    rows: Iterable[tuple[int, Row]], read: "Callable[[_Cells], T]"
) -> tuple[list[T], list[TableProblem]]:
    found: list[T] = []
    problems: list[TableProblem] = []
    for line, row in rows:
        cells = _Cells(line, row)
        one = read(cells)
        if cells.problems:
            problems += cells.problems
        else:
            found.append(one)
    return found, problems


class _Cells:
    """The cells of one row; what cannot be read is noted, and something harmless takes its place."""

    __slots__ = ("_row", "line", "problems")

    def __init__(self, line: int, row: Row) -> None:
        self.line = line
        self._row = row
        self.problems: list[TableProblem] = []

    def note(self, code: str, **facts: object) -> None:
        """Note something wrong with the row."""
        self.problems.append(TableProblem(self.line, code, facts))

    def text(self, column: str, default: str = "") -> str:
        """Return what is written, or the default where nothing is."""
        return self._row.get(column, "").strip() or default

    def required(self, column: str) -> str:
        """Return what must be written."""
        text = self.text(column)
        if not text:
            self.note("empty", column=column)
        return text

    def words(self, column: str) -> tuple[str, ...]:
        """Return the words between semicolons."""
        text = self.text(column)
        if ";" not in text:
            return (text,) if text else ()
        return tuple(word.strip() for word in text.split(";") if word.strip())

    def choice(self, column: str, default: str, known: Iterable[str]) -> str:
        """Return one of the known words."""
        text, choices = self.text(column, default), [str(one) for one in known]
        if text not in choices:
            self.note("not-a-choice", column=column, value=text, known=", ".join(choices))
        return text

    def day(self, column: str) -> date | None:
        """Return a day, None where none is written."""
        text = self.text(column)
        on = _parse_day(text) if text else None
        if text and on is None:
            self.note("not-a-date", column=column, value=text)
        return on

    def number(self, column: str) -> Fraction | None:
        """Return a number, None where none is written."""
        text = self.text(column)
        number = _parse_number(text) if text else None
        if text and number is None:
            self.note("not-a-number", column=column, value=text)
        return number


@lru_cache(maxsize=4096)
def _parse_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _parse_number(text: str) -> Fraction | None:
    return Fraction(text) if _NUMBER.fullmatch(text) else None


def _stay(cells: _Cells) -> Stay:
    roles, in_charge = set[str](), set[str]()
    for word in cells.words("roles"):
        if word.startswith(_IN_CHARGE):
            roles.add("deputy")
            in_charge |= {unit.strip() for unit in word.removeprefix(_IN_CHARGE).split("+") if unit.strip()}
        else:
            roles.add(word)
    since_on, until_on = cells.day("since"), cells.day("until")
    if since_on is not None and until_on is not None and until_on <= since_on:
        cells.note("dates-reversed", since=since_on, until=until_on)
    return Stay(
        member=cells.required("member"),
        unit=cells.required("unit"),
        name=cells.text("name"),
        kind=cells.choice("kind", MemberKind.FULL, MemberKind),
        roles=frozenset(roles),
        in_charge=frozenset(in_charge),
        status=cells.choice("status", MemberStatus.ACTIVE, MemberStatus),
        since_on=since_on,
        until_on=until_on,
        class_=cells.text("class"),
        household=cells.text("household"),
    )


def _note_parent(parents: dict[str, str], cells: _Cells) -> None:
    unit, parent = cells.text("unit"), cells.text("parent")
    if not unit or not parent:
        return
    known = parents.get(unit)
    if known is not None and known != parent:
        cells.note("parents-differ", unit=unit, first=known, second=parent)
        return
    above: str | None = parent
    while above is not None:
        if above == unit:
            cells.note("parents-circle", unit=unit)
            return
        above = parents.get(above)
    parents[unit] = parent


def _event(cells: _Cells) -> Event:
    on = cells.day("date")
    if on is None and not cells.text("date"):
        cells.note("empty", column="date")
    return Event(
        number=cells.line,
        on=on or _NO_DAY,
        item=cells.required("item"),
        members=cells.words("member"),
        unit=cells.text("unit"),
        level=cells.text("level") or None,
        quantity=cells.number("quantity"),
        points=cells.number("points"),
        key=cells.text("key"),
        reverses=cells.text("reverses"),
        slot=cells.text("slot"),
        note=cells.text("note"),
    )


def _ballot(cells: _Cells, rulebook: Rulebook, members: frozenset[str] | None) -> Ballot:
    code, mark, member = cells.required("instrument"), cells.required("mark"), cells.required("member")
    instrument = rulebook.instruments.get(code)
    if code and instrument is None:
        known = ", ".join(rulebook.instruments) or "—"
        cells.note("not-a-choice", column="instrument", value=code, known=known)
    if mark and instrument is not None and mark not in instrument.marks:
        cells.note("not-a-choice", column="mark", value=mark, known=", ".join(instrument.marks))
    if member and members is not None and member not in members:
        cells.note("member-unknown", member=member)
    return Ballot(
        period=_period(cells, rulebook),
        instrument=code,
        member=member,
        rater=cells.required("rater"),
        group=cells.text("group"),
        aspect=cells.text("aspect", "overall"),
        mark=mark,
    )


def _period(cells: _Cells, rulebook: Rulebook) -> Period:
    text = cells.required("period")
    try:
        return rulebook.period(text)
    except PeriodUnreadable:
        if text:
            cells.note("not-a-period", column="period", value=text)
        return rulebook.period_of(PeriodKind.YEAR, date(2000, 1, 1))
