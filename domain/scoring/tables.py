"""Reads rosters, events and ballots from rows of text, and tells everything that is wrong with them.

The columns are those of the scoring contract. A row comes with the line it stands on.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeVar

from domain.members import MemberKind, MemberStatus
from domain.periods import Period, PeriodUnreadable
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
    "aspect": False,
    "mark": True,
}
"""The columns of each table, and whether a row must have them; a ballot's aspect is `overall` by itself."""
_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,4})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_IN_CHARGE = "deputy:"
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


class _Broken(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def check_columns(columns: Sequence[str], known: Mapping[str, bool]) -> Iterator[TableProblem]:
    """Tell which columns a table must have and lacks, which nobody knows, and which stand there twice."""
    for name in columns:
        if name not in known:
            yield TableProblem(1, "column-unknown", {"column": name, "known": ", ".join(known)})
    for name in dict.fromkeys(columns):
        if columns.count(name) > 1:
            yield TableProblem(1, "column-twice", {"column": name})
    for name, is_required in known.items():
        if is_required and name not in columns:
            yield TableProblem(1, "column-missing", {"column": name})


def read_roster(rows: Iterable[tuple[int, Row]]) -> tuple[Roster, list[TableProblem]]:
    """Return the roster, and a problem for each row that cannot be read."""
    roster, problems = Roster(), list[TableProblem]()
    for line, row in rows:
        try:
            roster.stays.append(_stay(row))
            _note_parent(roster.parents, row)
        except _Broken as broken:
            problems.append(TableProblem(line, broken.code, broken.facts))
    return roster, problems


def read_events(rows: Iterable[tuple[int, Row]]) -> tuple[list[Event], list[TableProblem]]:
    """Return the events, numbered by their line, and a problem for each row that cannot be read."""
    return _each(rows, _event)


def read_ballots(
    rows: Iterable[tuple[int, Row]], rulebook: Rulebook, members: Iterable[str]
) -> tuple[list[Ballot], list[TableProblem]]:
    """Return the ballots in the rulebook's own cycle, and a problem for each row that cannot be counted."""
    known = frozenset(members)
    return _each(rows, lambda _line, row: _ballot(row, rulebook, known))


def _each(
    rows: Iterable[tuple[int, Row]], read: Callable[[int, Row], T]
) -> tuple[list[T], list[TableProblem]]:
    found: list[T] = []
    problems: list[TableProblem] = []
    for line, row in rows:
        try:
            found.append(read(line, row))
        except _Broken as broken:
            problems.append(TableProblem(line, broken.code, broken.facts))
    return found, problems


def _text(row: Row, column: str, default: str = "") -> str:
    return row.get(column, "").strip() or default


def _required(row: Row, column: str) -> str:
    text = _text(row, column)
    if not text:
        raise _Broken("empty", column=column)
    return text


def _words(row: Row, column: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in _text(row, column).split(";") if word.strip())


def _choice(row: Row, column: str, default: str, known: Iterable[str]) -> str:
    text, choices = _text(row, column, default), [str(one) for one in known]
    if text not in choices:
        raise _Broken("not-a-choice", column=column, value=text, known=", ".join(choices))
    return text


def _day(row: Row, column: str) -> date | None:
    text = _text(row, column)
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _Broken("not-a-date", column=column, value=text)


def _number(row: Row, column: str) -> Fraction | None:
    text = _text(row, column)
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise _Broken("not-a-number", column=column, value=text)
    return Fraction(text)


def _stay(row: Row) -> Stay:
    roles, in_charge = set[str](), set[str]()
    for word in _words(row, "roles"):
        if word.startswith(_IN_CHARGE):
            roles.add("deputy")
            in_charge |= {unit.strip() for unit in word.removeprefix(_IN_CHARGE).split("+") if unit.strip()}
        else:
            roles.add(word)
    since_on, until_on = _day(row, "since"), _day(row, "until")
    if since_on is not None and until_on is not None and until_on <= since_on:
        raise _Broken("dates-reversed", since=since_on, until=until_on)
    return Stay(
        member=_required(row, "member"),
        unit=_required(row, "unit"),
        name=_text(row, "name"),
        kind=_choice(row, "kind", MemberKind.FULL, MemberKind),
        roles=frozenset(roles),
        in_charge=frozenset(in_charge),
        status=_choice(row, "status", MemberStatus.ACTIVE, MemberStatus),
        since_on=since_on,
        until_on=until_on,
        class_=_text(row, "class"),
        household=_text(row, "household"),
    )


def _note_parent(parents: dict[str, str], row: Row) -> None:
    unit, parent = _text(row, "unit"), _text(row, "parent")
    if not parent:
        return
    if parents.setdefault(unit, parent) != parent:
        raise _Broken("parents-differ", unit=unit, first=parents[unit], second=parent)
    above, seen = parent, {unit}
    while above in parents and above not in seen:
        seen.add(above)
        above = parents[above]
    if above in seen:
        raise _Broken("parents-circle", unit=unit)


def _event(line: int, row: Row) -> Event:
    on = _day(row, "date")
    if on is None:
        raise _Broken("empty", column="date")
    return Event(
        number=line,
        on=on,
        item=_required(row, "item"),
        members=_words(row, "member"),
        unit=_text(row, "unit"),
        level=_text(row, "level") or None,
        quantity=_number(row, "quantity"),
        points=_number(row, "points"),
        key=_text(row, "key"),
        reverses=_text(row, "reverses"),
        slot=_text(row, "slot"),
        note=_text(row, "note"),
    )


def _ballot(row: Row, rulebook: Rulebook, members: frozenset[str]) -> Ballot:
    instrument = _required(row, "instrument")
    if instrument not in rulebook.instruments:
        known = ", ".join(rulebook.instruments)
        raise _Broken("not-a-choice", column="instrument", value=instrument, known=known)
    mark, marks = _required(row, "mark"), rulebook.instruments[instrument].marks
    if mark not in marks:
        raise _Broken("not-a-choice", column="mark", value=mark, known=", ".join(marks))
    member = _required(row, "member")
    if member not in members:
        raise _Broken("member-unknown", member=member)
    return Ballot(
        period=_period(row, rulebook),
        instrument=instrument,
        member=member,
        rater=_required(row, "rater"),
        group=_text(row, "group"),
        aspect=_text(row, "aspect", "overall"),
        mark=mark,
    )


def _period(row: Row, rulebook: Rulebook) -> Period:
    text = _required(row, "period")
    try:
        return rulebook.period(text)
    except PeriodUnreadable:
        raise _Broken("not-a-period", column="period", value=text) from None
