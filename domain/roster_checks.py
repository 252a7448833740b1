"""What the rows of a roster say together: each unit's wish, and where rows contradict each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.members import Unit
from domain.roster_problems import RosterProblem, RosterProblemCode, problem
from domain.rosters import Column, RosterRow


@dataclass(frozen=True, slots=True)
class UnitWish:
    """What all rows together say about a unit; None where they say nothing."""

    code: str
    line: int
    name: str | None
    parent: str | None
    rulebook: str | None


def unit_wishes(rows: Iterable[RosterRow]) -> tuple[Mapping[str, UnitWish], list[RosterProblem]]:
    """Return what the rows say about each unit, and where they contradict each other."""
    problems: list[RosterProblem] = []
    wishes: dict[str, UnitWish] = {}
    said: dict[tuple[str, str], tuple[str, int]] = {}
    for row in rows:
        facts = {"name": row.unit_name, "parent": row.parent, "rulebook": row.rulebook}
        columns = {"name": Column.UNIT_NAME, "parent": Column.PARENT, "rulebook": Column.RULEBOOK}
        wish = wishes.setdefault(row.unit, UnitWish(row.unit, row.line, None, None, None))
        for field, value in facts.items():
            if value is None:
                continue
            before, line = said.setdefault((row.unit, field), (value, row.line))
            if before != value:
                problems.append(_differs(row.line, columns[field], value, before, line))
        wishes[row.unit] = replace(
            wish,
            name=wish.name or row.unit_name,
            parent=wish.parent or row.parent,
            rulebook=wish.rulebook or row.rulebook,
        )
    return wishes, problems


def _differs(line: int, column: Column, value: str, before: str, other: int) -> RosterProblem:
    return problem(
        RosterProblemCode.DIFFERS, line=line, column=column, value=value, before=before, other=other
    )


def member_problems(rows: Iterable[RosterRow]) -> list[RosterProblem]:
    """Return where rows repeat or contradict each other about a member."""
    problems: list[RosterProblem] = []
    seen: dict[tuple[str, str, date | None], int] = {}
    names: dict[str, tuple[str, int]] = {}
    statuses: dict[str, tuple[str, int]] = {}
    for row in rows:
        first = seen.setdefault((row.member, row.unit, row.since_on), row.line)
        if first != row.line:
            problems.append(problem(RosterProblemCode.DUPLICATE, line=row.line, other=first))
        before, line = names.setdefault(row.member, (row.name, row.line))
        if before != row.name:
            problems.append(_differs(row.line, Column.NAME, row.name, before, line))
        if row.status is not None:
            before, line = statuses.setdefault(row.member, (row.status.value, row.line))
            if before != row.status.value:
                problems.append(_differs(row.line, Column.STATUS, row.status.value, before, line))
    return problems


def place_problems(wishes: Mapping[str, UnitWish], known: Mapping[str, Unit]) -> list[RosterProblem]:
    """Return which parents are missing, and where units lie below themselves."""
    problems = [
        problem(RosterProblemCode.UNKNOWN_PARENT, line=wish.line, value=wish.parent)
        for wish in wishes.values()
        if wish.parent is not None and wish.parent not in wishes and wish.parent not in known
    ]
    codes = {unit.id: unit.code for unit in known.values()}
    above = {unit.code: codes.get(unit.parent_id or 0) for unit in known.values()}
    above |= {wish.code: wish.parent for wish in wishes.values() if wish.parent}
    for wish in wishes.values():
        path: list[str] = []
        code: str | None = wish.code
        while code is not None and code not in path:
            path.append(code)
            code = above.get(code)
        if code == wish.code:
            circle = " → ".join([*path, wish.code])
            problems.append(problem(RosterProblemCode.PARENT_CIRCLE, line=wish.line, value=circle))
    return problems


def rulebook_problems(wishes: Mapping[str, UnitWish], known: Sequence[str]) -> list[RosterProblem]:
    """Return which rulebooks were never loaded."""
    return [
        problem(
            RosterProblemCode.UNKNOWN_RULEBOOK, line=wish.line, value=wish.rulebook, known=" ".join(known)
        )
        for wish in wishes.values()
        if wish.rulebook is not None and wish.rulebook not in known
    ]


def charge_problems(
    rows: Iterable[RosterRow], wishes: Mapping[str, UnitWish], known: Mapping[str, Unit]
) -> list[RosterProblem]:
    """Return which units a deputy is said to be in charge of are nowhere."""
    return [
        problem(RosterProblemCode.UNKNOWN_UNIT, line=row.line, value=code)
        for row in rows
        for code in row.in_charge
        if code not in wishes and code not in known
    ]
